import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft, EventKind, Provenance, RequestDetail, RequestList } from '@/api/generated';
import { h, ref } from 'vue';
import { useToasts } from '@/components/toasts';
import { show } from '@/lib/testing';
import { problem } from '@/platform/fake';
import { noFilter, listState } from './history';
import RequestsPage from './RequestsPage.vue';
import { routes } from './routes';
import {
  detailOf,
  draft,
  historyOf,
  offer,
  place as sampled,
  press,
  row,
  signedIn,
  status,
  view,
  type Handlers,
} from './samples';

beforeEach(() => {
  listState.query = { text: '', filter: noFilter(), sort: 'newest' };
  listState.open = false;
});

describe('the list of requests', () => {
  const list: RequestList = {
    more: false,
    requests: [
      row('a', {
        state: 'AWAITING_PICKUP',
        group: 'needsYou',
        clock: { kind: 'pickupBy', date: '2099-11-30', days: 8, estimated: false },
      }),
      row('b', { clock: { kind: 'late', date: '2026-11-20', days: 2, estimated: true } }),
      row('c', { state: 'IN_DIGITISATION', stateLabel: '数字化加工中' }),
      row('d', { state: 'COMPLETED', group: 'ended', title: '汉语方言地图集' }),
    ],
    drafts: [{ id: 'n1', title: '粤西丛载', service: 'Loan', updatedAt: '2026-11-22T02:42:00Z' }],
    asOf: '2026-11-22T02:42:00Z',
  };
  const open = (at = '/requests', more: Handlers = {}) => {
    const platform = sampled({
      request_list: () => list,
      history_search: historyOf(list.requests),
      request_get: ({ id }) => detailOf(list.requests.find((one) => one.id === id)!),
      ...more,
    });
    return show(RequestsPage, {}, { routes, at }).then((page) => ({ page, platform }));
  };

  it('stands in three groups with the seal at what needs the patron', async () => {
    const { page } = await open();
    const headings = page.findAll('.group').map((group) => group.text());
    expect(headings).toHaveLength(3);
    expect(headings[0]).toContain('需要你');
    expect(headings[1]).toContain('进行中');
    expect(headings[2]).toContain('已结束');
    expect(page.findAll('.group .seal')).toHaveLength(1);
    const options = page.findAll('[role=option]').map((option) => option.text());
    expect(options).toHaveLength(4);
    expect(options[0]).toContain('到馆待取');
    expect(options[0]).toContain('前取书');
    expect(options[1]).toContain('已超时 2 天');
    expect(options[2]).toContain('数字化加工中');
  });

  it('has all its groups when it is opened a second time', async () => {
    const there = ref(true);
    sampled({
      request_list: () => list,
      history_search: historyOf(list.requests),
      request_get: ({ id }) => detailOf(list.requests.find((one) => one.id === id)!),
    });
    const Host = { render: () => (there.value ? h(RequestsPage) : h('div')) };
    const page = await show(Host, {}, { routes, at: '/requests' });
    const groups = () => page.findAll('.group').map((group) => group.get('.word').text());
    expect(groups()).toEqual(['需要你', '进行中', '已结束']);
    for (there.value of [false, true]) await flushPromises();
    await vi.waitFor(() => expect(groups()).toEqual(['需要你', '进行中', '已结束']));
    expect(page.text()).toContain('汉语方言地图集');
  });

  it('is walked by keys over its headings, and opens with Enter', async () => {
    const { page } = await open();
    const listbox = page.get('[role=listbox]').element;
    const active = () => document.getElementById(listbox.getAttribute('aria-activedescendant')!)!.textContent;
    expect(active()).toContain('铜鼓研究 a');
    press(listbox, 'ArrowDown');
    await flushPromises();
    expect(active()).toContain('铜鼓研究 b');
    press(listbox, 'ArrowUp');
    await flushPromises();
    expect(active()).toContain('铜鼓研究 a');
    press(listbox, 'Enter');
    await flushPromises();
    expect(page.router.currentRoute.value.fullPath).toBe('/requests/a');
  });

  it('is narrowed by title and number, and not while composing', async () => {
    const { page } = await open();
    const input = page.get<HTMLInputElement>('[role=searchbox]');
    await input.setValue('汉语方言');
    await vi.waitFor(() => expect(page.findAll('[role=option]')).toHaveLength(1));
    await input.setValue('gx-b');
    await vi.waitFor(() => expect(page.get('[role=option]').text()).toContain('铜鼓研究 b'));
    expect(press(input.element, 'Enter', { isComposing: true }).defaultPrevented).toBe(false);
    await input.setValue('没有这样的');
    await vi.waitFor(() => expect(page.text()).toContain('没有与“没有这样的”相符的申请'));
  });

  it('deletes a draft at once and brings it back at a word', async () => {
    const gone = vi.fn(() => ({}));
    const back = vi.fn(({ draft: one }: { draft: Draft }) => view(one));
    const kept = draft({ title: '粤西丛载校注', componentTitle: '' });
    const { page } = await open('/requests', {
      draft_get: () => view(kept),
      draft_delete: gone,
      draft_restore: back,
    });
    await page.get('.drafts li button').trigger('click');
    await flushPromises();
    expect(gone).toHaveBeenCalledWith({ id: 'n1' });
    const word = useToasts().at(-1)!;
    expect(word.text()).toContain('粤西丛载校注');
    word.action!.run();
    await flushPromises();
    expect(back).toHaveBeenCalledWith({ draft: kept });
  });

  it('says how old it is when offline, and that the session is over', async () => {
    const { page } = await open('/requests', {
      status_get: () => ({ ...status, connection: 'offline' }) as never,
      account_get: () => ({ ...signedIn, signedIn: false, needsSignIn: true }),
    });
    expect(page.text()).toContain('离线，显示');
    expect(page.text()).toContain('登录已过期');
  });

  it('says why when the renewal of the session was cut off', async () => {
    const { page } = await open('/requests', {
      account_get: () => ({ ...signedIn, signedIn: false, needsSignIn: true, cutOff: true }),
    });
    expect(page.text()).toContain('续期登录时连接中断');
  });
});

describe('the page of a request', () => {
  const open = async (detail: RequestDetail, more: Handlers = {}) => {
    const platform = sampled({
      request_list: () => ({ requests: [detail.row], more: false, drafts: [], asOf: null }),
      request_get: () => detail,
      ...more,
    });
    await show(RequestsPage, {}, { routes, at: `/requests/${detail.row.id}` });
    // narrow window: the details are in a sheet at the end of the page
    return { platform, panel: document.querySelector('.panel')! };
  };
  const button = (name: string) => document.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);

  it('promises in one sentence, and tells past, now and next', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'SHIPPED' }), {
        timeline: [
          {
            at: '2026-11-20T02:00:00Z',
            state: 'SUBMITTED',
            actor: 'patron',
            note: '',
            kind: 'moved',
            source: 'platform',
          },
          {
            at: '2026-11-21T02:00:00Z',
            state: 'SENT_TO_SUPPLIER',
            actor: 'library',
            note: '本馆缺藏，已转国家图书馆',
            kind: 'moved',
            source: 'platform',
          },
          {
            at: '2026-11-22T02:00:00Z',
            state: 'SHIPPED',
            actor: 'supplier',
            note: '',
            kind: 'moved',
            source: 'platform',
          },
        ],
        next: ['AWAITING_PICKUP', 'ON_LOAN'],
      }),
    );
    expect(panel.querySelector('.sentence')!.textContent).toBe(
      '提供馆已寄出，通常 3–5 天到馆，到馆后会通知你。',
    );
    const steps = [...panel.querySelectorAll('ol li')];
    expect(steps.map((step) => step.className.split(' ')[0])).toEqual([
      'past',
      'past',
      'now',
      'next',
      'next',
    ]);
    expect(steps[1]!.querySelector('blockquote')!.textContent).toBe('本馆缺藏，已转国家图书馆');
    expect(steps[2]!.getAttribute('aria-current')).toBe('step');
  });

  it('tells who said what, and takes back what was noted last', async () => {
    const entry = (state: string, source: Provenance) =>
      ({ at: '2026-11-30T02:00:00Z', state, actor: 'patron', note: '', kind: 'moved', source }) as const;
    const took = vi.fn();
    const before = detailOf(row('a', { state: 'SUBMITTED' }), { timeline: [entry('SUBMITTED', 'page')] });
    const { panel } = await open(
      detailOf(row('a', { state: 'AWAITING_PICKUP' }), {
        canTakeBack: true,
        timeline: [
          entry('QUEUED', 'program'),
          entry('SUBMITTED', 'page'),
          entry('SHIPPED', 'mail'),
          entry('AWAITING_PICKUP', 'patron'),
        ],
      }),
      { handover_take_back: (request) => (took(request), before) },
    );
    const said = [...panel.querySelectorAll('ol [data-source]')].map((one) => one.textContent);
    expect(said).toEqual(['本机记录', '平台网页', '邮件', '本人登记']);
    const back = [...panel.querySelectorAll<HTMLButtonElement>('ol button')];
    expect(back.map((one) => one.textContent!.trim())).toEqual(['记错了，撤回']);
    back[0]!.click();
    await flushPromises();
    expect(took).toHaveBeenCalledWith({ id: row('a').id });
  });

  it('tells what did not move it by its kind, also what it does not know', async () => {
    const at = (hour: number) => `2026-11-22T0${hour}:00:00Z`;
    const event = (hour: number, kind: EventKind, note: string, state = 'ON_LOAN') =>
      ({ at: at(hour), state, actor: 'library', note, kind, source: 'platform' }) as const;
    const { panel } = await open(
      detailOf(row('a', { state: 'ON_LOAN' }), {
        timeline: [
          event(1, 'moved', '', 'SENT_TO_SUPPLIER'),
          event(2, 'moved', '国家图书馆不能提供，已转清华大学图书馆', 'SENT_TO_SUPPLIER'),
          event(3, 'moved', '读者已取书'),
          event(4, 'message', '馆员留言'),
          event(5, 'renewal', '同意续借'),
          event(6, 'other', '飞鸽传书'),
        ],
        next: ['RETURNED'],
      }),
    );
    const steps = [...panel.querySelectorAll('ol li')];
    expect(steps.map((step) => step.querySelector('.state, .what')!.textContent!.trim())).toEqual([
      '已发往提供馆',
      '已发往提供馆',
      '借阅中',
      '留言',
      '续借',
      '其他消息',
      '接下来 已还本馆',
    ]);
    expect(steps.filter((step) => step.querySelector('.what svg'))).toHaveLength(3);
    expect(panel.querySelector('li[aria-current]')).toBe(steps[2]);
    expect(steps[5]!.querySelector('blockquote')!.textContent).toBe('飞鸽传书');
  });

  it('shows a state that it does not know by the platform’s own word', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'IN_DIGITISATION', stateLabel: '数字化加工中' }), {
        timeline: [
          {
            at: '2026-11-20T02:00:00Z',
            state: 'SUBMITTED',
            actor: 'patron',
            note: '',
            kind: 'moved',
            source: 'platform',
          },
        ],
      }),
    );
    expect(panel.querySelector('.sentence')!.textContent).toContain('“数字化加工中”');
    expect(panel.querySelector('li.now .state')!.textContent).toContain('数字化加工中');
    expect(panel.textContent).not.toContain('requests.state');
  });

  it('offers what the platform offers, and what it has no words for by its name', async () => {
    await open(
      detailOf(row('a', { state: 'CONDITION_PENDING', group: 'needsYou' }), {
        actions: [
          offer('accept-condition'),
          offer('cancel'),
          { ...offer('renew'), available: false },
          offer('teleport'),
        ],
      }),
    );
    expect(
      [...document.querySelectorAll('[data-action]')].map((one) => one.getAttribute('data-action')),
    ).toEqual(['accept-condition', 'cancel', 'teleport']);
    expect(button('teleport')!.textContent).toContain('teleport');
  });

  it('asks before it cancels', async () => {
    const act = vi.fn(() => detailOf(row('a', { state: 'CANCELLED', group: 'ended' })));
    await open(detailOf(row('a'), { actions: [offer('cancel')] }), { request_act: act });
    button('cancel')!.click();
    await flushPromises();
    expect(act).not.toHaveBeenCalled();
    document.querySelector<HTMLButtonElement>('[data-confirm]')!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({ id: 'a', action: 'cancel', params: {} });
  });

  it('says why a request was refused and that its text is kept', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'REJECTED', group: 'needsYou', hrid: '' }), {
        reason: { code: 'COPYRIGHT_LIMIT_EXCEEDED', text: '全书 300 页', fields: [] },
        actions: [offer('edit-again')],
      }),
    );
    expect(panel.textContent).toContain('你填写的内容都还在');
    expect(panel.textContent).toContain('超过了全书三分之一');
    expect(panel.querySelector('blockquote')!.textContent).toBe('全书 300 页');
  });

  it('says what is safe while a request is not at the platform', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'QUEUED', hrid: '' }), {
        outbox: { attempts: 2, problem: problem('UNREACHABLE'), notBefore: null, waitsForPlace: false },
      }),
    );
    expect(panel.textContent).toContain('申请已保存在本机，恢复后自动发送');
    expect(panel.textContent).toContain('已尝试 2 次');
  });

  it('names whom to call when it is late', async () => {
    const { panel } = await open(
      detailOf(row('a', { clock: { kind: 'late', date: '2026-11-20', days: 2, estimated: true } })),
    );
    expect(panel.querySelector('.library-card.care')!.textContent).toContain('0771-0000000');
  });
});
