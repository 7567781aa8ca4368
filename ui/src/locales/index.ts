import { createI18n } from 'vue-i18n';

/** The available languages; the first is the source language. */
export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

const load: Record<Locale, () => Promise<{ default: Record<string, unknown> }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
};

/**
 * vue-i18n parses messages into a tree and interprets it, without `eval`, so that the CSP holds. A missing
 * key is a bug (a test finds it) and is shown as its name.
 */
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as string,
  fallbackLocale: false,
  missingWarn: false,
  fallbackWarn: false,
  messages: {} as Record<string, never>,
});

/** The system's language if it is available. */
export function systemLocale(): Locale {
  const wanted = navigator.languages?.[0] ?? navigator.language ?? '';
  return /^en\b/i.test(wanted) ? 'en' : 'zh-CN';
}

/** Switches the language; `''` is the system's. */
export async function setLocale(wanted: string): Promise<Locale> {
  const locale = locales.find((known) => known === wanted) ?? systemLocale();
  if (!i18n.global.availableLocales.includes(locale)) {
    const messages = (await load[locale]()).default;
    i18n.global.setLocaleMessage(locale, messages as never);
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  return locale;
}
