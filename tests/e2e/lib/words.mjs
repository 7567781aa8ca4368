// The texts of the screens, from the same locale files.
import { readFileSync, readdirSync } from 'node:fs';
import { inRoot } from '../../../scripts/lib/root.mjs';

const cache = new Map();

function messages(locale) {
  if (!cache.has(locale)) {
    const folder = inRoot('ui', 'src', 'locales', locale);
    const all = {};
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      all[file.replace('.json', '')] = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    }
    cache.set(locale, all);
  }
  return cache.get(locale);
}

/** Looks up a text by key (`search.box`) and fills its placeholders. */
export function words(key, places = {}, locale = 'zh-CN') {
  const text = key.split('.').reduce((at, name) => at?.[name], messages(locale));
  if (typeof text !== 'string') throw new Error(`no words for ${key} in ${locale}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(places[name] ?? ''));
}
