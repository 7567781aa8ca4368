import {
  BellRing,
  BookCheck,
  BookX,
  CalendarClock,
  CalendarX,
  CircleHelp,
  CircleX,
  ClockAlert,
  Handshake,
  FileClock,
  Hourglass,
  Library,
  MailCheck,
  MessageSquare,
  Undo2,
  UserCheck,
  UserPen,
  UserX,
  WalletMinimal,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { NoticeKind } from '@/api/generated';

/** The icon of each kind of notice; its text is in the locales under the kind's name. */
export const noticeIcons: Record<NoticeKind, Component> = {
  arrived: BookCheck,
  delivered: MailCheck,
  needsInfo: CircleHelp,
  condition: Handshake,
  unfilled: BookX,
  heldLocally: Library,
  declined: CircleX,
  rejected: CircleX,
  recalled: Undo2,
  overdue: ClockAlert,
  dueSoon: CalendarClock,
  dueTomorrow: CalendarClock,
  dueToday: CalendarClock,
  dueOver: CalendarX,
  pickupSoon: CalendarClock,
  pickupToday: CalendarClock,
  documentExpiring: FileClock,
  late: Hourglass,
  message: MessageSquare,
  accountApproved: UserCheck,
  registrationNeedsInfo: UserPen,
  registrationRejected: UserX,
  quotaLow: WalletMinimal,
};

export const isKnownKind = (kind: string): kind is NoticeKind => Object.hasOwn(noticeIcons, kind);

/** Icon of unknown kinds, from a newer engine. */
export const otherIcon: Component = BellRing;
