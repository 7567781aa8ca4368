// The text of a part of a page as a person reads it, bounded: a caption may be endless.
import { attribute, hasAttribute, isElement, isText, tagOf, textStart, traverse } from './dom.ts';

/** Nodes that are visited for one text. */
const NODES = 300;

const SILENT = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE HEAD SVG INPUT TEXTAREA SELECT OPTION BUTTON IFRAME OBJECT CANVAS'.split(
    ' ',
  ),
);
const BLOCKS = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BR CAPTION DD DIV DL DT FIELDSET FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR ' +
    'LEGEND LI MAIN NAV OL P PRE SECTION SMALL TABLE TBODY TD TFOOT TH THEAD TR UL'
  ).split(' '),
);
/** Classes of remarks beside a caption. */
const REMARK = /(^|[-_ ])(help|hint|tips?|tooltip|desc|description|explain|extra|error|muted)([-_ ]|$)/i;

/** Elements that mark a word within a text: they end no piece. */
const MARKUP = /^(EM|MARK|B|STRONG|I|U|FONT|WBR|SUB|SUP)$/;
const HIGHLIGHT = /highlight|keyword|(^|[-_ ])(hl|hit|match)([-_ ]|$)/i;
/** Whether an element marks a word within a text. */
export const isMarkup = (element: Element): boolean =>
  MARKUP.test(tagOf(element)) || (tagOf(element) === 'SPAN' && HIGHLIGHT.test(attribute(element, 'class')));

/** Whether an element stands on a line of its own. */
export const isBlock = (node: Node): boolean =>
  BLOCKS.has(tagOf(node)) || (isElement(node) && REMARK.test(attribute(node, 'class')));

/** Whether an element has no text that is read: controls, scripts, what is hidden by itself. */
export const isSilent = (node: Node): boolean =>
  SILENT.has(tagOf(node)) ||
  (isElement(node) && (hasAttribute(node, 'hidden') || /display\s*:\s*none/i.test(attribute(node, 'style'))));

/** One blank between words, one line end between lines. */
export const tidy = (text: string): string =>
  text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();

/**
 * The text of a node, at most `signs` long, blocks on lines of their own (or after `separator`). The text nodes that
 * it was made of are added to `used`. With `apart` a blank stands between elements that no blank is written between,
 * as cells are that are drawn with `span`.
 */
export function textOf(root: Node, signs = 160, used?: Set<Node>, separator = '\n', apart = false): string {
  let out = '';
  let left = NODES;
  const border = (node: Node): void => {
    if (isBlock(node)) out += separator;
    else if (apart && isElement(node) && !isMarkup(node)) out += ' ';
  };
  const enter = (node: Node): boolean => {
    if (isText(node)) {
      const text = textStart(node, signs * 2);
      if (text.trim() !== '') used?.add(node);
      out += text.replace(/\s+/g, ' ');
      return false;
    }
    if (!isElement(node) || isSilent(node)) return false;
    border(node);
    return true;
  };
  if (enter(root)) traverse(root, () => left-- > 0 && out.length < signs, enter, border);
  return tidy(out).slice(0, signs);
}

/** A caption as it is shown and compared: one line, clipped. */
export function clip(text: string, signs = 80): string {
  const line = tidy(text).replace(/\n/g, ' ');
  return line.length > signs ? `${line.slice(0, signs)}…` : line;
}
