import { useI18n } from 'vue-i18n';

/** Formats months (`2026-03`). */
export function useMonths() {
  const { t, locale } = useI18n();
  /** `2026 年 3 月`, `March 2026`. */
  function month(value: string): string {
    const [year, number] = value.split('-').map(Number);
    if (!year || !number) return value;
    const date = new Date(year, number - 1, 1);
    return new Intl.DateTimeFormat(locale.value, { year: 'numeric', month: 'long' }).format(date);
  }
  /** A range of months, either end of which may be open. */
  function range(from: string | null, to: string | null): string {
    if (from && to)
      return from === to ? month(from) : t('history.months', { from: month(from), to: month(to) });
    if (from) return t('history.monthsFrom', { from: month(from) });
    return to ? t('history.monthsTo', { to: month(to) }) : '';
  }
  return { month, range };
}
