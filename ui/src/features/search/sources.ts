import type { SourceState, SourceView } from '@/api/generated';

/** States of a source, reduced to those that differ for the patron. */
export type SourceStatus =
  'waiting' | 'done' | 'failed' | 'cancelled' | 'resting' | 'needsKey' | 'page' | 'off';
/** Counters of the line over the list: sources that were not queried share one, whatever the reason. */
export type Counter = 'done' | 'waiting' | 'failed' | 'cancelled' | 'unasked';

const standings: Record<SourceState, SourceStatus> = {
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

export const standing = (source: SourceView): SourceStatus => standings[source.state];

const sumOf = (at: SourceStatus): Counter =>
  at === 'resting' || at === 'needsKey' || at === 'page' || at === 'off' ? 'unasked' : at;

/** Display order: finished, pending, failed, not queried. */
const order: readonly Counter[] = ['done', 'waiting', 'failed', 'cancelled', 'unasked'];

/** Number of sources for each counter; zeros are left out. */
export function countByState(sources: readonly SourceView[]): { sum: Counter; count: number }[] {
  return order
    .map((sum) => ({ sum, count: sources.filter((source) => sumOf(standing(source)) === sum).length }))
    .filter(({ count }) => count > 0);
}

/** What the patron can do about a source. */
export type Remedy = 'retry' | 'now' | 'key' | 'open' | 'on';

export function remedy(source: SourceView): Remedy | undefined {
  const remedies: Partial<Record<SourceStatus, Remedy>> = {
    failed: source.problem?.code === 'NEEDS_KEY' ? 'key' : 'retry',
    cancelled: 'retry',
    resting: 'now',
    needsKey: 'key',
    page: source.link === '' ? undefined : 'open',
    off: 'on',
  };
  return remedies[standing(source)];
}

/** The source reports hits but none could be parsed: this must not look like an empty result. */
export const unreadable = (source: SourceView): boolean =>
  source.state === 'done' && source.records === 0 && ((source.hits ?? 0) > 0 || source.unread !== null);

/** Whether a source is listed by name, because the patron may want to act. */
export const needsAttention = (source: SourceView): boolean =>
  unreadable(source) || ['failed', 'cancelled', 'resting', 'needsKey'].includes(standing(source));
