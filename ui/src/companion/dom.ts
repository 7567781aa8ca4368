// Properties of nodes, taken from the prototypes. `form.title` is the input that is called «title», and a page may
// have an image called `querySelectorAll`: what belongs to a node is not asked of the node itself.

type Getter<T> = (of: Node) => T;

function getter<T>(prototype: object, name: string): Getter<T | undefined> {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return (of) => (get ? (Reflect.apply(get, of, []) as T) : undefined);
}

export const parentOf = getter<ParentNode | null>(Node.prototype, 'parentNode') as Getter<Node | null>;
export const firstChild = getter<Node | null>(Node.prototype, 'firstChild') as Getter<Node | null>;
export const lastChild = getter<Node | null>(Node.prototype, 'lastChild') as Getter<Node | null>;
export const nextOf = getter<Node | null>(Node.prototype, 'nextSibling') as Getter<Node | null>;
export const previousOf = getter<Node | null>(Node.prototype, 'previousSibling') as Getter<Node | null>;
const typeOf = getter<number>(Node.prototype, 'nodeType');
const connected = getter<boolean>(Node.prototype, 'isConnected');
const tag = getter<string>(Element.prototype, 'tagName');
const shadow = getter<ShadowRoot | null>(Element.prototype, 'shadowRoot');

export const isElement = (node: Node | null | undefined): node is Element => !!node && typeOf(node) === 1;
export const isText = (node: Node | null | undefined): node is Text => !!node && typeOf(node) === 3;
export const isConnected = (node: Node): boolean => connected(node) === true;

/** The name of an element in capitals; empty for another node. */
export const tagOf = (node: Node | null | undefined): string =>
  isElement(node) ? (tag(node) ?? '').toUpperCase() : '';

/** An attribute; empty where there is none. */
export const attribute = (of: Element, name: string): string =>
  (Reflect.apply(Element.prototype.getAttribute, of, [name]) as string | null) ?? '';

/** The parent if it is an element. */
export function parentElement(of: Node): Element | null {
  const parent = parentOf(of);
  return isElement(parent) ? parent : null;
}

/** The open shadow root of an element. */
export const shadowOf = (of: Element): ShadowRoot | null => shadow(of) ?? null;

/** The first signs of a text node. The rest is not read: it may be endless. */
export const textStart = (node: Text, signs: number): string =>
  Reflect.apply(CharacterData.prototype.substringData, node, [0, signs]) as string;

/** The box of an element, or undefined where it is not drawn. */
export function boxOf(of: Element): DOMRect | undefined {
  const rects = Reflect.apply(Element.prototype.getClientRects, of, []) as DOMRectList;
  return rects.length > 0
    ? (Reflect.apply(Element.prototype.getBoundingClientRect, of, []) as DOMRect)
    : undefined;
}

/** The document of a frame of the same origin; undefined where the browser refuses it. */
export function frameDocument(frame: Element): Document | undefined {
  try {
    const inner = (frame as HTMLIFrameElement).contentDocument;
    return inner?.documentElement ? inner : undefined;
  } catch {
    return undefined;
  }
}

/** The window of a node's document. */
export const windowOf = (node: Node): (Window & typeof globalThis) | null =>
  node.ownerDocument?.defaultView ?? null;

/** Sides below this many pixels are a speck. */
const SPECK = 4;

const isSpeck = ({ width, height }: DOMRect): boolean =>
  // an engine without layout (in unit tests) has boxes without size
  !(width === 0 && height === 0) && (width < SPECK || height < SPECK);

/** What was found out of elements that hold others. */
export type Shown = Map<Element, boolean>;

/** Ancestors that may hide a control. */
const HIDERS = 40;

/** Whether an element and what it stands in let a person see what is in it. */
function shows(at: Element | null, shown: Shown, steps = 0): boolean {
  if (!at || steps > HIDERS) return true;
  const known = shown.get(at);
  if (known !== undefined) return known;
  const style = windowOf(at)?.getComputedStyle(at);
  const cuts = /^(hidden|clip|auto|scroll)$/.test(style?.overflowX ?? '') && style?.display !== 'inline';
  const box = cuts ? boxOf(at) : undefined;
  const own = style?.display !== 'none' && style?.opacity !== '0' && !(box && isSpeck(box));
  const result = own && shows(parentElement(at), shown, steps + 1);
  shown.set(at, result);
  return result;
}

/** Whether a person sees the element: drawn, not transparent, not a speck, not beside the page, not cut away. */
export function isVisible(element: Element, shown: Shown): boolean {
  const box = boxOf(element);
  const view = windowOf(element);
  if (!box || !view || isSpeck(box)) return false;
  const flat = box.width === 0 && box.height === 0;
  if (!flat && (box.right + view.scrollX < 1 || box.bottom + view.scrollY < 1)) return false;
  if (/^(hidden|collapse)$/.test(view.getComputedStyle(element).visibility)) return false;
  return shows(element, shown);
}

export const isDocument = (node: Node): boolean => typeOf(node) === 9;

/** Whether `node` is or holds `other`. */
export const holds = (node: Node, other: Node | undefined): boolean =>
  !!other && (Reflect.apply(Node.prototype.contains, node, [other]) as boolean);

export const hasAttribute = (of: Element, name: string): boolean =>
  Reflect.apply(Element.prototype.hasAttribute, of, [name]) as boolean;

/** Ancestors that are climbed at most; a page may lie about its parents. */
export const ANCESTORS = 600;

/**
 * Visits the nodes below `root` in their order. `enter` says whether to go below a node, `leave` is called when its
 * inside is over; `goOn` is asked before every step, so that a page that lies about its nodes cannot hold it up.
 */
export function traverse(
  root: Node,
  goOn: () => boolean,
  enter: (node: Node) => boolean,
  leave: (node: Node) => void = () => {},
): void {
  let node = firstChild(root);
  while (node && goOn()) {
    const below: Node | null = enter(node) ? firstChild(node) : null;
    if (below) {
      node = below;
      continue;
    }
    leave(node);
    let next = nextOf(node);
    while (!next) {
      node = parentOf(node!);
      if (!node || node === root || !goOn()) return;
      leave(node);
      next = nextOf(node);
    }
    node = next;
  }
}

/** The children of a node, at most `most`. */
export function childrenOf(parent: Node, most: number): Node[] {
  const out: Node[] = [];
  for (let child = firstChild(parent); child && out.length < most; child = nextOf(child)) out.push(child);
  return out;
}
