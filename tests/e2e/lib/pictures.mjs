// Screenshots of the screens under test, in tests/artifacts, which is not in git.
import { mkdirSync } from 'node:fs';
import { inRoot } from '../../../scripts/lib/root.mjs';

/** With HONGYAN_LOOKS=all every variant is saved. Otherwise the first, and those that a test names. */
const all = process.env.HONGYAN_LOOKS === 'all';
const sizes = { 1280: 800, 960: 640 };
const usual = 'zh-CN-light-1280';
const looks = ['zh-CN', 'en'].flatMap((locale) =>
  ['light', 'dark'].flatMap((scheme) => ['1280', '960'].map((width) => `${locale}-${scheme}-${width}`)),
);

/** Waits for two animation frames, after which earlier changes have been drawn. */
export const drawn = (page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

/**
 * Saves screenshots as `<name>-<locale>-<light|dark>-<width>.png`: zh-CN, light, 1280 wide, and the variants
 * in `more`. `speak(locale)` sets the program's language. Restores the page's state.
 */
export async function picture(page, name, { more = [], speak } = {}) {
  const folder = inRoot('tests', 'artifacts');
  mkdirSync(folder, { recursive: true });
  const wanted = all ? looks.filter((look) => speak || look.startsWith('zh-CN')) : [usual, ...more];
  const before = page.viewportSize();
  let spoken = 'zh-CN';
  for (const look of wanted) {
    const [, locale, scheme, width] = /^(.+)-(light|dark)-(\d+)$/.exec(look);
    if (locale !== spoken) await speak((spoken = locale));
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: Number(width), height: sizes[width] });
    await page.locator(`html[data-theme=${scheme}]`).waitFor();
    await drawn(page);
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
  }
  if (spoken !== 'zh-CN') await speak('zh-CN');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(before);
  await drawn(page);
}
