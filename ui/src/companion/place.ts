// Whether a control may be filled at all, and what its caption means.
import { type Caption, captions } from './caption.ts';
import type { Reason } from './contract.ts';
import { attribute, hasAttribute, parentElement, tagOf } from './dom.ts';
import { fold } from './fold.ts';
import { read, type Reading } from './reading.ts';
import type { Control, Scene } from './scene.ts';
import { clip } from './text.ts';

/** A control with what is known of it. */
export interface Place {
  control: Control;
  caption: Caption;
  /** as it is shown and named in corrections */
  label: string;
  reading: Reading;
  /** why it is not filled; undefined if it may be */
  reason: Reason | undefined;
}

/** A score below this is no match. */
export const ENOUGH = 3.5;
/** A placeholder where there is no caption, and beside one that says nothing of ours. */
const HINT_ALONE = 0.9;
const HINT_BESIDE = 0.6;

/** Types of inputs that take no value of a request. A type that the browser does not know is a text. */
const FORBIDDEN_TYPE =
  /^(password|email|tel|search|url|file|checkbox|radio|color|range|time|datetime-local|hidden)$/;
/** Words in names and ids that forbid. A name never decides what a control is for. */
const SECRET =
  /^(password|passwd|pwd|passcode|captcha|verify|verification|vcode|yzm|checkcode|authcode|email|mail|phone|telephone|tel|mobile|otp|token|csrf|q|keyword|keywords)$/;
const SECRET_AUTOCOMPLETE = /password|one-time-code|email|tel|username|cc-/;

/** All controls of a page with their captions and meanings. */
export function places(scene: Scene): Place[] {
  const texts = captions(scene);
  return scene.controls.map((control, i) => placeOf(control, texts[i]!));
}

function placeOf(control: Control, caption: Caption): Place {
  const reading = meaning(control, caption);
  return {
    control,
    caption,
    label: clip(caption.text || caption.hint),
    reading,
    reason: reasonOf(control, reading),
  };
}

function reasonOf(control: Control, reading: Reading): Reason | undefined {
  if (reading.never) return 'forbidden';
  const refused = refusal(control);
  // the input of a component is often one for searching
  if (refused === 'componentSelect' || refused === 'datePicker') return refused;
  return isSecret(control) ? 'forbidden' : refused;
}

/** The words of a name or id: `LoanAuthor_1` is «loan author 1». */
const nameWords = (control: Control): string =>
  fold(
    `${attribute(control.element, 'name')} ${attribute(control.element, 'id')}`
      .slice(0, 120)
      .replace(/([a-z])([A-Z])/g, '$1 $2'),
  );

const KIND: Record<string, string> = { componentTitle: 'title', componentAuthor: 'author' };
const sameKind = (one: Reading, other: Reading): boolean =>
  (KIND[one.targets[0]!] ?? one.targets[0]) === (KIND[other.targets[0]!] ?? other.targets[0]);

function meaning(control: Control, caption: Caption): Reading {
  const own = read(caption.text);
  const hint = read(caption.hint);
  if (own.never || hint.never) return { ...own, never: true };
  if (own.other) return own;
  if (own.targets.length === 0) {
    const weight = fold(caption.text) === '' ? HINT_ALONE : HINT_BESIDE;
    return confirmed(control, { ...hint, score: hint.score * weight });
  }
  // «标题» with the placeholder «期刊名称»
  const refines = own.plain && !hint.plain && hint.targets.length > 0 && sameKind(own, hint);
  return confirmed(control, refines ? { ...hint, score: own.score } : own);
}

/** A name that says the same makes a caption more certain. */
function confirmed(control: Control, reading: Reading): Reading {
  if (reading.targets.length === 0) return reading;
  const named = read(nameWords(control)).targets;
  return named.some((target) => reading.targets.includes(target))
    ? { ...reading, score: reading.score + 0.5 }
    : reading;
}

function isSecret(control: Control): boolean {
  const { element, type } = control;
  if (FORBIDDEN_TYPE.test(type)) return true;
  if (SECRET_AUTOCOMPLETE.test(attribute(element, 'autocomplete'))) return true;
  if (/^(email|tel)$/.test(attribute(element, 'inputmode'))) return true;
  const whole = [attribute(element, 'name'), attribute(element, 'id')].map((name) => fold(name.slice(0, 60)));
  if ([...nameWords(control).split(' '), ...whole].some((word) => SECRET.test(word))) return true;
  return above(element, (at) => attribute(at, 'role') === 'search' || tagOf(at) === 'SEARCH');
}

/** Whether an ancestor, at most `steps` up, is so; the element itself counts. */
function above(element: Element, is: (at: Element) => boolean, steps = 12): boolean {
  for (let at: Element | null = element, i = 0; at && i < steps; at = parentElement(at), i++)
    if (is(at)) return true;
  return false;
}

const PICKER = /(^|[\s_-])(date|time|calendar|range)?-?(picker|date-?editor)([\s_-]|$)/i;
/** Classes of components that stand in for a `select`. */
export const SELECT =
  /(^|[\s_-])(select|selector|select2|cascader|dropdown|treeselect|tree-select)([\s_-]|$)/i;
/** A box that suggests and takes any text. */
const SUGGESTS = /auto-?complete/i;

/** Why a control is not filled, whatever its caption says. */
function refusal(control: Control): Reason | undefined {
  const { element, tag } = control;
  const editable = attribute(element, 'contenteditable');
  if (editable === 'true' || editable === 'plaintext-only') return 'editor';
  if (tag !== 'SELECT' && tag !== 'TEXTAREA') {
    const classes = (at: Element) => attribute(at, 'class');
    const parent = parentElement(element);
    const suggests = above(element, (at) => SUGGESTS.test(classes(at)), 4);
    // the picker's own classes are on the element around its input
    if (parent && above(parent, (at) => PICKER.test(classes(at)), 4)) return 'datePicker';
    const picks =
      tag !== 'INPUT' || hasAttribute(element, 'readonly') || attribute(element, 'role') === 'combobox';
    const inSelect = parent !== null && above(parent, (at) => SELECT.test(classes(at)), 4);
    if (tag !== 'INPUT' || (!suggests && picks && inSelect)) return 'componentSelect';
  }
  if (hasAttribute(element, 'disabled') || disabledAround(element)) return 'disabled';
  if (hasAttribute(element, 'readonly') || attribute(element, 'aria-readonly') === 'true') return 'readOnly';
  const handlers = `${attribute(element, 'onchange')} ${attribute(element, 'oninput')}`;
  return /submit|__doPostBack|location|\.click\(/i.test(handlers) ? 'submits' : undefined;
}

function disabledAround(element: Element): boolean {
  return (
    attribute(element, 'aria-disabled') === 'true' ||
    above(element, (at) => tagOf(at) === 'FIELDSET' && hasAttribute(at, 'disabled'), 20)
  );
}
