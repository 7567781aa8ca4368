import type { TimelineEntry } from '@/api/generated';

/**
 * Whether nothing moved at a line of the log: a message, a renewal, a reminder; its note says what it was.
 * Another supplier is a step, although the state is the same.
 */
export function stays(entry: TimelineEntry, before: TimelineEntry | undefined): boolean {
  return (
    entry.source === 'platform' &&
    entry.note !== '' &&
    entry.state !== 'SENT_TO_SUPPLIER' &&
    before?.state === entry.state
  );
}

/** The lines at which the request moved. */
export const movesOf = (timeline: readonly TimelineEntry[]): TimelineEntry[] =>
  timeline.filter((entry, index) => !stays(entry, timeline[index - 1]));
