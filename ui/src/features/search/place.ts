import { reactive } from 'vue';
import type { SearchFilter, SortOrder } from '@/api/generated';

/** The view state of a search. Kept while the program runs, so that returning to the search restores it. */
export interface Place {
  sort: SortOrder;
  filter: SearchFilter;
  /** index of the first visible row */
  first: number;
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

const places = new Map<string, Place>();

/** The view state of a search; a new search starts at the top. At most fifty are kept. */
export function placeOf(searchId: string): Place {
  let place = places.get(searchId);
  if (!place) {
    place = reactive<Place>({ sort: 'relevance', filter: noFilter(), first: 0 });
    places.set(searchId, place);
    const oldest = places.keys().next().value;
    if (places.size > 50 && oldest !== undefined) places.delete(oldest);
  }
  return place;
}

/** Number of active conditions. */
export function conditions(filter: SearchFilter): number {
  const { kinds, languages, sources, availability, holders, yearFrom, yearTo } = filter;
  const years = yearFrom !== null || yearTo !== null ? 1 : 0;
  const lists = [kinds, languages, sources, availability, holders];
  return lists.reduce((sum, list) => sum + list.length, years);
}
