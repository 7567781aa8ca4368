import { computed, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue';
import { useI18n } from 'vue-i18n';
import type { RequestDetail } from '@/api/generated';
import { knownReasons } from './words';

/** Reasons in which the patron's own words come back: they are not said to the patron again. */
const ownWords: readonly string[] = ['PATRON', 'KEEP_BOTH', 'CONDITION_ACCEPTED', 'CONDITION_REJECTED'];

/** Why a request is where it is: our sentence for the code, and the librarian's own words. */
export function useReason(
  detail: MaybeRefOrGetter<RequestDetail | undefined>,
): ComputedRef<{ words: string; text: string } | undefined> {
  const { t, te } = useI18n();
  return computed(() => {
    const of = toValue(detail);
    const why = of?.reason;
    if (!of) return undefined;
    if (!why || (why.code === '' && why.text === '')) {
      // a question to the patron may stand in the log only
      const last = of.timeline.at(-1);
      const asks = of.row.group === 'needsYou' && last?.state === of.row.state && last.note !== '';
      return asks ? { words: '', text: last.note } : undefined;
    }
    if (ownWords.includes(why.code)) return { words: t(`life.reason.${why.code}`), text: '' };
    if ((knownReasons as readonly string[]).includes(why.code))
      return { words: t(`requests.reason.${why.code}`), text: why.text };
    if (te(`life.reason.${why.code}`)) return { words: t(`life.reason.${why.code}`), text: why.text };
    return { words: why.text === '' ? t('requests.reason.other') : '', text: why.text };
  });
}
