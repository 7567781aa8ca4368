import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { ApiError } from '@/api/errors';
import type { SearchView, WorkRow } from '@/api/generated';
import { useCommand } from '@/api/queries';
import { viewStateOf } from './viewState';

/** The loaded window follows scrolling in steps, so that small movements fetch nothing. */
const STEP = 50;
const LIMIT = 200;

/**
 * The rows of a search, fetched page by page as they become visible. Rows are kept while sort order and
 * filter stay the same, so that scrolling back shows them at once.
 */
export function useRows(searchId: () => string): {
  view: ComputedRef<SearchView | undefined>;
  items: Ref<readonly (WorkRow | undefined)[]>;
  error: Readonly<Ref<ApiError | null>>;
  refetch: () => unknown;
  toRange: (first: number) => void;
} {
  const viewState = computed(() => viewStateOf(searchId()));
  const first = ref(viewState.value.first);
  const offset = computed(() => Math.max(0, Math.floor(first.value / STEP) * STEP - STEP));
  const lens = computed(() => JSON.stringify([searchId(), viewState.value.sort, viewState.value.filter]));
  const { data, error, refetch } = useCommand(
    'search_view',
    () => ({
      searchId: searchId(),
      offset: offset.value,
      limit: LIMIT,
      sort: viewState.value.sort,
      filter: viewState.value.filter,
    }),
    { keepPrevious: true },
  );
  /** The answer, unless it is still that of the previous search. */
  const view = computed(() => (data.value?.searchId === searchId() ? data.value : undefined));

  const items = shallowRef<readonly (WorkRow | undefined)[]>([]);
  let held = '';
  let waiting = 0;
  watch(
    view,
    (now) => {
      if (!now) {
        items.value = [];
        return;
      }
      // sort order or filter changed, or waiting results were merged: rows may have moved
      const keep = held === lens.value && now.waiting >= waiting;
      held = lens.value;
      waiting = now.waiting;
      const all = keep ? items.value.slice(0, now.shown) : [];
      while (all.length < now.shown) all.push(undefined);
      now.works.forEach((work, index) => {
        const at = now.offset + index;
        if (at < all.length) all[at] = work;
      });
      items.value = all;
    },
    { immediate: true },
  );

  function toRange(start: number) {
    first.value = start;
    viewState.value.first = start;
  }
  return { view, items, error, refetch, toRange };
}
