import type { Record } from '@/api/generated';

const scripts = {
  han: /\p{Script=Han}/u,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  hangul: /\p{Script=Hangul}/u,
  cyrillic: /\p{Script=Cyrillic}/u,
  latin: /\p{Script=Latin}/u,
} as const;

/**
 * The script of a title: kana means Japanese; otherwise Han if it has more Han characters than Latin words.
 */
export function scriptOf(text: string): keyof typeof scripts | 'other' {
  for (const name of ['kana', 'hangul', 'han', 'cyrillic', 'latin'] as const)
    if (scripts[name].test(text)) return name;
  return 'other';
}

/**
 * Titles other than the first: those in another script (parallel titles, MARC 880), which are shown below it,
 * and the rest, which are facts. Each once, ignoring case.
 */
export function titlesOf(record: Record): { parallel: string[]; others: string[] } {
  const own = scriptOf(record.title);
  const seen = new Set([record.title.trim().toLowerCase()]);
  const parallel: string[] = [];
  const others: string[] = [];
  for (const title of record.variantTitles) {
    const key = title.trim().toLowerCase();
    if (key === '' || seen.has(key)) continue;
    seen.add(key);
    const other = scriptOf(title) !== own && parallel.length < 2;
    (other ? parallel : others).push(title);
  }
  return { parallel, others };
}
