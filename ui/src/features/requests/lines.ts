import type { MonthCount, RequestGroup, RequestRow } from '@/api/generated';

/** A line of the list: a request, or the heading of a group or of a month. */
export interface Line {
  id: string;
  group?: RequestGroup;
  month?: string;
  count?: number;
  row?: RequestRow;
}

/** Shorter lists have no month headings. */
const MONTHS_FROM = 24;

/**
 * The lines of the list: open requests in groups, then the history by month. Requests not yet loaded are
 * undefined. `rowAt` returns the history index of the row at a line, or of the next row.
 */
export function linesOf(
  live: readonly RequestRow[],
  history: readonly (RequestRow | undefined)[],
  months: readonly MonthCount[],
  grouped: boolean,
): { lines: readonly (Line | undefined)[]; rowAt: (line: number) => number } {
  const lines: (Line | undefined)[] = [];
  for (const group of ['needsYou', 'ongoing'] as RequestGroup[]) {
    const members = live.filter((row) => row.group === group);
    if (members.length === 0) continue;
    lines.push({ id: `group-${group}`, group });
    for (const row of members) lines.push({ id: row.id, row });
  }
  if (grouped && history.length > 0) lines.push({ id: 'group-ended', group: 'ended' });
  const put = (row: RequestRow | undefined) => lines.push(row && { id: row.id, row });
  /** lines at which a run of rows begins, with the index of its first row */
  const stretches: [line: number, row: number][] = [];
  if (history.length < MONTHS_FROM) {
    stretches.push([lines.length, 0]);
    history.forEach(put);
  } else {
    let at = 0;
    for (const { month, count } of months) {
      stretches.push([lines.length, at]);
      lines.push({ id: `month-${month}`, month, count });
      for (const end = Math.min(at + count, history.length); at < end; at += 1) put(history[at]);
    }
  }
  const heading = history.length < MONTHS_FROM ? 0 : 1;
  const rowAt = (line: number): number => {
    let [from, row] = stretches[0] ?? [0, 0];
    for (const [start, first] of stretches) {
      if (start > line) break;
      [from, row] = [start, first];
    }
    return row + Math.max(0, line - from - heading);
  };
  return { lines, rowAt };
}
