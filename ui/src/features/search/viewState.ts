import { reactive } from 'vue';
import type { SearchFilter, SortOrder } from '@/api/generated';

/** The view state of a search. Kept while the program runs, so that returning to the search restores it. */
export interface ViewState {
  sort: SortOrder;
  filter: SearchFilter;
  /** index of the first visible row */
  first: number;
  /** whether the work that a reference names was opened, or could have been */
  offered: boolean;
}

export const noFilter = (): SearchFilter => ({
  kinds: [],
  languages: [],
  sources: [],
  availability: [],
  holders: [],
  yearFrom: null,
  yearTo: null,
});

const viewStates = new Map<string, ViewState>();

/** The view state of a search; a new search starts at the top. At most fifty are kept. */
export function viewStateOf(searchId: string): ViewState {
  let viewState = viewStates.get(searchId);
  if (!viewState) {
    viewState = reactive<ViewState>({ sort: 'relevance', filter: noFilter(), first: 0, offered: false });
    viewStates.set(searchId, viewState);
    const oldest = viewStates.keys().next().value;
    if (viewStates.size > 50 && oldest !== undefined) viewStates.delete(oldest);
  }
  return viewState;
}

/** Number of active conditions. */
export function conditions(filter: SearchFilter): number {
  const { kinds, languages, sources, availability, holders, yearFrom, yearTo } = filter;
  const years = yearFrom !== null || yearTo !== null ? 1 : 0;
  const lists = [kinds, languages, sources, availability, holders];
  return lists.reduce((sum, list) => sum + list.length, years);
}
