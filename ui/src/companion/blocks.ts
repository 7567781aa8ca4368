// From the place that names a request to the block that speaks of it: the row, item or card.
import {
  ANCESTORS,
  attribute,
  boxOf,
  childrenOf,
  isElement,
  nextOf,
  parentElement,
  previousOf,
  tagOf,
} from './dom.ts';
import { fold } from './fold.ts';
import { type Hit, isCaption } from './keys.ts';
import { textOf } from './text.ts';
import { wordsOf } from './tokens.ts';

/** A block, or several neighbours that are one. */
export interface Block {
  elements: Element[];
  row: boolean;
}

/** Signs of a block; a wider part of the page is no block. */
const WIDEST = 1_500;
const CLIMB = 40;

/** Which request each element speaks of; `MANY` if of several. */
export type Owners = Map<Element, number>;
export const MANY = -1;

/** For every element above a hit, whose it is. */
export function ownersOf(hits: Hit[]): Owners {
  const owners: Owners = new Map();
  for (const { segment, request } of hits) {
    let at: Element | null = segment.owner;
    for (let depth = 0; at && depth < ANCESTORS; at = parentElement(at), depth++) {
      const now = owners.get(at);
      if (now === request || now === MANY) break;
      owners.set(at, now === undefined ? request : MANY);
    }
  }
  return owners;
}

/** The text of a block. */
export const blockText = ({ elements }: Block, signs = 400): string =>
  elements
    .map((element) => textOf(element, signs, undefined, '\n', true).replace(/\n/g, ' | '))
    .filter((text) => text !== '')
    .join(' | ')
    .slice(0, signs);

/** The block around a hit that speaks of no other request; undefined if it says nothing else. */
export function blockOf(hit: Hit, owners: Owners, others: Owners): Block | undefined {
  const own = (element: Element) => owners.get(element) === hit.request;
  const free = (element: Element) => {
    const owner = others.get(element);
    return owner === undefined || owner === hit.request;
  };
  let line: Block | undefined;
  let wide: Block | undefined;
  let at: Element | null = hit.segment.owner;
  for (let depth = 0; at && own(at) && depth < CLIMB; at = parentElement(at), depth++) {
    if (/^(BODY|HTML)$/.test(tagOf(at))) break;
    const block: Block | undefined = isRow(at)
      ? { elements: [at], row: true }
      : headed(at, others, hit.request);
    if (block && saysMore(block, hit)) {
      // a line «题名：…» of a card: the card is looked for
      if (!isLine(at, hit)) return block;
      line ??= block;
    }
    const part: Block = { elements: [at], row: false };
    const text = blockText(part, WIDEST + 1);
    if (text.length <= WIDEST && free(at) && !isSeveral(text) && saysMore(part, hit)) wide = part;
  }
  return wide ?? line;
}

/** Where entries are not elements of their own: the heading or term before, and all up to the next of its kind. */
function headed(element: Element, others: Owners, request: number): Block | undefined {
  const head = headOf(element);
  if (!head) return undefined;
  const tag = tagOf(head);
  const elements = [head];
  let more = false;
  for (let at = nextOf(head), i = 0; at && i < 60; at = nextOf(at), i++) {
    if (tagOf(at) === tag) {
      more = true;
      break;
    }
    if (!isElement(at)) continue;
    const owner = others.get(at);
    if (owner !== undefined && owner !== request) return undefined;
    elements.push(at);
  }
  // a heading that is the only one of its kind is the list's
  for (let at = previousOf(head), i = 0; at && !more && i < 40; at = previousOf(at), i++)
    more = tagOf(at) === tag;
  return more && elements.length > 1 ? { elements, row: true } : undefined;
}

/** The nearest heading or term among the siblings before, or the element itself. */
function headOf(element: Element): Element | undefined {
  let at: Node | null = element;
  for (let i = 0; at && i < 20; at = previousOf(at), i++)
    if (isElement(at) && /^(DT|H[1-6])$/.test(tagOf(at))) return at;
  return undefined;
}

/** Whether an element is one of several of a kind: a row, an item, a card. */
function isRow(element: Element): boolean {
  const tag = tagOf(element);
  const role = attribute(element, 'role');
  if (tag === 'TR' || tag === 'LI' || tag === 'ARTICLE' || /^(row|listitem|article)$/.test(role)) return true;
  if (!/^(DIV|P|SECTION|DL|TABLE|TBODY|FIELDSET|A|UL)$/.test(tag) || isCell(element)) return false;
  return twin(element, nextOf) || twin(element, previousOf);
}

function isCell(element: Element): boolean {
  return (
    /^(cell|gridcell)$/.test(attribute(element, 'role')) ||
    /(^|[-_ ])(cell|col|td)([-_ \d]|$)/i.test(attribute(element, 'class'))
  );
}

/** The first class; further ones say how it is at the moment. */
const kind = (element: Element): string =>
  `${tagOf(element)} ${attribute(element, 'class').trim().split(/\s+/)[0]}`;

/** Whether a neighbour is made alike. */
function twin(element: Element, step: (node: Node) => Node | null): boolean {
  let other = step(element);
  for (let i = 0; other && !isElement(other) && i < 5; i++) other = step(other);
  if (!isElement(other) || kind(other) !== kind(element)) return false;
  if (sameLine(element, other)) return false;
  const own = parts(element);
  return own.length > 0 && own.slice(0, 2).join() === parts(other).slice(0, 2).join();
}

/** Whether two elements are drawn side by side, as cells are. */
function sameLine(one: Element, other: Element): boolean {
  const [a, b] = [boxOf(one), boxOf(other)];
  return (
    !!a &&
    !!b &&
    a.height > 0 &&
    a.height < 80 &&
    Math.abs(a.top - b.top) < 4 &&
    Math.abs(a.left - b.left) > 4
  );
}

function parts(element: Element): string[] {
  const out: string[] = [];
  for (const child of childrenOf(element, 20)) if (isElement(child)) out.push(tagOf(child));
  return out;
}

/** Whether the request is named behind a caption in the row, and the row has little else. */
function isLine(element: Element, hit: Hit): boolean {
  const pieces = blockText({ elements: [element], row: true })
    .split(' | ')
    .filter((text) => fold(text) !== '');
  const first = pieces[0] ?? '';
  if (pieces.length > 4) return false;
  return (
    isCaption(first.replace(/([:：]).*$/s, '$1')) ||
    (pieces.length > 1 && captionOnly(first) && !first.includes(hit.segment.text.trim()))
  );
}

/** Whether a text is made of the words of captions alone. */
function captionOnly(text: string): boolean {
  const { tokens, unknown } = wordsOf(fold(text));
  return tokens.length > 0 && unknown === 0;
}

/** A mark of this program, ours or of another of its patrons. */
export const MARK = /(^|[^a-z0-9])hy-?[0-9a-z]{7}($|[^a-z0-9])/i;

/** Whether a part of the page speaks of several requests: it repeats a caption, or has two marks. */
function isSeveral(text: string): boolean {
  const seen = new Set<string>();
  return text.split(' | ').some((piece) => {
    const caption = /^([^:：]{1,12})[:：]/.exec(piece)?.[1] ?? piece;
    const key = MARK.test(piece) ? 'mark' : captionOnly(caption) ? fold(caption) : '';
    const again = key !== '' && seen.has(key);
    seen.add(key);
    return again;
  });
}

const ACTION =
  /^(查看|详情|查看详情|编辑|修改|取消|删除|撤销|下载|操作|更多|展开|收起|view|details?|edit|cancel|delete|more)$/i;

/** Whether a block says something beside the name of the request, captions and buttons. */
function saysMore(block: Block, hit: Hit): boolean {
  const name = hit.segment.text.replace(/\s+/g, ' ').trim();
  return blockText(block, WIDEST)
    .split(' | ')
    .some((piece) => {
      const rest = piece.replace(name, '').trim();
      const words = fold(rest);
      return words.length > 1 && !ACTION.test(words) && !captionOnly(rest);
    });
}
