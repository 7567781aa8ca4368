import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { ApiError } from '@/api/errors';
import type { SearchView, WorkRow } from '@/api/generated';
import { useCommand } from '@/api/queries';
import { placeOf } from './place';

/** The page follows the scroll in steps, so that a row more or less asks nothing. */
const STEP = 50;
const LIMIT = 200;

/**
 * The rows of a search, asked for page by page as they come into sight. Rows that were here stay while
 * the lens is the same: they keep their places, so scrolling back shows them at once.
 */
export function useRows(searchId: () => string): {
  view: ComputedRef<SearchView | undefined>;
  items: Ref<readonly (WorkRow | undefined)[]>;
  error: Readonly<Ref<ApiError | null>>;
  refetch: () => unknown;
  toRange: (first: number) => void;
} {
  const place = computed(() => placeOf(searchId()));
  const first = ref(place.value.first);
  const offset = computed(() => Math.max(0, Math.floor(first.value / STEP) * STEP - STEP));
  const lens = computed(() => JSON.stringify([searchId(), place.value.sort, place.value.filter]));
  const { data, error, refetch } = useCommand(
    'search_view',
    () => ({
      searchId: searchId(),
      offset: offset.value,
      limit: LIMIT,
      sort: place.value.sort,
      filter: place.value.filter,
    }),
    { keepPrevious: true },
  );
  /** The answer, unless it still is the one of the search before. */
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
      // a new lens, or what waited was let in: places may have changed
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
    place.value.first = start;
  }
  return { view, items, error, refetch, toRange };
}
