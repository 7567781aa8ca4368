// What there is to fill on a page: its controls in their order, with frames of the same origin and open shadow roots.
import { type Clock, CONTROLS, NODES } from './clock.ts';
import {
  attribute,
  boxOf,
  childrenOf,
  firstChild,
  frameDocument,
  isElement,
  isVisible,
  parentElement,
  shadowOf,
  tagOf,
  traverse,
  type Shown,
} from './dom.ts';
import { textOf } from './text.ts';

/** A control that a person sees. */
export interface Control {
  element: Element;
  tag: string;
  /** of an input, small letters */
  type: string;
  /** the heading or legend above it */
  group: string;
  /** the document or shadow root that it belongs to */
  root: Node;
}

/** A page as the scripts see it. */
export interface Scene {
  controls: Control[];
  /** `label` elements by what they are for, in each root */
  labels: Map<Node, Map<string, Element[]>>;
  /** frames of another origin and closed components, which cannot be looked into */
  closed: { element: Element; reason: 'frame' | 'shadow' }[];
}

/** Nesting of frames and shadow roots. */
const NESTING = 6;
/** Inputs that hold no text that a person types. */
const SILENT_TYPES = /^(hidden|submit|button|reset|image)$/;
const SKIPPED = /^(SCRIPT|STYLE|TEMPLATE|HEAD|NOSCRIPT|SVG|SELECT|TEXTAREA)$/;
const HEADINGS = /^(H[1-6]|LEGEND)$/;

interface Walk {
  scene: Scene;
  clock: Clock;
  visited: number;
  group: string;
  shown: Shown;
}

/** Everything on the page, until a bound is met; then the clock says so. */
export function look(page: Document, clock: Clock): Scene {
  const scene: Scene = { controls: [], labels: new Map(), closed: [] };
  walk(page, { scene, clock, visited: 0, group: '', shown: new Map() }, 0);
  return scene;
}

function walk(root: Node, state: Walk, depth: number): void {
  const goOn = () => {
    if (++state.visited > NODES || state.scene.controls.length >= CONTROLS) state.clock.cut = true;
    return !(state.clock.cut || (state.visited % 64 === 0 && state.clock.over()));
  };
  traverse(root, goOn, (node) => {
    if (isElement(node)) visit(node, root, state, depth);
    return !SKIPPED.test(tagOf(node));
  });
}

function visit(element: Element, root: Node, state: Walk, depth: number): void {
  const tag = tagOf(element);
  if (HEADINGS.test(tag)) state.group = textOf(element, 80);
  else if (tag === 'LABEL') keepLabel(element, root, state.scene);
  else if (tag === 'IFRAME' || tag === 'FRAME') enterFrame(element, state, depth);
  else if (isControl(element, tag)) {
    if (
      isVisible(element, state.shown) ||
      (attribute(element, 'role') === 'combobox' && isDrawn(element, state.shown))
    )
      state.scene.controls.push({ element, tag, type: typeOf(element, tag), group: state.group, root });
  } else if (tag.includes('-')) enterComponent(element, state, depth);
}

/** Whether a component draws itself in place of its input, which is transparent then. */
function isDrawn(input: Element, shown: Shown): boolean {
  let at = parentElement(input);
  for (let i = 0; at && i < 3; i++, at = parentElement(at))
    if (isVisible(at, shown) && isLarge(at)) return true;
  return false;
}

function typeOf(element: Element, tag: string): string {
  return tag === 'INPUT' ? attribute(element, 'type').trim().toLowerCase() || 'text' : '';
}

/** Inputs, and what components draw in place of a `select`. */
function isControl(element: Element, tag: string): boolean {
  if (tag === 'INPUT') return !SILENT_TYPES.test(typeOf(element, tag));
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  const role = attribute(element, 'role');
  const draws =
    role === 'combobox' || role === 'textbox' || attribute(element, 'aria-haspopup') === 'listbox';
  const editable = attribute(element, 'contenteditable');
  return (draws && !holdsInput(element)) || editable === 'true' || editable === 'plaintext-only';
}

/** Whether an input is inside, a few elements deep: then that one is the control. */
function holdsInput(element: Element, depth = 0): boolean {
  for (const child of childrenOf(element, 20))
    if (
      isElement(child) &&
      (/^(INPUT|TEXTAREA|SELECT)$/.test(tagOf(child)) || (depth < 5 && holdsInput(child, depth + 1)))
    )
      return true;
  return false;
}

function keepLabel(label: Element, root: Node, scene: Scene): void {
  const target = attribute(label, 'for');
  if (target === '') return;
  const here = scene.labels.get(root) ?? new Map<string, Element[]>();
  scene.labels.set(root, here);
  here.set(target, [...(here.get(target) ?? []).slice(0, 4), label]);
}

/** Whether something is large enough for a person to use. An engine without layout has boxes without size. */
function isLarge(element: Element): boolean {
  const box = boxOf(element);
  return !!box && ((box.width > 60 && box.height > 15) || (box.width === 0 && box.height === 0));
}

function enterFrame(frame: Element, state: Walk, depth: number): void {
  if (!isLarge(frame)) return;
  const inner = frameDocument(frame);
  if (inner && depth < NESTING) walk(inner, state, depth + 1);
  else if (!inner) state.scene.closed.push({ element: frame, reason: 'frame' });
}

function enterComponent(component: Element, state: Walk, depth: number): void {
  const shadow = shadowOf(component);
  if (shadow && depth < NESTING) walk(shadow, state, depth + 1);
  else if (!shadow && !firstChild(component) && isLarge(component))
    state.scene.closed.push({ element: component, reason: 'shadow' });
}
