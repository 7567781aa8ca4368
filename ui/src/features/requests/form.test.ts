import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RouterView } from 'vue-router';
import type { Draft, DraftView } from '@/api/generated';
import { show } from '@/lib/testing';
import { problem } from '@/platform/fake';
import { recognise } from './identify';
// imported here, so that the first test does not have to wait for the screens
import './RequestForm.vue';
import './RequestsPage.vue';
import { routes } from './routes';
import {
  check,
  detailOf,
  draft,
  library,
  names,
  place,
  press,
  row,
  saves,
  signedIn,
  status,
  view,
  type Handlers,
} from './samples';

describe('the form', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());
  const settle = async () => {
    await flushPromises();
    await vi.dynamicImportSettled();
    await flushPromises();
  };
  const open = async (more: Handlers = {}, first: Draft = draft()) => {
    const platform = place({
      draft_get: () => view(first),
      draft_save: ({ draft: kept }) => view({ ...kept, updatedAt: '2026-11-22T02:50:00Z' }),
      draft_check: () => view(first, [], true),
      draft_delete: () => ({}),
      request_list: () => ({ requests: [], more: false, drafts: [], asOf: null }),
      request_get: ({ id }) => detailOf(row(id)),
      ...more,
    });
    const page = await show(RouterView, {}, { routes, at: '/requests/new/n1' });
    await settle();
    return { page, platform };
  };
  type Page = Awaited<ReturnType<typeof open>>['page'];
  const field = (page: Page, name: string) => page.get<HTMLInputElement>(`[data-field="${name}"]`);
  const submit = async (page: Page) => {
    await page.get('form').trigger('submit');
    await settle();
  };

  it('says how old the terms are that it reckons with, without a network too', async () => {
    const app = { library, demo: false, demoHints: {}, termsHeard: '2026-11-20T02:42:00Z' };
    const { page } = await open({
      app_start: () => app as never,
      status_get: () => ({ ...status, connection: 'offline' }) as never,
    });
    expect(page.get('[data-terms]').text()).toMatch(/^条款更新于 2026-11-20 周五|^条款更新于 11-20 周五/);
    expect(
      (await open({ app_start: () => ({ ...app, termsHeard: null }) as never })).page
        .find('[data-terms]')
        .exists(),
    ).toBe(false);
  });

  it('is kept when it is left with a text that was not looked up yet, and not when it is empty', async () => {
    const empty = draft({
      title: '',
      author: '',
      componentTitle: '',
      issn: '',
      isbn: '',
      doi: '',
      pmid: '',
      note: '',
    });
    const left = async (text: string) => {
      const gone = vi.fn(() => ({}));
      const { page } = await open({ draft_delete: gone }, empty);
      if (text) await page.get<HTMLTextAreaElement>('.look-up textarea').setValue(text);
      await page.router.push('/requests');
      await settle();
      return gone;
    };
    expect(await left('')).toHaveBeenCalledWith({ id: 'n1' });
    expect(await left('麻国庆. 岭南民族走廊. 民族研究, 2018(6): 21-31.')).not.toHaveBeenCalled();
  });

  it('a second reference takes the place of the first, and is not compared with it', async () => {
    const empty = draft({ title: '', componentTitle: '', pages: '', note: '急用' });
    const works = {
      铜鼓: { kind: 'article', title: '广西民族研究', componentTitle: '论壮族的铜鼓文化', volume: '12' },
      岭南: { kind: 'thesis', title: '岭南民族走廊研究', author: '麻某' },
    } as const;
    const asked: Draft[] = [];
    const { page, platform } = await open(
      {
        draft_fill: ({ text, form }) => {
          asked.push(form!);
          const [field] = [{ field: 'title', text }];
          return {
            draft: { ...form!, ...works[text as keyof typeof works] },
            said: { filled: [field], differs: [], left: [] },
            left: [],
            readAs: 'reference',
            heard: 'all',
            works: 1,
          };
        },
      },
      empty,
    );
    const look = async (text: string) => {
      await page.get('.look-up textarea').setValue(text);
      await page.get('.look-up textarea').trigger('keydown', { key: 'Enter' });
      await settle();
    };
    await look('铜鼓');
    expect(field(page, 'componentTitle').element.value).toBe('论壮族的铜鼓文化');
    await look('岭南');
    expect(asked[1]).toEqual(empty);
    await vi.advanceTimersByTimeAsync(1000);
    expect(saves(platform).at(-1)).toMatchObject({
      ...works.岭南,
      componentTitle: '',
      volume: '',
      note: '急用',
    });
    expect(page.get('[data-filled]').text()).not.toContain('没有需要填的空栏');
  });

  it('saves what is typed by itself within half a second, and says so', async () => {
    const { page, platform } = await open();
    await field(page, 'componentTitle').setValue('论壮族铜鼓的纹饰');
    expect(saves(platform)).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(saves(platform).at(-1)?.componentTitle).toBe('论壮族铜鼓的纹饰');
    expect(page.get('[data-saved]').text()).toMatch(/草稿已保存 .*10:50/);
  });

  it('saves at least every second while somebody types on and on', async () => {
    const { page, platform } = await open();
    let typed = '';
    for (const letter of '请优先提供修订版，第三册亦可，谢谢') {
      typed += letter;
      await field(page, 'note').setValue(typed);
      await vi.advanceTimersByTimeAsync(200);
      const kept = saves(platform).at(-1)?.note ?? '';
      expect(typed.length - kept.length).toBeLessThanOrEqual(5);
    }
  });

  it('keeps the text and says that it is not saved when saving fails, then saves', async () => {
    let full = true;
    const { page, platform } = await open({
      draft_save: ({ draft: kept }) => {
        if (full) throw problem('DISK_FULL');
        return view(kept);
      },
    });
    await field(page, 'note').setValue('请优先提供修订版，谢谢');
    await vi.advanceTimersByTimeAsync(500);
    expect(field(page, 'note').element.value).toBe('请优先提供修订版，谢谢');
    expect(page.get('[data-not-saved]').text()).toContain('还没有保存');
    expect(page.get('[data-not-saved]').text()).toContain('磁盘已满');
    await submit(page);
    expect(names(platform)).not.toContain('request_submit');
    full = false;
    await vi.advanceTimersByTimeAsync(5_100);
    expect(saves(platform).at(-1)?.note).toBe('请优先提供修订版，谢谢');
    expect(page.find('[data-not-saved]').exists()).toBe(false);
  });

  it('does not leave the screen with text that could not be saved, unless told to', async () => {
    const { page } = await open({
      draft_save: () => {
        throw problem('DISK_FULL');
      },
    });
    await field(page, 'pages').setValue('12-34');
    await page.router.push('/requests');
    await settle();
    expect(page.router.currentRoute.value.path).toBe('/requests/new/n1');
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('草稿还没有保存');
    document.querySelector<HTMLButtonElement>('[role=dialog] footer button:last-child')!.click();
    await settle();
    expect(page.router.currentRoute.value.path).toBe('/requests');
  });

  it('keeps newer letters when an older save answers late', async () => {
    let answer: ((view: DraftView) => void) | undefined;
    const { page, platform } = await open({
      draft_save: () => new Promise<DraftView>((done) => (answer = done)),
    });
    await field(page, 'componentTitle').setValue('论');
    await vi.advanceTimersByTimeAsync(500);
    await field(page, 'componentTitle').setValue('论壮族');
    answer!(view(draft({ componentTitle: '论' })));
    await settle();
    expect(field(page, 'componentTitle').element.value).toBe('论壮族');
    expect(saves(platform).map((one) => one.componentTitle)).toEqual(['论', '论壮族']);
  });

  it('does not save half of a composition, nor submit by its Enter', async () => {
    const { page, platform } = await open();
    const input = field(page, 'componentTitle');
    await input.trigger('compositionstart');
    input.element.value = 'tong gu';
    await input.trigger('input');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(saves(platform)).toEqual([]);
    expect(press(input.element, 'Enter', { isComposing: true }).defaultPrevented).toBe(true);
    expect(press(input.element, 'Enter').defaultPrevented).toBe(true);
    press(input.element, 'Escape', { isComposing: true });
    await settle();
    expect(page.router.currentRoute.value.path).toBe('/requests/new/n1');
    expect(names(platform)).not.toContain('request_submit');
    input.element.value = '铜鼓';
    await input.trigger('compositionend');
    await vi.advanceTimersByTimeAsync(500);
    expect(saves(platform).at(-1)?.componentTitle).toBe('铜鼓');
  });

  it('says at its field what a check has found, once the field was left', async () => {
    const found = [check('IDENTIFIER_INVALID', 'blocker', 'doi', { kind: 'DOI' })];
    const { page } = await open({ draft_save: ({ draft: kept }) => view(kept, found) });
    await field(page, 'doi').setValue('10.1/错');
    await vi.advanceTimersByTimeAsync(500);
    expect(field(page, 'doi').attributes('aria-invalid')).toBeUndefined();
    await field(page, 'doi').trigger('blur');
    const input = field(page, 'doi');
    expect(input.attributes('aria-invalid')).toBe('true');
    expect(document.getElementById(input.attributes('aria-describedby')!)!.textContent).toContain('DOI 有误');
    expect(page.get('[data-code=IDENTIFIER_INVALID]').classes()).toContain('blocker');
  });

  it('asks the platform after a pause, and keeps its answer while the same work is edited', async () => {
    const unchecked = [check('HELD_LOCALLY', 'unchecked')];
    const { page, platform } = await open({
      draft_save: ({ draft: kept }) => view(kept, unchecked),
      draft_check: () => view(draft(), [check('HELD_LOCALLY', 'ok')], true),
    });
    await field(page, 'pages').setValue('12-30');
    await vi.advanceTimersByTimeAsync(1_700);
    expect(names(platform).filter((name) => name === 'draft_check')).toHaveLength(1);
    expect(page.get('[data-code=HELD_LOCALLY]').classes()).toContain('ok');
    await field(page, 'note').setValue('急用');
    await vi.advanceTimersByTimeAsync(500);
    expect(page.get('[data-code=HELD_LOCALLY]').classes()).toContain('ok');
    await field(page, 'componentTitle').setValue('另一篇');
    await vi.advanceTimersByTimeAsync(500);
    expect(page.get('[data-code=HELD_LOCALLY]').classes()).toContain('unchecked');
  });

  it('asks nobody after the screen was left, and keeps what was written', async () => {
    const { page, platform } = await open();
    await vi.advanceTimersByTimeAsync(1_700);
    const asked = names(platform).filter((name) => name === 'draft_check').length;
    await field(page, 'componentTitle').setValue('论壮族铜鼓的纹饰');
    page.unmount();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saves(platform).at(-1)?.componentTitle).toBe('论壮族铜鼓的纹饰');
    expect(names(platform).filter((name) => name === 'draft_check')).toHaveLength(asked);
  });

  it('puts a pasted number into its field', async () => {
    const { page, platform } = await open();
    const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), {
      clipboardData: { getData: () => 'https://doi.org/10.1017/S0305741000014831' },
    });
    field(page, 'componentTitle').element.dispatchEvent(event);
    await vi.advanceTimersByTimeAsync(500);
    expect(event.defaultPrevented).toBe(true);
    expect(field(page, 'doi').element.value).toBe('10.1017/S0305741000014831');
    expect(saves(platform).at(-1)?.doi).toBe('10.1017/S0305741000014831');
    expect(page.text()).toContain('已识别为 DOI');
  });

  it('turns yuan into fen and keeps what is not an amount as typed', async () => {
    const { page, platform } = await open();
    await field(page, 'maximumCost').setValue('２０.５元');
    await vi.advanceTimersByTimeAsync(500);
    expect(saves(platform).at(-1)?.maximumCost).toBe(2050);
    await field(page, 'maximumCost').setValue('二十');
    await vi.advanceTimersByTimeAsync(500);
    expect(field(page, 'maximumCost').element.value).toBe('二十');
    expect(page.text()).toContain('请写金额');
  });

  it('switches to a loan with its fields, keeps the rest, and chooses the only desk', async () => {
    const { page, platform } = await open();
    await page.get('input[type=radio][value=Loan]').setValue();
    await vi.advanceTimersByTimeAsync(500);
    const kept = saves(platform).at(-1)!;
    expect([kept.service, kept.pickupLocation, kept.pages]).toEqual(['Loan', 'd1', '12-20']);
    expect(page.find('[data-field=pages]').exists()).toBe(false);
    expect(page.find('[data-field=declarationAccepted]').exists()).toBe(false);
  });

  it('submits once what is typed is kept and checked, and opens the request', async () => {
    const { page, platform } = await open({ request_submit: () => detailOf(row('n1', { state: 'QUEUED' })) });
    await field(page, 'pages').setValue('12-21');
    await submit(page);
    const order = names(platform).filter((name) =>
      ['draft_save', 'draft_check', 'request_submit'].includes(name),
    );
    expect(order).toEqual(['draft_save', 'draft_check', 'request_submit']);
    expect(page.router.currentRoute.value.fullPath).toBe('/requests/n1');
  });

  it('does not submit what has blockers, and goes to the first', async () => {
    const missing = [check('PAGES_INVALID', 'blocker', 'pages')];
    const { page, platform } = await open({
      draft_get: () => view(draft({ pages: '十二' }), missing),
      draft_check: () => view(draft({ pages: '十二' }), missing, true),
    });
    await submit(page);
    expect(names(platform)).not.toContain('request_submit');
    expect(document.activeElement).toBe(field(page, 'pages').element);
    expect(page.text()).toContain('还有 1 处要改好');
  });

  it('leads to the account when nobody is signed in, with the draft safe', async () => {
    const { page, platform } = await open({ account_get: () => ({ ...signedIn, signedIn: false }) });
    await field(page, 'note').setValue('需要彩色');
    await submit(page);
    expect(names(platform)).not.toContain('request_submit');
    expect(saves(platform).at(-1)?.note).toBe('需要彩色');
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('草稿已保存在本机');
  });

  it('lets a request wait for a free place only when the patron says so', async () => {
    const full = [check('LIMIT_REACHED', 'blocker', '', { active: '10', max: '10' })];
    const { page, platform } = await open({
      draft_get: () => view(draft(), full),
      draft_save: ({ draft: kept }) => view(kept, full),
      draft_check: () => view(draft(), full, true),
      request_submit: ({ id }) => detailOf(row(id, { state: 'QUEUED' })),
    });
    await submit(page);
    expect(names(platform)).not.toContain('request_submit');
    const dialog = document.querySelector('[role=dialog]')!;
    expect(dialog.textContent).toContain('在办申请已有 10 件，到了上限 10 件');
    dialog.querySelector<HTMLButtonElement>('[data-wait]')!.click();
    await settle();
    expect(platform.calls.find((call) => call.name === 'request_submit')?.payload).toMatchObject({
      wait: true,
    });
  });

  it('asks for no sign-in where the patron carries the request to the page', async () => {
    const app = { library, demo: false, demoHints: {}, handsOver: true };
    const { page, platform } = await open({
      app_start: () => app as never,
      account_get: () => ({ ...signedIn, signedIn: false }),
      request_submit: ({ id }) => detailOf({ ...row(id), state: 'QUEUED', group: 'needsYou' }),
    });
    expect(page.text()).not.toContain('登录后');
    expect(page.get('button[type=submit]').text()).toBe('保存，到网页提交');
    await submit(page);
    expect(names(platform)).toContain('request_submit');
  });

  it('keeps the form when submitting fails', async () => {
    const { page } = await open({
      request_submit: () => {
        throw problem('DISK_FULL');
      },
    });
    await submit(page);
    expect(page.router.currentRoute.value.path).toBe('/requests/new/n1');
    expect(page.text()).toContain('磁盘已满');
    expect(field(page, 'componentTitle').element.value).toBe('论壮族的铜鼓文化');
  });

  it('saves when the screen is left before half a second is over', async () => {
    const { page, platform } = await open();
    await field(page, 'pages').setValue('99');
    await page.router.push('/requests');
    await settle();
    expect(saves(platform).at(-1)?.pages).toBe('99');
    expect(page.router.currentRoute.value.path).toBe('/requests');
  });
});

describe('a pasted text', () => {
  it.each([
    ['10.1000/xyz', 'doi', '10.1000/xyz'],
    ['doi: 10.1017/S0305741000014831。', 'doi', '10.1017/S0305741000014831'],
    ['ISBN 978-7-02-000872-8', 'isbn', '978-7-02-000872-8'],
    ['7020008720', 'isbn', '7020008720'],
    ['ISSN：1004-454X', 'issn', '1004-454X'],
    ['1004-4541', undefined, undefined],
    ['2434-561X', 'issn', '2434-561X'],
    ['PMID: 123456', 'pmid', '123456'],
    ['978-7-02-000872-9', undefined, undefined],
    ['论壮族的铜鼓文化', undefined, undefined],
    ['2009', undefined, undefined],
  ])('%s', (text, kind, value) => {
    const found = recognise(text);
    if (value === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual({ field: kind, value });
  });
});
