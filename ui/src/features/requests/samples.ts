/** Fictitious requests and drafts, and a fake platform that returns them. For tests only. */
import type { Action, Check, Draft, DraftView, RequestDetail, RequestRow } from '@/api/generated';
import { usePlatform } from '@/platform';
import { fakePlatform, type FakePlatform } from '@/platform/fake';

export type Handlers = Parameters<typeof fakePlatform>[0];

export const library = {
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
export const row = (id: string, more: Partial<RequestRow> = {}): RequestRow => ({
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
  createdAt: '2026-11-22T01:00:00Z',
  updatedAt: '2026-11-22T02:00:00Z',
  pendingAction: '',
  unread: 0,
  ...more,
});
export const draft = (more: Partial<Draft> = {}): Draft => ({
  id: 'n1',
  service: 'Copy',
  kind: 'article',
  title: '广西民族研究',
  author: '',
  componentTitle: '论壮族的铜鼓文化',
  componentAuthor: '',
  editor: '',
  translator: '',
  contributor: '',
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
export const view = (of: Draft, checks: Check[] = [], online = false): DraftView => ({
  draft: of,
  checks,
  estimate: 510,
  canSubmit: checks.every((check) => check.verdict !== 'blocker'),
  checkedOnline: online,
});
export const check = (code: Check['code'], verdict: Check['verdict'], field = '', params = {}): Check => ({
  code,
  verdict,
  field,
  params,
});
export const detailOf = (one: RequestRow, more: Partial<RequestDetail> = {}): RequestDetail => ({
  row: one,
  mark: 'HY-7K3M9QX',
  canTakeBack: false,
  draft: draft({ id: one.id, service: one.service }),
  request: null,
  reason: null,
  timeline: [],
  next: [],
  actions: [],
  outbox: null,
  estimate: null,
  pending: [],
  documents: [],
  letters: [],
  files: [],
  editable: false,
  again: [],
  ...more,
});
/** An action that is available now. */
export const offer = (name: string, ...parameters: string[]): Action => ({
  name,
  available: true,
  parameters,
  label: '',
  labelEn: '',
});
export const signedIn = {
  signedIn: true,
  needsSignIn: false,
  cutOff: false,
  mustChangePassword: false,
  username: '20210001',
  account: null,
  registration: null,
  desks: [],
};
export const status = {
  connection: 'online',
  outbox: 0,
  needsYou: 0,
  waiting: 0,
  unread: 0,
  lastSync: null,
  syncing: false,
  problem: null,
  signedIn: true,
};

/** A history with these rows, searchable by title and number. */
export const historyOf = (rows: readonly RequestRow[]): NonNullable<Handlers['history_search']> => {
  return ({ query }) => {
    const found = rows.filter(
      (one) =>
        `${one.title} ${one.hrid}`.toLowerCase().includes(query.text.trim().toLowerCase()) &&
        (!query.filter.group || query.filter.group === one.group),
    );
    const months = found.length > 0 ? [{ month: '2026-11', count: found.length, place: '9' }] : [];
    return { rows: found, next: null, counts: { total: found.length, months, complete: true } };
  };
};

export function place(handlers: Handlers): FakePlatform {
  const platform = fakePlatform({
    app_start: () => ({ library, demo: false, demoHints: {} }) as never,
    account_get: () => signedIn,
    status_get: () => status as never,
    history_search: historyOf([]),
    history_options: () => ({ suppliers: [], first: null, last: null }),
    ...handlers,
  });
  usePlatform(platform);
  return platform;
}
export const names = (platform: FakePlatform) => platform.calls.map((call) => call.name);
export const saves = (platform: FakePlatform) =>
  platform.calls
    .filter((call) => call.name === 'draft_save')
    .map((call) => (call.payload as { draft: Draft }).draft);
export const press = (target: Element, key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
