// What a request is known by: its mark, the platform's number, its title; and where a page names it.
import type { Clock } from './clock.ts';
import type { RowRequest } from './contract.ts';
import { compact, type Compact, type Segment } from './segments.ts';
import { wordsOf } from './tokens.ts';
import { fold } from './fold.ts';

export type By = 'mark' | 'number' | 'title';

/** A place on the page that names a request. */
export interface Hit {
  request: number;
  by: By;
  segment: Segment;
  /** signs of the compact page, to compare hits */
  start: number;
  end: number;
  /** too weak to tie by, but another request's block does not reach over it */
  weak: boolean;
}

/** A title of fewer signs is found in too many texts. */
const TITLE = 4;
/** A number of so few digits is a year or a count as often. */
const FEW_DIGITS = /^\d{1,4}$/;
/** Places that are looked at for one key. */
const HITS = 20;

/** The page as one text of letters and digits; pieces are separated by U+0000. */
interface Page {
  text: string;
  /** of each piece: where it begins in `text` */
  starts: number[];
  pieces: Compact[];
  segments: Segment[];
}

function pageOf(segments: Segment[], clock: Clock): Page {
  const page: Page = { text: '', starts: [], pieces: [], segments };
  const texts: string[] = [];
  let at = 0;
  for (const segment of segments) {
    if (page.starts.length % 64 === 63 && clock.over()) break;
    const piece = compact(segment.text);
    page.starts.push(at);
    page.pieces.push(piece);
    texts.push(piece.text);
    at += piece.text.length + 1;
  }
  page.text = texts.join('\0');
  return page;
}

/** The piece in which a sign of the page stands. */
function pieceAt(page: Page, at: number): number {
  let low = 0;
  let high = page.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (page.starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Marks are read with I and L as 1, O as 0, as people write them. */
const readMark = (text: string): string => text.replace(/[il]/g, '1').replace(/o/g, '0');

/** All places that name one of the requests. */
export function hitsOf(requests: RowRequest[], segments: Segment[], clock: Clock): Hit[] {
  const page = pageOf(segments, clock);
  const marks = readMark(page.text);
  const hits: Hit[] = [];
  const titles = requests.map(({ title }) => compact(title ?? '').text);
  requests.forEach((request, i) => {
    const mark = readMark(compact(request.mark ?? '').text);
    if (mark.length >= 6)
      find(page, marks, mark, (piece, start, end) => isWord(piece, start, end), 'mark', i, hits);
    const number = compact(request.number ?? '').text;
    if (number !== '') find(page, page.text, number, isNumber, 'number', i, hits);
    const title = titles[i]!;
    // of two requests of the same title neither is known by it
    if (title !== '' && titles.indexOf(title) === titles.lastIndexOf(title))
      find(page, page.text, title, isWholeTitle, 'title', i, hits);
  });
  return withoutCovered(hits);
}

/** Without titles that are found within a longer one. */
function withoutCovered(hits: Hit[]): Hit[] {
  const titles = hits.filter(({ by }) => by === 'title').sort((a, b) => a.start - b.start || b.end - a.end);
  const covered = new Set<Hit>();
  let widest: Hit | undefined;
  for (const hit of titles) {
    if (widest && covers(widest, hit)) covered.add(hit);
    else if (!widest || hit.end > widest.end) widest = hit;
  }
  return hits.filter((hit) => !covered.has(hit));
}

/** A title within the longer one of another request is that one's. */
function covers(other: Hit, hit: Hit): boolean {
  return (
    other.by === 'title' &&
    hit.by === 'title' &&
    other.request !== hit.request &&
    other.start <= hit.start &&
    other.end >= hit.end &&
    other.end - other.start > hit.end - hit.start
  );
}

type Whole = (piece: Piece, start: number, end: number) => boolean;
interface Piece {
  text: string;
  at: number[];
}

function find(
  page: Page,
  text: string,
  key: string,
  whole: Whole,
  by: By,
  request: number,
  hits: Hit[],
): void {
  const weak =
    (by === 'title' && [...key].length < TITLE) ||
    (by === 'number' && (key.length < TITLE || FEW_DIGITS.test(key)));
  let found = 0;
  for (let at = text.indexOf(key); at >= 0 && found < HITS; at = text.indexOf(key, at + 1)) {
    const i = pieceAt(page, at);
    const start = at - page.starts[i]!;
    const segment = page.segments[i]!;
    if (!whole({ text: segment.text, at: page.pieces[i]!.at }, start, start + key.length)) continue;
    found++;
    hits.push({ request, by, segment, start: at, end: at + key.length, weak });
  }
}

/** What stands in the piece before and after the signs `start` to `end` of its compact text. */
function around(
  { text, at }: Piece,
  start: number,
  end: number,
): { before: string; inside: string; after: string } {
  const from = at[start]!;
  const to = at[end - 1]! + 1;
  return { before: text.slice(0, from), inside: text.slice(from, to), after: text.slice(to) };
}

function isWord(piece: Piece, start: number, end: number): boolean {
  const { before, after } = around(piece, start, end);
  return !/[\p{L}\p{N}]$/u.test(latin(before)) && !/^[\p{L}\p{N}]/u.test(latin(after));
}

/** Han signs beside a mark or number do not belong to it. */
function latin(text: string): string {
  return text.normalize('NFKC').replace(/\p{Script=Han}/gu, ' ');
}

/** A number stands alone: not within a longer one, a date or an amount. */
function isNumber(piece: Piece, start: number, end: number): boolean {
  const { before, inside, after } = around(piece, start, end);
  if (/\s/.test(inside)) return false;
  return !/[\p{L}\p{N}][-./_:]?$/u.test(latin(before)) && !/^[-./_:]?[\p{L}\p{N}]/u.test(latin(after));
}

const OPENING = /[《「『“"'‘【〈<[\s]+$/;
const CLOSING = /^[》」』”"'’】〉>\]\s]+/;
/** A list's number: «3.» */
const COUNT = /^\s*[#(（]?\d{1,4}[.、)）．:：]?\s*$/;
/** What may follow a title: an author behind a slash, the kind of work, an edition. */
const FOLLOWS =
  /^([/／|｜;；。]|\.(\s|$)|\[[a-z]{1,2}(\/ol)?\]|[(（](第?[\d一二三四五六七八九十]+版|修订[版本]|.{0,4}修订版)[)）])/i;

/** Whether the piece says nothing beside the title but a caption, a count, an author behind a slash. */
function isWholeTitle(piece: Piece, start: number, end: number): boolean {
  const { before, inside, after } = around(piece, start, end);
  const open = /[(（][^)）]*$/.test(inside) ? /^[)）]/ : /^$/;
  const rest = after.replace(open, '').replace(CLOSING, '');
  if (rest !== '' && !FOLLOWS.test(rest)) return false;
  const lead = before.replace(OPENING, '');
  return lead.trim() === '' || COUNT.test(lead) || /[|｜;；]\s*$/.test(lead) || isCaption(lead);
}

/** Whether a text is a caption of a title: «题名：», «Title:». */
export function isCaption(text: string): boolean {
  const { tokens, unknown } = wordsOf(fold(text));
  if (tokens.length === 0 || unknown > 0) return false;
  const titles = ['TITLE', 'NAME', 'title', 'componentTitle', 'PART', 'HOST'];
  return /[:：]\s*$/.test(text) && tokens.every(({ sense }) => titles.includes(sense));
}
