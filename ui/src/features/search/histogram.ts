import type { YearCount } from '@/api/generated';

/** A bar of the histogram: number of works in the years from … to, inclusive. */
export interface Bar {
  from: number;
  to: number;
  count: number;
}

/** Divides all years, empty ones included, into at most `limit` bars of equal width. */
export function bars(years: readonly YearCount[], limit = 32): Bar[] {
  const first = years[0]?.year;
  const last = years.at(-1)?.year;
  if (first === undefined || last === undefined) return [];
  const width = Math.max(1, Math.ceil((last - first + 1) / limit));
  const out: Bar[] = [];
  for (let from = first; from <= last; from += width)
    out.push({ from, to: Math.min(from + width - 1, last), count: 0 });
  for (const { year, count } of years) {
    const bar = out[Math.floor((year - first) / width)];
    if (bar) bar.count += count;
  }
  return out;
}
