// What a script may look at. A page may be endless, and it waits while we look.

/** Milliseconds after which a script stops looking and answers what it has. A usual page takes a hundredth; a slow machine
 * that does other work beside needs the rest. */
export const BUDGET = 1_500;
/** Nodes of a page that are visited; each costs a microsecond. */
export const NODES = 200_000;
/** Controls whose captions are read. */
export const CONTROLS = 400;

/** Milliseconds since some moment; 0 where the page broke the clock: the counts bound the work then. */
function now(): number {
  const value: unknown = performance.now();
  return typeof value === 'number' ? value : 0;
}

/** The time that is left. */
export class Clock {
  private readonly start = now();
  /** Whether something was left out because of a bound. */
  cut = false;

  constructor(private readonly budget = BUDGET) {}

  /** Whether the time is over; the answer is then marked as not complete. */
  over(): boolean {
    if (now() - this.start > this.budget) this.cut = true;
    return this.cut;
  }

  /** Milliseconds so far, rounded. */
  spent(): number {
    return Math.round(now() - this.start);
  }
}
