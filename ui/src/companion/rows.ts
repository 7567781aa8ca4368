// The script of the library's page that finds each request of ours in the library's list. It is built into one file,
// which the shell runs in the page: `(function () { try { <file> return HongyanRows.rows(<input>); } catch { return ''; } })()`. Not the page is
// understood: what we know is looked for, and the block around it shown.
import { type Block, blockOf, blockText, MARK, ownersOf } from './blocks.ts';
import { Clock } from './clock.ts';
import type { Fault, NoBlock, NumberAnswer, NumberInput, Row, RowsAnswer, RowsInput } from './contract.ts';
import { boxOf } from './dom.ts';
import { toJson, type Json } from './json.ts';
import { type By, hitsOf } from './keys.ts';
import { numbersIn } from './number.ts';
import { segmentsOf } from './segments.ts';
import { clip } from './text.ts';

/** Requests of one call. */
const REQUESTS = 1_000;

/** The block of each request. Returns a `RowsAnswer`. */
export const rows = (input: RowsInput): string => answer(() => find(input));

/** What the page calls the number of a request, after one was submitted. Returns a `NumberAnswer`. */
export const number = (input: NumberInput): string =>
  answer(() => {
    const clock = new Clock();
    const segments = segmentsOf(document, clock).filter(({ owner }) => boxOf(owner));
    return {
      ok: true,
      complete: !clock.cut,
      numbers: numbersIn(segments, input.known),
      spent: clock.spent(),
    };
  });

/** Runs a call; whatever happens in it becomes an answer. */
function answer(call: () => RowsAnswer | NumberAnswer): string {
  try {
    return toJson(call() as unknown as Json);
  } catch (fault) {
    try {
      const answer: Fault = { ok: false, error: clip(`${fault}`, 200) };
      return toJson(answer as unknown as Json);
    } catch {
      return '';
    }
  }
}

function find(input: RowsInput): RowsAnswer {
  const clock = new Clock(800);
  const requests = input.requests.slice(0, REQUESTS);
  const hits = hitsOf(requests, segmentsOf(document, clock), clock).filter(({ segment }) =>
    boxOf(segment.owner),
  );
  // a row with another request's mark or number is that one's, even if it names this one's title as its source
  const firm = hits.filter(({ by, weak }) => by !== 'title' && !weak);
  const firmOwners = ownersOf(firm);
  const allOwners = ownersOf(hits);
  const rows = requests.map(({ id }, request): Row => {
    const own = hits.filter((hit) => hit.request === request && !clock.over());
    const none = (why: NoBlock): Row => ({ id, text: '', by: '', row: false, why });
    for (const by of ['mark', 'number', 'title'] as By[]) {
      const strong = own.filter((hit) => hit.by === by && !hit.weak);
      if (strong.length === 0) continue;
      const blocks = strong
        .map((hit) => blockOf(hit, by === 'title' ? allOwners : firmOwners, allOwners))
        .filter((block) => block !== undefined);
      const distinct = withoutParts(
        blocks.filter((block) => block.row).length > 0 ? blocks.filter((b) => b.row) : blocks,
      );
      if (distinct.length === 0) continue;
      const texts = distinct.map((block) => blockText(block)).sort((a, b) => b.length - a.length);
      if (by === 'title' && (distinct.length > 1 || strangersMark(texts[0]!))) return none('ambiguous');
      return { id, text: texts[0]!, by, row: distinct[0]!.row };
    }
    if (own.length === 0) return none('absent');
    return none(own.every(({ weak }) => weak) ? 'short' : 'ambiguous');
  });
  return {
    ok: true,
    complete: !clock.cut && requests.length === input.requests.length,
    rows,
    spent: clock.spent(),
  };
}

/** Blocks that are not another block, or within one. Component libraries draw a fixed column as a table of its own. */
function withoutParts(blocks: Block[]): Block[] {
  const out: { block: Block; text: string }[] = [];
  for (const block of blocks) {
    const text = blockText(block);
    const same = out.find((one) => one.text === text || one.text.includes(text) || text.includes(one.text));
    if (!same) out.push({ block, text });
    else if (text.length > same.text.length) Object.assign(same, { block, text });
  }
  return out.map(({ block }) => block);
}

/** A mark in a block that was found by a title alone is another request's. */
function strangersMark(text: string): boolean {
  return MARK.test(text.normalize('NFKC'));
}
