import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { RouterView } from 'vue-router';
import type { BatchLineView, BatchView, Check, Draft, DraftView } from '@/api/generated';
import { show } from '@/lib/testing';
import { problem } from '@/platform/fake';
import './BatchPage.vue';
import './RequestForm.vue';
import { routes } from './routes';
import { withAnswer } from './useBatch';
import { check, draft, names, place, row, signedIn, status, view, type Handlers } from './samples';

const settle = async () => {
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
};

/** A fake engine with a list: its drafts, and the requests made from them. */
function engine(
  drafts: Draft[],
  more: Partial<BatchLineView>[] = [],
  checksOf: (draft: Draft) => Check[] = () => [],
) {
  const kept = new Map(drafts.map((one) => [one.id, one]));
  const sent = new Set<string>();
  const lines = drafts.map((one, at) => ({
    line: at + 1,
    id: one.id,
    given: one.componentTitle || one.title,
    more: more[at] ?? {},
  }));
  const formOf = (one: Draft): DraftView =>
    view(one, [
      check(
        'COPYRIGHT_DECLARATION_REQUIRED',
        one.declarationAccepted ? 'ok' : 'blocker',
        'declarationAccepted',
      ),
      ...checksOf(one),
    ]);
  const list = (): BatchView => ({
    id: 'b1',
    createdAt: '2026-11-25T02:00:00Z',
    leftOut: 0,
    left: [],
    room: { places: 10, coins: null },
    lines: lines
      .filter(({ id }) => kept.has(id) || sent.has(id))
      .map(({ line, id, given, more: rest }) => ({
        line,
        given,
        readAs: 'reference',
        lookUp: 'found',
        sameAs: null,
        lacks: null,
        ...rest,
        form: kept.has(id) ? formOf(kept.get(id)!) : null,
        request: sent.has(id) ? row(id, { title: given, state: 'QUEUED' }) : null,
      })),
  });
  const handlers: Handlers = {
    batch_get: list,
    batch_set: ({ declarationAccepted }) => {
      for (const [id, one] of kept)
        kept.set(id, { ...one, declarationAccepted: declarationAccepted ?? one.declarationAccepted });
      return list();
    },
    batch_look_up: ({ line }) => {
      lines[line - 1]!.more = { lookUp: 'found' };
      return list();
    },
    batch_submit: ({ lines: wanted }) => ({
      outcomes: wanted.map((number) => {
        const { id } = lines[number - 1]!;
        sent.add(id);
        kept.delete(id);
        return { line: number, submitted: true, problem: null, form: null };
      }),
      batch: list(),
    }),
    draft_check: ({ id }) => ({ ...formOf(kept.get(id)!), checkedOnline: true }),
    draft_get: ({ id }) => formOf(kept.get(id)!),
    draft_save: ({ draft: one }) => (kept.set(one.id, one), formOf(one)),
    draft_delete: ({ id }) => (kept.delete(id), {}),
  };
  return { handlers, kept, sent };
}

const copy = (id: string, title: string) => draft({ id, componentTitle: title, declarationAccepted: false });

describe('a list of works', () => {
  const open = async (drafts: Draft[], options: Parameters<typeof engine>[1] = [], more: Handlers = {}) => {
    const made = engine(drafts, options);
    const platform = place({ ...made.handlers, ...more });
    const page = await show(RouterView, {}, { routes, at: '/requests/list/b1' });
    await settle();
    return { page, platform, ...made };
  };
  type Page = Awaited<ReturnType<typeof open>>['page'];
  const submit = async (page: Page) => {
    await page.get('footer button.primary').trigger('click');
    await settle();
  };
  const standings = (page: Page) =>
    page.findAll('[data-standing]').map((line) => line.attributes('data-standing'));

  it('does not say that the catalogues lack a work when they could not be asked, and asks again', async () => {
    let offline = true;
    const lookedUp = vi.fn();
    const { page } = await open([copy('n1', '论铜鼓')], [{ lookUp: 'waiting', readAs: 'title' }], {
      batch_look_up: () => {
        lookedUp();
        if (offline) throw problem('UNREACHABLE');
        return { id: 'b1', createdAt: '', leftOut: 0, left: [], lines: [], room: { places: 1, coins: null } };
      },
    });
    expect(page.get('[data-unasked]').text()).toContain('没有问到目录');
    expect(page.text()).not.toContain('没有查到');
    expect(page.get('[data-standing]').attributes('data-standing')).not.toBe('reading');
    expect(lookedUp).toHaveBeenCalledTimes(1);
    offline = false;
    await page.get('[data-unasked] button').trigger('click');
    await settle();
    expect(lookedUp.mock.calls.length).toBeGreaterThan(1);
  });

  it('submits what is fine once the terms are accepted, and only that', async () => {
    const { page, platform, sent } = await open(
      [copy('n1', '论铜鼓'), copy('n2', '论花山'), copy('n3', '论铜鼓')],
      [{}, {}, { sameAs: 1 }],
    );
    expect(standings(page)).toEqual(['ready', 'ready', 'twin']);
    expect(page.text()).toContain('与第 1 行相同');
    await submit(page);
    expect(page.text()).toContain('请阅读并同意版权声明');
    expect(names(platform)).not.toContain('batch_submit');
    await page.get('.common input[type=checkbox]').setValue(true);
    await settle();
    await submit(page);
    expect([...sent]).toEqual(['n1', 'n2']);
    expect(standings(page)).toEqual(['submitted', 'submitted', 'twin']);
  });

  it('counts what there is room for, and lets the others wait only when that was ticked', async () => {
    const lacks = { lacks: 'places' as const };
    const { page, platform, sent } = await open(
      [copy('n1', '论铜鼓'), copy('n2', '论花山'), copy('n3', '论左江')],
      [{}, lacks, lacks],
    );
    expect(standings(page)).toEqual(['ready', 'over', 'over']);
    expect(page.get('[data-summary]').text()).toBe('1 件可以提交，2 件超出名额');
    expect(page.text()).toContain('在办申请还可以再提交 10 件');
    const [terms, queue] = page.findAll('.common input[type=checkbox]');
    await terms!.setValue(true);
    await settle();
    await queue!.setValue(true);
    expect(page.text()).toContain('提交 1 件，另 2 件排队');
    await queue!.setValue(false);
    await submit(page);
    expect([...sent]).toEqual(['n1']);
    expect(platform.calls.find((call) => call.name === 'batch_submit')?.payload).toMatchObject({
      wait: false,
    });
    await page.findAll('.common input[type=checkbox]').at(1)!.setValue(true);
    expect(page.text()).toContain('2 件排队等名额');
    await submit(page);
    expect([...sent]).toEqual(['n1', 'n2', 'n3']);
    expect(platform.calls.findLast((call) => call.name === 'batch_submit')?.payload).toMatchObject({
      lines: [2, 3],
      wait: true,
    });
  });

  it('counts what was ticked a moment before submitting, however slow it is kept', async () => {
    let kept = () => {};
    const slow = new Promise<void>((done) => (kept = done));
    const one = [copy('n1', '论铜鼓')];
    const own = engine(one);
    const platform = place({
      ...own.handlers,
      batch_set: async (what) => {
        await slow;
        return own.handlers.batch_set!(what);
      },
    });
    const page = await show(RouterView, {}, { routes, at: '/requests/list/b1' });
    await settle();
    await page.get('.common input[type=checkbox]').setValue(true);
    await submit(page);
    expect(page.text()).not.toContain('提交复制申请之前');
    kept();
    await settle();
    expect(names(platform)).toContain('batch_submit');
    expect([...own.sent]).toEqual(['n1']);
  });

  it('looks up what was not looked up yet, also after a restart', async () => {
    const { page, platform } = await open(
      [copy('n1', '论铜鼓'), copy('n2', '论花山')],
      [{}, { lookUp: 'waiting' }],
    );
    expect(platform.calls.filter((call) => call.name === 'batch_look_up')).toEqual([
      { name: 'batch_look_up', payload: { id: 'b1', line: 2 } },
    ]);
    expect(standings(page)).toEqual(['ready', 'ready']);
  });

  it('says of each line what the platform found and what to do', async () => {
    const held = check('HELD_LOCALLY', 'blocker', '', { callNumber: 'K28/1', location: '相思湖馆' });
    const { page } = await open([copy('n1', '论铜鼓'), copy('n2', '论花山')], [], {
      draft_check: ({ id }) => view(copy(id, id), id === 'n1' ? [held] : [check('HELD_LOCALLY', 'ok')], true),
    });
    expect(standings(page)).toEqual(['mend', 'ready']);
    expect(page.get('[data-code=HELD_LOCALLY]').text()).toContain('K28/1');
    expect(page.get('[data-summary]').text()).toBe('1 件可以提交，1 件要改');
    expect(page.get('footer').text()).toContain('提交 1 件');
  });

  it('tells partial failure at its line and keeps the rest', async () => {
    const { page } = await open(
      [
        { ...copy('n1', '论铜鼓'), declarationAccepted: true },
        { ...copy('n2', '论花山'), declarationAccepted: true },
      ],
      [],
      {
        batch_submit: ({ lines }) => ({
          outcomes: lines.map((line) => ({
            line,
            submitted: false,
            problem: problem('DISK_FULL'),
            form: null,
          })),
          batch: { lines: [] } as never,
        }),
      },
    );
    await submit(page);
    expect(page.findAll('[data-standing=ready]')).toHaveLength(2);
    expect(page.text().match(/磁盘已满/g)).toHaveLength(2);
  });

  it('says offline that nothing was checked, and asks nobody', async () => {
    const { page, platform } = await open([copy('n1', '论铜鼓')], [], {
      status_get: () => ({ ...status, connection: 'offline' }) as never,
    });
    expect(names(platform)).not.toContain('draft_check');
    expect(page.text()).toContain('馆藏和账户还没有核对');
    expect(page.text()).toContain('馆藏未核对');
  });

  it('changes a line to a loan, and removes one', async () => {
    const { page, kept } = await open([copy('n1', '论铜鼓'), copy('n2', '论花山')], []);
    await page.findAll('input[type=radio][value=Loan]')[0]!.setValue();
    await settle();
    expect([kept.get('n1')?.service, kept.get('n1')?.pickupLocation]).toEqual(['Loan', 'd1']);
    await page.findAll('.how .icon-button')[1]!.trigger('click');
    await settle();
    expect(page.findAll('[data-standing]')).toHaveLength(1);
  });

  it('leads to the account when nobody is signed in', async () => {
    const { page, platform } = await open([{ ...copy('n1', '论铜鼓'), declarationAccepted: true }], [], {
      account_get: () => ({ ...signedIn, signedIn: false }),
    });
    await submit(page);
    expect(names(platform)).not.toContain('batch_submit');
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('清单已保存在本机');
  });
});

describe('what the platform said about a line', () => {
  it('stands where it is graver, but twins are known here', () => {
    const own = [
      check('HELD_LOCALLY', 'unchecked'),
      check('QUOTA_EXCEEDED', 'ok'),
      check('DUPLICATE_OPEN_REQUEST', 'blocker'),
    ];
    const answer = [
      check('HELD_LOCALLY', 'blocker', '', { callNumber: 'K28/1' }),
      check('QUOTA_EXCEEDED', 'blocker'),
      check('DUPLICATE_OPEN_REQUEST', 'ok'),
      check('PICKUP_LOCATION_REQUIRED', 'blocker', 'pickupLocation'),
    ];
    const merged = withAnswer(own, answer);
    expect(merged.map((one) => `${one.code} ${one.verdict}`)).toEqual([
      'HELD_LOCALLY blocker',
      'QUOTA_EXCEEDED blocker',
      'DUPLICATE_OPEN_REQUEST blocker',
      'PICKUP_LOCATION_REQUIRED blocker',
    ]);
  });
});

describe('a new list', () => {
  const open = async (answer: (text: string) => BatchView) => {
    const platform = place({
      batch_new: ({ text }) => answer(text),
      ...engine([copy('n1', '论铜鼓')]).handlers,
    });
    const page = await show(RouterView, {}, { routes, at: '/requests/list' });
    await settle();
    return { page, platform };
  };
  const none = {
    id: 'b1',
    createdAt: '2026-11-25T02:00:00Z',
    lines: [],
    leftOut: 0,
    left: [],
    room: { places: null, coins: null },
  };

  it('is read from what was pasted, and opens', async () => {
    const { page, platform } = await open(() => ({ ...none, lines: [{} as never] }));
    await page.get('[data-list]').setValue('10.1000/abc\n978-7-02-000872-8');
    await page.get('.row button').trigger('click');
    await settle();
    expect(platform.calls.find((call) => call.name === 'batch_new')?.payload).toEqual({
      text: '10.1000/abc\n978-7-02-000872-8',
      file: null,
      works: null,
    });
    expect(page.router.currentRoute.value.path).toBe('/requests/list/b1');
  });

  it('says what of a file was left out, with its line', async () => {
    const left = [
      { line: 12, text: '何远的笔记', why: 'stray' as const },
      { line: 0, text: '', why: 'broken' as const },
    ];
    const { page } = await open(() => ({ ...none, lines: [{} as never], left }));
    await page.get('[data-list]').setValue('TY  - BOOK');
    await page.get('.row button').trigger('click');
    await settle();
    const told = page.get('[data-left]');
    expect(told.text()).toContain('有 2 处没有读入');
    expect(told.text()).toContain('第 12 行');
    expect(told.text()).toContain('何远的笔记');
    expect(told.text()).toContain('不属于任何一条文献');
  });

  it('names what is not read, and keeps it', async () => {
    const { page } = await open(() => {
      throw problem('REFERENCES_UNREAD', { params: { what: '“AU= 何远”' } });
    });
    await page.get('[data-list]').setValue('AU= 何远');
    await page.get('.row button').trigger('click');
    await settle();
    const said = page.get('[data-code="REFERENCES_UNREAD"]');
    expect(said.text()).toContain('什么也没有添加：它像是 “AU= 何远”');
    expect(said.find('button').exists()).toBe(false);
    expect(page.get<HTMLTextAreaElement>('[data-list]').element.value).toBe('AU= 何远');
  });

  it('keeps a text in which nothing was read', async () => {
    const { page } = await open(() => none);
    await page.get('[data-list]').setValue('？？');
    await page.get('.row button').trigger('click');
    await settle();
    expect(page.text()).toContain('没有读出文献');
    expect(page.get<HTMLTextAreaElement>('[data-list]').element.value).toBe('？？');
  });
});
