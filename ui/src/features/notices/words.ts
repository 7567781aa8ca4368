import {
  BellRing,
  BookCheck,
  BookX,
  CircleHelp,
  CircleX,
  ClockAlert,
  Handshake,
  Library,
  MailCheck,
  Undo2,
  UserCheck,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { NoticeKind } from '@/api/generated';

/** The picture of each kind of notice; its sentence stands in locales under the same name. */
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
  accountApproved: UserCheck,
};

export const isKnownKind = (kind: string): kind is NoticeKind => Object.hasOwn(noticeIcons, kind);

/** For a kind of a newer engine. */
export const otherIcon: Component = BellRing;
