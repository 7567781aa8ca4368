import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RouterView } from 'vue-router';
import type { Check, Draft, DraftView, RequestDetail, RequestList, RequestRow } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem, type FakePlatform } from '@/platform/fake';
import { recognise } from './identify';
import RequestsPage from './RequestsPage.vue';
import { routes } from './routes';

type Handlers = Parameters<typeof fakePlatform>[0];

const library = {
  name: '广西民族大学图书馆',
  nameEn: 'Guangxi Minzu University Library',
  tenant: 'a001962',
  portal: 'https://library.example/',
  contact: { phone: '0771-0000000', qqGroups: ['100'], place: '相思湖馆 904', placeEn: 'room 904' },
  desks: [{ id: 'd1', name: '相思湖馆 904', nameEn: 'room 904' }],
  fees: { loan: 4000, page: 30, patronPays: false },
  loanDays: 20,
  usual: { registrationWorkingDays: 2, reviewWorkingDays: 2, copyWorkingDays: 3, loanDays: 7 },
};
const row = (id: string, more: Partial<RequestRow> = {}): RequestRow => ({
  id,
  hrid: `GX-${id}`,
  title: `铜鼓研究 ${id}`,
  subtitle: '蒋廷瑜',
  service: 'Loan',
  kind: 'book',
  state: 'SUBMITTED',
  stateLabel: '',
  group: 'ongoing',
  clock: { kind: 'none', date: null, days: null, estimated: false },
  updatedAt: '2026-11-22T02:00:00Z',
  pendingAction: '',
  ...more,
});
const draft = (more: Partial<Draft> = {}): Draft => ({
  id: 'n1',
  service: 'Copy',
  kind: 'article',
  title: '广西民族研究',
  author: '',
  componentTitle: '论壮族的铜鼓文化',
  componentAuthor: '',
  publisher: '',
  place: '',
  date: '',
  edition: '',
  volume: '',
  issue: '',
  pages: '12-20',
  totalPages: null,
  language: '',
  isbn: '',
  issn: '',
  doi: '',
  pmid: '',
  source: null,
  neededBy: null,
  anyEdition: false,
  urgent: false,
  maximumCost: null,
  pickupLocation: '',
  note: '',
  declarationAccepted: true,
  overrideDuplicate: false,
  updatedAt: '2026-11-22T02:42:00Z',
  ...more,
});
const view = (of: Draft, checks: Check[] = [], online = false): DraftView => ({
  draft: of,
  checks,
  estimate: 510,
  canSubmit: checks.every((check) => check.verdict !== 'blocker'),
  checkedOnline: online,
});
const check = (code: Check['code'], verdict: Check['verdict'], field = '', params = {}): Check => ({
  code,
  verdict,
  field,
  params,
});
const detailOf = (one: RequestRow, more: Partial<RequestDetail> = {}): RequestDetail => ({
  row: one,
  draft: draft({ id: one.id, service: one.service }),
  request: null,
  reason: null,
  timeline: [],
  next: [],
  actions: [],
  outbox: null,
  estimate: null,
  ...more,
});
const signedIn = {
  signedIn: true,
  needsSignIn: false,
  mustChangePassword: false,
  username: '20210001',
  account: null,
  registration: null,
  unsent: 0,
  desks: [],
};
const status = {
  connection: 'online',
  outbox: 0,
  needsYou: 0,
  unread: 0,
  lastSync: null,
  syncing: false,
  problem: null,
  signedIn: true,
};

function place(handlers: Handlers): FakePlatform {
  const platform = fakePlatform({
    app_start: () => ({ library, demo: false, demoHints: {} }) as never,
    account_get: () => signedIn,
    status_get: () => status as never,
    ...handlers,
  });
  usePlatform(platform);
  return platform;
}
const names = (platform: FakePlatform) => platform.calls.map((call) => call.name);
const saves = (platform: FakePlatform) =>
  platform.calls
    .filter((call) => call.name === 'draft_save')
    .map((call) => (call.payload as { draft: Draft }).draft);
const press = (target: Element, key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};

describe('the list of requests', () => {
  const list: RequestList = {
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
    const platform = place({
      request_list: () => list,
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
    const input = page.get('input[type=search]');
    await input.setValue('汉语方言');
    expect(page.findAll('[role=option]')).toHaveLength(1);
    await input.setValue('gx-b');
    expect(page.get('[role=option]').text()).toContain('铜鼓研究 b');
    expect(press(input.element, 'Enter', { isComposing: true }).defaultPrevented).toBe(false);
    await input.setValue('没有这样的');
    expect(page.text()).toContain('没有与“没有这样的”相符的申请');
  });

  it('asks before a draft is deleted', async () => {
    const gone = vi.fn(() => ({}));
    const { page } = await open('/requests', { draft_delete: gone });
    await page.get('.drafts li button').trigger('click');
    expect(gone).not.toHaveBeenCalled();
    const dialog = document.querySelector('[role=dialog]')!;
    expect(dialog.textContent).toContain('粤西丛载');
    dialog.querySelector<HTMLButtonElement>('footer button:last-child')!.click();
    await flushPromises();
    expect(gone).toHaveBeenCalledWith({ id: 'n1' });
  });

  it('says how old it is when offline, and that the session is over', async () => {
    const { page } = await open('/requests', {
      status_get: () => ({ ...status, connection: 'offline' }) as never,
      account_get: () => ({ ...signedIn, signedIn: false, needsSignIn: true }),
    });
    expect(page.text()).toContain('离线，显示');
    expect(page.text()).toContain('登录已过期');
  });
});

describe('the page of a request', () => {
  const open = async (detail: RequestDetail, more: Handlers = {}) => {
    const platform = place({
      request_list: () => ({ requests: [detail.row], drafts: [], asOf: null }),
      request_get: () => detail,
      ...more,
    });
    await show(RequestsPage, {}, { routes, at: `/requests/${detail.row.id}` });
    // narrow: the details are a sheet at the end of the page
    return { platform, panel: document.querySelector('.panel')! };
  };
  const button = (name: string) => document.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);

  it('promises in one sentence, and tells past, now and next', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'SHIPPED' }), {
        timeline: [
          { at: '2026-11-20T02:00:00Z', state: 'SUBMITTED', actor: 'patron', note: '', source: 'platform' },
          {
            at: '2026-11-21T02:00:00Z',
            state: 'SENT_TO_SUPPLIER',
            actor: 'library',
            note: '本馆缺藏，已转国家图书馆',
            source: 'platform',
          },
          { at: '2026-11-22T02:00:00Z', state: 'SHIPPED', actor: 'supplier', note: '', source: 'platform' },
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

  it('shows a state that it does not know by the platform’s own word', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'IN_DIGITISATION', stateLabel: '数字化加工中' }), {
        timeline: [
          { at: '2026-11-20T02:00:00Z', state: 'SUBMITTED', actor: 'patron', note: '', source: 'platform' },
        ],
      }),
    );
    expect(panel.querySelector('.sentence')!.textContent).toContain('“数字化加工中”');
    expect(panel.querySelector('li.now .state')!.textContent).toContain('数字化加工中');
    expect(panel.textContent).not.toContain('requests.state');
  });

  it('offers what the platform offers, and nothing that it has no words for', async () => {
    await open(
      detailOf(row('a', { state: 'CONDITION_PENDING', group: 'needsYou' }), {
        actions: [
          { name: 'accept-condition', available: true },
          { name: 'cancel', available: true },
          { name: 'renew', available: false },
          { name: 'teleport', available: true },
        ],
      }),
    );
    expect(
      [...document.querySelectorAll('[data-action]')].map((one) => one.getAttribute('data-action')),
    ).toEqual(['accept-condition', 'cancel']);
  });

  it('asks before it cancels', async () => {
    const act = vi.fn(() => detailOf(row('a', { state: 'CANCELLED', group: 'ended' })));
    await open(detailOf(row('a'), { actions: [{ name: 'cancel', available: true }] }), { request_act: act });
    button('cancel')!.click();
    await flushPromises();
    expect(act).not.toHaveBeenCalled();
    document.querySelector<HTMLButtonElement>('[data-confirm]')!.click();
    await flushPromises();
    expect(act).toHaveBeenCalledWith({ id: 'a', action: 'cancel' });
  });

  it('says why a request was refused and that its text is kept', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'REJECTED', group: 'needsYou', hrid: '' }), {
        reason: { code: 'COPYRIGHT_LIMIT_EXCEEDED', text: '全书 300 页' },
        actions: [{ name: 'edit-again', available: true }],
      }),
    );
    expect(panel.textContent).toContain('你填写的内容都还在');
    expect(panel.textContent).toContain('超过了全书三分之一');
    expect(panel.querySelector('blockquote')!.textContent).toBe('全书 300 页');
  });

  it('says what is safe while a request is not at the platform', async () => {
    const { panel } = await open(
      detailOf(row('a', { state: 'QUEUED', hrid: '' }), {
        outbox: { attempts: 2, problem: problem('UNREACHABLE'), notBefore: null },
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
      request_list: () => ({ requests: [], drafts: [], asOf: null }),
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

  it('saves what is typed by itself within half a second, and says so', async () => {
    const { page, platform } = await open();
    await field(page, 'componentTitle').setValue('论壮族铜鼓的纹饰');
    expect(saves(platform)).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(saves(platform).at(-1)?.componentTitle).toBe('论壮族铜鼓的纹饰');
    expect(page.get('[data-saved]').text()).toMatch(/草稿已保存 .*10:50/);
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
