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

/** What is told where no platform brings news: what the days say that the patron noted. */
const byDays: readonly NoticeKind[] = [
  'pickupSoon',
  'pickupToday',
  'dueSoon',
  'dueTomorrow',
  'dueToday',
  'dueOver',
  'late',
];

/** The groups with the kinds that there can be. */
export function noticeKinds(byHand: boolean): [NoticeGroup, readonly NoticeKind[]][] {
  const groups = Object.entries(noticeGroups) as [NoticeGroup, readonly NoticeKind[]][];
  return groups
    .map(([group, kinds]): [NoticeGroup, readonly NoticeKind[]] => [
      group,
      byHand ? kinds.filter((kind) => byDays.includes(kind)) : kinds,
    ])
    .filter(([, kinds]) => kinds.length > 0);
}
