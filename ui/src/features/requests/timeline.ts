import { BellRing, CalendarClock, CircleEllipsis, FileText, MessageSquareText } from '@lucide/vue';
import type { Component } from 'vue';
import type { EventKind, TimelineEntry } from '@/api/generated';

/** What happened without a move: the state is the same, and the note says more. Each has its word in `life.event`. */
export const pictures: Record<Exclude<EventKind, 'moved'>, Component> = {
  message: MessageSquareText,
  document: FileText,
  renewal: CalendarClock,
  urged: BellRing,
  other: CircleEllipsis,
};

/** What a line of the log is about, where nothing moved. */
export const aside = (entry: TimelineEntry | undefined): keyof typeof pictures | undefined =>
  !entry || entry.kind === 'moved' ? undefined : entry.kind;

/** The lines at which the request moved. */
export const movesOf = (timeline: readonly TimelineEntry[]): TimelineEntry[] =>
  timeline.filter((entry) => entry.kind === 'moved');
