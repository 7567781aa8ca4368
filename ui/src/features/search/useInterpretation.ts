import { computed, onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Query } from '@/api/generated';
import { call } from '@/api/client';
import { interpretationOf, type Interpretation } from './query';

/** Debounce of parsing, milliseconds. */
const DEBOUNCE = 120;

/** The interpretation of the text while it is typed; words if nothing else is known. */
export function useInterpretation(text: Ref<string>): {
  read: Ref<Interpretation>;
  query: Ref<Query | undefined>;
} {
  const query = ref<Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  watch(
    text,
    (now) => {
      clearTimeout(timer);
      asked += 1;
      const mine = asked;
      // identifiers and citations are longer; an earlier interpretation must not stay beside other text
      if (now.trim().length < 5) {
        query.value = undefined;
        return;
      }
      timer = setTimeout(() => {
        call('search_read', { text: now }).then(
          (answer) => {
            if (mine === asked) query.value = answer;
          },
          // only a hint: without it the search itself reports the interpretation
          () => undefined,
        );
      }, DEBOUNCE);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    asked += 1;
  });
  const read = computed<Interpretation>(() =>
    query.value ? interpretationOf(query.value) : { as: 'words' },
  );
  return { read, query };
}
