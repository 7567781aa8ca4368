// The caption of a control: the label, what ARIA says, the cell or text before it, a placeholder.
import {
  attribute,
  childrenOf,
  holds,
  isDocument,
  isElement,
  isText,
  lastChild,
  nextOf,
  parentOf,
  previousOf,
  tagOf,
  textStart,
} from './dom.ts';
import { fold } from './fold.ts';
import type { Control, Scene } from './scene.ts';
import { isBlock, isSilent, textOf, tidy } from './text.ts';

/** What is written at a control. */
export interface Caption {
  /** the label, cell or text; empty if there is none */
  text: string;
  /** placeholder and tool tip, which stand in where no caption is */
  hint: string;
}

/** Ancestors that are looked at for text before a control. */
const DEPTH = 10;
/** Signs of a caption. */
const SIGNS = 160;
/** A unit that stands behind a control, and what follows: «第 __ 卷 第 __ 期，页码 __». */
const UNIT = /^\s*(年|卷|期|号|页|版|册|元)\s*(?:第|共|起|至)?(?=[\s，,；;、。]|$)(.*)$/s;
/** What stands before a control that has its unit behind it. */
const LEAD = /^(第|共|至|到|to)?$/;

/** Whether a text can be a caption; a row's number is none. */
const hasLetters = (text: string): boolean => /\p{L}/u.test(text);

/** The captions of all controls, in their order. */
export function captions(scene: Scene, used?: Set<Node>): Caption[] {
  const out: Caption[] = [];
  const { controls } = scene;
  // the text behind the control before was its unit; this is what follows it
  let rest: string | undefined;
  for (let i = 0; i < controls.length; i++) {
    const control = controls[i]!;
    const around = { previous: controls[i - 1]?.element, next: controls[i + 1]?.element };
    let text = labelled(control, scene, used);
    if (!hasLetters(text)) text = rest ?? before(control.element, around, used);
    rest = undefined;
    if (LEAD.test(fold(text))) {
      const unit = UNIT.exec(behind(control.element, around.next, used).normalize('NFKC'));
      if (unit) [, text = '', rest = ''] = unit;
    }
    const hint = attribute(control.element, 'placeholder') || attribute(control.element, 'title');
    out.push({ text: tidy(text).slice(0, SIGNS), hint: tidy(hint.slice(0, SIGNS * 2)).slice(0, SIGNS) });
  }
  return out;
}

/** The `label` elements around and for the control, else what ARIA names. */
function labelled({ element, root }: Control, scene: Scene, used?: Set<Node>): string {
  const labels = [...(scene.labels.get(root)?.get(attribute(element, 'id')) ?? [])];
  for (let at = parentOf(element), steps = 0; at && steps < DEPTH; at = parentOf(at), steps++)
    if (isElement(at) && tagOf(at) === 'LABEL' && !labels.includes(at)) labels.push(at);
  const text = labels.map((label) => textOf(label, SIGNS, used)).join('\n');
  if (hasLetters(text)) return text;
  const named = attribute(element, 'aria-labelledby').split(/\s+/).slice(0, 5);
  const by = named.map((id) => elementById(root, id)).filter((found) => found !== null);
  const aria = by.map((found) => textOf(found, SIGNS, used)).join(' ');
  return hasLetters(aria) ? aria : attribute(element, 'aria-label').slice(0, SIGNS);
}

function elementById(root: Node, id: string): Element | null {
  const find = isDocument(root)
    ? Document.prototype.getElementById
    : DocumentFragment.prototype.getElementById;
  return id === '' ? null : (Reflect.apply(find, root, [id]) as Element | null);
}

interface Around {
  previous: Element | undefined;
  next: Element | undefined;
}

/** The text before a control: beside it, else beside an element that holds no other control. */
function before(control: Element, { previous, next }: Around, used?: Set<Node>): string {
  let node: Node = control;
  for (let depth = 0; depth < DEPTH; depth++) {
    const parent = parentOf(node);
    if (!parent || !isElement(parent)) return '';
    const cell = /^(TD|TH)$/.test(tagOf(node));
    const text = cell ? cellBefore(node, previous, used) : runBefore(node, previous, used);
    if (hasLetters(text)) return text;
    const above = cell ? headerOf(node, used) : labelBehind(node, next, used);
    if (hasLetters(above)) return above;
    if (holds(parent, previous) || holds(parent, next) || /^(FORM|BODY|HTML)$/.test(tagOf(parent))) return '';
    node = parent;
  }
  return '';
}

/** The nearest text before a node on its line, else on the lines above, up to the control before. */
function runBefore(node: Node, previous: Element | undefined, used?: Set<Node>): string {
  let run = '';
  const parts: Node[] = [];
  for (let at = previousOf(node), steps = 0; at && steps < 20; at = previousOf(at), steps++) {
    if (holds(at, previous)) break;
    if (isBlock(at)) {
      if (hasLetters(run)) break;
      run = textOf(at, SIGNS, used);
      if (hasLetters(run)) return run;
      continue;
    }
    if (isSilent(at)) continue;
    parts.push(at);
    // the end of a long text is what stands before the control
    run = (isText(at) ? textStart(at, 4000).slice(-SIGNS) : textOf(at, SIGNS)) + run;
  }
  if (hasLetters(run)) for (const part of parts) addTexts(part, used);
  return run;
}

function addTexts(part: Node, used?: Set<Node>): void {
  if (isText(part)) used?.add(part);
  else textOf(part, SIGNS, used);
}

/** The nearest cell before that says something and holds no control. */
function cellBefore(cell: Node, previous: Element | undefined, used?: Set<Node>): string {
  for (let at = previousOf(cell), steps = 0; at && steps < 20; at = previousOf(at), steps++) {
    if (holds(at, previous)) return '';
    const text = isElement(at) ? textOf(at, SIGNS, used) : '';
    if (hasLetters(text)) return text;
  }
  return '';
}

/** The children of an element that are elements; a row has fewer. */
function elementsOf(parent: Node): Element[] {
  return childrenOf(parent, 200).filter(isElement);
}

/** The cell of the same column in the nearest row above that has no controls and as many cells. */
function headerOf(cell: Node, used?: Set<Node>): string {
  const row = parentOf(cell);
  if (!row || tagOf(row) !== 'TR') return '';
  const cells = elementsOf(row);
  const column = cells.indexOf(cell as Element);
  for (let at = rowAbove(row), steps = 0; at && steps < 50; at = rowAbove(at), steps++) {
    const above = elementsOf(at);
    const asks = Reflect.apply(Element.prototype.querySelector, at, ['input,textarea,select']) !== null;
    if (!asks) return above.length === cells.length ? textOf(above[column]!, SIGNS, used) : '';
  }
  return '';
}

/** The row before, in the section before if it is the first of its own. */
function rowAbove(row: Node): Node | null {
  const before = previousTag(row, /^TR$/);
  const section = parentOf(row);
  if (before || !section || tagOf(section) === 'TABLE') return before;
  const above = previousTag(section, /^(THEAD|TBODY)$/);
  const last = above && lastChild(above);
  return last && tagOf(last) !== 'TR' ? previousTag(last, /^TR$/) : last;
}

/** The nearest sibling before with such a name. */
function previousTag(node: Node, name: RegExp): Node | null {
  let at = previousOf(node);
  for (let i = 0; at && i < 50 && !name.test(tagOf(at)); i++) at = previousOf(at);
  return at && name.test(tagOf(at)) ? at : null;
}

/** A label that is drawn over its control stands behind it, before the next one. */
function labelBehind(node: Node, next: Element | undefined, used?: Set<Node>): string {
  for (let at = nextOf(node), steps = 0; at && steps < 4; at = nextOf(at), steps++) {
    if (holds(at, next)) return '';
    if (tagOf(at) === 'LABEL' && isElement(at) && attribute(at, 'for') === '') return textOf(at, SIGNS, used);
  }
  return '';
}

/** The text behind a control on its line, up to the next one. */
function behind(control: Element, next: Element | undefined, used?: Set<Node>): string {
  let text = '';
  for (let at = nextOf(control), steps = 0; at && steps < 6; at = nextOf(at), steps++) {
    if (isSilent(at) || isBlock(at) || holds(at, next)) break;
    text += isText(at) ? textStart(at, 40) : textOf(at, 40);
    addTexts(at, used);
  }
  return text;
}
