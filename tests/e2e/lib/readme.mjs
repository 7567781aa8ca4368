// Data of the READMEs' screenshots: a year of requests, one of them on loan, and a search over twenty
// sources.
import { copyOf, dayFrom, loanOf, openFixture } from './fixture.mjs';
import { source, sourcesFile, startBadManners } from './sources.mjs';
import { rpc } from './programs.mjs';
import { until } from './until.mjs';

const copied = (article, journal, pages) => copyOf(article, '佚名', journal, pages);

/**
 * The requests: how many days ago they were made, and when they reached which state; the old titles are real.
 */
const year = [
  [loanOf('桂海虞衡志校注', '范成大'), 352, [344, 'AWAITING_PICKUP'], [342, 'ON_LOAN'], [326, 'COMPLETED']],
  [copied('铜鼓纹饰考', '民族艺术', '1-12'), 338, [335, 'DELIVERED'], [334, 'COMPLETED']],
  [copied('侗族大歌的多声部结构', '音乐研究', '30-41'), 331, [327, 'DELIVERED'], [325, 'COMPLETED']],
  [copied('喃字史歌的文献学考察', '民族文学研究', '7-19'), 309, [305, 'UNFILLED']],
  [loanOf('岭外代答校注', '周去非'), 301, [291, 'AWAITING_PICKUP'], [288, 'ON_LOAN'], [272, 'COMPLETED']],
  [copied('左江岩画的年代', '考古', '55-63'), 280, [276, 'DELIVERED'], [275, 'COMPLETED']],
  [copied('壮语量词的来源', '民族语文', '18-26'), 262, [260, 'DELIVERED'], [259, 'COMPLETED']],
  [copied('清代广西书院藏书', '图书馆杂志', '88-94'), 255, [251, 'DELIVERED'], [249, 'COMPLETED']],
  [loanOf('粤西丛载校注', '汪森'), 231, [222, 'AWAITING_PICKUP'], [220, 'ON_LOAN'], [203, 'COMPLETED']],
  [copied('瑶族过山榜的版本', '文献', '101-113'), 214, [211, 'DELIVERED'], [210, 'COMPLETED']],
  [copied('京族字喃歌本整理', '民族文学研究', '44-52'), 199, [196, 'DELIVERED'], [195, 'COMPLETED']],
  [loanOf('赤雅考释', '邝露'), 188, [180, 'UNFILLED']],
  [copied('花山岩画的颜料', '文物保护与考古科学', '12-20'), 171, [168, 'DELIVERED'], [166, 'COMPLETED']],
  [copied('那文化与稻作', '农业考古', '66-75'), 150, [146, 'DELIVERED'], [145, 'COMPLETED']],
  [loanOf('太平寰宇记', '乐史'), 143, [134, 'AWAITING_PICKUP'], [132, 'ON_LOAN'], [116, 'COMPLETED']],
  [copied('宋代市舶与岭南', '中国史研究', '120-136'), 121, [118, 'DELIVERED'], [117, 'COMPLETED']],
  [copied('布洛陀经诗的押韵', '民族语文', '31-40'), 104, [101, 'CANCELLED']],
  [copied('红水河流域的铜鼓习俗', '民族研究', '77-86'), 92, [88, 'DELIVERED'], [87, 'COMPLETED']],
  [loanOf('星槎胜览校注', '费信'), 83, [73, 'AWAITING_PICKUP'], [71, 'ON_LOAN'], [55, 'COMPLETED']],
  [copied('乾隆朝广西方志提要', '中国地方志', '50-58'), 66, [63, 'DELIVERED'], [62, 'COMPLETED']],
  [copied('侗族款词中的法观念', '法学研究', '140-152'), 58, [55, 'DELIVERED'], [53, 'COMPLETED']],
  [loanOf('殊域周咨录', '严从简'), 41, [32, 'AWAITING_PICKUP'], [30, 'ON_LOAN'], [16, 'COMPLETED']],
  [copied('铜鼓声音的测量', '乐器', '3-8'), 33, [30, 'DELIVERED'], [29, 'COMPLETED']],
];
/** Requests that are still open; the page of the first one is shown. */
const life = loanOf('诸蕃志校释', '赵汝适');
const underWay = [
  [
    life,
    19,
    [18, 'LOCAL_REVIEW'],
    [17, 'SENT_TO_SUPPLIER'],
    [16, 'WILL_SUPPLY'],
    [15, 'SHIPPED'],
    [11, 'AWAITING_PICKUP'],
    [10, 'ON_LOAN'],
  ],
  [loanOf('岛夷志略校释', '汪大渊'), 9, [2, 'AWAITING_PICKUP']],
  [copied('壮族天琴的形制', '中国音乐学', '61-70'), 7, [5, 'WILL_SUPPLY'], [1, 'CONDITION_PENDING']],
  [loanOf('瀛涯胜览校注', '马欢'), 6, [5, 'LOCAL_REVIEW'], [1, 'NEEDS_INFO']],
  [copied('桂林石刻的拓本著录', '文献', '22-35'), 5, [4, 'SENT_TO_SUPPLIER'], [2, 'WILL_SUPPLY']],
  [loanOf('真腊风土记校注', '周达观'), 5, [4, 'SENT_TO_SUPPLIER'], [1, 'SHIPPED']],
  [copied('骆越铜器的铅同位素', '考古学报', '201-218'), 2, [1, 'DELIVERED']],
  [copied('宾阳方言的声调', '方言', '15-27'), 1],
];
const said = {
  CONDITION_PENDING: {
    condition: {
      code: 'COST_EXCEEDS_MAXIMUM',
      text: '原件装订紧，需逐页拍摄。',
      cost: 32,
      answerBy: dayFrom(3),
    },
  },
  NEEDS_INFO: { reason: { code: 'MULTIPLE_VOLUMES', text: '这部书有两册，要哪一册？' } },
  SENT_TO_SUPPLIER: { supplier: '国家图书馆' },
};

/** Replays the year day by day on the platform, so that nothing falls due in between. */
async function liveThrough({ elsewhere, control }, ids) {
  await control('POST', 'accounts/20210001/grant', { coins: 500 });
  const advance = (days) => control('POST', 'clock', { advanceSeconds: days * 86_400 });
  const events = [...year, ...underWay].flatMap(([body, asked, ...became]) => [
    { days: asked, happens: async () => ids.set(body, await elsewhere(body)) },
    ...became.map(([days, state]) => ({
      days,
      happens: () =>
        control('POST', `requests/${ids.get(body)}/state`, { state, lead: true, ...said[state] }),
    })),
  ]);
  const letters = [
    { days: 9, happens: () => write(control, ids.get(life), '书后附地图一幅，请一并归还。') },
    { days: 8, happens: () => write(control, ids.get(life), '借期内如需续借，请提前三天提出。') },
  ];
  let now = 0;
  for (const { days, happens } of [...events, ...letters].toSorted((one, other) => other.days - one.days)) {
    await advance(now - days);
    now = days;
    await happens();
  }
  await advance(now);
}
const write = (control, id, text) => control('POST', `requests/${id}/messages`, { text });

/** Starts a program whose patron has had such a year; `life` is the id of the request on loan. */
export async function openYear(t) {
  const ids = new Map();
  const fixture = await openFixture(t, {
    before: (fixture) => liveThrough(fixture, ids),
    flags: async (sandbox) => {
      const bad = await startBadManners(t, sandbox);
      return ['--sources', await sourcesFile(t, twenty(sandbox, bad))];
    },
  });
  await until('everything to be here', async () => {
    const { requests } = await fixture.rpc('request_list', {});
    return requests.length >= underWay.length;
  });
  const { notices } = await fixture.rpc('notice_list', {});
  await fixture.rpc('notice_seen', { ids: notices.slice(2).map(({ id }) => id) });
  return { ...fixture, life: ids.get(life) };
}

const many = { concurrency: 16, timeoutS: 120, pageSize: 25 };
/** Twenty catalogues with the demo's works under well-known names: most answer, some fail. */
function twenty(sandbox, bad) {
  const sru = (id, name, nameEn, database, more) =>
    source(id, name, nameEn, `${sandbox.base}/sru/${database}`, { schema: 'marcxml', ...many, ...more });
  const reader = (id, name, nameEn) =>
    source(id, name, nameEn, sandbox.base, {
      protocol: 'reader',
      collection: id,
      tenant: 'a001962',
      ...many,
    });
  const poor = (id, name, nameEn, way) => source(id, name, nameEn, `${bad.base}/${way}`, many);
  return [
    sru('home', '本馆目录', 'Own library', 'home', { home: true }),
    source('calis', 'CALIS 联合目录', 'CALIS Union Catalogue', sandbox.base, { protocol: 'opac2', ...many }),
    source('yidu', 'CALIS e读', 'CALIS eduread', sandbox.base, { protocol: 'yidu', offsetBase: 1, ...many }),
    source('nstl', 'NSTL', 'NSTL', sandbox.base, { protocol: 'nstl', ...many }),
    reader('etd', '高校学位论文', 'Theses'),
    reader('rbsc', '学苑汲古', 'Rare books'),
    reader('ccc', '外文期刊', 'Foreign journals'),
    reader('cashl', '人文社科外文文献', 'Humanities Abroad'),
    sru('union', '高校联合目录', 'University Union', 'union'),
    sru('foreign', '外文图书目录', 'Foreign books', 'foreign'),
    sru('loc', '美国国会图书馆', 'Library of Congress', 'foreign'),
    sru('dnb', '德国国家图书馆', 'Deutsche Nationalbibliothek', 'foreign'),
    sru('ndl', '日本国立国会图书馆', 'National Diet Library', 'union'),
    poor('slow', '哈佛大学图书馆', 'Harvard Library', 'stall'),
    poor('down', '法国国家图书馆', 'Bibliothèque nationale de France', 'down'),
    poor('maintenance', '特色资源库', 'Special collections', 'maintenance'),
    sru('oa', '开放获取期刊目录', 'Open access journals', 'foreign'),
    source('key', '韩国学术信息', 'Korean research', `${bad.base}/down`, { ...many, access: 'key' }),
    source('page', '读秀', 'Duxiu', 'https://search.example.org/?q={query}', { protocol: 'page' }),
    source('off', '预印本', 'Preprints', `${bad.base}/down`, { enabled: false }),
  ];
}

/** Searches all of them; returns the search id when every source has answered or failed. */
export async function searchTwenty({ bridge }, text = '中国') {
  const query = {
    identifier: null,
    clauses: [{ join: 'and', field: 'any', text, phrase: false }],
    yearFrom: null,
    yearTo: null,
  };
  const { searchId } = await rpc(bridge, 'search_start', { text, query });
  const filter = { kinds: [], languages: [], sources: [], availability: [], yearFrom: null, yearTo: null };
  await until('the sources to answer', async () => {
    const view = { searchId, offset: 0, limit: 1, sort: 'relevance', filter };
    const { sources } = await rpc(bridge, 'search_view', view);
    return sources.every(({ id, state }) => (id === 'slow' ? state === 'slow' : state !== 'waiting'));
  });
  await rpc(bridge, 'search_show_new', { searchId });
  return searchId;
}
