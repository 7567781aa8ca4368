import type { NoticeKind } from '@/api/generated';

/** Notice kinds grouped by topic, for the filter of the list and for the settings of toasts. */
export const noticeGroups = {
  arrival: ['arrived', 'pickupSoon', 'pickupToday', 'delivered', 'documentExpiring'],
  answer: ['needsInfo', 'condition', 'message'],
  return: ['dueSoon', 'dueTomorrow', 'dueToday', 'dueOver', 'overdue', 'recalled'],
  outcome: ['late', 'unfilled', 'heldLocally', 'declined', 'rejected'],
  account: ['accountApproved', 'registrationNeedsInfo', 'registrationRejected', 'quotaLow'],
} as const satisfies Record<string, readonly NoticeKind[]>;

export type NoticeGroup = keyof typeof noticeGroups;

/** Kinds that exist without a platform: reminders computed from the dates that the patron entered. */
const byDays: readonly NoticeKind[] = [
  'pickupSoon',
  'pickupToday',
  'dueSoon',
  'dueTomorrow',
  'dueToday',
  'dueOver',
  'late',
];

/** The groups with the kinds that can occur. */
export function noticeKinds(byHand: boolean): [NoticeGroup, readonly NoticeKind[]][] {
  const groups = Object.entries(noticeGroups) as [NoticeGroup, readonly NoticeKind[]][];
  return groups
    .map(([group, kinds]): [NoticeGroup, readonly NoticeKind[]] => [
      group,
      byHand ? kinds.filter((kind) => byDays.includes(kind)) : kinds,
    ])
    .filter(([, kinds]) => kinds.length > 0);
}
