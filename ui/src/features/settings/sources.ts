import type { SourceSetting } from '@/api/generated';
import { wantsKey } from '@/lib/asked';

/** The state of a source in one word; its text is `settings.sources.state.<word>`. */
export type SourceStatus = 'off' | 'page' | 'needsKey' | 'resting' | 'failed' | 'well' | 'unknown';

export function standing(source: SourceSetting): SourceStatus {
  if (!source.enabled) return 'off';
  if (source.protocol === 'page') return 'page';
  if (wantsKey(source) && !source.hasKey) return 'needsKey';
  if (source.retryAt !== null) return 'resting';
  if (source.problem !== null) return 'failed';
  return source.answeredAt === null ? 'unknown' : 'well';
}

/** Whether credentials can be entered. */
export const takesKey = (source: SourceSetting) => source.access !== 'open' && source.protocol !== 'page';

/** Whether they include a user name. */
export const takesUser = (source: SourceSetting) =>
  source.access === 'account' || (source.access === 'optional' && source.protocol === 'z3950');

/** The short name of a well-known protocol; empty for the others. */
export function protocolName(protocol: string): string {
  return { sru: 'SRU', z3950: 'Z39.50' }[protocol] ?? '';
}

/** The ids with one of them moved by `steps`; the same list if that is not possible. */
export function moved(ids: readonly string[], id: string, steps: number): readonly string[] {
  const from = ids.indexOf(id);
  const to = Math.max(0, Math.min(ids.length - 1, from + steps));
  if (from < 0 || to === from) return ids;
  const rest = ids.filter((one) => one !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}
