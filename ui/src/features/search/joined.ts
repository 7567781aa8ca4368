import type { RecordJoin, Work } from '@/api/generated';

/**
 * Why a member was merged into its work: the most certain link to another member; undefined if there is none.
 */
export function tieOf(work: Work, member: number): { join: RecordJoin; other: number } | undefined {
  const join = work.joinedBy.find((tie) => tie.member === member || tie.with === member);
  if (!join) return undefined;
  const other = join.member === member ? join.with : join.member;
  return work.members[other] ? { join, other } : undefined;
}
