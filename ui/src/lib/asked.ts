import type { SourceSetting } from '@/api/generated';

/** Whether it answers only with credentials. */
export const wantsKey = (source: SourceSetting) => source.access === 'key' || source.access === 'account';

/** Whether a search asks the source: it is on, has an interface, and lacks no key. Every count of what is searched is of these. */
export const isAsked = (source: SourceSetting) =>
  source.enabled && source.protocol !== 'page' && (!wantsKey(source) || source.hasKey);
