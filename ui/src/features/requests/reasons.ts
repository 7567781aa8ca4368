import { computed, toValue, type ComputedRef, type MaybeRefOrGetter } from 'vue';
import { useI18n } from 'vue-i18n';
import type { RequestDetail } from '@/api/generated';
import { movesOf } from './timeline';
import { knownReasons } from './words';

/** Reasons whose text is the patron's own and is not repeated to them. */
const ownWords: readonly string[] = ['PATRON', 'KEEP_BOTH', 'CONDITION_ACCEPTED', 'CONDITION_REJECTED'];

const bare = (text: string) => text.replace(/[\s\p{P}]/gu, '').toLowerCase();
/** Whether a librarian's text equals our own. */
const same = (ours: string, theirs: string) => bare(ours) === bare(theirs);

/** States in which a platform may have its question only in the timeline. */
const asking: readonly string[] = ['NEEDS_INFO', 'CONDITION_PENDING'];

/** Why a request is in its state: our text for the reason code, and the librarian's own words. */
export function useReason(
  detail: MaybeRefOrGetter<RequestDetail | undefined>,
): ComputedRef<{ words: string; text: string } | undefined> {
  const { t, te } = useI18n();
  return computed(() => {
    const of = toValue(detail);
    const why = of?.reason;
    if (!of) return undefined;
    if (!why || (why.code === '' && why.text === '')) {
      if (!asking.includes(of.row.state)) return undefined;
      const asked = movesOf(of.timeline).at(-1);
      return asked?.state === of.row.state && asked.note !== '' ? { words: '', text: asked.note } : undefined;
    }
    const said = (words: string) => ({ words, text: same(words, why.text) ? '' : why.text });
    if (ownWords.includes(why.code)) return { words: t(`life.reason.${why.code}`), text: '' };
    if ((knownReasons as readonly string[]).includes(why.code)) return said(t(`requests.reason.${why.code}`));
    if (te(`life.reason.${why.code}`)) return said(t(`life.reason.${why.code}`));
    return { words: why.text === '' ? t('requests.reason.other') : '', text: why.text };
  });
}
