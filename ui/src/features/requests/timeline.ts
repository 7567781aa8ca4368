import { BellRing, CalendarClock, CircleEllipsis, FileText, MessageSquareText } from '@lucide/vue';
import type { Component } from 'vue';
import type { EventKind, TimelineEntry } from '@/api/generated';

/** Icons of events without a change of state, which the note explains. Each has a text in `life.event`. */
export const pictures: Record<Exclude<EventKind, 'moved'>, Component> = {
  message: MessageSquareText,
  document: FileText,
  renewal: CalendarClock,
  urged: BellRing,
  other: CircleEllipsis,
};

/** The kind of such an event; undefined if the state changed. */
export const aside = (entry: TimelineEntry | undefined): keyof typeof pictures | undefined =>
  !entry || entry.kind === 'moved' ? undefined : entry.kind;

/** The entries at which the state changed. */
export const movesOf = (timeline: readonly TimelineEntry[]): TimelineEntry[] =>
  timeline.filter((entry) => entry.kind === 'moved');
