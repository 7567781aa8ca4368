/** Formats dates as Chinese libraries do: 11-28 周五; relative only within 24 hours. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const pad = (n: number) => String(n).padStart(2, '0');

/** Converts a date without a zone (`2026-11-28`) to local midnight; an instant is kept. */
function toDate(value: string | number | Date): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'string') {
    const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
    if (day) return new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  }
  return new Date(value);
}

/** `11-28 周五` / `Fri 28 Nov`; with the year if it is not the current one. Empty for an invalid date. */
export function day(value: string | number | Date, locale: string, now: Date = new Date()): string {
  const date = toDate(value);
  if (Number.isNaN(date.getTime())) return '';
  const thisYear = date.getFullYear() === now.getFullYear();
  if (locale.startsWith('zh')) {
    const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'short' }).format(date);
    const label = `${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${weekday}`;
    return thisYear ? label : `${date.getFullYear()}-${label}`;
  }
  const label = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
    .format(date)
    .replace(',', '');
  return thisYear ? label : `${label} ${date.getFullYear()}`;
}

/** `周五` / `Fri`. Empty for an invalid date. */
export function weekday(value: string | number | Date, locale: string): string {
  const date = toDate(value);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(locale.startsWith('zh') ? 'zh-CN' : 'en-GB', { weekday: 'short' }).format(
    date,
  );
}

/** `10:42`, 24 hours. */
export function clock(value: string | number | Date): string {
  const date = toDate(value);
  return Number.isNaN(date.getTime()) ? '' : `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** `11-28 周五 10:42`. */
export function dayAndClock(value: string | number | Date, locale: string, now: Date = new Date()): string {
  const label = day(value, locale, now);
  return label === '' ? '' : `${label} ${clock(value)}`;
}

/** The age of data: `10:42` for today, otherwise the date with the time. */
export function asOf(value: string | number | Date, locale: string, now: Date = new Date()): string {
  return toDate(value).toDateString() === now.toDateString() ? clock(value) : dayAndClock(value, locale, now);
}

/** Relative within 24 hours in either direction (`3 小时前`), otherwise the date. */
export function when(value: string | number | Date, locale: string, now: Date = new Date()): string {
  const date = toDate(value);
  const apart = date.getTime() - now.getTime();
  if (Number.isNaN(apart)) return '';
  if (Math.abs(apart) >= DAY) return day(date, locale, now);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Math.abs(apart) < HOUR) return format.format(Math.round(apart / 60_000), 'minute');
  return format.format(Math.trunc(apart / HOUR), 'hour');
}

/** Whole days from today to a date in local time; negative if it has passed. */
export function daysUntil(value: string | number | Date, now: Date = new Date()): number {
  const date = toDate(value);
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const to = new Date(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((to.getTime() - from.getTime()) / DAY);
}
