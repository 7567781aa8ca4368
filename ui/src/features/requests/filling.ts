import type { Draft } from '@/api/generated';
import { bibliographic, isBlank, type BibliographicField } from './fields';

/** What was filled into a form from elsewhere: enough to mark it, to show where it differs, and to take it back. */
export interface Filling {
  /** what was put into each field that was empty */
  values: Partial<Record<BibliographicField, string>>;
  /** what was found for fields that say something else; nothing was replaced */
  differs: { field: BibliographicField; found: string }[];
  /** the rest of the form as it was before */
  before: Pick<Draft, 'kind' | 'totalPages' | 'source' | 'known'>;
  /** id of the source that knew the work; empty when the text itself said it */
  knownBy: string;
}

const folded = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, '');

/** Fills what is empty. What was typed stays; where something else was found, it is only said. */
export function fillForm(mine: Draft, found: Draft, knownBy: string): Filling {
  const { kind, totalPages, source, known } = mine;
  const filling: Filling = {
    values: {},
    differs: [],
    before: { kind, totalPages, source, ...(known ? { known } : {}) },
    knownBy,
  };
  if (isBlank(mine) || mine.kind === 'other') mine.kind = found.kind;
  for (const field of bibliographic) {
    const theirs = found[field].trim();
    if (theirs === '') continue;
    if (mine[field].trim() === '') {
      mine[field] = theirs;
      filling.values[field] = theirs;
    } else if (folded(mine[field]) !== folded(theirs)) {
      filling.differs.push({ field, found: theirs });
    }
  }
  mine.totalPages ??= found.totalPages;
  mine.source ??= found.source;
  if (found.known) mine.known = found.known;
  return filling;
}

/** The fields that still hold what was filled in. */
export const filledFields = (mine: Draft, filling: Filling | undefined): Set<string> =>
  new Set(
    Object.entries(filling?.values ?? {})
      .filter(([field, value]) => mine[field as BibliographicField] === value)
      .map(([field]) => field),
  );

/** Takes back what was filled in, except what the patron has changed since. */
export function undoFilling(mine: Draft, filling: Filling): void {
  for (const field of filledFields(mine, filling)) mine[field as BibliographicField] = '';
  mine.kind = filling.before.kind;
  mine.totalPages = filling.before.totalPages;
  mine.source = filling.before.source;
  if (filling.before.known) mine.known = filling.before.known;
  else delete mine.known;
}

/** Takes over what was found for a field that says something else. */
export function takeFound(mine: Draft, filling: Filling, field: BibliographicField): Filling {
  const found = filling.differs.find((one) => one.field === field)?.found;
  if (found === undefined) return filling;
  mine[field] = found;
  return { ...filling, differs: filling.differs.filter((one) => one.field !== field) };
}
