import { ref, type Ref } from 'vue';
import { ApiError, call } from '@/api/client';
import { viewStateOf } from './viewState';
import { choose, MAX_SELECTED, selectionOf } from './selection';

/** Page size: the engine's maximum. */
const PAGE = 200;

/** Selects every work of the list in its current order and filter, up to the maximum. */
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
    const { sort, filter } = viewStateOf(id);
    try {
      for (let offset = 0; offset < MAX_SELECTED; offset += PAGE) {
        const { works, shown } = await call('search_view', {
          searchId: id,
          offset,
          limit: PAGE,
          sort,
          filter,
        });
        // stop if the patron has changed the list meanwhile
        if (viewStateOf(id).sort !== sort || viewStateOf(id).filter !== filter) return;
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
