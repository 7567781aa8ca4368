/**
 * Query and filters of the history. Kept while the program runs, so that the list is restored when it is
 * opened again.
 */
import { reactive } from 'vue';
import type { HistoryFilter, HistoryQuery, Kind, Outcome } from '@/api/generated';

export const noFilter = (): HistoryFilter => ({
  group: null,
  outcomes: [],
  services: [],
  kinds: [],
  suppliers: [],
  from: null,
  to: null,
});

export const outcomes: readonly Outcome[] = ['filled', 'unfilled', 'heldLocally', 'cancelled', 'open'];
export const kinds: readonly Kind[] = [
  'book',
  'journal',
  'article',
  'thesis',
  'conference',
  'patent',
  'standard',
  'report',
  'ancientBook',
  'newspaper',
  'other',
];

/** The current query, and whether the filters are open. */
export const listState = reactive<{ query: HistoryQuery; open: boolean; first: number }>({
  query: { text: '', filter: noFilter(), sort: 'newest' },
  open: false,
  first: 0,
});

export const isFiltered = (filter: HistoryFilter): boolean =>
  JSON.stringify(filter) !== JSON.stringify(noFilter());

/** Whether the list shows search results instead of the groups. */
export const isNarrowed = (query: HistoryQuery): boolean =>
  query.text.trim() !== '' || isFiltered(query.filter) || query.sort !== 'newest';

export interface Condition {
  key: string;
  label: string;
  without: HistoryFilter;
}

/** Each condition of a filter, with the filter that remains without it. */
export function conditionsOf(
  filter: HistoryFilter,
  name: {
    group: (value: string) => string;
    outcome: (value: string) => string;
    service: (value: string) => string;
    kind: (value: string) => string;
    months: (from: string | null, to: string | null) => string;
  },
): Condition[] {
  const all: Condition[] = [];
  if (filter.group)
    all.push({ key: 'group', label: name.group(filter.group), without: { ...filter, group: null } });
  const list = <T extends string>(
    field: 'outcomes' | 'services' | 'kinds' | 'suppliers',
    values: readonly T[],
    label: (value: string) => string,
  ) => {
    for (const value of values)
      all.push({
        key: `${field}-${value}`,
        label: label(value),
        without: { ...filter, [field]: values.filter((other) => other !== value) },
      });
  };
  list('services', filter.services, name.service);
  list('outcomes', filter.outcomes, name.outcome);
  list('kinds', filter.kinds, name.kind);
  list('suppliers', filter.suppliers, (value) => value);
  if (filter.from || filter.to)
    all.push({
      key: 'months',
      label: name.months(filter.from, filter.to),
      without: { ...filter, from: null, to: null },
    });
  return all;
}
