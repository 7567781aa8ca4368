// The text of a page in pieces: what stands in one element, without what stands in elements of its own. A title is
// only recognised as a whole piece, so that it is not found in a longer one.
import { type Clock, NODES } from './clock.ts';
import { frameDocument, isElement, isText, parentOf, tagOf, textStart, traverse } from './dom.ts';
import { simplify } from './fold.ts';
import { isMarkup, isSilent } from './text.ts';

/** A piece of text and the element that it stands in. */
export interface Segment {
  owner: Element;
  text: string;
}

/** Signs of a piece, and of all pieces together. */
const PIECE = 2_000;
const PAGE = 2_000_000;
const NESTING = 6;

const isBold = (element: Element): boolean => /^(B|STRONG)$/.test(tagOf(element));

/** All pieces of a page and of its frames of the same origin, until a bound is met. */
export function segmentsOf(page: Document, clock: Clock): Segment[] {
  const out: Segment[] = [];
  let signs = 0;
  let visited = 0;
  const collect = (root: Node, depth: number): void => {
    let text = '';
    let owner: Element | null = null;
    let bold = false;
    const end = () => {
      if (owner && text.trim() !== '') {
        out.push({ owner, text });
        signs += text.length;
      }
      text = '';
      owner = null;
    };
    const goOn = () => {
      if (++visited > NODES * 2 || signs > PAGE) clock.cut = true;
      return !(clock.cut || (visited % 128 === 0 && clock.over()));
    };
    const border = (element: Element) => {
      if (!isMarkup(element)) end();
      bold ||= isBold(element);
    };
    const enter = (node: Node): boolean => {
      if (isText(node)) {
        const more = textStart(node, PIECE);
        // «<b>title</b> state», but not «<b>title</b>s of a longer one»
        if (bold && (/[\s》」』]$/.test(text) || /^\s/.test(more))) end();
        bold = false;
        owner ??= ownerOf(node);
        if (text.length < PIECE) text += more;
        return false;
      }
      if (!isElement(node)) return false;
      border(node);
      const inner = /^I?FRAME$/.test(tagOf(node)) && depth < NESTING ? frameDocument(node) : undefined;
      if (inner) collect(inner, depth + 1);
      return !isSilent(node);
    };
    traverse(root, goOn, enter, (node) => isElement(node) && border(node));
    end();
  };
  collect(page, 0);
  return out;
}

/** The element that a text stands in, markup aside. */
function ownerOf(text: Text): Element | null {
  let node = parentOf(text);
  for (let i = 0; i < 20 && isElement(node) && isMarkup(node); i++) node = parentOf(node);
  return isElement(node) ? node : null;
}

const LETTER = /[\p{L}\p{N}]/u;

/** Letters and digits of a text, folded, and where each stood in it. */
export interface Compact {
  text: string;
  at: number[];
}

export function compact(text: string): Compact {
  const out: Compact = { text: '', at: [] };
  const whole = text.normalize('NFKC').toLowerCase();
  // a sign may become several: then each is folded alone, to know where it stood
  const same = whole.length === text.length;
  for (let i = 0; i < text.length; i++) {
    for (const sign of same ? whole[i]! : text[i]!.normalize('NFKC').toLowerCase()) {
      if (!LETTER.test(sign)) continue;
      out.text += simplify(sign);
      out.at.push(i);
    }
  }
  return out;
}
