import { useI18n } from 'vue-i18n';
import { errorKey } from '@/api/errors';
import type { SourceView } from '@/api/generated';
import { clock } from '@/lib/dates';
import { unreadable } from './sources';

/** Texts about the state of a source. */
export function useSourceWords() {
  const { t, n, locale } = useI18n();

  const name = (source: SourceView): string => (locale.value === 'en' ? source.nameEn : source.name);

  /** `840 毫秒`, `1.2 秒`. */
  function time(ms: number): string {
    return ms < 1000
      ? t('search.sources.ms', { ms: n(ms) })
      : t('search.sources.seconds', { seconds: (ms / 1000).toFixed(1) });
  }

  /** Why records of a source cannot be parsed. */
  function unreadFor({ unread }: SourceView): string {
    if (unread === null) return t('search.sources.unreadUnknown');
    if (unread.schema !== '') return t('search.sources.unreadSchema', { schema: unread.schema });
    if (unread.said !== '') return t('search.sources.unreadSaid', { said: unread.said });
    return t('search.sources.unreadBroken');
  }

  function why(source: SourceView): string {
    const { state, records, hits, doneMs, problem, retryAt } = source;
    const params = { records: n(records), hits: n(hits ?? records), time: time(doneMs ?? 0) };
    if (state === 'failed')
      return t('search.sources.failed', { why: problem ? t(errorKey(problem.code), problem.params) : '' });
    if (state === 'resting' && retryAt) return t('search.sources.restingUntil', { time: clock(retryAt) });
    if (unreadable(source)) {
      const some = n(hits ?? source.unread?.records ?? 0);
      return t('search.sources.unreadAll', { hits: some, why: unreadFor(source) });
    }
    if (state === 'done' && records === 0) return t('search.sources.doneNone', params);
    if (state === 'done' && hits !== null && hits > records) return t('search.sources.doneOf', params);
    return t(`search.sources.${state}`, params);
  }

  /** Conditions that the source could not apply. */
  const dropped = (source: SourceView): string =>
    t('search.sources.dropped', { parts: source.dropped.join(locale.value === 'en' ? ', ' : '、') });

  /** How many of its records could not be parsed. */
  const unread = (source: SourceView): string =>
    t('search.sources.unreadSome', { count: n(source.unread?.records ?? 0), why: unreadFor(source) });

  /** The most important information, for a single line. */
  function short(source: SourceView): string {
    if (source.unread !== null && source.records > 0 && source.state !== 'failed') return unread(source);
    if (source.dropped.length === 0 || source.state === 'failed') return why(source);
    if (source.doneMs === null) return dropped(source);
    return t('search.sources.droppedTime', { dropped: dropped(source), time: time(source.doneMs) });
  }

  /** Everything about it in a sentence or two. */
  function full(source: SourceView): string {
    const more = [
      ...(source.unread !== null && source.records > 0 ? [unread(source)] : []),
      ...(source.dropped.length > 0 ? [dropped(source)] : []),
    ];
    return more.reduce(
      (said, next) => t('search.sources.withDropped', { why: said, dropped: next }),
      why(source),
    );
  }

  return { name, short, full };
}
