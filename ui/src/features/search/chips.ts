import type { SearchFilter } from '@/api/generated';

/** A condition of the filter, for a chip. */
export interface Condition {
  key: string;
  label: string;
  /** the filter that remains without it */
  without: SearchFilter;
}

interface Names {
  value: (name: Listed, value: string) => string;
  years: (from: number | null, to: number | null) => string;
}
/** Those parts of a filter that are lists of values. */
export type Listed = {
  [K in keyof SearchFilter]: SearchFilter[K] extends readonly string[] ? K : never;
}[keyof SearchFilter];

/** All conditions of a filter, in the order of the facets. */
export function conditionsOf(filter: SearchFilter, names: Names): Condition[] {
  const out: Condition[] = [];
  const lists = Object.keys(filter).filter((name) =>
    Array.isArray(filter[name as keyof SearchFilter]),
  ) as Listed[];
  for (const name of lists) {
    for (const value of filter[name]) {
      const left = (filter[name] as string[]).filter((other) => other !== value);
      out.push({
        key: `${name} ${value}`,
        label: names.value(name, value),
        without: { ...filter, [name]: left },
      });
    }
  }
  if (filter.yearFrom !== null || filter.yearTo !== null)
    out.push({
      key: 'years',
      label: names.years(filter.yearFrom, filter.yearTo),
      without: { ...filter, yearFrom: null, yearTo: null },
    });
  return out;
}
