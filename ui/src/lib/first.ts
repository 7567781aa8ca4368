import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue';

/** How many entries of a list from outside are shown at once. */
export const FIRST = 8;

/**
 * The first entries of a list that somebody else has made, and all of them once the patron asks: a mail may have a
 * thousand attachments. Another list begins again with its first ones.
 */
export function useFirst<T>(list: MaybeRefOrGetter<readonly T[]>) {
  const all = ref(false);
  watch(
    () => toValue(list).length,
    () => (all.value = false),
  );
  return {
    first: computed(() => (all.value ? toValue(list) : toValue(list).slice(0, FIRST))),
    /** how many are not shown */
    rest: computed(() => (all.value ? 0 : Math.max(0, toValue(list).length - FIRST))),
    /** whether all of a long list are shown: it then scrolls by itself */
    isLong: computed(() => all.value && toValue(list).length > FIRST),
    showAll: () => (all.value = true),
  };
}
