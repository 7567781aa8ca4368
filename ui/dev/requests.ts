/** Requests of the made-up engine: one in every state, each with its page. */
import { problem } from '../src/platform/fake';
import type { Clock, Draft, RequestDetail, RequestRow, RequestState, Service } from '../src/api/generated';
import { blankDraft } from './forms';
import { ago, inDays, now, uuid } from './times';

const none: Clock = { kind: 'none', date: null, days: null, estimated: false };

/** A line of the list. */
export const row = (
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
    { at: at(170), state: 'QUEUED', actor: 'patron', note: '', kind: 'moved', source: 'here' },
    { at: at(170), state: 'SUBMITTED', actor: 'patron', note: '', kind: 'moved', source: 'platform' },
    { at: at(160), state: 'LOCAL_REVIEW', actor: 'library', note: '', kind: 'moved', source: 'platform' },
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
      kind: 'moved',
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
            kind: 'moved' as const,
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
        ? {
            attempts: 2,
            problem: problem('UNREACHABLE'),
            notBefore: new Date(now + 240_000).toISOString(),
            waitsForPlace: false,
          }
        : null,
    estimate: one.service === 'Copy' ? 510 : 4000,
    pending: [],
    documents: [],
    editable: false,
    again: [],
  };
}
