/** Lists of works and filled forms of the made-up engine. `?absent` lets the catalogues know nothing. */
import type { fakePlatform } from '../src/platform/fake';
import type { BatchLineView, BatchView, Draft, DraftView, RequestRow } from '../src/api/generated';
import { blankDraft } from './forms';

type Handlers = Parameters<typeof fakePlatform>[0];

const given = [
  '[1] 黄某, 韦某. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20.',
  '978-7-5010-0872-8',
  '10.1017/S0305741000014831',
  '中国少数民族语言简志丛书（修订本）',
  '[1] 黄某, 韦某. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20.',
  'Zomia and the Uplands of Southeast Asia: A Critical Reappraisal of the Anarchist History of the Highlands',
];

const works: Partial<Draft>[] = [
  {
    componentTitle: '论壮族的铜鼓文化',
    componentAuthor: '黄某; 韦某',
    title: '广西民族研究',
    date: '2009',
    pages: '12-20',
  },
  {
    service: 'Loan',
    kind: 'book',
    title: '铜鼓艺术研究',
    author: '蒋廷瑜',
    publisher: '文物出版社',
    date: '1988',
    isbn: '9787501008728',
    pickupLocation: 'xsh-904',
  },
  {
    componentTitle: 'Rural China in Transition',
    componentAuthor: 'Unger, Jonathan',
    title: 'The China Quarterly',
    date: '1985',
    pages: '585-606',
    doi: '10.1017/s0305741000014831',
  },
  { kind: 'book', title: '中国少数民族语言简志丛书（修订本）', author: '编委会', date: '2009' },
  {
    componentTitle: '论壮族的铜鼓文化',
    componentAuthor: '黄某; 韦某',
    title: '广西民族研究',
    date: '2009',
    pages: '12-20',
  },
  { componentTitle: given[5]!, title: 'Journal of Global History', date: '2010' },
];

export function lists(
  wanted: URLSearchParams,
  drafts: Map<string, Draft>,
  viewOf: (draft: Draft, online: boolean) => DraftView,
  send: (draft: Draft) => RequestRow,
): Handlers {
  const requests = new Map<string, RequestRow>();
  const looked = new Set<number>(wanted.has('waiting') ? [] : [1, 2, 3, 4, 5, 6]);
  const id = (line: number) => `00000000-0000-4000-8000-0000000007${String(line).padStart(2, '0')}`;
  const fill = () =>
    works.forEach((work, at) =>
      drafts.set(id(at + 1), { ...blankDraft(id(at + 1), work.service ?? 'Copy'), ...work }),
    );
  if (wanted.has('batch')) fill();
  const list = (): BatchView => ({
    id: 'list-1',
    createdAt: new Date().toISOString(),
    leftOut: 0,
    room: { places: null, coins: null },
    lines: given.flatMap((text, at): BatchLineView[] => {
      const line = at + 1;
      const draft = drafts.get(id(line));
      const request = requests.get(id(line)) ?? null;
      if (!draft && !request) return [];
      return [
        {
          line,
          given: text,
          readAs: 'reference',
          lookUp: looked.has(line) ? (wanted.has('absent') ? 'absent' : 'found') : 'waiting',
          form: draft ? viewOf(draft, false) : null,
          request,
          sameAs: line === 5 && drafts.has(id(1)) ? 1 : null,
          lacks: null,
        },
      ];
    }),
  });
  return {
    batch_new: () => (fill(), list()),
    batch_get: list,
    batch_list: () =>
      drafts.has(id(1))
        ? [
            {
              id: 'list-1',
              createdAt: new Date().toISOString(),
              title: works[0]!.componentTitle!,
              drafts: 6,
              requests: 0,
            },
          ]
        : [],
    batch_look_up: async ({ line }) => {
      await new Promise((done) => setTimeout(done, 3_000 + line * 500));
      looked.add(line);
      return list();
    },
    batch_set: ({ declarationAccepted, pickupLocation }) => {
      for (const one of works.keys()) {
        const draft = drafts.get(id(one + 1));
        if (draft?.service === 'Copy')
          draft.declarationAccepted = declarationAccepted ?? draft.declarationAccepted;
        if (draft?.service === 'Loan') draft.pickupLocation = pickupLocation ?? draft.pickupLocation;
      }
      return list();
    },
    batch_submit: ({ lines }) => ({
      outcomes: lines.map((line) => {
        const draft = drafts.get(id(line))!;
        requests.set(draft.id, send(draft));
        return { line, submitted: true, problem: null, form: null };
      }),
      batch: list(),
    }),
    batch_close: () => ({}),
    draft_fill: ({ service, text, form }) => {
      const found = works[text.includes('978') ? 1 : 0]!;
      const filled = Object.entries(found).flatMap(([field, value]) =>
        typeof value === 'string' ? [{ field, text: value }] : [],
      );
      const none = { filled: [], differs: [], left: [] };
      const known = { source: 'calis', edition: 'same' as const, filling: { ...none, filled } };
      return {
        draft: {
          ...(form ?? blankDraft('found', service)),
          ...found,
          service,
          ...(wanted.has('absent') ? {} : { catalogued: known }),
        },
        said: wanted.has('absent') ? { ...none, filled } : none,
        readAs: 'reference',
        works: text.split('\n').filter((line) => line.trim() !== '').length,
      };
    },
  };
}
