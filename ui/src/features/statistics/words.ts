import { useI18n } from 'vue-i18n';
import type { OutcomeCounts } from '@/api/generated';
import { languageName } from '@/lib/languages';

/** Outcomes of requests, in the order of the chart from the bottom. */
export const parts = ['filled', 'heldLocally', 'unfilled', 'cancelled', 'open'] as const;
export type Part = (typeof parts)[number];

export const asked = (counts: OutcomeCounts): number => parts.reduce((sum, part) => sum + counts[part], 0);
export const decided = (counts: OutcomeCounts): number => counts.filled + counts.unfilled;

export const sum = (all: readonly OutcomeCounts[]): OutcomeCounts =>
  all.reduce(
    (total, one) =>
      Object.fromEntries(parts.map((part) => [part, total[part] + one[part]])) as unknown as OutcomeCounts,
    { filled: 0, unfilled: 0, heldLocally: 0, cancelled: 0, open: 0 },
  );

/** Formats the numbers and names of the statistics. */
export function useFigures() {
  const { t, n, locale } = useI18n();
  /** Hours up to two days, then days. */
  const time = (hours: number): string => {
    if (hours <= 48) return t('statistics.hours', { count: n(hours) }, hours);
    const days = Math.round(hours / 24);
    return t('statistics.days', { count: n(days) }, days);
  };
  const share = (part: number, whole: number): string =>
    whole === 0 ? '–' : new Intl.NumberFormat(locale.value, { style: 'percent' }).format(part / whole);
  const language = (code: string): string =>
    code === '' ? t('statistics.kinds.unknown') : languageName(code, locale.value);
  /** `2026 年 3 月`, `March 2026`; short: `3 月`, `Mar`. */
  const month = (value: string, short = false): string => {
    const [year, number] = value.split('-').map(Number);
    const date = new Date(year ?? 0, (number ?? 1) - 1, 1);
    const form: Intl.DateTimeFormatOptions = short ? { month: 'short' } : { year: 'numeric', month: 'long' };
    return new Intl.DateTimeFormat(locale.value, form).format(date);
  };
  return { time, share, language, month };
}

/** Rounds up the maximum for the top of an axis, and returns the ticks below it. */
export function scale(most: number): { top: number; steps: number[] } {
  if (most <= 0) return { top: 1, steps: [0, 1] };
  const power = 10 ** Math.floor(Math.log10(most));
  const top = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((value) => value >= most) ?? most;
  const half = top / 2;
  return { top, steps: Number.isInteger(half) || top < 1 ? [0, half, top] : [0, top] };
}
