// Parses how many tests a layer ran from its runner's output.

const none = () => ({ passed: 0, failed: 0, skipped: 0 });
const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function sum(text, pattern) {
  let total = 0;
  for (const found of text.matchAll(pattern)) total += Number(found[1]);
  return total;
}

/** `cargo nextest run`: its last `Summary` line. */
export function fromNextest(output) {
  const text = output.replace(colour, '');
  const line = [...text.matchAll(/^\s*Summary \[.*$/gm)].at(-1)?.[0];
  if (!line) return none();
  const of = (what) => Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0);
  return { passed: of('passed'), failed: of('failed') + of('timed out'), skipped: of('skipped') };
}

/** `cargo test`: one line for each test binary. */
export function fromCargoTest(output) {
  const text = output.replace(colour, '');
  return {
    passed: sum(text, /^test result:.*?(\d+) passed/gm),
    failed: sum(text, /^test result:.*?(\d+) failed/gm),
    skipped: sum(text, /^test result:.*?(\d+) ignored/gm),
  };
}

/** vitest: the line `Tests  1 failed | 12 passed | 1 skipped (14)`. */
export function fromVitest(output) {
  const line = [...output.replace(colour, '').matchAll(/^\s*Tests\s+(.*)$/gm)].at(-1)?.[1] ?? '';
  const of = (what) => Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

/** `node --test`: its closing lines, `# pass 3` or `ℹ pass 3`. */
export function fromNodeTest(output) {
  const text = output.replace(colour, '');
  const of = (what) => sum(text, new RegExp(`^(?:#|ℹ) ${what} (\\d+)$`, 'gm'));
  return { passed: of('pass'), failed: of('fail') + of('cancelled'), skipped: of('skipped') + of('todo') };
}

/** For example `12 passed, 0 failed`, followed by `, 1 skipped` if any were. */
export function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
