// The text of a page in pieces: what stands in one element, without what stands in elements of its own. A title is
// only recognised as a whole piece, so that it is not found in a longer one.
import { type Clock, ELEMENTS } from './clock.ts';
import {
  attribute,
  firstChild,
  frameDocument,
  isElement,
  isText,
  nextOf,
  parentOf,
  tagOf,
  textStart,
} from './dom.ts';
import { simplify } from './fold.ts';
import { isSilent } from './text.ts';

/** A piece of text and the element that it stands in. */
export interface Segment {
  owner: Element;
  text: string;
}

/** Signs of a piece, and of all pieces together. */
const PIECE = 2_000;
const PAGE = 2_000_000;
/** Elements that mark a word within a text: they end no piece. */
const MARKUP = /^(EM|MARK|B|STRONG|I|U|FONT|WBR|SUB|SUP)$/;
const HIGHLIGHT = /highlight|keyword|(^|[-_ ])(hl|hit|match)([-_ ]|$)/i;
const NESTING = 6;

const isMarkup = (element: Element): boolean =>
  MARKUP.test(tagOf(element)) || (tagOf(element) === 'SPAN' && HIGHLIGHT.test(attribute(element, 'class')));

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
    let node: Node | null = firstChild(root);
    while (node) {
      if (++visited > ELEMENTS * 3 || signs > PAGE) clock.cut = true;
      if (clock.cut || (visited % 128 === 0 && clock.over())) return end();
      let down: Node | null = null;
      if (isText(node)) {
        const more = textStart(node, PIECE);
        // «<b>title</b> state», but not «<b>title</b>s of a longer one»
        if (bold && (/[\s》」』]$/.test(text) || /^\s/.test(more))) end();
        bold = false;
        owner ??= ownerOf(node);
        if (text.length < PIECE) text += more;
      } else if (isElement(node)) {
        if (!isMarkup(node)) end();
        bold ||= isBold(node);
        if (/^I?FRAME$/.test(tagOf(node)) && depth < NESTING) {
          const inner = frameDocument(node);
          if (inner) collect(inner, depth + 1);
        }
        if (!isSilent(node)) down = firstChild(node);
      }
      const leave = (left: Node | null) => {
        if (!isElement(left)) return;
        if (!isMarkup(left)) end();
        bold ||= isBold(left);
      };
      while (!down && node && node !== root && !nextOf(node)) {
        leave(node);
        node = parentOf(node);
      }
      if (down) node = down;
      else {
        leave(node);
        node = node && node !== root ? nextOf(node) : null;
      }
    }
    end();
  };
  collect(page, 0);
  return out;
}

/** The element that a text stands in, markup aside. */
function ownerOf(text: Text): Element | null {
  let node = parentOf(text);
  while (isElement(node) && isMarkup(node)) node = parentOf(node);
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
  for (let i = 0; i < text.length; i++) {
    for (const sign of text[i]!.normalize('NFKC').toLowerCase()) {
      if (!LETTER.test(sign)) continue;
      out.text += simplify(sign);
      out.at.push(i);
    }
  }
  return out;
}
