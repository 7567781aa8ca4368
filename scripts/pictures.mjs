// npm run pictures: takes the READMEs' screenshots (docs/screenshots) from the real program with a demo
// platform.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { openYear, searchTwenty } from '../tests/e2e/lib/readme.mjs';
import { results } from '../tests/e2e/lib/steps.mjs';
import { drawn } from '../tests/e2e/lib/pictures.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { inRoot } from './lib/root.mjs';
import { main } from './lib/run.mjs';
import { setup } from './setup.mjs';
import { buildUi } from './lib/ui.mjs';

/** WebP needs half the bytes of PNG; small text stays sharp at this quality. */
const QUALITY = 0.9;
const folder = inRoot('docs', 'screenshots');

await main(async () => {
  await setup({ tests: true, yes: process.argv.includes('--yes') });
  await buildUi();
  for (const bin of ['hongyan-sandbox', 'hongyan-bridge']) await buildProgram(bin);
  await mkdir(folder, { recursive: true });
  // files that begin with an engine's name are from the real window (docs/adr/0008-drawn-by-us.md) and stay
  for (const old of await readdir(folder)) if (!old.startsWith('webkitgtk-')) await rm(`${folder}/${old}`);

  const ends = [];
  try {
    const fixture = await openYear({ after: (end) => ends.push(end) });
    const { page } = fixture;
    await page.mouse.move(1, 1);
    const kept = async (name) => {
      for (const locale of ['zh-CN', 'en']) {
        await fixture.speak(locale);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
          await drawn(page);
          const file = `${folder}/${name}-${locale}-${colorScheme}.webp`;
          await writeFile(file, await small(page, await page.screenshot()));
        }
      }
      await fixture.speak('zh-CN');
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    };
    const at = async (hash, wanted) => {
      await page.evaluate((to) => (location.hash = to), hash);
      await wanted.first().waitFor();
    };
    await at(`#/search/${await searchTwenty(fixture)}`, results(page));
    await kept('search');
    await at('#/requests', page.getByRole('option', { name: /岛夷志略校释/ }));
    await kept('requests');
    const events = page.locator('article.panel li[data-kind]');
    await at(`#/requests/${fixture.life}`, events);
    await events.first().evaluate((event) => {
      event.closest('section').scrollIntoView();
      event.closest('aside').scrollTop -= 16;
    });
    await kept('life');
    await at('#/statistics', page.getByRole('main').locator('figure'));
    await kept('statistics');
  } finally {
    for (const end of ends.toReversed()) await end();
  }
});

/** Converts a picture to WebP with the browser that took it, so that no other program is needed. */
async function small(page, png) {
  const blank = await page.context().newPage();
  const text = await blank.evaluate(
    async ({ data, quality }) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const drawn = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(drawn.width, drawn.height);
      canvas.getContext('2d').drawImage(drawn, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
      let letters = '';
      for (const byte of new Uint8Array(await blob.arrayBuffer())) letters += String.fromCharCode(byte);
      return btoa(letters);
    },
    { data: png.toString('base64'), quality: QUALITY },
  );
  await blank.close();
  return Buffer.from(text, 'base64');
}
