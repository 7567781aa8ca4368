/** A piece of a title, matched or not. */
export interface Piece {
  text: string;
  matched: boolean;
}

/**
 * Splits a title at its matches ([start, end) in UTF-16 units). Invalid, reversed or overlapping ranges lose
 * no text.
 */
export function pieces(title: string, matches: readonly (readonly [number, number])[]): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const [start, end] of [...matches].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, start);
    const to = Math.min(end, title.length);
    if (to <= from) continue;
    if (from > at) out.push({ text: title.slice(at, from), matched: false });
    out.push({ text: title.slice(from, to), matched: true });
    at = to;
  }
  if (at < title.length) out.push({ text: title.slice(at), matched: false });
  return out;
}
