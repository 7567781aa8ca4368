import type { Draft, Kind, Service } from '@/api/generated';

/** Fields of a draft that are one line of text. */
export type TextFieldName =
  | 'title'
  | 'author'
  | 'componentTitle'
  | 'componentAuthor'
  | 'editor'
  | 'translator'
  | 'contributor'
  | 'publisher'
  | 'place'
  | 'date'
  | 'edition'
  | 'volume'
  | 'issue'
  | 'pages'
  | 'language'
  | 'isbn'
  | 'issn'
  | 'doi'
  | 'pmid';

export interface FieldSpec {
  name: TextFieldName | 'totalPages';
  /** locale key below requests.form.field */
  label: string;
  hint?: string;
  /** width in columns of six */
  span: 2 | 3 | 6;
}

const spec = (name: FieldSpec['name'], span: 2 | 3 | 6, label: string = name, hint?: string): FieldSpec => ({
  name,
  span,
  label,
  ...(hint ? { hint } : {}),
});

/** contributors to a book other than its author */
const people = [spec('editor', 3), spec('translator', 3), spec('contributor', 3)];
const pages = spec('pages', 3, 'pages', 'pagesHint');

/** The fields of a kind of work and a service: always visible ones, and those under «more». */
function layout(service: Service, kind: Kind): { main: FieldSpec[]; more: FieldSpec[] } {
  if (service === 'Loan') {
    return {
      main: [
        spec('title', 6, kind === 'book' || kind === 'ancientBook' ? 'bookTitle' : 'title'),
        spec('author', 3),
        spec('publisher', 3, kind === 'thesis' ? 'institution' : 'publisher'),
        spec('date', 2),
        spec('edition', 2),
        spec('volume', 2),
        spec('isbn', 3),
      ],
      more: [...people, spec('place', 3), spec('issn', 3), spec('doi', 3)],
    };
  }
  switch (kind) {
    case 'article':
    case 'journal':
      return {
        main: [
          spec('componentTitle', 6, 'articleTitle'),
          spec('componentAuthor', 3, 'author'),
          spec('title', 3, 'journalTitle'),
          spec('date', 2),
          spec('volume', 2),
          spec('issue', 2),
          pages,
          spec('doi', 3),
        ],
        more: [
          spec('translator', 3),
          spec('issn', 3),
          spec('pmid', 3),
          spec('publisher', 3),
          spec('place', 3),
        ],
      };
    case 'newspaper':
      return {
        main: [
          spec('componentTitle', 6, 'articleTitle'),
          spec('componentAuthor', 3, 'author'),
          spec('title', 3, 'newspaperTitle'),
          spec('date', 3),
          pages,
        ],
        more: [spec('issue', 3), spec('place', 3), spec('issn', 3)],
      };
    case 'conference':
      return {
        main: [
          spec('componentTitle', 6, 'articleTitle'),
          spec('componentAuthor', 3, 'author'),
          spec('title', 3, 'conferenceTitle'),
          spec('date', 3),
          pages,
          spec('doi', 3),
        ],
        more: [
          spec('editor', 3, 'hostEditor'),
          spec('publisher', 3),
          spec('place', 3),
          spec('isbn', 3),
          spec('issn', 3),
          spec('volume', 3),
        ],
      };
    case 'book':
    case 'ancientBook':
      return {
        main: [
          spec('title', 6, 'bookTitle'),
          spec('author', 3),
          spec('publisher', 3),
          spec('date', 2),
          spec('edition', 2),
          spec('isbn', 2),
          spec('componentTitle', 6, 'chapterTitle', 'chapterHint'),
          pages,
          spec('totalPages', 3, 'totalPages', 'totalPagesHint'),
        ],
        more: [
          spec('componentAuthor', 3, 'articleAuthor'),
          ...people,
          spec('volume', 3),
          spec('place', 3),
          spec('doi', 3),
        ],
      };
    case 'thesis':
      return {
        main: [
          spec('title', 6),
          spec('author', 3),
          spec('publisher', 3, 'institution'),
          spec('date', 3),
          pages,
        ],
        more: [spec('place', 3), spec('doi', 3)],
      };
    default:
      return {
        main: [
          spec(
            'title',
            6,
            kind === 'patent' ? 'patentTitle' : kind === 'standard' ? 'standardTitle' : 'title',
          ),
          spec('author', 3),
          spec('publisher', 3),
          spec('date', 3),
          pages,
        ],
        more: [...people, spec('place', 3), spec('isbn', 3), spec('issn', 3), spec('doi', 3)],
      };
  }
}

const identifiers = ['isbn', 'issn', 'doi', 'pmid'] as const;
/** fields that distinguish editions: always visible if filled in */
const telling: readonly string[] = [...identifiers, 'editor', 'translator', 'contributor'];

/** The same for a draft; filled identifiers, editors and translators are always visible. */
export function fieldsFor(draft: Draft): { main: FieldSpec[]; more: FieldSpec[] } {
  const { main, more } = layout(draft.service, draft.kind);
  const named = (name: string) => [...main, ...more].some((field) => field.name === name);
  const extra = ([...identifiers, 'editor', 'translator', 'contributor'] as const).filter(
    (name) => draft[name] !== '' && !named(name),
  );
  const up = more.filter((field) => telling.includes(field.name) && draft[field.name] !== '');
  return {
    main: [...main, ...up, ...extra.map((name) => spec(name, 3))].map((field) =>
      field.name === 'editor' && draft.componentTitle !== '' ? { ...field, label: 'hostEditor' } : field,
    ),
    more: more.filter((field) => !up.includes(field)),
  };
}

/** True while nothing worth keeping was entered; the same rule as the engine's. */
export const isBlank = (draft: Draft): boolean =>
  [
    draft.title,
    draft.author,
    draft.componentTitle,
    draft.isbn,
    draft.issn,
    draft.doi,
    draft.pmid,
    draft.note,
  ].every((text) => text.trim() === '');

/** The fields that a catalogue can fill, as the engine lists them. */
export const bibliographic = [
  'title',
  'author',
  'componentTitle',
  'componentAuthor',
  'editor',
  'translator',
  'contributor',
  'publisher',
  'place',
  'date',
  'edition',
  'volume',
  'issue',
  'pages',
  'language',
  'isbn',
  'issn',
  'doi',
  'pmid',
] as const;
export type BibliographicField = (typeof bibliographic)[number];
