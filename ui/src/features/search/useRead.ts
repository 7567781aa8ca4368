import { computed, onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Query } from '@/api/generated';
import { call } from '@/api/client';
import { readAs, type Read } from './query';

/** Typing is read after so many milliseconds of rest. */
const REST = 120;

/** What the box's text is understood as, while it is typed; words where nothing else is known. */
export function useRead(text: Ref<string>): { read: Ref<Read>; query: Ref<Query | undefined> } {
  const query = ref<Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  watch(
    text,
    (now) => {
      clearTimeout(timer);
      asked += 1;
      const mine = asked;
      // a number or a citation is longer; a former reading is not left standing beside other words
      if (now.trim().length < 5) {
        query.value = undefined;
        return;
      }
      timer = setTimeout(() => {
        call('search_read', { text: now }).then(
          (answer) => {
            if (mine === asked) query.value = answer;
          },
          // it is a hint only: without it the search says what it understood
          () => undefined,
        );
      }, REST);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    asked += 1;
  });
  const read = computed<Read>(() => (query.value ? readAs(query.value) : { as: 'words' }));
  return { read, query };
}
