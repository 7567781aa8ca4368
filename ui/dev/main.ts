/**
 * The page with a made-up engine, for work on the screens without Rust: `npm run ui:dev`, then
 * /dev/index.html. Not part of any build. `?theme=dark&locale=en&found=0` choose what is shown.
 */
import { start } from '../src/app/start';
import { fakePlatform, problem } from '../src/platform/fake';
import { usePlatform } from '../src/platform';
import { patron } from './patron';
import type {
  AppView,
  Kind,
  Record,
  SearchView,
  Settings,
  SourceView,
  StatusView,
  WorkRow,
} from '../src/api/generated';
import '../src/styles/base.css';
import '../src/styles/tokens.css';
import '../src/styles/controls.css';

const wanted = new URLSearchParams(location.search);
const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const settings: Settings = {
  locale: wanted.get('locale') ?? 'zh-CN',
  theme: (wanted.get('theme') ?? 'light') as Settings['theme'],
  onClose: 'ask',
  toasts: true,
  toastTitles: false,
};
const app: AppView = {
  version: '0.1.0',
  demo: true,
  demoHints: { username: '20210001', password: 'hongyan-2026' },
  keyPlace: 'keyring',
  keyProblem: null,
  tray: true,
  settings,
  library: {
    name: '广西民族大学图书馆',
    nameEn: 'Guangxi Minzu University Library',
    tenant: 'a001962',
    portal: 'https://smart.calis.edu.cn/',
    contact: {
      phone: '0771-3265392',
      qqGroups: ['232107886', '908898525'],
      place: '相思湖馆 904',
      placeEn: 'Xiangsihu library, room 904',
    },
    desks: [{ id: 'xsh-904', name: '相思湖馆 904', nameEn: 'Xiangsihu 904' }],
    fees: { loan: 4000, page: 30, patronPays: false },
    loanDays: 20,
    usual: { registrationWorkingDays: 2, reviewWorkingDays: 2, copyWorkingDays: 3, loanDays: 7 },
  },
} as AppView;
const status: StatusView = {
  connection: (wanted.get('connection') ?? 'online') as StatusView['connection'],
  outbox: 1,
  needsYou: 2,
  unread: 3,
  lastSync: ago(4),
  syncing: false,
  problem: null,
  signedIn: true,
};

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
const source = (
  id: string,
  name: string,
  nameEn: string,
  state: SourceView['state'],
  records: number,
  hits: number | null,
): SourceView => ({
  id,
  name,
  nameEn,
  state,
  hits,
  records,
  firstMs: 320,
  doneMs: state === 'done' ? 840 : null,
  problem: state === 'failed' || state === 'resting' ? problem('UNREACHABLE') : null,
  dropped: [],
  protocol: state === 'page' ? 'page' : 'sru',
  retryAt: state === 'resting' ? new Date(Date.now() + 40_000).toISOString() : null,
  link: state === 'page' ? 'https://opac.example/search?q=%E7%BA%A2%E6%A5%BC%E6%A2%A6' : '',
});
let running = wanted.has('running');
const sources = (): SourceView[] => [
  source('home', '本馆目录', 'Our library', 'done', 12, 12),
  source('opac2', '联合目录', 'Union catalogue', 'done', 100, 1243),
  source('yidu', 'e读', 'eduread', running ? 'receiving' : 'done', 100, 3871),
  source(
    'etd',
    '高校学位论文',
    'Theses',
    running ? 'waiting' : 'done',
    running ? 0 : 36,
    running ? null : 36,
  ),
  source('rbsc', '学苑汲古', 'Ancient books', 'done', 0, 0),
  source('nstl', '国家科技图书文献中心', 'NSTL', 'failed', 0, null),
  source(
    'harvard',
    '哈佛大学图书馆',
    'Harvard Library',
    running ? 'slow' : 'done',
    running ? 0 : 100,
    running ? null : 512,
  ),
  source('crossref', 'Crossref', 'Crossref', 'done', 100, 20411),
  source('openalex', 'OpenAlex', 'OpenAlex', 'done', 100, 9120),
];
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
const view = (offset: number, limit: number): SearchView => ({
  searchId: 's1',
  text: '鲁迅 呐喊',
  query: {
    identifier: null,
    clauses: [{ join: 'and', phrase: false, field: 'any', text: '鲁迅 呐喊' }],
    yearFrom: null,
    yearTo: null,
  },
  works: Array.from({ length: Math.max(0, Math.min(limit, found - offset)) }, (_, index) =>
    row(offset + index),
  ),
  offset,
  shown: found,
  found,
  waiting: running ? 12 : 0,
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
  },
  done: !running,
  fromCache: wanted.has('cache'),
  searchedAt: ago(200),
});

const platform = fakePlatform({
  ...patron(wanted),
  app_start: () => app,
  app_ready: () => ({}),
  status_get: () => status,
  sync_now: () => ({}),
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
  search_start: () => ({ searchId: 's1' }),
  search_view: ({ offset, limit }) => view(offset, limit),
  search_work: ({ workId }) => {
    const index = Number(workId.slice(1));
    const own = row(index).availability === 'ownLibrary';
    return {
      work: {
        id: workId,
        merged: record(index),
        members: [record(index), { ...record(index), source: 'yidu', id: 'y-88121', raw: null }],
        availability: row(index).availability,
      },
      ownHoldings: own
        ? [{ library: '本馆', location: '相思湖馆 4 层 文学书库', callNumber: 'I210.6/59', available: true }]
        : [],
      requests: [],
    };
  },
  search_show_new: () => ((running = false), platform.tell({ changed: ['search'] }), {}),
  search_cancel: () => ((running = false), platform.tell({ changed: ['search'] }), {}),
  search_retry: () => ({}),
  search_forget: () => ({}),
  sources_list: () =>
    sources().map((one) => ({
      id: one.id,
      name: one.name,
      nameEn: one.nameEn,
      protocol: 'sru',
      host: `${one.id}.example.org`,
      enabled: one.id !== 'nstl',
      home: one.id === 'home',
    })),
  source_switch: () => ({}),
  settings_change: (change) =>
    Object.assign(settings, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null))),
  link_open: () => ({}),
});
usePlatform(platform);
void start();
