// Checks at every window size that all content of a screen is visible or reachable by scrolling.
import { readFileSync } from 'node:fs';
import { drawn } from './pictures.mjs';

const script = readFileSync(new URL('./outside.page.js', import.meta.url), 'utf8');

/** The default size, the minimum, and the minimum at 150 % zoom, in CSS pixels. */
export const sizes = [
  { width: 1280, height: 800 },
  { width: 960, height: 640 },
  { width: 640, height: 400 },
];

/** Content outside its box on the current screen, by window size; empty = no fault. */
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
