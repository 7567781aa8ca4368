// Waiting for a condition, never for a time.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Longest wait, milliseconds. */
const LONGEST = 20_000;
/** Between two looks, milliseconds. */
const PAUSE = 40;

/** Looks until `look` gives something that counts as true, and gives it. */
export async function until(what, look, longest = LONGEST) {
  for (const end = Date.now() + longest; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) return assert.fail(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Looks until `look` gives exactly this; says what it gave instead when it never does. */
export async function becomes(look, wanted, what) {
  let last;
  for (const end = Date.now() + LONGEST; Date.now() < end;) {
    last = await look();
    if (isDeepStrictEqual(last, wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  assert.deepEqual(last, wanted, what);
}
