import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { Action, MessageThread, PendingView, RequestDetail, Service } from '@/api/generated';
import { show } from '@/lib/testing';
import { problem } from '@/platform/fake';
import RequestPanel from './RequestPanel.vue';
import { detailOf, draft, offer, place, press, row, status, type Handlers } from './samples';
import { knownStates } from './words';

const empty = { render: () => null };
const routes = [
  { path: '/requests/:id?', name: 'requests', component: empty },
  { path: '/requests/new/:draftId', name: 'requestForm', component: empty },
];
const thread = (more: Partial<MessageThread> = {}): MessageThread => ({
  messages: [],
  unread: 0,
  canWrite: true,
  longest: 2000,
  ...more,
});
const request = (more: Partial<NonNullable<RequestDetail['request']>> = {}) =>
  ({
    id: 'a',
    condition: null,
    supplier: null,
    supplierAttempt: 0,
    renewals: 0,
    renewal: null,
    succeededBy: null,
    cost: null,
    costToPatron: null,
    dueDate: null,
    createdAt: '2026-11-20T02:00:00Z',
    ...more,
  }) as NonNullable<RequestDetail['request']>;
const waiting = (more: Partial<PendingView>): PendingView => ({
  id: 7,
  kind: 'action',
  action: 'cancel',
  params: {},
  text: '',
  draft: null,
  at: '2026-11-22T02:00:00Z',
  attempts: 0,
  underWay: false,
  problem: null,
  refused: false,
  canDrop: true,
  ...more,
});

async function open(detail: RequestDetail, more: Handlers = {}, locale = 'zh-CN') {
  const platform = place({ request_get: () => detail, message_list: () => thread(), ...more });
  const page = await show(
    RequestPanel,
    { id: detail.row.id },
    { routes, at: `/requests/${detail.row.id}`, locale },
  );
  return { platform, page, panel: page.element.parentElement as HTMLElement };
}
const button = (name: string) => document.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
const confirm = () => document.querySelector<HTMLButtonElement>('[data-confirm]');

describe.each(['zh-CN', 'en'])('every state for every service in %s', (locale) => {
  const services: Service[] = ['Copy', 'Loan'];
  it.each(
    services.flatMap((service) => [...knownStates, 'BEYOND'].map((state) => [service, state] as const)),
  )('%s %s has its promise, what comes next, what to do, and its actions', async (service, state) => {
    const { panel } = await open(
      detailOf(row('a', { state, service, stateLabel: state === 'BEYOND' ? '彼岸 beyond' : '' }), {
        request: request(),
        actions: [offer('cancel', 'reason')],
      }),
      {},
      locale,
    );
    for (const part of ['.sentence', '.todo', '.state']) {
      const words = panel.querySelector(part)?.textContent ?? '';
      expect(words.length, part).toBeGreaterThan(1);
      expect(words).not.toMatch(/requests\.|life\.|[{}]/);
    }
    expect(panel.querySelector('li.now')!.textContent!.length).toBeGreaterThan(3);
    expect(button('cancel')!.textContent!.length).toBeGreaterThan(2);
    expect(panel.textContent).not.toMatch(/requests\.[a-z]|life\.[a-z]/);
  });
});

describe('what an action asks', () => {
  const acted = (actions: Action[], state = 'DELIVERED', more: Partial<RequestDetail> = {}) => {
    const act = vi.fn(() => detailOf(row('a', { state })));
    return open(detailOf(row('a', { state }), { actions, request: request(), ...more }), {
      request_act: act,
    }).then(() => act);
  };

  it('is why it is cancelled, if the patron likes to say', async () => {
    const act = await acted([offer('cancel', 'reason')], 'LOCAL_REVIEW');
    button('cancel')!.click();
    await flushPromises();
    document.querySelector<HTMLInputElement>('input[value=elsewhere]')!.click();
    await flushPromises();
    confirm()!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({ id: 'a', action: 'cancel', params: { reason: '已从别处得到' } });
  });

  it('is what is wrong with a copy, which has to be said', async () => {
    const act = await acted([offer('report-problem', 'problem', 'note')]);
    button('report-problem')!.click();
    await flushPromises();
    confirm()!.click();
    await flushPromises();
    expect(act).not.toHaveBeenCalled();
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('请选一项');
    document.querySelector<HTMLInputElement>('input[value=pages-missing]')!.click();
    const note = document.querySelector<HTMLTextAreaElement>('[role=dialog] textarea')!;
    note.value = '缺第 12 页';
    note.dispatchEvent(new Event('input', { bubbles: true }));
    await flushPromises();
    confirm()!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({
      id: 'a',
      action: 'report-problem',
      params: { problem: 'pages-missing', note: '缺第 12 页' },
    });
  });

  it('is shown with what the condition is and costs before it is accepted', async () => {
    const condition = {
      code: 'LIBRARY_USE_ONLY',
      text: '特藏，须在阅览室使用。',
      cost: 3200,
      costToPatron: 1000,
      answerBy: '2026-11-30',
    };
    const act = await acted([offer('accept-condition')], 'CONDITION_PENDING', {
      request: request({ condition }),
    });
    const card = document.querySelector('.condition')!.textContent!;
    for (const words of ['只能在馆内阅览', '特藏，须在阅览室使用', '¥32.00', '你需支付 ¥10.00', '11-30'])
      expect(card).toContain(words);
    button('accept-condition')!.click();
    await flushPromises();
    expect(act).not.toHaveBeenCalled();
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('¥32.00');
    confirm()!.click();
    await flushPromises();
    expect(act).toHaveBeenCalled();
  });

  it('of a newer platform is asked by the platform’s own name and parameters', async () => {
    const act = await acted([
      { ...offer('prefer-colour', 'pages'), label: '改为彩色', labelEn: 'In colour' },
    ]);
    expect(button('prefer-colour')!.textContent).toContain('改为彩色');
    button('prefer-colour')!.click();
    await flushPromises();
    expect(act).not.toHaveBeenCalled();
    const input = document.querySelector<HTMLInputElement>('[role=dialog] input')!;
    input.value = '12-15';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await flushPromises();
    confirm()!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({ id: 'a', action: 'prefer-colour', params: { pages: '12-15' } });
  });

  it('offers a reminder only when it is late', async () => {
    await acted([offer('urge', 'text')], 'LOCAL_REVIEW');
    expect(button('urge')).toBeNull();
  });

  it('offers it then', async () => {
    const clock = { kind: 'late', date: '2026-11-20', days: 2, estimated: true } as const;
    await open(detailOf(row('a', { clock }), { actions: [offer('urge', 'text')], request: request() }));
    expect(button('urge')).not.toBeNull();
  });
});

describe('what waits for the library', () => {
  it('says what will happen, and can be taken back', async () => {
    const drop = vi.fn(() => detailOf(row('a')));
    const { panel } = await open(
      detailOf(row('a', { pendingAction: 'renew' }), {
        request: request(),
        pending: [waiting({ action: 'renew' })],
      }),
      { pending_drop: drop },
    );
    expect(panel.querySelector('.pending')!.textContent).toContain('新的日期以图书馆答复为准');
    panel.querySelector<HTMLButtonElement>('[data-drop]')!.click();
    await flushPromises();
    expect(drop).toHaveBeenCalledWith({ id: 'a', pending: 7 });
  });

  it('keeps a refused text with its reason and a way out', async () => {
    const refused = waiting({
      kind: 'edit',
      action: '',
      refused: true,
      problem: problem('VERSION_CONFLICT'),
    });
    const { panel } = await open(
      detailOf(row('a', { state: 'NEEDS_INFO', group: 'needsYou', service: 'Copy' }), {
        request: request(),
        editable: true,
        pending: [{ ...refused, draft: { ...draft(), issue: '第三期' } }],
      }),
    );
    expect(panel.querySelector('.pending')!.textContent).toContain('你写的内容还在');
    [...panel.querySelectorAll<HTMLButtonElement>('.pending button')]
      .find((one) => one.textContent!.includes('对照后再提交'))!
      .click();
    await flushPromises();
    expect(document.querySelector<HTMLInputElement>('[role=dialog] [data-field=issue]')!.value).toBe(
      '第三期',
    );
  });
});

describe('writing with the librarian', () => {
  const message = { id: 'm1', at: '2026-11-22T02:00:00Z', from: 'library', text: '是第 2 期吗？' } as const;
  const one = { ...message, sent: true, pending: null, refused: null, new: true };

  it('shows what is new and marks it as seen', async () => {
    const seen = vi.fn(() => ({}));
    const { panel } = await open(detailOf(row('a'), { request: request() }), {
      message_list: () => thread({ messages: [one], unread: 1 }),
      message_seen: seen,
    });
    expect(panel.querySelector('.thread li.fresh')!.textContent).toContain('是第 2 期吗');
    expect(seen).toHaveBeenCalledWith({ id: 'a' });
  });

  it('sends with Ctrl+Enter, not while composing, and says what waits', async () => {
    const kept = {
      ...one,
      id: 'm2',
      from: 'patron' as const,
      text: '是的',
      sent: false,
      pending: 9,
      new: false,
    };
    let messages = [{ ...one, new: false }];
    const send = vi.fn(() => ((messages = [...messages, kept as never]), thread({ messages })));
    const { panel } = await open(detailOf(row('a'), { request: request() }), {
      message_list: () => thread({ messages }),
      message_send: send,
      status_get: () => ({ ...status, connection: 'offline' }) as never,
    });
    const area = panel.querySelector<HTMLTextAreaElement>('.write textarea')!;
    area.value = ' 是的 ';
    area.dispatchEvent(new Event('input', { bubbles: true }));
    await flushPromises();
    press(area, 'Enter', { ctrlKey: true, isComposing: true });
    press(area, 'Enter');
    await flushPromises();
    expect(send).not.toHaveBeenCalled();
    press(area, 'Enter', { ctrlKey: true });
    await flushPromises();
    expect(send).toHaveBeenCalledWith({ id: 'a', text: '是的' });
    expect(area.value).toBe('');
    expect(panel.querySelector('.thread')!.textContent).toContain('待发送');
    expect(panel.querySelector('.thread')!.textContent).toContain('已保存在本机');
  });
});

describe('a delivered document', () => {
  const document_ = {
    document: {
      id: 'd1',
      name: '论铜鼓.pdf',
      mediaType: 'application/pdf',
      size: 2_480_000,
      sha256: '0'.repeat(64),
      viewsRemaining: 4,
      expiresAt: '2099-12-21T02:00:00Z',
    },
    canFetch: true,
    part: 0,
    savedPath: '',
    savedAt: null,
  };

  it('is called downloaded only when it was verified and is in the folder', async () => {
    const save = vi.fn(() => {
      throw problem('NOT_VERIFIED');
    });
    const { panel } = await open(
      detailOf(row('a', { state: 'DELIVERED' }), { request: request(), documents: [document_] }),
      {
        document_save: save,
      },
    );
    expect(panel.querySelector('.documents')!.textContent).toContain('还可查看 4 次');
    panel.querySelector<HTMLButtonElement>('[data-document]')!.click();
    await flushPromises();
    expect(save).toHaveBeenCalledWith({ id: 'a', document: 'd1' });
    expect(panel.querySelector('.documents')!.textContent).not.toContain('已下载');
    expect(panel.querySelector('.documents [role=alert]')!.textContent).toContain('没有保存');
  });

  it('says where it is, and how much of a broken download is here', async () => {
    const saved = { ...document_, savedPath: '/下载/论铜鼓.pdf', savedAt: '2026-11-22T02:00:00Z' };
    const part = {
      ...document_,
      document: { ...document_.document, id: 'd2', viewsRemaining: 0 },
      part: 620_000,
    };
    const { panel } = await open(
      detailOf(row('a', { state: 'DELIVERED' }), { request: request(), documents: [saved, part] }),
    );
    const [first, second] = [...panel.querySelectorAll('.documents li')].map((li) => li.textContent!);
    expect(first).toContain('已下载，内容核对无误');
    expect(first).toContain('/下载/论铜鼓.pdf');
    expect(second).toContain('已收到 25%');
    expect(second).toContain('继续下载');
  });
});

describe('after a no', () => {
  it('asks again in one press with what to change', async () => {
    const act = vi.fn(() => detailOf(row('n2', { state: 'DRAFT' })));
    const { panel, page } = await open(
      detailOf(row('a', { state: 'UNFILLED', group: 'ended' }), {
        request: request(),
        reason: { code: 'NON_CIRCULATING', text: '', fields: [] },
        actions: [offer('edit-again')],
        again: ['ask-copy', 'any-edition'],
      }),
      { request_act: act },
    );
    expect(panel.textContent).toContain('这份文献不外借');
    panel.querySelector<HTMLButtonElement>('[data-change="any-edition"]')!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({ id: 'a', action: 'edit-again', params: { change: 'any-edition' } });
    expect(page.router.currentRoute.value.params.draftId).toBe('n2');
  });

  it('leads to the request that took its place', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'COMPLETED', group: 'ended' }), { request: request({ succeededBy: 'b' }) }),
    );
    expect(panel.querySelector('.link a')!.getAttribute('href')).toContain('b');
  });
});
