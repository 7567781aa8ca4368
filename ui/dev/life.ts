/**
 * A loan and a copy in every state of their life, for `?list=life`, and what goes between patron and library
 * about any request of the made-up engine.
 */
import { problem, type fakePlatform } from '../src/platform/fake';
import type {
  Action,
  Actor,
  Change,
  Clock,
  DocumentView,
  EventKind,
  MessageView,
  PendingView,
  RequestDetail,
  RequestGroup,
  RequestRow,
  RequestState,
  Service,
} from '../src/api/generated';
import { detail } from './requests';

type Handlers = Parameters<typeof fakePlatform>[0];

const now = Date.now();
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const day = (days: number) => {
  const date = new Date(now + days * 86_400_000);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
};
const act = (name: string, ...parameters: string[]): Action => ({
  name,
  available: true,
  parameters,
  label: '',
  labelEn: '',
});
const cancel = act('cancel', 'reason');
const urge = act('urge', 'text');

/** What a state shows beyond its name. */
interface Scene {
  group?: RequestGroup;
  clock?: Partial<Clock>;
  actions?: Action[];
  reason?: [code: string, text: string];
  note?: string;
  more?: (detail: RequestDetail) => void;
  label?: string;
  pendingAction?: string;
  unread?: number;
}
const late: Partial<Clock> = { kind: 'late', date: day(-2), days: 2, estimated: true };
const expected: Partial<Clock> = { kind: 'expected', date: day(4), days: 4, estimated: true };

const scenes: Partial<Record<RequestState, Scene>> = {
  QUEUED: { clock: { kind: 'whenOnline' }, actions: [act('retry'), act('cancel')] },
  SENDING: { actions: [act('cancel')] },
  UNKNOWN: { actions: [act('retry'), act('cancel')] },
  REJECTED: {
    group: 'needsYou',
    actions: [act('edit-again'), act('discard')],
    reason: ['COPYRIGHT_LIMIT_EXCEEDED', '所需页数 140，全书 300 页，最多 100 页。'],
  },
  SUBMITTED: { clock: expected, actions: [cancel, urge], note: '已收到您的申请，正排队等候审核。' },
  LOCAL_REVIEW: {
    clock: late,
    actions: [cancel, urge],
    note: '馆员正在核对本馆馆藏。',
  },
  NEEDS_INFO: {
    group: 'needsYou',
    actions: [cancel],
    reason: ['NOT_FOUND_AS_CITED', '该刊 2009 年没有第 25 卷，请核对年份与卷期。'],
    unread: 1,
    more: (one) => (one.editable = true),
  },
  DUPLICATE_REVIEW: {
    actions: [cancel, act('override-duplicate')],
    reason: ['DUPLICATE', '与 GXMZU-2026-1031 相近。'],
  },
  LOCALLY_AVAILABLE: { group: 'ended', reason: ['HELD_LOCALLY', '相思湖馆 3 层，K297/12'] },
  DECLINED: { group: 'ended', reason: ['INCOMPLETE', '缺章节名与页码。'] },
  SENT_TO_SUPPLIER: {
    clock: late,
    actions: [cancel, urge],
    note: '前一馆不能提供，已转发清华大学图书馆（第 2 家）。',
    more: (one) => {
      one.request!.supplier = { symbol: 'THU', name: '清华大学图书馆' };
      one.request!.supplierAttempt = 2;
    },
  },
  WILL_SUPPLY: {
    clock: expected,
    actions: [cancel],
    pendingAction: 'cancel',
    note: '国家图书馆已受理，正在扫描。',
    more: (one) => {
      one.pending = [pending({ action: 'cancel', params: { reason: '已从别处得到' } })];
      one.actions.forEach((action) => (action.available = false));
    },
  },
  CONDITION_PENDING: {
    group: 'needsYou',
    actions: [act('accept-condition'), act('reject-condition', 'reason'), cancel],
    more: (one) => {
      one.request!.condition = {
        code: 'COST_EXCEEDS_MAXIMUM',
        text: '原件装订紧，需逐页拍摄，可能有阴影。',
        cost: 3200,
        costToPatron: 0,
        answerBy: day(3),
      };
    },
  },
  SHIPPED: { clock: { kind: 'expected', date: day(4), days: 4 }, note: '国家图书馆已寄出，一周左右到馆。' },
  AWAITING_PICKUP: { group: 'needsYou', clock: { kind: 'pickupBy', date: day(6), days: 6 } },
  ON_LOAN: {
    clock: { kind: 'due', date: day(3), days: 3 },
    actions: [act('renew')],
    more: (one) => {
      one.request!.dueDate = day(3);
      one.request!.renewals = 1;
      one.request!.renewal = { state: 'granted', at: ago(300), text: '' };
      const event = (hours: number, kind: EventKind, actor: Actor, note: string) =>
        one.timeline.push({ at: ago(hours), state: 'ON_LOAN', actor, note, kind, source: 'platform' });
      event(15, 'message', 'library', '图书附光盘一张，请一并归还。');
      event(12, 'renewal', 'patron', '申请续借');
      event(9, 'renewal', 'library', '同意续借，应还日期顺延 20 天');
      event(5, 'urged', 'patron', '读者催办');
      event(1, 'other', 'system', '飞鸽传书中');
      one.pending = [
        pending({ action: 'renew', refused: true, problem: problem('NOT_ALLOWED'), canDrop: true }),
      ];
    },
  },
  OVERDUE: { group: 'needsYou', clock: { kind: 'due', date: day(-2), days: -2 } },
  RECALLED: {
    group: 'needsYou',
    clock: { kind: 'due', date: day(2), days: 2 },
    reason: ['RECALLED_BY_SUPPLIER', '清华大学图书馆来函催还。'],
  },
  RETURNED: {},
  RETURN_SHIPPED: {},
  DELIVERED: {
    actions: [act('confirm-received'), act('report-problem', 'problem', 'note')],
    more: (one) => {
      one.documents = [document(1), document(2)];
    },
  },
  DELIVERY_PROBLEM: {
    actions: [urge],
    reason: ['PAGES_MISSING', '缺第 112 至 115 页。'],
    note: '已收到您的反馈，正在联系提供馆。',
  },
  COMPLETED: { group: 'ended' },
  UNFILLED: {
    group: 'ended',
    actions: [act('edit-again')],
    reason: ['NON_CIRCULATING', '各馆均列为特藏。'],
    more: (one) =>
      (one.again =
        one.row.service === 'Loan'
          ? again('ask-copy', 'any-edition')
          : again('no-maximum', 'check-citation')),
  },
  CANCEL_REQUESTED: { note: '已向提供馆转达取消申请。', actions: [urge] },
  CANCELLED: { group: 'ended', reason: ['PATRON', ''], actions: [act('edit-again')] },
  EXPIRED: {
    group: 'ended',
    reason: ['NEED_BEFORE_PASSED', ''],
    actions: [act('edit-again')],
    more: (one) => (one.again = again('no-deadline')),
  },
  LOST: {},
  IN_DIGITISATION: {
    label: '数字化加工中',
    actions: [{ ...act('prefer-colour', 'pages'), label: '改为彩色', labelEn: 'In colour' }, cancel],
    note: '状态更新：数字化加工中',
  },
};
const again = (...changes: Change[]) => changes;
const onlyLoan: RequestState[] = [
  'SHIPPED',
  'AWAITING_PICKUP',
  'ON_LOAN',
  'OVERDUE',
  'RECALLED',
  'RETURNED',
  'RETURN_SHIPPED',
  'LOST',
];
const onlyCopy: RequestState[] = ['DELIVERED', 'DELIVERY_PROBLEM'];
const local: RequestState[] = ['QUEUED', 'SENDING', 'UNKNOWN', 'REJECTED'];

function pending(more: Partial<PendingView>): PendingView {
  return {
    id: 1,
    kind: 'action',
    action: '',
    params: {},
    text: '',
    draft: null,
    at: ago(1),
    attempts: 0,
    underWay: false,
    problem: null,
    refused: false,
    canDrop: true,
    ...more,
  };
}
function document(n: number): DocumentView {
  return {
    document: {
      id: `d${n}`,
      name: n === 1 ? '论壮族的铜鼓文化.pdf' : '论壮族的铜鼓文化（补页 112–115）.pdf',
      mediaType: 'application/pdf',
      size: n === 1 ? 2_480_000 : 310_000,
      sha256: '0'.repeat(64),
      viewsRemaining: n === 1 ? 4 : 1,
      expiresAt: ago(-24 * 26),
    },
    canFetch: true,
    part: n === 1 ? 0 : 120_000,
    savedPath: '',
    savedAt: null,
  };
}

const id = (n: number) => `00000000-0000-4000-8000-00000000${String(7000 + n)}`;
const lives: { row: RequestRow; scene: Scene }[] = (['Loan', 'Copy'] as Service[]).flatMap((service, half) =>
  Object.entries(scenes)
    .filter(([state]) => !(service === 'Loan' ? onlyCopy : onlyLoan).includes(state as RequestState))
    .map(([state, scene], n) => ({
      scene: scene!,
      row: {
        id: id(half * 100 + n),
        hrid: local.includes(state as RequestState) ? '' : `ILL2026${String(10000 + half * 100 + n)}`,
        title: service === 'Loan' ? '桂海虞衡志校注' : '论壮族的铜鼓文化',
        subtitle: service === 'Loan' ? '范成大' : '广西民族研究',
        service,
        kind: service === 'Loan' ? 'book' : 'article',
        state: state as RequestState,
        stateLabel: scene!.label ?? '',
        group: scene!.group ?? 'ongoing',
        clock: { kind: 'none', date: null, days: null, estimated: false, ...scene!.clock },
        createdAt: ago(9000),
        updatedAt: ago(n),
        pendingAction: scene!.pendingAction ?? '',
        unread: scene!.unread ?? 0,
      },
    })),
);

function lifeOf({ row, scene }: (typeof lives)[number]): RequestDetail {
  const one = detail(row);
  one.actions = (scene.actions ?? []).map((action) => ({ ...action }));
  one.reason = scene.reason ? { code: scene.reason[0], text: scene.reason[1], fields: [] } : null;
  if (local.includes(row.state)) {
    one.outbox =
      row.state === 'REJECTED'
        ? null
        : {
            attempts: row.state === 'QUEUED' ? 2 : 1,
            problem:
              row.state === 'SENDING' ? null : problem(row.state === 'UNKNOWN' ? 'TIMEOUT' : 'UNREACHABLE'),
            notBefore: null,
            waitsForPlace: false,
          };
    one.timeline = one.timeline.slice(0, 1);
  } else {
    const last = one.timeline.at(-1);
    if (last && scene.note) last.note = scene.note;
    if (last) last.state = row.state;
  }
  scene.more?.(one);
  return one;
}

/** Handlers for the mock page. */
export function life(wanted: URLSearchParams): Handlers {
  const threads = new Map<string, MessageView[]>();
  const thread = (of: string) => {
    if (!threads.has(of)) {
      const found = lives.find((one) => one.row.id === of);
      threads.set(
        of,
        found?.row.state === 'NEEDS_INFO'
          ? [
              message('m1', 30, 'patron', '请问能否优先安排？论文下月要交。'),
              message(
                'm2',
                3,
                'library',
                '可以。不过卷期对不上，请再核对一下：\n是 2009 年第 2 期吗？',
                true,
              ),
            ]
          : [],
      );
    }
    const messages = threads.get(of)!;
    return {
      messages: [...messages],
      unread: messages.filter((one) => one.new).length,
      canWrite: true,
      longest: 2000,
    };
  };
  const find = (of: string) => lives.find((one) => one.row.id === of);
  const handlers: Handlers = {
    message_list: ({ id: of }) => thread(of),
    message_seen: () => ({}),
    message_send: ({ id: of, text }) => {
      thread(of);
      const offline = wanted.get('connection') === 'offline';
      threads.get(of)!.push({
        ...message(`m${Date.now()}`, 0, 'patron', text),
        sent: !offline,
        pending: offline ? 7 : null,
      });
      return thread(of);
    },
    document_save: () => ({ path: '/home/patron/下载/论壮族的铜鼓文化.pdf' }),
    pending_drop: ({ id: of }) => {
      const one = find(of);
      if (!one) throw problem('NOT_FOUND');
      return { ...lifeOf(one), pending: [] };
    },
    request_edit: ({ draft }) => {
      const one = find(draft.id);
      if (!one) throw problem('NOT_FOUND');
      return lifeOf(one);
    },
  };
  if (wanted.get('list') !== 'life') return handlers;
  return {
    ...handlers,
    request_list: () => ({
      more: false,
      requests: lives.map((one) => one.row),
      drafts: [],
      asOf: ago(1),
    }),
    request_get: ({ id: of }) => {
      const one = find(of);
      if (!one) throw problem('NOT_FOUND');
      return lifeOf(one);
    },
    request_act: ({ id: of }) => lifeOf(find(of)!),
  };
}

function message(
  key: string,
  hours: number,
  from: 'patron' | 'library',
  text: string,
  fresh = false,
): MessageView {
  return { id: key, at: ago(hours), from, text, sent: true, pending: null, refused: null, new: fresh };
}
