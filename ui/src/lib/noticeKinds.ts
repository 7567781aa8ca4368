import type { NoticeKind } from '@/api/generated';

/** Kinds of notices by what they are about: the filter of the list and the choice of toasts show them so. */
export const noticeGroups = {
  arrival: ['arrived', 'pickupSoon', 'pickupToday', 'delivered', 'documentExpiring'],
  answer: ['needsInfo', 'condition', 'message'],
  return: ['dueSoon', 'dueTomorrow', 'dueToday', 'dueOver', 'overdue', 'recalled'],
  outcome: ['late', 'unfilled', 'heldLocally', 'declined', 'rejected'],
  account: ['accountApproved', 'registrationNeedsInfo', 'registrationRejected', 'quotaLow'],
} as const satisfies Record<string, readonly NoticeKind[]>;

export type NoticeGroup = keyof typeof noticeGroups;
