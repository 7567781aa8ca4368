import { reactive } from 'vue';
import type { SearchFilter, SortOrder } from '@/api/generated';

/** Where the patron is in a search: kept while the program runs, so that coming back finds it as it was. */
export interface Place {
  sort: SortOrder;
  filter: SearchFilter;
  /** first row in sight */
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

/** The place in a search; a new one begins at the top. The oldest of fifty is forgotten. */
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

/** How many conditions narrow the list. */
export function conditions(filter: SearchFilter): number {
  const { kinds, languages, sources, availability, holders, yearFrom, yearTo } = filter;
  const years = yearFrom !== null || yearTo !== null ? 1 : 0;
  const lists = [kinds, languages, sources, availability, holders];
  return lists.reduce((sum, list) => sum + list.length, years);
}
