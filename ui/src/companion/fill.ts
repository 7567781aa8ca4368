// The script of the library's page that fills a form. It is built into one file (ui/vite.companion.config.ts), which
// the shell runs in the page: `(function () { try { <file> return HongyanFill.fill(<input>); } catch { return ''; } })()`. Each call is
// synchronous, catches everything and returns JSON, or an empty string if even that is impossible. It never submits,
// presses, moves the focus or opens anything.
import { Clock } from './clock.ts';
import type {
  Fault,
  FillAnswer,
  FillInput,
  FormKind,
  Found,
  Left,
  ReadBackAnswer,
  StructureAnswer,
} from './contract.ts';
import { otherKind } from './kind.ts';
import { type Json, toJson } from './json.ts';
import { match, type Match, UNTOLD, valuesOf } from './match.ts';
import { places, type Place } from './place.ts';
import { look, type Scene } from './scene.ts';
import { fitting, lost, setValue, valueIn } from './setting.ts';
import { structureOf } from './structure.ts';
import { clip } from './text.ts';
import { captionsOfClosed } from './closed.ts';

/** Controls that are named as left alone. */
const LEFT = 40;
/** Milliseconds for writing; what a page does meanwhile counts. */
const WRITING = 5_000;

/** Runs a call; whatever happens in it becomes an answer. */
function answer(call: () => FillAnswer | ReadBackAnswer | StructureAnswer): string {
  try {
    return toJson(call() as unknown as Json);
  } catch (fault) {
    try {
      const answer: Fault = { ok: false, error: clip(`${fault}`, 200) };
      return toJson(answer as unknown as Json);
    } catch {
      return '';
    }
  }
}

interface View {
  scene: Scene;
  all: Place[];
  matches: Match[];
  /** the form is of the other kind than the request */
  other: FormKind | undefined;
}

function understand(input: FillInput, clock: Clock): View {
  const scene = look(document, clock);
  const all = places(scene);
  const other = otherKind(all, input);
  if (other && !input.anyway) return { scene, all: [], matches: [], other };
  return { scene, all, matches: match(all, input), other };
}

function named({ place, fields }: Match): { field: string; also?: string[]; label: string } {
  const [field, ...also] = fields;
  return { field: field!, also: also.length > 0 ? also : undefined, label: place.label };
}

function withoutPlace(input: FillInput, matches: Match[]): string[] {
  return input.fields
    .map(({ name }) => name)
    .filter((name) => !matches.some(({ fields }) => (fields as string[]).includes(name)));
}

/** Looks for the fields, and fills them if `input.fill` is true. Returns a `FillAnswer`. */
export const fill = (input: FillInput): string =>
  answer(() => {
    const clock = new Clock();
    const view = understand(input, clock);
    const spent = clock.spent();
    const writing = new Clock(WRITING);
    const found: Found[] = [];
    const left: Left[] = [];
    for (const one of view.matches) {
      const { place, fields, value } = one;
      if (value === '') continue;
      const told = !value.includes(UNTOLD);
      const fit = place.reason ?? (told ? fitting(place.control, value) : { value: '', cut: false });
      if (typeof fit === 'string') {
        left.push({ field: fields[0]!, label: place.label, reason: fit });
        continue;
      }
      const before = valueIn(place.control).trim();
      const filled = input.fill === true && told && !writing.over() && setValue(place.control, fit.value);
      found.push({
        ...named(one),
        filled,
        occupied: before !== '' && before !== fit.value,
        cut: fit.cut || undefined,
      });
    }
    left.push(...leftAlone(view));
    return {
      ok: true,
      complete: !clock.cut && !writing.cut,
      other: view.other,
      found,
      noPlace: withoutPlace(input, view.matches),
      left: left.slice(0, LEFT),
      free: freeOf(view).slice(0, LEFT),
      spent,
      writing: writing.spent(),
    };
  });

/** Captions of controls that a correction may name. */
function freeOf({ all, matches }: View): string[] {
  const free = all.filter(
    (place) =>
      !place.reason && place.label !== '' && !matches.some((one) => one.place === place && one.value !== ''),
  );
  return [
    ...new Set(
      free.filter(({ control }) => !/^(checkbox|radio)$/.test(control.type)).map(({ label }) => label),
    ),
  ];
}

/** What is not filled though a person sees it: forbidden, closed, or said to be none of ours. */
function leftAlone({ scene, all, matches }: View): Left[] {
  const left: Left[] = [];
  for (const place of all) {
    if (!place.reason || matches.some((one) => one.place === place && one.value !== '')) continue;
    if (/^(checkbox|radio)$/.test(place.control.type)) continue;
    left.push({ field: place.reading.targets[0] ?? '', label: place.label, reason: place.reason });
  }
  for (const { element, reason } of scene.closed)
    left.push({ field: '', label: captionsOfClosed(element), reason });
  return left;
}

/** Reads what the page has now, for every value that has a place. Returns a `ReadBackAnswer`. */
export const readBack = (input: FillInput): string =>
  answer(() => {
    const clock = new Clock();
    const { matches } = understand(input, clock);
    const values = valuesOf(input);
    const read: ReadBackAnswer['read'] = [];
    for (const one of matches) {
      if (one.value === '' || one.place.reason) continue;
      const why = lost(one.place.control, one.value);
      read.push({ ...named(one), took: why === undefined, why });
    }
    for (const name of withoutPlace(input, matches))
      if (values.get(name)) read.push({ field: name, label: '', took: false, why: 'gone' });
    return { ok: true, complete: !clock.cut, read, spent: clock.spent() };
  });

/** The structure and captions of the page's form, without values. Returns a `StructureAnswer`. */
export const structure = (): string => answer(() => structureOf(document, new Clock()));
