/** The library and hand-over of the made-up engine. `?library=first` nothing chosen yet, `?library=hand` by hand. */
import type { fakePlatform } from '../src/platform/fake';
import type { HandOverView, Library, LibraryView } from '../src/api/generated';

type Handlers = Parameters<typeof fakePlatform>[0];

export function library(wanted: URLSearchParams, own: Library, termsHeard: string | null): Handlers {
  const mode = wanted.get('library') ?? 'demo';
  const view: LibraryView = {
    carried: [{ tenant: own.tenant, name: own.name, nameEn: own.nameEn }],
    chosen: mode !== 'first',
    given: mode === 'demo',
    atNextStart: null,
    handsOver: mode !== 'demo',
    library: own,
    termsHeard,
  };
  const over = (id: string): HandOverView => ({
    id,
    sent: wanted.has('sent'),
    number: wanted.has('sent') ? 'CALIS-2026-0077' : '',
    page: own.portal,
    resolver: wanted.has('resolver') ? 'https://resolver.example.edu.cn/?rft.jtitle=x' : null,
    fields: [
      { name: 'componentTitle', value: '论壮族的稻作文化与“那”地名' },
      { name: 'componentAuthor', value: '覃乃昌' },
      { name: 'title', value: '广西民族研究' },
      { name: 'date', value: '1999' },
      { name: 'issue', value: '4' },
      { name: 'pages', value: '68-78' },
      { name: 'issn', value: '1004-454X' },
      { name: 'note', value: '毕业论文用，电子版即可，如有彩色插图请一并扫描，谢谢。' },
    ],
    steps: wanted.has('sent')
      ? [
          { state: 'SENT_TO_SUPPLIER', dated: true, usual: null },
          { state: 'AWAITING_PICKUP', dated: true, usual: null },
          { state: 'ON_LOAN', dated: true, usual: '2026-12-15' },
          { state: 'UNFILLED', dated: false, usual: null },
        ]
      : [],
  });
  return {
    library_list: () => view,
    library_choose: ({ tenant, profile }) =>
      profile === null && tenant !== null
        ? { slip: null, view: Object.assign(view, { chosen: true }) }
        : { slip: { line: 7, key: 'loanDays', kind: 'wrongValue', expected: 'u16' }, view },
    handover_get: ({ id }) => over(id),
  };
}
