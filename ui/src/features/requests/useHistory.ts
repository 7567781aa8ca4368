import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { ApiError } from '@/api/errors';
import { call } from '@/api/client';
import type { HistoryCounts, HistoryQuery, MarkMeant, RequestRow } from '@/api/generated';
import { useCommand } from '@/api/queries';

/** Page size. */
const PAGE = 200;

/**
 * Rows of a long list, paged by cursors: the counts tell the index at which each month begins, and visible
 * rows are loaded from the nearest cursor before them. `rows` has an entry for every request; those not yet
 * loaded are undefined.
 * what is not here yet is undefined.
 */
export function useHistory(query: () => HistoryQuery): {
  rows: Ref<readonly (RequestRow | undefined)[]>;
  counts: ComputedRef<HistoryCounts | undefined>;
  meant: ComputedRef<readonly MarkMeant[]>;
  error: ComputedRef<ApiError | null>;
  busy: Readonly<Ref<boolean>>;
  refetch: () => unknown;
  toRange: (first: number, last: number) => void;
} {
  const {
    data,
    error: failed,
    isFetching,
    refetch,
  } = useCommand('history_search', () => ({ query: query(), after: null, limit: PAGE, counts: true }), {
    keepPrevious: true,
  });
  const counts = computed(() => data.value?.counts ?? undefined);
  const meant = computed(() => data.value?.meant ?? []);
  const rows = shallowRef<readonly (RequestRow | undefined)[]>([]);
  const pageError = shallowRef<ApiError | null>(null);
  /** Known cursors, by the index of the row after them. */
  let places = new Map<number, string | null>();
  let list = 0;
  let asked = '';
  let range: [number, number] = [0, PAGE - 1];
  /** Rows from this index on are outdated, and refetched when they become visible. */
  let stale = 0;
  /** Indexes refetched since. */
  let fresh = new Set<number>();
  const reading = ref(false);

  const missing = (from: number, to: number): number => {
    for (let index = from; index <= to && index < rows.value.length; index += 1)
      if (rows.value[index] === undefined || (index >= stale && !fresh.has(index))) return index;
    return -1;
  };
  watch(data, () => (fresh = new Set()), { flush: 'sync' });

  async function read() {
    if (reading.value) return;
    reading.value = true;
    try {
      for (;;) {
        const wanted = missing(range[0], range[1]);
        if (wanted < 0) return;
        const of = list;
        let start = 0;
        for (const index of places.keys()) if (index <= wanted && index > start) start = index;
        const page = await call('history_search', {
          query: query(),
          after: places.get(start) ?? null,
          limit: PAGE,
          counts: false,
        });
        if (of !== list) continue;
        if (page.rows.length === 0) return;
        const all = [...rows.value];
        page.rows.forEach((row, at) => {
          if (start + at < all.length) all[start + at] = row;
          fresh.add(start + at);
        });
        if (page.next !== null) places.set(start + page.rows.length, page.next);
        rows.value = all;
      }
    } catch (error) {
      pageError.value = error as ApiError;
    } finally {
      reading.value = false;
    }
  }

  function toRange(first: number, last: number) {
    range = [Math.max(0, first), Math.max(first, last)];
    void read();
  }

  // must come last: if the list is cached it runs immediately and uses everything above
  watch(
    data,
    (now) => {
      if (!now?.counts) return;
      list += 1;
      pageError.value = null;
      places = new Map([[0, null]]);
      let index = 0;
      for (const month of now.counts.months) {
        places.set(index, month.place);
        index += month.count;
      }
      const key = JSON.stringify(query());
      // the same list again: old rows stay visible until they are refetched
      const kept = key === asked && rows.value.length === now.counts.total ? rows.value : [];
      asked = key;
      const all = kept.length > 0 ? [...kept] : new Array<RequestRow | undefined>(now.counts.total);
      if (kept.length === 0) all.fill(undefined);
      now.rows.forEach((row, at) => at < all.length && (all[at] = row));
      if (now.next !== null) places.set(now.rows.length, now.next);
      stale = kept.length > 0 ? now.rows.length : all.length;
      rows.value = all;
      void read();
    },
    { immediate: true },
  );

  return {
    rows,
    counts,
    meant,
    error: computed(() => failed.value ?? pageError.value),
    busy: computed(() => isFetching.value || reading.value),
    refetch,
    toRange,
  };
}
