// Whether everything of a screen is where a patron can see and reach it, at every size of the window.
import { readFileSync } from 'node:fs';
import { drawn } from './pictures.mjs';

const script = readFileSync(new URL('./outside.page.js', import.meta.url), 'utf8');

/** The usual window, the smallest, and the smallest at 150 %: CSS pixels. */
export const sizes = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
  { width: 640, height: 400 },
];

/** What lies outside its place on the screen that is shown, by the size of the window; none is right. */
export async function outside(page, screen) {
  const found = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    await drawn(page);
    for (const sentence of await page.evaluate(script))
      found.push(`${screen} at ${size.width}×${size.height}: ${sentence}`);
  }
  await page.setViewportSize(sizes[0]);
  await drawn(page);
  return found;
}
