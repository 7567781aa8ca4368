import type { RecordJoin, Work } from '@/api/generated';

/** Why a member stands in its work: the surest tie to another member; none where it stands alone. */
export function tieOf(work: Work, member: number): { join: RecordJoin; other: number } | undefined {
  const join = work.joinedBy.find((tie) => tie.member === member || tie.with === member);
  if (!join) return undefined;
  const other = join.member === member ? join.with : join.member;
  return work.members[other] ? { join, other } : undefined;
}
