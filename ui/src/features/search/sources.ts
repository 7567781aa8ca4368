import type { SourceState, SourceView } from '@/api/generated';

/** The states that mean the same to whoever looks at all sources at once. */
export type Standing = 'waiting' | 'done' | 'failed' | 'cancelled' | 'resting' | 'needsKey' | 'page' | 'off';
/** What the line over the list counts: whatever was not asked, for one reason or another, is one number. */
export type Sum = 'done' | 'waiting' | 'failed' | 'cancelled' | 'unasked';

const standings: Record<SourceState, Standing> = {
  waiting: 'waiting',
  slow: 'waiting',
  receiving: 'waiting',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  resting: 'resting',
  needsKey: 'needsKey',
  page: 'page',
  off: 'off',
};

export const standing = (source: SourceView): Standing => standings[source.state];

const sumOf = (at: Standing): Sum =>
  at === 'resting' || at === 'needsKey' || at === 'page' || at === 'off' ? 'unasked' : at;

/** Said in this order: what is done, what is still to come, what went wrong, what was not asked. */
const order: readonly Sum[] = ['done', 'waiting', 'failed', 'cancelled', 'unasked'];

/** How many sources stand where; sums of none are left out. */
export function sumUp(sources: readonly SourceView[]): { sum: Sum; count: number }[] {
  return order
    .map((sum) => ({ sum, count: sources.filter((source) => sumOf(standing(source)) === sum).length }))
    .filter(({ count }) => count > 0);
}

/** What the patron can do about a source. */
export type Remedy = 'retry' | 'now' | 'key' | 'open' | 'on';

export function remedy(source: SourceView): Remedy | undefined {
  const remedies: Partial<Record<Standing, Remedy>> = {
    failed: source.problem?.code === 'NEEDS_KEY' ? 'key' : 'retry',
    cancelled: 'retry',
    resting: 'now',
    needsKey: 'key',
    page: source.link === '' ? undefined : 'open',
    off: 'on',
  };
  return remedies[standing(source)];
}

/** Found, it says, and nothing of it is here: that must not look like a search that found nothing. */
export const unreadable = (source: SourceView): boolean =>
  source.state === 'done' && source.records === 0 && ((source.hits ?? 0) > 0 || source.unread !== null);

/** What stands beside the summary by name: what the patron may want to do something about. */
export const needsEye = (source: SourceView): boolean =>
  unreadable(source) || ['failed', 'cancelled', 'resting', 'needsKey'].includes(standing(source));
