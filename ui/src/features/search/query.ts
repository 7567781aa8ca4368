import type { Clause, Field, Identifier, Join, Query } from '@/api/generated';

/** A line of the form. */
export interface Line {
  /** stable key of the line, independent of its position */
  key: number;
  join: Join;
  field: Field;
  text: string;
  phrase: boolean;
}

/** The state of the form; texts are raw input. */
export interface Form {
  lines: Line[];
  identifier: string;
  yearFrom: string;
  yearTo: string;
}

export const fields: readonly Field[] = ['any', 'title', 'creator', 'subject', 'publisher', 'container'];
export const joins: readonly Join[] = ['and', 'or', 'not'];
/** Maximum number of lines; the engine accepts sixteen, but eight are readable. */
export const MAX_LINES = 8;

let lastKey = 0;
export const line = (part: Partial<Clause> = {}): Line => ({
  key: (lastKey += 1),
  join: part.join ?? 'and',
  field: part.field ?? 'any',
  text: part.text ?? '',
  phrase: part.phrase ?? false,
});

export const noQuery = (): Query => ({ identifier: null, clauses: [], yearFrom: null, yearTo: null });
export const anywhere = (text: string): Query => ({
  ...noQuery(),
  clauses: [{ join: 'and', field: 'any', text, phrase: false }],
});

/** The form for a query. Without clauses it has the lines that most people use. */
export function formOf(query: Query): Form {
  const lines = query.clauses.map(line);
  // the first line has no visible operator, so that a «not» needs a line before it
  if (lines[0]?.join === 'not') lines.unshift(line());
  if (lines.length === 0) lines.push(line({ field: 'title' }), line({ field: 'creator' }));
  if (lines.length === 1) lines.push(line({ field: lines[0]!.field === 'creator' ? 'title' : 'creator' }));
  return {
    lines,
    identifier: query.identifier?.value ?? '',
    yearFrom: query.yearFrom === null ? '' : String(query.yearFrom),
    yearTo: query.yearTo === null ? '' : String(query.yearTo),
  };
}

/** Parses a year, full-width digits included; null for an empty text, `undefined` if it is not a year. */
export function yearOf(text: string): number | null | undefined {
  const digits = text.normalize('NFKC').trim();
  if (digits === '') return null;
  return /^\d{3,4}$/.test(digits) ? Number(digits) : undefined;
}

/** Why a form cannot be submitted. */
export type FormFault = 'empty' | 'year' | 'yearOrder' | 'onlyNot';

/** The query of a form, or what is wrong with it. `identifier` is the parsed identifier. */
export function queryOf(form: Form, identifier: Identifier | null = null): Query | FormFault {
  const yearFrom = yearOf(form.yearFrom);
  const yearTo = yearOf(form.yearTo);
  if (yearFrom === undefined || yearTo === undefined) return 'year';
  if (yearFrom !== null && yearTo !== null && yearFrom > yearTo) return 'yearOrder';
  const clauses = form.lines
    .filter((entry) => entry.text.trim() !== '')
    .map(({ join, field, text, phrase }) => ({ join, field, text: text.trim(), phrase }));
  // the first clause has no operator; only «not» has a meaning there
  if (clauses[0]?.join === 'or') clauses[0].join = 'and';
  if (identifier === null && clauses.length === 0) return 'empty';
  if (identifier === null && clauses.every((clause) => clause.join === 'not')) return 'onlyNot';
  return { identifier, clauses: identifier ? [] : clauses, yearFrom, yearTo };
}

/** How the text of the search box was interpreted. */
export type Interpretation =
  | { as: 'words' }
  | { as: 'number'; identifier: Identifier }
  | { as: 'citation'; title: string; creator: string };

/** The interpretation that corresponds to a query. */
export function interpretationOf(query: Query): Interpretation {
  if (query.identifier) return { as: 'number', identifier: query.identifier };
  // what the engine makes of a reference: its title, and its first creator if it names one
  const [title, creator, ...more] = query.clauses;
  const isCitation =
    title?.field === 'title' &&
    !title.phrase &&
    (creator === undefined || (creator.field === 'creator' && creator.join === 'and' && !creator.phrase));
  return isCitation && more.length === 0
    ? { as: 'citation', title: title.text, creator: creator?.text ?? '' }
    : { as: 'words' };
}

/** Whether a query of title and creator was typed as such (`题名:… 作者:…`), and is no reference. */
export function isTyped(read: Interpretation, text: string): boolean {
  if (read.as !== 'citation') return false;
  const bare = text.normalize('NFKC').replace(/\s+/g, '');
  const named = [read.title, read.creator].filter((words) => words !== '');
  return named.every((words) => bare.includes(`:${words.normalize('NFKC').replace(/\s+/g, '')}`));
}

/** Whether the search box alone expresses the whole query. */
export function isPlain(query: Query): boolean {
  const [only, ...more] = query.clauses;
  return (
    query.identifier === null &&
    query.yearFrom === null &&
    query.yearTo === null &&
    more.length === 0 &&
    (only === undefined || (only.field === 'any' && !only.phrase && only.join !== 'not'))
  );
}
