// What a caption means.
import { split, type Token, wordsOf } from './tokens.ts';
import { type Field, FIELDS, type Sense } from './words.ts';

/** A field, or the first or last page of `pages`. */
export type Target = Field | 'firstPage' | 'lastPage';

/** What a caption means. */
export interface Reading {
  /** the fields it speaks of; empty if of none of ours */
  targets: Target[];
  /** all of them go in, joined («卷期页码»); otherwise the first that has a value («ISSN/ISBN») */
  joined: boolean;
  /** 0 to 10 */
  score: number;
  /** whether it says «title» or «author» and not of what: the other captions of the form decide */
  plain: boolean;
  /** a secret, an address, a search: never filled, whatever a correction says */
  never: boolean;
  /** it speaks of something that is no field of ours */
  other: boolean;
  /** whose title it asks for, where it says so: «刊名», «书名», «书刊名» */
  holder?: Holder;
}

export type Holder = 'journal' | 'book' | 'either';

/** Words that say of a title whose it is. */
const JOURNAL = /刊|杂志|报名|报纸|\b(journal|periodical|magazine|newspaper|serial)s?\b|zeitschrift/;
const BOOK = /书|专著|\b(book|monograph)s?\b|buch/;

function holderOf(text: string): Holder | undefined {
  const [journal, book] = [JOURNAL.test(text), BOOK.test(text)];
  if (journal && book) return 'either';
  if (journal) return 'journal';
  return book ? 'book' : undefined;
}

/** Beyond this sign a caption explains, and an e-mail address in it is not what it asks for. */
const EXPLAINS = 40;

/** Fields that are written into one box as one text. */
const JOINED: readonly (readonly Target[])[] = [
  ['date', 'volume', 'issue', 'pages'],
  ['place', 'publisher', 'date'],
];
/** Fields of which one box takes whichever there is. */
const EITHER: readonly (readonly Target[])[] = [
  ['isbn', 'issn', 'doi', 'pmid'],
  ['author', 'componentAuthor', 'editor', 'translator', 'contributor'],
  ['title', 'componentTitle'],
];
const IDENTIFIERS = EITHER[0]!;

const NOTHING: Reading = { targets: [], joined: false, score: 0, plain: false, never: false, other: false };

const isTarget = (sense: Sense): sense is Target =>
  (FIELDS as readonly string[]).includes(sense) || sense === 'firstPage' || sense === 'lastPage';

/** Whether a word says that a part is meant, or what holds it. */
function whole(sense: Sense): 'PART' | 'HOST' | undefined {
  if (sense === 'PART' || sense === 'componentTitle') return 'PART';
  return sense === 'HOST' || sense === 'title' ? 'HOST' : undefined;
}

/** Of what the title or author at `at` is: the nearest word before says it, else the next one after. */
function ofWhat(tokens: Token[], at: number): 'PART' | 'HOST' | undefined {
  const around = [...tokens.slice(0, at).reverse(), ...tokens.slice(at + 1)];
  return around.map(({ sense }) => whole(sense)).find((of) => of !== undefined);
}

interface Said {
  target: Target;
  score: number;
  plain: boolean;
  start: number;
}

/** What one word says among the `count` words of its line; `clean` if the table has all of them. */
function said(tokens: Token[], at: number, count: number, clean: boolean): Said | undefined {
  const { sense, start } = tokens[at]!;
  const say = (target: Target, score: number, plain = false): Said => ({ target, score, plain, start });
  if (isTarget(sense)) return say(sense, 10);
  const of = ofWhat(tokens, at);
  const alone = clean && count === 1;
  // «Place, publisher, date» and «Date of book», but not «Date of your visit»
  const fits = (token: Token) => isTarget(token.sense) || (count === 2 && whole(token.sense) !== undefined);
  const amongFields = alone || (clean && tokens.slice(0, count).some(fits));
  switch (sense) {
    case 'TITLE':
      return of ? say(of === 'PART' ? 'componentTitle' : 'title', 10) : say('title', 7, true);
    case 'AUTHOR':
      return say(of === 'PART' ? 'componentAuthor' : 'author', of ? 10 : 8, !of);
    case 'NAME':
      return of ? say(of === 'PART' ? 'componentTitle' : 'title', 8) : undefined;
    case 'DATE':
      return amongFields ? say('date', 8) : undefined;
    case 'PLACE':
      return amongFields ? say('place', 8) : undefined;
    case 'NUMBER':
      return alone ? say('issue', 6) : undefined;
    case 'PART':
      return alone ? say('componentTitle', 6) : undefined;
    case 'HOST':
      return alone ? say('title', 6) : undefined;
    default:
      return undefined;
  }
}

/** Reads a caption. Its first line says what is asked for; the brackets in it only say of what. */
export function read(caption: string): Reading {
  const { head, remark } = split(caption);
  const { tokens: own, unknown } = wordsOf(head);
  const first = own[0];
  if (!first) return NOTHING;
  // «Notes: a telephone number helps us»
  const reach = first.sense === 'note' && first.start === 0 ? first.end + 6 : EXPLAINS;
  const says = (sense: Sense) => own.some((token) => token.sense === sense && token.start < reach);
  if (says('NEVER')) return { ...NOTHING, never: true };
  const identifier = isTarget(first.sense) && IDENTIFIERS.includes(first.sense);
  if (says('OTHER') && !identifier) return { ...NOTHING, other: true };

  const brackets = wordsOf(remark).tokens;
  const tokens = [...own, ...brackets.filter(({ sense }) => whole(sense) !== undefined)];
  const all: Said[] = [];
  for (let i = 0; i < own.length; i++) {
    const one = said(tokens, i, own.length, unknown <= 2);
    if (one && !all.some(({ target }) => target === one.target)) all.push(one);
  }
  const best = all[0];
  if (!best) return NOTHING;

  const share = unknown / head.length;
  const score = best.score * (1 - 0.4 * share) * (best.start > EXPLAINS ? 0.5 : 1);
  const targets = all.map(({ target }) => target);
  // «卷(期)»: here the bracket is a part of what is asked for
  const inside = brackets.map(({ sense }) => sense).filter(isTarget);
  const together = [...new Set([...targets, ...inside])];
  if (together.length > 1 && share < 0.2 && JOINED.some((set) => together.every((t) => set.includes(t))))
    return { ...NOTHING, targets: together, joined: true, score };
  const set = EITHER.find((either) => either.includes(best.target)) ?? [];
  const either = targets.filter((target) => target === best.target || set.includes(target));
  // the editor of proceedings is what a catalogue calls their author
  if (best.target === 'editor' && own.some(({ sense }) => sense === 'HOST')) either.push('author');
  const holder = best.target === 'title' ? holderOf(`${head} ${remark}`) : undefined;
  return { ...NOTHING, targets: either, score, plain: best.plain, holder };
}
