// A page that was not understood, for the maintainers: its form without anything typed and without any text that is
// not a caption, so that the patron can give it away.
import { captions } from './caption.ts';
import type { Clock } from './clock.ts';
import type { StructureAnswer } from './contract.ts';
import {
  ANCESTORS,
  attribute,
  childrenOf,
  holds,
  isElement,
  isText,
  parentOf,
  tagOf,
  textStart,
} from './dom.ts';
import { look, type Scene } from './scene.ts';
import { isSilent } from './text.ts';

/** Signs of the answer. */
const SIGNS = 60_000;
const ATTRIBUTES = (
  'id name class type for role placeholder title aria-label aria-labelledby aria-haspopup readonly disabled ' +
  'contenteditable maxlength autocomplete inputmode colspan rowspan'
).split(' ');
const VOID = /^(INPUT|BR|HR|IMG)$/;
const DROPPED = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|HEAD|SVG|IMG|LINK|META|OBJECT|CANVAS|VIDEO|AUDIO)$/;
const KEPT_TEXT = /^(LABEL|LEGEND|TH|H[1-6]|DT|CAPTION)$/;

/** The smallest element that holds all controls; the body if they are on several roots. */
function home(page: Document, scene: Scene): Node {
  const all = scene.controls.map(({ element }) => element);
  let node: Node | null = all[0] ? parentOf(all[0]) : null;
  for (let i = 0; i < ANCESTORS && node && !all.every((element) => holds(node!, element)); i++)
    node = parentOf(node);
  return node && isElement(node) ? node : page.body;
}

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '&quot;');

/** Long numbers and addresses of mail are the patron's. */
const mask = (text: string): string =>
  text
    .replace(/[^\s@]+@[^\s@]+/g, '…')
    .replace(/\d{5,}/g, '…')
    .slice(0, 200);

/** The structure of a page's forms. */
export function structureOf(page: Document, clock: Clock): StructureAnswer {
  const scene = look(page, clock);
  const used = new Set<Node>();
  captions(scene, used);
  let html = '';
  const write = (node: Node, kept: boolean, depth: number): void => {
    if (html.length > SIGNS || depth > 60 || clock.over()) {
      clock.cut = true;
      return;
    }
    if (isText(node)) {
      const text = textStart(node, 400).replace(/\s+/g, ' ');
      html += kept || used.has(node) ? escape(mask(text)) : text.trim() === '' ? ' ' : '…';
      return;
    }
    const tag = tagOf(node);
    if (!isElement(node) || DROPPED.test(tag)) return;
    if (tag === 'INPUT' && attribute(node, 'type').toLowerCase() === 'hidden') return;
    const name = tag.toLowerCase();
    html += `<${name}${written(node)}>`;
    if (VOID.test(tag)) return;
    if (!isSilent(node) || tag === 'BUTTON') {
      const keeps = kept || KEPT_TEXT.test(tag);
      for (const child of childrenOf(node, 2_000)) if (!clock.cut) write(child, keeps, depth + 1);
    }
    html += `</${name}>`;
  };
  write(home(page, scene), false, 0);
  return { ok: true, complete: !clock.cut, html, controls: scene.controls.length };
}

function written(element: Element): string {
  let out = '';
  for (const name of ATTRIBUTES)
    if (Reflect.apply(Element.prototype.hasAttribute, element, [name]))
      out += ` ${name}="${escape(mask(attribute(element, name)))}"`;
  return out;
}
