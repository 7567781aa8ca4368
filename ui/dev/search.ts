/**
 * The made-up engine's searches: `?found=10000`, `running`, `cache`, `down`, `many` choose what is shown.
 */
import { problem, type fakePlatform } from '../src/platform/fake';
import type { Kind, Query, Record, SearchFilter, SearchView, Tag, WorkRow } from '../src/api/generated';
import { few, many } from './sources';

type Handlers = Parameters<typeof fakePlatform>[0];

const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const wanted = new URLSearchParams(location.search);
let running = wanted.has('running');
let waiting = wanted.has('running') || wanted.has('waiting') ? 12 : 0;
const sources = () => (wanted.has('many') ? many(running) : few(running));

const titles: [Kind, string, string, string, number, WorkRow['availability']][] = [
  ['book', '呐喊', '鲁迅', '人民文学出版社', 1973, 'ownLibrary'],
  ['book', '鲁迅全集．第一卷', '鲁迅；《鲁迅全集》修订编辑委员会', '人民文学出版社', 2005, 'request'],
  ['thesis', '鲁迅小说叙事中的空间与乡土经验研究', '张明远；李敏（导师）', '北京大学', 2014, 'request'],
  [
    'article',
    'Lu Xun and the Translation of Modernity: A Reassessment of “Nahan”',
    'Davies, Gloria',
    'Modern Chinese Literature and Culture',
    2013,
    'openAccess',
  ],
  [
    'article',
    '论鲁迅的“中间物”意识与现代文学的起源问题：一个题名很长很长、长到一行放不下的期刊论文示例',
    '汪晖',
    '文学评论',
    1986,
    'request',
  ],
  ['journal', '鲁迅研究月刊', '北京鲁迅博物馆', '北京鲁迅博物馆', 1990, 'request'],
  ['ancientBook', '会稽郡故书杂集', '周树人辑', '清光绪刻本', 1877, 'request'],
  ['newspaper', '申报·自由谈', '', '申报馆', 1933, 'request'],
  ['conference', '魯迅と明治日本', '伊藤虎丸', '国際シンポジウム論文集', 1999, 'request'],
  ['report', 'The Lu Xun Archive: digitisation report', 'Lu Xun Museum', 'Beijing', 2018, 'openAccess'],
];
const found = Number(wanted.get('found') ?? 820);
const row = (index: number): WorkRow => {
  const [kind, title, creators, container, year, availability] = titles[index % titles.length]!;
  const at = title.indexOf('鲁迅');
  return {
    id: `w${index}`,
    kind,
    title,
    matches: at >= 0 ? [[at, at + 2]] : [],
    creators,
    container,
    year: year + (index % 7),
    language: 'chi',
    availability,
    callNumber: availability === 'ownLibrary' ? 'I210.6/59' : '',
    sources: ['opac2', 'yidu', 'harvard'].slice(0, 1 + (index % 3)),
  };
};
const record = (index: number): Record => {
  const [kind, title, creators, container, year] = titles[index % titles.length]!;
  return {
    source: 'opac2',
    id: 'CAL 012003218842',
    kind,
    title,
    subtitle: kind === 'book' ? '小说集' : '',
    variantTitles: kind === 'book' ? ['Call to arms', '吶喊'] : [],
    creators: creators ? [{ name: creators, role: 'author' }] : [],
    publisher: kind === 'book' ? container : '',
    place: kind === 'book' ? '北京' : '',
    year,
    date: String(year),
    edition: kind === 'book' ? '第 1 版' : '',
    part: '',
    container: kind === 'book' ? '' : container,
    volume: kind === 'article' ? '25' : '',
    issue: kind === 'article' ? '2' : '',
    pages: kind === 'article' ? '1–28' : '151 页',
    language: 'chi',
    identifiers: [{ type: 'isbn', value: '9787020008735' }],
    summary:
      '收入《狂人日记》《孔乙己》《药》《阿Q正传》等十四篇小说，写于一九一八年至一九二二年，是中国现代小说的开端之一。',
    subjects: ['短篇小说', '中国', '现代'],
    series: '',
    classification: ['CLC:I210.6'],
    holdings: [
      '北京大学图书馆',
      '复旦大学图书馆',
      '武汉大学图书馆',
      '中山大学图书馆',
      '南京大学图书馆',
      '厦门大学图书馆',
      '四川大学图书馆',
    ].map((library, at) => ({
      library,
      location: '',
      callNumber: at % 2 ? 'I210.6/4' : '',
      available: null,
    })),
    links:
      kind === 'article' ? [{ url: 'https://example.org/fulltext.pdf', label: 'PDF', openAccess: true }] : [],
    raw: {
      format: 'marc',
      text: '001 012003218842\n010   $a 7-02-000873-5 $d CNY0.38\n200 1 $a 呐喊 $f 鲁迅著\n210   $a 北京 $c 人民文学出版社 $d 1973\n215   $a 151页 $d 19cm\n690   $a I210.6 $v 4\n701  0$a 鲁迅 $4 著',
    },
  } as Record;
};
const view = (offset: number, limit: number, shown: number): SearchView => ({
  searchId: 's1',
  text: asked,
  query,
  works: Array.from({ length: Math.max(0, Math.min(limit, shown - offset)) }, (_, index) =>
    row(offset + index),
  ),
  offset,
  shown,
  found,
  waiting,
  totalLow: 20411,
  totalHigh: 35205,
  sources:
    found === 0 && wanted.has('down')
      ? sources().map((one) => ({
          ...one,
          state: 'failed' as const,
          records: 0,
          problem: problem('UNREACHABLE'),
        }))
      : sources(),
  facets: {
    kinds: [
      { value: 'book', count: 312 },
      { value: 'article', count: 287 },
      { value: 'thesis', count: 121 },
      { value: 'journal', count: 44 },
      { value: 'ancientBook', count: 21 },
      { value: 'conference', count: 20 },
      { value: 'report', count: 15 },
    ],
    years: Array.from({ length: 60 }, (_, index) => ({
      year: 1960 + index,
      count: Math.round(10 + 9 * Math.sin(index / 6) + index / 4),
    })),
    languages: [
      { value: 'chi', count: 640 },
      { value: 'eng', count: 131 },
      { value: 'jpn', count: 49 },
    ],
    sources: sources()
      .filter((one) => one.records > 0)
      .map((one) => ({ value: one.id, count: one.records })),
    availability: [
      { value: 'ownLibrary', count: 12 },
      { value: 'openAccess', count: 96 },
      { value: 'request', count: 712 },
    ],
    holders: [
      { value: '广西民族大学图书馆', count: 12 },
      { value: '北京大学图书馆', count: 96 },
      { value: '清华大学图书馆', count: 71 },
      { value: '中国国家图书馆', count: 64 },
      { value: '复旦大学图书馆', count: 40 },
      { value: '中山大学图书馆', count: 22 },
      { value: 'Harvard-Yenching Library', count: 9 },
    ],
  },
  done: !running,
  fromCache: wanted.has('cache'),
  searchedAt: ago(200),
});

const plain = (text: string): Query => ({
  identifier: null,
  clauses: [{ join: 'and', field: 'any', text, phrase: false }],
  yearFrom: null,
  yearTo: null,
});
let asked = wanted.get('text') ?? '鲁迅 呐喊';
let query = wanted.has('text')
  ? read(wanted.get('text')!)
  : wanted.has('fielded')
    ? {
        ...plain('呐喊'),
        clauses: [
          { join: 'and' as const, field: 'title' as const, text: '呐喊', phrase: true },
          { join: 'and' as const, field: 'creator' as const, text: '鲁迅', phrase: false },
          { join: 'not' as const, field: 'subject' as const, text: '连环画', phrase: false },
        ],
        yearFrom: 1949,
        yearTo: 1999,
      }
    : plain('鲁迅 呐喊');

/** A little of what the engine recognises. */
function read(text: string): Query {
  const number = /10\.\d{4,}\/\S+/.exec(text)?.[0];
  if (number) return { ...plain(''), clauses: [], identifier: { type: 'doi', value: number } };
  if (/^[\d-]{10,17}X?$/.test(text.trim()))
    return { ...plain(''), clauses: [], identifier: { type: 'isbn', value: text.replace(/\D/g, '') } };
  const title = /\.\s*([^.]+)\[[MJDC]\]/.exec(text)?.[1];
  return title
    ? { ...plain(title), clauses: [{ join: 'and', field: 'title', text: title, phrase: false }] }
    : plain(text);
}
const narrowed = (filter: SearchFilter) =>
  filter.kinds.length +
    filter.languages.length +
    filter.sources.length +
    filter.availability.length +
    filter.holders.length >
    0 ||
  filter.yearFrom !== null ||
  filter.yearTo !== null
    ? Math.floor(found / 3)
    : found;

/** The handlers of the searches. `changed` tells the screens. */
export const search = (changed: (tags: Tag[]) => void): Handlers => ({
  search_read: ({ text }) => read(text),
  search_recent: () =>
    wanted.has('fresh')
      ? []
      : [
          { searchId: 's1', text: '鲁迅 呐喊', searchedAt: ago(12), works: 820 },
          { searchId: 's2', text: '10.1017/S0305741000014831', searchedAt: ago(200), works: 1 },
          {
            searchId: 's3',
            text: '王力. 汉语史稿[M]. 北京: 中华书局, 1980.',
            searchedAt: ago(3000),
            works: 6,
          },
        ],
  search_start: (wish) => (
    (query = wish.query ?? read(wish.text)),
    (asked = wish.text || asked),
    { searchId: 's1' }
  ),
  search_view: ({ offset, limit, filter }) => view(offset, limit, narrowed(filter)),
  search_work: ({ workId }) => {
    const index = Number(workId.slice(1));
    const own = row(index).availability === 'ownLibrary';
    return {
      work: {
        id: workId,
        merged: record(index),
        members: [record(index), { ...record(index), source: 'yidu', id: 'y-88121', raw: null }],
        availability: row(index).availability,
        joinedBy: [{ member: 1, with: 0, by: 'title', identifier: null }],
      },
      ownHoldings: own
        ? [{ library: '本馆', location: '相思湖馆 4 层 文学书库', callNumber: 'I210.6/59', available: true }]
        : [],
      requests: [],
    };
  },
  search_show_new: () => ((waiting = 0), changed(['search']), {}),
  search_cancel: () => ((running = false), changed(['search']), {}),
  search_retry: () => ({}),
  search_forget: () => ({}),
  cite_forms: () => ({
    forms: ['gbt2025', 'gbt2015', 'apa', 'mla', 'plain', 'ris', 'bibtex', 'biblatex', 'cslJson'],
    last: 'gbt2025',
  }),
  cite_prefer: () => ({}),
  work_cite: ({ workIds }) => ({
    text: workIds
      .slice(0, 200)
      .map((id, index) => {
        const { title, year } = record(Number(id.slice(1)));
        return `[${index + 1}] 鲁迅. ${title}[M]. 北京: 人民文学出版社, ${year ?? '[出版年不详]'}.\n`;
      })
      .join(''),
    fileName: '鲁迅 呐喊.txt',
  }),
  work_export: () => ({ path: '/home/reader/下载/鲁迅 呐喊.txt' }),
  zotero_send: ({ workIds }) => ({ count: workIds.length }),
});
