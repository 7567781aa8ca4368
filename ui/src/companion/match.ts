// Which value goes into which control: the captions of a form are read together.
import type { FillInput } from './contract.ts';
import { fold } from './fold.ts';
import { isOtherTitle } from './kind.ts';
import { ENOUGH, type Place } from './place.ts';
import type { Target } from './reading.ts';
import { read } from './reading.ts';
import { type Field, FIELDS } from './words.ts';

/** A control and what goes into it. */
export interface Match {
  place: Place;
  /** the fields whose values go in; more than one if they are joined */
  fields: Field[];
  /** empty if the request has no value for it */
  value: string;
}

/** The values of the request by field. */
export type Values = ReadonlyMap<string, string>;

/** Stands for a value that is not told: then it is only looked where it would go. */
export const UNTOLD = '\u2026';

export function valuesOf(input: FillInput): Values {
  const values = new Map<string, string>();
  for (const { name, value } of input.fields) values.set(name, value ?? UNTOLD);
  return values;
}

/** What the patron said of this caption. */
function correctionOf(place: Place, input: FillInput): string | undefined {
  const label = fold(place.label);
  return label === '' ? undefined : input.corrections?.find((said) => fold(said.label) === label)?.field;
}

/** What of a page is about the request; what the rules or the patron say against is marked in the places. */
export function match(all: Place[], input: FillInput): Match[] {
  const copy = input.service === 'copy';
  const open: { place: Place; order: number; targets: Target[]; score: number }[] = [];
  const clear = settle(all, copy);
  all.forEach((place, order) => {
    const said = correctionOf(place, input);
    if (said === 'none') place.reason ??= 'correction';
    if (place.reason === 'forbidden') return;
    const corrected = FIELDS.find((field) => field === said);
    if (corrected) {
      place.reading = { ...place.reading, targets: [corrected], joined: false, other: false };
      open.push({ place, order, targets: [corrected], score: 100 });
    } else if (
      said !== 'none' &&
      !place.reading.never &&
      place.reading.score >= ENOUGH &&
      !isOtherTitle(place, input)
    )
      open.push({ place, order, targets: clear[order]!, score: place.reading.score });
  });
  open.sort((a, b) => b.score - a.score || a.order - b.order);
  return assign(open, valuesOf(input));
}

/** «Title» and «author» without more mean the part or what holds it, by the other captions of the form. */
function settle(all: Place[], copy: boolean): Target[][] {
  const readings = all.map(({ reading }) => reading);
  const firm = (target: Target) =>
    readings.some(({ targets, plain, score }) => !plain && score >= ENOUGH && targets[0] === target);
  const plainTitles = all.filter(({ reading }) => reading.plain && reading.targets[0] === 'title');
  const groups = new Set(plainTitles.map(({ control }) => groupOf(control.group)));
  const byGroup = groups.has('componentTitle') && groups.size > 1;
  // a journal has no author, so that the only author in a form with a volume is the article's
  const journal = firm('volume') || firm('issue') || firm('issn');
  const plainAuthors = readings.filter(({ targets, plain }) => plain && targets[0] === 'author').length;
  const partTitle = firm('componentTitle') || byGroup;

  let last: Target | undefined;
  return all.map(({ reading, control }) => {
    let targets = reading.targets;
    if (reading.plain && copy && targets[0] === 'title') {
      const grouped = byGroup ? groupOf(control.group) : undefined;
      const part = grouped ? grouped === 'componentTitle' : !partTitle && firm('title');
      if (part) targets = ['componentTitle'];
    }
    if (reading.plain && copy && targets[0] === 'author' && !firm('componentAuthor')) {
      const ofPart = last === 'componentTitle' || (journal && plainAuthors === 1);
      if (ofPart && (partTitle || firm('title') || last === 'componentTitle'))
        targets = ['componentAuthor', ...targets.slice(1)];
    }
    if (targets[0] === 'title' || targets[0] === 'componentTitle') last = targets[0];
    return targets;
  });
}

/** Whether a heading is about a part or about what holds it. */
function groupOf(heading: string): Target | undefined {
  if (heading === '') return undefined;
  const target = read(`${heading} title 题名`).targets[0];
  return read(heading).other ? undefined : target;
}

/** Each field goes into one control, the most certain first. */
function assign(open: { place: Place; targets: Target[] }[], values: Values): Match[] {
  const used = new Set<Target>();
  const matches: Match[] = [];
  const mains = new Set(open.map(({ targets }) => targets[0]));
  for (const { place, targets } of open) {
    if (place.reading.joined && targets.length > 1) {
      const free = targets.filter((target) => !used.has(target));
      if (free.length === 0) continue;
      for (const target of free) used.add(target);
      matches.push({ place, fields: free as Field[], value: join(free, values) });
      continue;
    }
    // a field of a second choice is left to the control that asks for it alone
    const first = targets[0]!;
    const choices = targets.filter((target) => !used.has(target) && (target === first || !mains.has(target)));
    const target = choices.find((choice) => valueOf(choice, values) !== '') ?? choices[0];
    if (!target) continue;
    used.add(target);
    used.add(first);
    const field: Field = target === 'firstPage' || target === 'lastPage' ? 'pages' : target;
    matches.push({ place, fields: [field], value: valueOf(target, values) });
  }
  return matches;
}

const RANGE = /^\s*([^\s–—~～至-]+)\s*[–—~～至-]+\s*(\S+)\s*$/;

function valueOf(target: Target, values: Values): string {
  if (target !== 'firstPage' && target !== 'lastPage') return values.get(target) ?? '';
  const pages = values.get('pages') ?? '';
  const range = RANGE.exec(pages);
  if (target === 'firstPage') return range?.[1] ?? pages;
  return range?.[2] ?? '';
}

const joinWith = (separator: string, ...parts: string[]): string =>
  parts.filter((part) => part !== '').join(separator);

/** «2019, 12(3): 101-117» and «北京: 商务印书馆, 2019», as in GB/T 7714; what has no value is left out. */
function join(targets: Target[], values: Values): string {
  const of = (target: Target) => (targets.includes(target) ? (values.get(target) ?? '') : '');
  if (targets.includes('publisher') || targets.includes('place'))
    return joinWith(', ', joinWith(': ', of('place'), of('publisher')), of('date'));
  const issue = of('issue') === '' ? '' : `(${of('issue')})`;
  return joinWith(': ', joinWith(', ', of('date'), of('volume') + issue), of('pages'));
}
