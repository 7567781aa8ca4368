import { useI18n } from 'vue-i18n';
import { errorKey } from '@/api/errors';
import type { SourceView } from '@/api/generated';
import { clock } from '@/lib/dates';

/** How a source stands, in words. */
export function useSourceWords() {
  const { t, n, locale } = useI18n();

  const name = (source: SourceView): string => (locale.value === 'en' ? source.nameEn : source.name);

  /** `840 毫秒`, `1.2 秒`. */
  function time(ms: number): string {
    return ms < 1000
      ? t('search.sources.ms', { ms: n(ms) })
      : t('search.sources.seconds', { seconds: (ms / 1000).toFixed(1) });
  }

  function why(source: SourceView): string {
    const { state, records, hits, doneMs, problem, retryAt } = source;
    const params = { records: n(records), hits: n(hits ?? records), time: time(doneMs ?? 0) };
    if (state === 'failed')
      return t('search.sources.failed', { why: problem ? t(errorKey(problem.code), problem.params) : '' });
    if (state === 'resting' && retryAt) return t('search.sources.restingUntil', { time: clock(retryAt) });
    if (state === 'done' && records === 0) return t('search.sources.doneNone', params);
    if (state === 'done' && hits !== null && hits > records) return t('search.sources.doneOf', params);
    return t(`search.sources.${state}`, params);
  }

  /** What the source could not be asked. */
  const dropped = (source: SourceView): string =>
    t('search.sources.dropped', { parts: source.dropped.join(locale.value === 'en' ? ', ' : '、') });

  /** What matters most about it, where there is one line. */
  function short(source: SourceView): string {
    if (source.dropped.length === 0 || source.state === 'failed') return why(source);
    if (source.doneMs === null) return dropped(source);
    return t('search.sources.droppedTime', { dropped: dropped(source), time: time(source.doneMs) });
  }

  /** Everything about it in a sentence or two. */
  const full = (source: SourceView): string =>
    source.dropped.length === 0
      ? why(source)
      : t('search.sources.withDropped', { why: why(source), dropped: dropped(source) });

  return { name, short, full };
}
