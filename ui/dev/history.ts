/** The made-up engine's history: `?history=100000` says how long, `?list=empty` that there is none. */
import type { fakePlatform } from '../src/platform/fake';
import type { HistoryQuery, MonthCount, OutcomeCounts, RequestRow, Statistics } from '../src/api/generated';

type Handlers = Parameters<typeof fakePlatform>[0];

const words = [
  '铜鼓',
  '壮族',
  '岭南',
  '音乐',
  '建筑',
  '研究',
  '源流',
  '考释',
  '方言',
  '民歌',
  '水利',
  '史诗',
];
const suppliers = ['国家图书馆', '北京大学图书馆', 'CASHL 中心馆', '上海图书馆', 'NSTL'];
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const monthOf = (at: string) => {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
};

function row(n: number, at: number): RequestRow {
  const loan = n % 5 < 2;
  return {
    id: `10000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    hrid: `GXMZU-2025-${String(n).padStart(6, '0')}`,
    title:
      n % 9 === 0
        ? `Bronze Drums and Upland Rituals: A Reappraisal, part ${n}`
        : `${pick(words, n)}${pick(words, n * 7 + 3)}与${pick(words, n * 5 + 1)}`,
    subtitle: loan ? '范成大' : '广西民族研究',
    service: loan ? 'Loan' : 'Copy',
    kind: loan ? 'book' : 'article',
    state: n % 11 === 0 ? 'UNFILLED' : n % 17 === 0 ? 'CANCELLED' : 'COMPLETED',
    stateLabel: '',
    group: 'ended',
    clock: { kind: 'none', date: null, days: null, estimated: false },
    createdAt: new Date(at).toISOString(),
    updatedAt: new Date(at + 86_400_000 * 9).toISOString(),
    pendingAction: '',
    unread: 0,
  };
}

export function history(wanted: URLSearchParams): Handlers {
  const empty = wanted.get('list') === 'empty';
  const length = empty ? 0 : Number(wanted.get('history') ?? 240);
  const day = 86_400_000;
  const rows: RequestRow[] = [];
  for (let n = 0; n < length; n += 1) rows.push(row(n, Date.now() - 20 * day - (n * 8 * 365 * day) / length));
  const found = ({ text, filter, sort }: HistoryQuery) => {
    const needle = text.trim().toLowerCase();
    const list = rows.filter(
      (one) =>
        (needle === '' || `${one.title}${one.subtitle}${one.hrid}`.toLowerCase().includes(needle)) &&
        (filter.services.length === 0 || filter.services.includes(one.service)) &&
        (filter.kinds.length === 0 || filter.kinds.includes(one.kind)) &&
        (!filter.group || filter.group === one.group) &&
        (!filter.from || monthOf(one.createdAt) >= filter.from) &&
        (!filter.to || monthOf(one.createdAt) <= filter.to),
    );
    return sort === 'oldest' ? list.reverse() : list;
  };
  let days = 365;
  return {
    history_search: ({ query, after, limit, counts }) => {
      const list = found(query);
      const from = after === null ? 0 : Number(after);
      const months: MonthCount[] = [];
      list.forEach((one, index) => {
        const month = monthOf(one.createdAt);
        const last = months.at(-1);
        if (last?.month === month) last.count += 1;
        else months.push({ month, count: 1, place: String(index) });
      });
      return {
        rows: list.slice(from, from + limit),
        next: from + limit < list.length ? String(from + limit) : null,
        counts: counts ? { total: list.length, months, complete: !wanted.has('filing') } : null,
      };
    },
    history_options: () => ({
      suppliers: suppliers.map((name, at) => ({ name, count: 90 - at })),
      first: rows.length > 0 ? monthOf(rows.at(-1)!.createdAt) : null,
      last: rows.length > 0 ? monthOf(rows[0]!.createdAt) : null,
    }),
    history_export: ({ form }) => ({ path: `/home/patron/下载/鸿雁-申请记录.${form}`, count: length }),
    history_kept: () => ({ days, choices: [30, 180, 365, 0], over: length }),
    history_would_go: ({ days: asked }) => ({ count: asked > 0 && asked < days ? 37 : 0 }),
    history_keep: ({ days: asked }) => {
      days = asked;
      return { days, choices: [30, 180, 365, 0], over: length };
    },
    history_clear: () => ({ count: length }),
    request_cite: ({ ids }) => ({
      text: ids
        .map((_, at) => `[${at + 1}] 范成大. 桂海虞衡志校注[M]. 南宁: 广西民族出版社, 1998.\n`)
        .join(''),
      fileName: '桂海虞衡志校注.txt',
    }),
    request_cite_save: () => ({ path: '/home/patron/下载/桂海虞衡志校注.txt' }),
    request_zotero: ({ ids }) => ({ count: ids.length }),
    statistics_export: () => ({ path: '/home/patron/下载/鸿雁-统计-按月.csv', count: 12 }),
    statistics_get: ({ from, to }) => statistics(empty, from, to),
  };
}

function statistics(empty: boolean, from: string | null, to: string | null): Statistics {
  const outcomes = (n: number): OutcomeCounts => ({
    filled: empty ? 0 : (n * 7) % 13,
    unfilled: empty ? 0 : n % 3,
    heldLocally: empty ? 0 : n % 5 === 0 ? 1 : 0,
    cancelled: empty ? 0 : n % 4 === 1 ? 1 : 0,
    open: empty ? 0 : n === 11 ? 3 : 0,
  });
  const now = new Date();
  const last = to ?? monthOf(now.toISOString());
  const start = from ?? monthOf(new Date(now.getFullYear(), now.getMonth() - 11, 1).toISOString());
  const [year = 0, month = 1] = start.split('-').map(Number);
  const months: Statistics['months'] = [];
  for (let at = 0; at < 120; at += 1) {
    const name = monthOf(new Date(year, month - 1 + at, 2).toISOString());
    if (name > last) break;
    months.push({
      month: name,
      copies: (at * 5) % 9,
      loans: (at * 3) % 6,
      outcomes: outcomes(at),
      cost: empty ? 0 : ((at * 7) % 13) * 1_730,
      costToPatron: 0,
    });
  }
  const sum = (service: number): OutcomeCounts => ({
    filled: 40 - service * 9,
    unfilled: 5,
    heldLocally: 2,
    cancelled: 3,
    open: 2,
  });
  return {
    from: start,
    to: last,
    first: empty ? null : '2018-12',
    months,
    services: [
      { service: 'Copy', outcomes: sum(0), turnaround: { count: 40, lower: 9, middle: 26, upper: 50 } },
      { service: 'Loan', outcomes: sum(1), turnaround: { count: 31, lower: 90, middle: 146, upper: 230 } },
    ],
    suppliers: suppliers.map((name, at) => ({
      name,
      filled: 20 - at * 3,
      decided: 22 - at * 3,
      turnaround: { count: 20 - at * 3, lower: 10 + at * 9, middle: 30 + at * 21, upper: 70 + at * 31 },
    })),
    kinds: [
      { name: 'article', count: 48 },
      { name: 'book', count: 31 },
      { name: 'thesis', count: 7 },
      { name: 'ancientBook', count: 4 },
    ],
    languages: [
      { name: 'chi', count: 66 },
      { name: 'eng', count: 15 },
      { name: 'jpn', count: 5 },
      { name: '', count: 4 },
    ],
    quota: {
      unit: 'CALIS_COIN',
      granted: 200,
      reserved: 40,
      used: 65,
      available: 95,
      asOf: new Date().toISOString(),
    },
  };
}
