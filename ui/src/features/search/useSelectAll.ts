import { ref, type Ref } from 'vue';
import { ApiError, call } from '@/api/client';
import { placeOf } from './place';
import { choose, MOST_SELECTED, selectionOf } from './selection';

/** Rows asked for at once: as many as the engine gives. */
const PAGE = 200;

/** Takes every work of the list in, as it is sorted and narrowed, up to the most that can be chosen. */
export function useSelectAll(searchId: () => string): {
  error: Ref<ApiError | undefined>;
  select: () => Promise<void>;
} {
  const error = ref<ApiError>();
  let busy = false;
  async function select() {
    if (busy) return;
    busy = true;
    error.value = undefined;
    const id = searchId();
    const { sort, filter } = placeOf(id);
    try {
      for (let offset = 0; offset < MOST_SELECTED; offset += PAGE) {
        const { works, shown } = await call('search_view', {
          searchId: id,
          offset,
          limit: PAGE,
          sort,
          filter,
        });
        // whoever has changed the list meanwhile means another one
        if (placeOf(id).sort !== sort || placeOf(id).filter !== filter) return;
        choose(selectionOf(id), works, true);
        if (offset + PAGE >= shown) return;
      }
    } catch (thrown) {
      if (thrown instanceof ApiError) error.value = thrown;
      else throw thrown;
    } finally {
      busy = false;
    }
  }
  return { error, select };
}
