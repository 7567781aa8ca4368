import type { Draft, Edition, FieldText, FormFill } from '@/api/generated';
import { bibliographic, type BibliographicField } from './fields';

/** What was filled into a form from elsewhere: enough to mark it, to show where it differs, and to take it back. */
export interface FormFilling {
  /** what was put into each field that was empty */
  values: Partial<Record<BibliographicField, string>>;
  /** how many of them a catalogue knew; the others the text itself said */
  known: number;
  /** what was found for fields that say something else; nothing was replaced */
  differs: { field: BibliographicField; found: string }[];
  /** what was not taken, because the catalogue has another edition */
  left: { field: BibliographicField; found: string }[];
  /** the edition that the catalogue has; none when no catalogue knew the work */
  edition?: Edition;
  /** the rest of the form as it was before; none when it was filled in an earlier run */
  before?: Pick<Draft, 'kind' | 'title' | 'totalPages' | 'source' | 'known' | 'catalogued'>;
}

const isField = (name: string): name is BibliographicField =>
  (bibliographic as readonly string[]).includes(name);
const texts = (said: readonly FieldText[]) =>
  said.flatMap(({ field, text }) => (isField(field) ? [{ field, found: text }] : []));

/** Takes over what the engine filled in; what was typed meanwhile stays. */
export function fillForm(mine: Draft, fill: FormFill): FormFilling {
  const { kind, title, totalPages, source, known, catalogued } = mine;
  const found = fill.draft.catalogued;
  const filling: FormFilling = {
    values: {},
    known: 0,
    differs: [],
    left: texts(found?.filling.left ?? []),
    ...(found ? { edition: found.edition } : {}),
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
  // where a title alone was written it may belong to a part, with the journal in its place
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
  return filling;
}

/** What the form itself keeps of an earlier filling. */
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

/** The fields that still hold what was filled in. */
export const filledFields = (mine: Draft, filling: FormFilling | undefined): Set<string> =>
  new Set(
    Object.entries(filling?.values ?? {})
      .filter(([field, value]) => mine[field as BibliographicField] === value)
      .map(([field]) => field),
  );

/** Takes back what was filled in, except what the patron has changed since. */
export function undoFilling(mine: Draft, filling: FormFilling): void {
  for (const field of filledFields(mine, filling)) mine[field as BibliographicField] = '';
  delete mine.catalogued;
  const { before } = filling;
  if (!before) return;
  mine.kind = before.kind;
  if (mine.title === '') mine.title = before.title;
  mine.totalPages = before.totalPages;
  mine.source = before.source;
  if (before.known) mine.known = before.known;
  else delete mine.known;
  if (before.catalogued) mine.catalogued = before.catalogued;
}

/** The filling without these differences, which the form now keeps too. */
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

/** Takes over what was found for a field that says something else. */
export function takeFound(mine: Draft, filling: FormFilling, field: BibliographicField): FormFilling {
  const found = filling.differs.find((one) => one.field === field)?.found;
  if (found === undefined) return filling;
  mine[field] = found;
  return without(mine, filling, [field]);
}

/** Takes the catalogue's edition instead of the one that was written: the patron's choice. */
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

/** Which edition, or which work, the catalogue has, in the few words that tell it apart. */
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
