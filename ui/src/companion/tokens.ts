// The words of a caption, by the table, in their order.
import { fold, isHan } from './fold.ts';
import { LONGEST, type Sense, wordTable } from './words.ts';

/** A word of the table in a text, signs `start` to `end`. */
export interface Token {
  sense: Sense;
  start: number;
  end: number;
}

/** The words that say something, and how many signs belong to none. */
export interface Words {
  tokens: Token[];
  unknown: number;
}

/** Signs of a caption's first line that are read. */
const HEAD = 80;

/** A word in Latin letters ends where a blank or a Han sign follows. */
const isEdge = (sign: string | undefined): boolean => sign === undefined || sign === ' ' || isHan(sign);

/** The length of the longest word that begins here; 0 if none does. */
function wordAt(text: string, at: number): number {
  const words = wordTable();
  if (text[at] === ' ' || !(isHan(text[at]!) || isEdge(text[at - 1]))) return 0;
  for (let length = Math.min(LONGEST, text.length - at); length > 0; length--) {
    const whole = isHan(text[at + length - 1]!) || isEdge(text[at + length]);
    if (whole && words.has(text.slice(at, at + length))) return length;
  }
  return 0;
}

/** Reads a folded text. */
export function wordsOf(text: string): Words {
  const words = wordTable();
  const out: Words = { tokens: [], unknown: 0 };
  for (let at = 0; at < text.length;) {
    const length = wordAt(text, at);
    const sense = words.get(text.slice(at, at + length));
    if (sense && sense !== 'BLANK') out.tokens.push({ sense, start: at, end: at + length });
    if (!sense && text[at] !== ' ') out.unknown++;
    at += Math.max(length, 1);
  }
  return out;
}

/** A line without what stands in brackets, and what stands there. */
function withoutBrackets(line: string): { bare: string; inside: string } {
  let inside = '';
  const bare = line.replace(/[([{【〔<《][^)\]}】〕>》]*[)\]}】〕>》]/g, (text) => {
    inside += ` ${text}`;
    return ' ';
  });
  return { bare, inside };
}

/** Words that say only that a field must or need not be filled. */
const DEMAND = /\b(required|optional)\b|必填项?|选填|可选/g;

/** The first line of a caption up to its first sentence's end, and what stands in brackets there; folded. */
export function split(caption: string): { head: string; remark: string } {
  let remark = '';
  for (const line of caption.normalize('NFKC').split('\n')) {
    const { bare, inside } = withoutBrackets(line);
    remark += inside;
    // «Vol. No.» is no end: after a full stop a word in small letters has to follow the first
    const sentence = bare.replace(/([。?!;]|\.\s+(?=[A-Z][a-z]+ [a-z])).*$/s, '');
    const head = fold(sentence);
    if (head.replace(DEMAND, '').trim() !== '')
      return { head: head.slice(0, HEAD), remark: fold(remark).slice(0, HEAD) };
  }
  // all of it stands in brackets: «【篇名】»
  return { head: fold(remark).slice(0, HEAD), remark: '' };
}
