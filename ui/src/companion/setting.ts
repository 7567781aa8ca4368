// Writes values into controls so that the page's framework hears it, and reads them back.
import { attribute, childrenOf, isConnected, isElement, tagOf, windowOf } from './dom.ts';
import { fold } from './fold.ts';
import type { Lost, Reason } from './contract.ts';
import type { Control } from './scene.ts';
import { textOf } from './text.ts';

type View = Window & typeof globalThis;

/** Options of a `select` that are looked at. */
const OPTIONS = 2_000;

/** The accessor of the browser itself: React replaces the one on the element to notice what a person types. */
function accessor(control: Control, view: View): PropertyDescriptor | undefined {
  const { tag } = control;
  const owner =
    tag === 'TEXTAREA'
      ? view.HTMLTextAreaElement
      : tag === 'SELECT'
        ? view.HTMLSelectElement
        : view.HTMLInputElement;
  return Object.getOwnPropertyDescriptor(owner.prototype, 'value');
}

/** What is in the control now. */
export function valueIn(control: Control): string {
  const view = windowOf(control.element);
  const get = view && accessor(control, view)?.get;
  return get ? String(Reflect.apply(get, control.element, [])) : '';
}

/** The option of a `select` that is this value: by its text or value, else the only one that contains it. */
function optionFor(select: Element, value: string): string | undefined {
  const wanted = fold(value);
  const containing: string[] = [];
  const visit = (parent: Node): string | undefined => {
    for (const child of childrenOf(parent, OPTIONS)) {
      if (tagOf(child) === 'OPTGROUP' && parent === select) {
        const found = visit(child);
        if (found !== undefined) return found;
      } else if (isElement(child) && tagOf(child) === 'OPTION') {
        const text = optionText(child);
        const own = attribute(child, 'value') || text;
        if (fold(text) === wanted || fold(own) === wanted) return own;
        if (wanted.length > 1 && fold(text).includes(wanted)) containing.push(own);
      }
    }
    return undefined;
  };
  return visit(select) ?? (containing.length === 1 ? containing[0] : undefined);
}

function optionText(option: Element): string {
  let text = '';
  for (const child of childrenOf(option, 5)) text += textOf(child, 80);
  return text;
}

/** What will stand in the control, or why it cannot take the value. */
export function fitting(control: Control, value: string): { value: string; cut: boolean } | Reason {
  if (control.tag === 'SELECT') {
    const option = optionFor(control.element, value);
    return option === undefined ? 'noOption' : { value: option, cut: false };
  }
  const { type } = control;
  if (type === 'number' && !/^-?\d+(\.\d+)?$/.test(value)) return 'kind';
  if (type === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'kind';
  if (type === 'month' && !/^\d{4}-\d{2}$/.test(value)) return 'kind';
  if (type === 'week') return 'kind';
  const most = Number(attribute(control.element, 'maxlength') || '-1');
  const cut = most > 0 && value.length > most;
  return { value: cut ? value.slice(0, most) : value, cut };
}

/** Sets the value and tells the page as typing does. The focus stays where it is. */
export function setValue(control: Control, value: string): boolean {
  const { element } = control;
  const view = windowOf(element);
  const set = view && accessor(control, view)?.set;
  if (!set || !isConnected(element)) return false;
  Reflect.apply(set, element, [value]);
  for (const name of ['input', 'change'])
    Reflect.apply(EventTarget.prototype.dispatchEvent, element, [
      new view.Event(name, { bubbles: true, composed: true }),
    ]);
  return true;
}

const line = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Why the control has not this value; undefined if it has. */
export function lost(control: Control, value: string): Lost | undefined {
  const fit = fitting(control, value);
  if (typeof fit === 'string') return 'empty';
  const now = line(valueIn(control));
  if (now === line(value) || (control.tag === 'SELECT' && now === line(fit.value))) return undefined;
  if (now === '') return 'empty';
  return line(value).startsWith(now) ? 'cut' : 'changed';
}
