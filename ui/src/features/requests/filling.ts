import type { Draft, Edition, FieldText, FormFill, Heard } from '@/api/generated';
import { bibliographic, type BibliographicField } from './fields';

/** What was filled into a form from elsewhere, to mark it, to show differences, and to undo it. */
export interface FormFilling {
  /** values put into fields that were empty */
  values: Partial<Record<BibliographicField, string>>;
  /** how many of them came from a catalogue; the others were in the text itself */
  known: number;
  /** values found for fields with another value; nothing was replaced */
  differs: { field: BibliographicField; found: string }[];
  /** values not taken, because the catalogue has another edition */
  left: { field: BibliographicField; found: string }[];
  /** the edition in the catalogue; undefined if no catalogue knew the work */
  edition?: Edition;
  /** whether the catalogues answered; undefined if they were not asked */
  heard?: Heard;
  /** the rest of the form before the filling; undefined if it was filled in an earlier run */
  before?: Pick<Draft, 'kind' | 'title' | 'totalPages' | 'source' | 'known' | 'catalogued'>;
  /** what the filling made of the parts that are not lines of text: another value is the patron's */
  after?: Pick<Draft, 'kind' | 'totalPages'>;
}

const isField = (name: string): name is BibliographicField =>
  (bibliographic as readonly string[]).includes(name);
const texts = (said: readonly FieldText[]) =>
  said.flatMap(({ field, text }) => (isField(field) ? [{ field, found: text }] : []));

/**
 * The form without what the last look-up filled: to look up the next reference for it. What the patron typed or
 * changed stays. A filling of an earlier run stays too: the form has not stored all of it, and half of it would mix
 * two works.
 */
export function withoutFilling(mine: Draft, former: FormFilling | undefined): Draft {
  if (!former?.before) return mine;
  const bare = { ...mine };
  undoFilling(bare, former);
  return bare;
}

/** Puts what was found for the next reference in the place of what the last look-up filled. */
export function fillAgain(mine: Draft, fill: FormFill, former: FormFilling | undefined): FormFilling {
  if (former?.before) undoFilling(mine, former);
  return fillForm(mine, fill);
}

/** Applies the engine's filling; what was typed meanwhile is kept. */
export function fillForm(mine: Draft, fill: FormFill): FormFilling {
  const { kind, title, totalPages, source, known, catalogued } = mine;
  const found = fill.draft.catalogued;
  const filling: FormFilling = {
    values: {},
    known: 0,
    differs: [],
    left: texts(found?.filling.left ?? []),
    ...(found ? { edition: found.edition } : {}),
    ...(fill.heard ? { heard: fill.heard } : {}),
    before: {
      kind,
      title,
      totalPages,
      source,
      ...(known ? { known } : {}),
      ...(catalogued ? { catalogued } : {}),
    },
  };
  mine.kind = fill.draft.kind;
  const knew = new Set(found?.filling.filled.map(({ field }) => field));
  // a title alone may turn out to be that of a part, whose form has the journal in its place
  for (const field of bibliographic) {
    const theirs = fill.draft[field];
    if (theirs === '' || theirs === mine[field]) continue;
    const moved = mine[field] !== '' && fill.draft.componentTitle === mine[field];
    if (mine[field] !== '' && !moved) continue;
    mine[field] = theirs;
    filling.values[field] = theirs;
    if (knew.has(field)) filling.known += 1;
  }
  const differs = [...texts(found?.filling.differs ?? []), ...texts(fill.said.differs)];
  filling.differs = differs.filter(({ field }, at) => differs.findIndex((one) => one.field === field) === at);
  mine.totalPages ??= fill.draft.totalPages;
  mine.source ??= fill.draft.source;
  if (fill.draft.known) mine.known = fill.draft.known;
  if (found) mine.catalogued = found;
  filling.after = { kind: mine.kind, totalPages: mine.totalPages };
  return filling;
}

/** The filling that the form itself has stored from an earlier run. */
export function keptFilling(mine: Draft): FormFilling | undefined {
  const kept = mine.catalogued;
  if (!kept) return undefined;
  const filled = texts(kept.filling.filled);
  return {
    values: Object.fromEntries(filled.map(({ field, found }) => [field, found])),
    known: filled.length,
    differs: texts(kept.filling.differs),
    left: texts(kept.filling.left),
    edition: kept.edition,
  };
}

/** The fields that still contain the filled value. */
export const filledFields = (mine: Draft, filling: FormFilling | undefined): Set<string> =>
  new Set(
    Object.entries(filling?.values ?? {})
      .filter(([field, value]) => mine[field as BibliographicField] === value)
      .map(([field]) => field),
  );

/** Undoes the filling, except in fields that the patron has changed since. */
export function undoFilling(mine: Draft, filling: FormFilling): void {
  for (const field of filledFields(mine, filling)) mine[field as BibliographicField] = '';
  delete mine.catalogued;
  const { before, after } = filling;
  if (!before) return;
  if (!after || mine.kind === after.kind) mine.kind = before.kind;
  if (mine.title === '') mine.title = before.title;
  if (!after || mine.totalPages === after.totalPages) mine.totalPages = before.totalPages;
  mine.source = before.source;
  if (before.known) mine.known = before.known;
  else delete mine.known;
  if (before.catalogued) mine.catalogued = before.catalogued;
}

/** The filling without the differences in these fields, which the form then contains as well. */
function without(mine: Draft, filling: FormFilling, fields: readonly string[]): FormFilling {
  const stays = ({ field }: { field: string }) => !fields.includes(field);
  if (mine.catalogued) {
    const { filling: kept } = mine.catalogued;
    mine.catalogued = {
      ...mine.catalogued,
      filling: { ...kept, differs: kept.differs.filter(stays), left: kept.left.filter(stays) },
    };
  }
  return { ...filling, differs: filling.differs.filter(stays), left: filling.left.filter(stays) };
}

/** Replaces a field by the value that was found for it. */
export function takeFound(mine: Draft, filling: FormFilling, field: BibliographicField): FormFilling {
  const found = filling.differs.find((one) => one.field === field)?.found;
  if (found === undefined) return filling;
  mine[field] = found;
  return without(mine, filling, [field]);
}

/** Replaces the edition by the catalogue's, as the patron chose. */
export function takeEdition(mine: Draft, filling: FormFilling): FormFilling {
  const all = [...filling.left, ...filling.differs];
  for (const { field, found } of all) mine[field] = found;
  const rest = without(
    mine,
    filling,
    all.map(({ field }) => field),
  );
  if (mine.catalogued) mine.catalogued = { ...mine.catalogued, edition: 'same' };
  return { ...rest, edition: 'same' };
}

/** Describes the edition or work in the catalogue in the few words that distinguish it. */
export function editionWords(
  differs: FormFilling['differs'],
  left: FormFilling['left'],
  work: boolean,
): string {
  const wanted: readonly string[] = work
    ? ['componentTitle', 'title', 'author', 'date']
    : ['title', 'publisher', 'date', 'edition'];
  const all = [...differs, ...left];
  return wanted.flatMap((field) => all.find((one) => one.field === field)?.found ?? []).join(' · ');
}
