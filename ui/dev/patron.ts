/** The patron's side of the made-up engine: requests, drafts, notices, account. `?account=` `?list=` choose what is shown. */
import { problem, type fakePlatform } from '../src/platform/fake';
import type {
  Account,
  AccountView,
  Check,
  Clock,
  Draft,
  DraftView,
  Notice,
  RequestDetail,
  RequestRow,
  RequestState,
  Service,
} from '../src/api/generated';

import { lists } from './lists';

type Handlers = Parameters<typeof fakePlatform>[0];

const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const inDays = (days: number) => {
  const day = new Date(now + days * 86_400_000);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
};
const none: Clock = { kind: 'none', date: null, days: null, estimated: false };
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function blankDraft(id: string, service: Service): Draft {
  return {
    id,
    service,
    kind: service === 'Loan' ? 'book' : 'article',
    title: '',
    author: '',
    componentTitle: '',
    componentAuthor: '',
    publisher: '',
    place: '',
    date: '',
    edition: '',
    volume: '',
    issue: '',
    pages: '',
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
    declarationAccepted: false,
    overrideDuplicate: false,
    updatedAt: ago(3),
  };
}

const row = (
  n: number,
  title: string,
  subtitle: string,
  service: Service,
  state: RequestState,
  group: RequestRow['group'],
  clock: Partial<Clock> = {},
  more: Partial<RequestRow> = {},
): RequestRow => ({
  id: uuid(n),
  hrid: `GXMZU-2026-${String(1040 + n)}`,
  title,
  subtitle,
  service,
  kind: service === 'Loan' ? 'book' : 'article',
  state,
  stateLabel: '',
  group,
  clock: { ...none, ...clock },
  createdAt: ago(n * 300 + 4000),
  updatedAt: ago(n * 300),
  pendingAction: '',
  unread: 0,
  ...more,
});

export const rows: RequestRow[] = [
  row(1, '壮族铜鼓文化的空间分布与历史变迁', '蒋廷瑜', 'Loan', 'AWAITING_PICKUP', 'needsYou', {
    kind: 'pickupBy',
    date: inDays(8),
    days: 8,
  }),
  row(2, '東京大学東洋文化研究所所蔵 漢籍分類目録', '東洋文化研究所', 'Loan', 'OVERDUE', 'needsYou', {
    kind: 'due',
    date: inDays(-2),
    days: -2,
  }),
  row(
    3,
    'Zomia and the Uplands of Southeast Asia: A Critical Reappraisal of the Anarchist History',
    'Journal of Global History',
    'Copy',
    'CONDITION_PENDING',
    'needsYou',
  ),
  row(4, '侗族大歌的多声部结构研究', '中央音乐学院学报', 'Copy', 'REJECTED', 'needsYou', {}, { hrid: '' }),
  row(
    5,
    '论壮族的稻作文化与“那”地名',
    '广西民族研究',
    'Copy',
    'QUEUED',
    'ongoing',
    { kind: 'whenOnline' },
    { hrid: '' },
  ),
  row(
    6,
    '中国少数民族语言简志丛书（修订本）第叁卷',
    '《中国少数民族语言简志丛书》修订本编委会',
    'Loan',
    'SHIPPED',
    'ongoing',
    { kind: 'expected', date: inDays(4), days: 4 },
  ),
  row(7, '京族喃字史歌集的文献学考察', '民族文学研究', 'Copy', 'SENT_TO_SUPPLIER', 'ongoing', {
    kind: 'late',
    date: inDays(-1),
    days: 1,
    estimated: true,
  }),
  row(8, 'The Art of Not Being Governed', 'Scott, James C.', 'Loan', 'ON_LOAN', 'ongoing', {
    kind: 'due',
    date: inDays(3),
    days: 3,
  }),
  row(
    9,
    '瑶族《评皇券牒》版本源流考',
    '文献',
    'Copy',
    'LOCAL_REVIEW',
    'ongoing',
    { kind: 'expected', date: inDays(5), days: 5, estimated: true },
    { pendingAction: 'cancel' },
  ),
  row(
    10,
    '岭南金石志',
    '（清）谢启昆',
    'Loan',
    'IN_DIGITISATION',
    'ongoing',
    {},
    { stateLabel: '数字化加工中' },
  ),
  row(11, '傣族贝叶经的整理与研究', '世界宗教研究', 'Copy', 'DELIVERED', 'ongoing'),
  row(12, '汉语方言地图集', '曹志耘', 'Loan', 'COMPLETED', 'ended'),
  row(13, '百越民族史论集', '百越民族史研究会', 'Copy', 'UNFILLED', 'ended'),
  row(14, '桂海虞衡志校注', '范成大', 'Loan', 'LOCALLY_AVAILABLE', 'ended'),
  row(15, '越南汉喃遗产目录提要', '刘春银', 'Loan', 'CANCELLED', 'ended'),
];

const timeline = (one: RequestRow): RequestDetail['timeline'] => {
  const at = (hours: number) => ago(hours * 60);
  const start: RequestDetail['timeline'] = [
    { at: at(170), state: 'QUEUED', actor: 'patron', note: '', source: 'here' },
    { at: at(170), state: 'SUBMITTED', actor: 'patron', note: '', source: 'platform' },
    { at: at(160), state: 'LOCAL_REVIEW', actor: 'library', note: '', source: 'platform' },
  ];
  if (one.state === 'QUEUED' || one.state === 'REJECTED') return start.slice(0, 1);
  if (one.state === 'LOCAL_REVIEW') return start;
  return [
    ...start,
    {
      at: at(120),
      state: 'SENT_TO_SUPPLIER',
      actor: 'library',
      note: '本馆缺藏，已转国家图书馆。',
      source: 'platform',
    },
    ...(one.state === 'SENT_TO_SUPPLIER'
      ? []
      : [
          {
            at: at(20),
            state: one.state,
            actor: 'supplier' as const,
            note:
              one.state === 'CONDITION_PENDING' ? '原刊装订紧，复印可能有阴影；费用 ¥32.00，是否接受？' : '',
            source: 'platform' as const,
          },
        ]),
  ];
};
const actionsOf: { [state: string]: string[] } = {
  REJECTED: ['edit-again', 'discard'],
  QUEUED: ['retry', 'cancel'],
  LOCAL_REVIEW: ['cancel', 'urge'],
  SENT_TO_SUPPLIER: ['cancel', 'urge'],
  CONDITION_PENDING: ['accept-condition', 'reject-condition', 'cancel', 'teleport'],
  ON_LOAN: ['renew'],
  DELIVERED: ['confirm-received', 'report-problem'],
  UNFILLED: ['edit-again'],
  CANCELLED: ['edit-again'],
};
const nextOf: { [state: string]: RequestState[] } = {
  QUEUED: ['SUBMITTED', 'LOCAL_REVIEW', 'SENT_TO_SUPPLIER'],
  LOCAL_REVIEW: ['SENT_TO_SUPPLIER', 'WILL_SUPPLY', 'DELIVERED'],
  SENT_TO_SUPPLIER: ['WILL_SUPPLY', 'DELIVERED', 'COMPLETED'],
  CONDITION_PENDING: ['WILL_SUPPLY', 'DELIVERED', 'COMPLETED'],
  SHIPPED: ['AWAITING_PICKUP', 'ON_LOAN', 'RETURNED'],
  AWAITING_PICKUP: ['ON_LOAN', 'RETURNED', 'RETURN_SHIPPED'],
  ON_LOAN: ['RETURNED', 'RETURN_SHIPPED', 'COMPLETED'],
  DELIVERED: ['COMPLETED'],
};
export function detail(one: RequestRow): RequestDetail {
  const draft: Draft = {
    ...blankDraft(one.id, one.service),
    kind: one.kind,
    ...(one.service === 'Copy'
      ? {
          componentTitle: one.title,
          title: one.subtitle,
          componentAuthor: '韦某',
          volume: '12',
          issue: '3',
          pages: '101-117',
          issn: '1004-454X',
          declarationAccepted: true,
        }
      : {
          title: one.title,
          author: one.subtitle,
          publisher: '文物出版社',
          place: '北京',
          isbn: '978-7-5010-0872-8',
          pickupLocation: 'xsh-904',
        }),
    date: '2009',
    language: 'chi',
    maximumCost: 2000,
    neededBy: inDays(20),
    note: '如有 2009 年修订版优先。',
  };
  const local = one.hrid === '';
  return {
    row: one,
    draft,
    request: local
      ? null
      : {
          id: one.id,
          hrid: one.hrid,
          state: one.state,
          stateLabel: one.stateLabel,
          reason: null,
          actions: [],
          supplier: ['SUBMITTED', 'LOCAL_REVIEW'].includes(one.state)
            ? null
            : { symbol: 'NLC', name: '国家图书馆' },
          supplierAttempt: 1,
          condition: null,
          editable: false,
          deliveredAt: null,
          documents: [],
          renewals: 0,
          renewal: null,
          succeededBy: null,
          unreadMessages: 0,
          lastMessageAt: null,
          expectedBy: one.clock.date,
          dueDate: null,
          pickupBy: null,
          cost: one.service === 'Copy' ? 510 : 4000,
          costToPatron: 0,
          version: 4,
          createdAt: ago(170 * 60),
          updatedAt: one.updatedAt,
        },
    reason:
      one.state === 'REJECTED'
        ? { code: 'COPYRIGHT_LIMIT_EXCEEDED', text: '所需页数 140，全书 300 页，最多 100 页。', fields: [] }
        : one.state === 'LOCALLY_AVAILABLE'
          ? { code: 'HELD_LOCALLY', text: '相思湖馆 3 层，K297/12', fields: [] }
          : null,
    timeline: timeline(one),
    next: nextOf[one.state] ?? [],
    actions: (actionsOf[one.state] ?? []).map((name) => ({
      name,
      available: true,
      parameters: [],
      label: '',
      labelEn: '',
    })),
    outbox:
      one.state === 'QUEUED'
        ? { attempts: 2, problem: problem('UNREACHABLE'), notBefore: new Date(now + 240_000).toISOString() }
        : null,
    estimate: one.service === 'Copy' ? 510 : 4000,
    pending: [],
    documents: [],
    editable: false,
    again: [],
  };
}

function viewOf(draft: Draft, online: boolean): DraftView {
  const has = (text: string) => text.trim() !== '';
  const check = (
    code: Check['code'],
    verdict: Check['verdict'],
    field = '',
    params: Check['params'] = {},
  ): Check => ({ code, verdict, field, params });
  const checks: Check[] = [
    check('TITLE_REQUIRED', has(draft.title) ? 'ok' : 'blocker', 'title'),
    ...(draft.service === 'Loan'
      ? [
          ...(has(draft.author) || has(draft.isbn)
            ? []
            : [check('AUTHOR_OR_ISBN_REQUIRED', 'blocker', 'author')]),
          check('PICKUP_LOCATION_REQUIRED', has(draft.pickupLocation) ? 'ok' : 'blocker', 'pickupLocation'),
        ]
      : [
          check(
            'COPYRIGHT_DECLARATION_REQUIRED',
            draft.declarationAccepted ? 'ok' : 'blocker',
            'declarationAccepted',
          ),
          ...(has(draft.pages) || has(draft.componentTitle)
            ? []
            : [check('PAGES_REQUIRED', 'blocker', 'pages')]),
          ...(draft.kind === 'book' && has(draft.pages) && draft.totalPages
            ? [
                check('COPYRIGHT_LIMIT_EXCEEDED', 'blocker', 'pages', {
                  limit: '100',
                  total: '300',
                  asked: '140',
                }),
              ]
            : []),
        ]),
    ...(has(draft.issn) && draft.issn.length < 9
      ? [check('IDENTIFIER_INVALID', 'blocker', 'issn', { kind: 'ISSN' })]
      : []),
    check(
      'DUPLICATE_OPEN_REQUEST',
      draft.title.includes('广西') ? (draft.overrideDuplicate ? 'warning' : 'blocker') : 'ok',
      '',
      { title: '论壮族的稻作文化与“那”地名', id: uuid(5) },
    ),
    check('HELD_LOCALLY', online ? 'ok' : 'unchecked'),
    check(
      'OPEN_ACCESS',
      online ? 'warning' : 'unchecked',
      '',
      online ? { url: 'https://example.org/oa.pdf' } : {},
    ),
    check('ACCOUNT_NOT_ACTIVE', 'ok'),
    check('QUOTA_EXCEEDED', 'ok'),
  ];
  return {
    draft,
    checks,
    estimate: draft.service === 'Loan' ? 4000 : has(draft.pages) ? 510 : null,
    canSubmit: checks.every((one) => one.verdict !== 'blocker'),
    checkedOnline: online,
  };
}

export const activeAccount: Account = {
  username: '20210001',
  displayName: '韦小雁',
  state: 'ACTIVE',
  canRequest: true,
  problems: [],
  registeredEmail: 'w***@gxmzu.edu.cn',
  quota: {
    unit: 'CALIS_COIN',
    granted: 200 as never,
    reserved: 40 as never,
    used: 20 as never,
    available: 140 as never,
    asOf: ago(12),
  },
  limits: { maxActive: 10, active: 7 },
  asOf: ago(12),
};

/** Handlers for the mock page. */
export function patron(wanted: URLSearchParams): Handlers {
  const drafts = new Map<string, Draft>();
  const first: Draft = {
    ...blankDraft(uuid(90), 'Copy'),
    title: '广西民族研究',
    componentTitle: '论壮族的铜鼓文化',
    componentAuthor: '黄某',
    date: '2009',
    volume: '25',
    issue: '2',
    pages: '12-20',
    issn: '1004-454',
  };
  drafts.set(first.id, first);
  drafts.set(uuid(91), { ...blankDraft(uuid(91), 'Loan'), title: '粤西丛载校注', author: '汪森' });
  drafts.set(uuid(92), blankDraft(uuid(92), 'Copy'));
  let list = wanted.get('list') === 'empty' ? [] : [...rows];
  const many = Number(wanted.get('many') ?? 0);
  for (let n = 0; n < many; n++)
    list.push({ ...rows[n % rows.length]!, id: uuid(1000 + n), group: 'ended', state: 'COMPLETED' });
  const notices: Notice[] =
    wanted.get('list') === 'empty'
      ? []
      : [
          {
            id: 14,
            kind: 'dueSoon',
            request: uuid(2),
            title: rows[1]!.title,
            date: inDays(3),
            at: ago(12),
            read: false,
          },
          {
            id: 13,
            kind: 'message',
            request: uuid(3),
            title: rows[2]!.title,
            date: null,
            at: ago(20),
            read: false,
          },
          {
            id: 12,
            kind: 'late',
            request: uuid(5),
            title: rows[4]!.title,
            date: inDays(-1),
            at: ago(25),
            read: true,
          },
          { id: 11, kind: 'quotaLow', request: null, title: '', date: null, at: ago(28), read: true },
          {
            id: 9,
            kind: 'arrived',
            request: uuid(1),
            title: rows[0]!.title,
            date: inDays(7),
            at: ago(35),
            read: false,
          },
          {
            id: 8,
            kind: 'condition',
            request: uuid(3),
            title: rows[2]!.title,
            date: null,
            at: ago(200),
            read: false,
          },
          {
            id: 7,
            kind: 'rejected',
            request: uuid(4),
            title: rows[3]!.title,
            date: null,
            at: ago(1500),
            read: false,
          },
          {
            id: 6,
            kind: 'overdue',
            request: uuid(2),
            title: rows[1]!.title,
            date: null,
            at: ago(1700),
            read: true,
          },
          {
            id: 5,
            kind: 'delivered',
            request: uuid(11),
            title: rows[10]!.title,
            date: null,
            at: ago(4300),
            read: true,
          },
          {
            id: 4,
            kind: 'unfilled',
            request: uuid(13),
            title: rows[12]!.title,
            date: null,
            at: ago(9000),
            read: true,
          },
          {
            id: 1,
            kind: 'accountApproved',
            request: null,
            title: '',
            date: null,
            at: ago(30000),
            read: true,
          },
        ];
  const kind = wanted.get('account') ?? 'in';
  let account: AccountView = {
    signedIn: kind === 'in' || kind === 'change',
    needsSignIn: kind === 'expired',
    mustChangePassword: kind === 'change',
    username: kind === 'out' ? '' : '20210001',
    account: kind === 'in' ? activeAccount : null,
    registration:
      kind === 'registered'
        ? { username: '20260117', state: 'REG_REVIEW', note: '', submittedAt: ago(1600) }
        : null,
    unsent: kind === 'in' ? 1 : 0,
    desks: [],
  };
  const find = (id: string) => {
    const one = list.find((line) => line.id === id);
    if (!one) throw problem('NOT_FOUND');
    return one;
  };
  const draftOf = (id: string) => {
    const one = drafts.get(id);
    if (!one) throw problem('NOT_FOUND');
    return one;
  };
  return {
    request_list: () => ({
      more: false,
      requests: list,
      drafts:
        wanted.get('list') === 'empty'
          ? []
          : [...drafts.values()]
              .filter((one) => one.title)
              .map((one) => ({
                id: one.id,
                title: one.componentTitle || one.title,
                service: one.service,
                updatedAt: one.updatedAt,
                ...(one.id.includes('0000000007') ? { batch: 'list-1' } : {}),
              })),
      asOf: ago(42),
    }),
    request_get: ({ id }) => detail(find(id)),
    request_act: ({ id, action }) => {
      const one = find(id);
      if (action === 'edit-again') return { ...detail(one), row: { ...one, id: first.id, state: 'DRAFT' } };
      if (action === 'discard') list = list.filter((line) => line.id !== id);
      else one.pendingAction = action;
      return detail(one);
    },
    request_submit: ({ id }) => {
      const one = draftOf(id);
      const made = row(
        500,
        one.componentTitle || one.title,
        one.author,
        one.service,
        'QUEUED',
        'ongoing',
        { kind: 'whenOnline' },
        { id, hrid: '' },
      );
      list = [made, ...list];
      drafts.delete(id);
      return detail(made);
    },
    draft_new: ({ service, text }) => {
      const draft = blankDraft(uuid(100 + drafts.size), service);
      if (text) Object.assign(draft, { title: '文献', componentTitle: text, date: '2011' });
      drafts.set(draft.id, draft);
      return viewOf(draft, false);
    },
    draft_get: ({ id }) => viewOf(draftOf(id), false),
    draft_save: ({ draft }) => {
      if (wanted.has('full')) throw problem('DISK_FULL');
      const kept = { ...draft, updatedAt: new Date().toISOString() };
      drafts.set(draft.id, kept);
      return viewOf(kept, false);
    },
    draft_check: ({ id }) => viewOf(draftOf(id), true),
    draft_delete: ({ id }) => (drafts.delete(id), {}),
    draft_restore: ({ draft }) => (drafts.set(draft.id, draft), viewOf(draft, false)),
    ...lists(wanted, drafts, viewOf, (one) => {
      const made = row(
        500,
        one.componentTitle || one.title,
        one.author,
        one.service,
        'QUEUED',
        'ongoing',
        {},
        { id: one.id, hrid: '' },
      );
      list = [made, ...list];
      drafts.delete(one.id);
      return made;
    }),
    notice_list: () => ({ notices, unread: notices.filter((one) => !one.read).length, asOf: ago(4) }),
    notice_seen: ({ ids }) => (
      notices.forEach((one) => (one.read ||= ids.length === 0 || ids.map(Number).includes(Number(one.id)))),
      {}
    ),
    account_get: () => account,
    account_refresh: () => account,
    account_register: ({ registration }) =>
      (account = {
        ...account,
        registration: {
          username: registration.username,
          state: 'REG_SUBMITTED',
          note: '',
          submittedAt: new Date().toISOString(),
        },
      }),
    account_sign_in: ({ username, password }) => {
      if (password === 'locked') throw problem('ACCOUNT_LOCKED');
      if (password !== 'hongyan-2026') throw problem('WRONG_PASSWORD');
      return (account = { ...account, signedIn: true, needsSignIn: false, username, account: activeAccount });
    },
    account_change_password: () =>
      (account = { ...account, mustChangePassword: false, account: activeAccount }),
    account_sign_out: () =>
      (account = { ...account, signedIn: false, account: null, unsent: 0, username: '' }),
  };
}
