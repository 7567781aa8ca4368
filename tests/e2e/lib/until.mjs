// Waits for a condition by polling, never for a fixed time.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Timeout, milliseconds. */
const LONGEST = 20_000;
/** Polling interval, milliseconds. */
const PAUSE = 40;

/** Polls until `look` returns a truthy value and returns it. */
export async function until(what, look, longest = LONGEST) {
  for (const end = Date.now() + longest; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) return assert.fail(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Polls until `look` returns exactly this; on timeout reports what it returned instead. */
export async function becomes(look, wanted, what) {
  let last;
  for (const end = Date.now() + LONGEST; Date.now() < end;) {
    last = await look();
    if (isDeepStrictEqual(last, wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  assert.deepEqual(last, wanted, what);
}
