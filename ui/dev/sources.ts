/** Sources of the made-up engine; `?many` puts twenty of them into every state there is. */
import { problem } from '../src/platform/fake';
import type { SourceView } from '../src/api/generated';

const source = (
  id: string,
  name: string,
  nameEn: string,
  state: SourceView['state'],
  records: number,
  hits: number | null,
  more: Partial<SourceView> = {},
): SourceView => ({
  id,
  name,
  nameEn,
  protocol: 'sru',
  state,
  hits,
  records,
  firstMs: records > 0 ? 320 : null,
  doneMs: state === 'done' ? 240 + records * 9 : null,
  problem: state === 'failed' ? problem('UNREACHABLE') : null,
  dropped: [],
  retryAt: null,
  link: '',
  unread: null,
  ...more,
});

/** A handful; while it runs, some are still asked. */
export const few = (running: boolean): SourceView[] => [
  source('home', '本馆目录', 'Our library', 'done', 12, 12),
  source('opac2', '联合目录', 'Union catalogue', 'done', 100, 1243, { dropped: ['1990–2000'] }),
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

/** Twenty, in every state. */
export const many = (running: boolean): SourceView[] => [
  ...few(running),
  source('cashl', 'CASHL 人文社科', 'CASHL', 'done', 64, 64),
  source('ccc', '外文期刊网', 'Foreign journals', running ? 'receiving' : 'done', 50, 730),
  source('loc', '美国国会图书馆', 'Library of Congress', 'failed', 0, null, { problem: problem('TIMEOUT') }),
  source('dnb', '德国国家图书馆', 'Deutsche Nationalbibliothek', 'done', 41, 41, { doneMs: 2310 }),
  source('bnf', '法国国家图书馆', 'Bibliothèque nationale de France', 'cancelled', 25, 88),
  source('ndl', '日本国立国会图书馆', 'National Diet Library', running ? 'waiting' : 'done', 0, 0),
  source('riss', '韩国 RISS', 'RISS', 'needsKey', 0, null),
  source('doaj', 'DOAJ', 'DOAJ', 'resting', 0, null, { retryAt: new Date(Date.now() + 9e5).toISOString() }),
  source('cinii', 'CiNii Research', 'CiNii Research', 'done', 100, 260),
  source('duxiu', '读秀', 'Duxiu', 'page', 0, null, {
    link: 'https://search.example.org/?q=%E9%B2%81%E8%BF%85',
  }),
  source('arxiv', 'arXiv', 'arXiv', 'off', 0, null),
];
