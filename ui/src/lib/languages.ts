/** ISO 639-2/B codes of catalogues, and the tags of `Intl` where they differ. */
const tags: Record<string, string> = {
  chi: 'zh',
  ger: 'de',
  fre: 'fr',
  dut: 'nl',
  gre: 'el',
  per: 'fa',
  rum: 'ro',
  cze: 'cs',
  slo: 'sk',
  ice: 'is',
  mac: 'mk',
  may: 'ms',
  bur: 'my',
  tib: 'bo',
  geo: 'ka',
  arm: 'hy',
  baq: 'eu',
  alb: 'sq',
  wel: 'cy',
};

/** The name of a language in the patron's language; the code itself if it is unknown. */
export function languageName(code: string, locale: string): string {
  if (code === '') return '';
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tags[code] ?? code) ?? code;
  } catch {
    return code;
  }
}
