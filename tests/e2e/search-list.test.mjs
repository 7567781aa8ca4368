// Ten thousand results: the list is scrolled by wheel and by keys, and every frame is measured. The
// figures are printed; they fail only where an empty page in the same browser does far better.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { rpc, startBridge, startSandbox } from './lib/programs.mjs';
import { source, sourcesFile } from './lib/sources.mjs';
import { results, settled } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

/** The longest frame that still looks like movement, milliseconds. */
const SMOOTH = 32;
/** Rows drawn at once, at most. */
const ROWS = 60;

/** Measures every frame until `stop` is called. */
async function frames(page) {
  await page.evaluate(() => {
    const run = { times: [], rows: 0, on: true };
    window.hongyanFrames = run;
    let last = performance.now();
    const tick = (now) => {
      run.times.push(now - last);
      run.rows = Math.max(run.rows, document.querySelectorAll('[role=option]').length);
      last = now;
      if (run.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  return async () => {
    const { times, rows } = await page.evaluate(() => {
      window.hongyanFrames.on = false;
      return { times: window.hongyanFrames.times, rows: window.hongyanFrames.rows };
    });
    const sorted = times.slice(1).sort((a, b) => a - b);
    const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    return {
      frames: sorted.length,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      most: sorted.at(-1),
      long: sorted.filter((time) => time > SMOOTH).length,
      rows,
    };
  };
}

/** Two frames: what was asked for has been drawn. */
const drawn = (page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

async function wheel(page, times) {
  for (let turn = 0; turn < times; turn += 1) {
    await page.mouse.wheel(0, 240);
    await drawn(page);
  }
}

const say = (name, run) =>
  console.log(
    `${name}: ${run.frames} frames, median ${run.p50.toFixed(1)} ms, p95 ${run.p95.toFixed(1)}, ` +
      `p99 ${run.p99.toFixed(1)}, longest ${run.most.toFixed(1)}, over ${SMOOTH} ms: ${run.long}, rows at most ${run.rows}`,
  );

test('ten thousand results scroll smoothly', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const tables = [1, 2, 3, 4].map((seed) =>
    source(
      `made${seed}`,
      `合成书目 ${seed}`,
      `Made up ${seed}`,
      `${sandbox.base}/sru/generated:2500:${seed}`,
      {
        schema: 'marcxml',
        pageSize: 500,
        limit: 2500,
        timeoutS: 60,
      },
    ),
  );
  const bridge = await startBridge(t, sandbox, ['--sources', await sourcesFile(t, tables)]);
  const { searchId } = await rpc(bridge, 'search_start', { text: '研究', query: null });
  const page = await openPage(t, bridge.address);

  // what this machine can do, with a page on which nothing happens
  await page.getByRole('searchbox').waitFor();
  await page.mouse.move(640, 500);
  let stop = await frames(page);
  await wheel(page, 60);
  const idle = await stop();
  say('an empty page', idle);

  await page.evaluate((id) => (location.hash = `#/search/${id}`), searchId);
  await settled(page);
  const show = page.getByRole('button', { name: new RegExp(words('search.new', { count: '\\d[\\d,]*' })) });
  if (await show.count()) await show.click();
  await page
    .getByText(words('search.found', { found: '10,000' }))
    .first()
    .waitFor();
  const list = page.getByRole('listbox');
  await results(page).first().waitFor();
  assert.equal(await results(page).first().getAttribute('aria-setsize'), '10000');
  const first = await results(page).first().textContent();

  await page.mouse.move(700, 500);
  stop = await frames(page);
  await wheel(page, 150);
  const byWheel = await stop();
  say('by wheel', byWheel);

  await list.focus();
  stop = await frames(page);
  for (const key of [
    ...Array(40).fill('PageDown'),
    ...Array(40).fill('ArrowDown'),
    ...Array(20).fill('PageUp'),
  ]) {
    await page.keyboard.press(key);
    await drawn(page);
  }
  const byKeys = await stop();
  say('by keys', byKeys);

  stop = await frames(page);
  await page.keyboard.press('End');
  const last = page.locator('[role=option][aria-posinset="10000"]');
  await last.locator('.title').waitFor();
  await page.keyboard.press('Home');
  await page.locator('[role=option][aria-posinset="1"] .title').waitFor();
  const far = await stop();
  say('to the end and back', far);

  await t.test('every row has its height, in any script', async () => {
    const heights = await list.evaluate((element) =>
      [...element.querySelectorAll('[role=option]')].map((row) => [
        row.getBoundingClientRect().height,
        row.scrollHeight <= row.clientHeight,
      ]),
    );
    assert.deepEqual(new Set(heights.map(String)), new Set(['60,true']));
  });
  await t.test('what was seen stands where it was', async () => {
    assert.equal(await results(page).first().textContent(), first);
  });
  await t.test('few rows are drawn at once', () => {
    for (const run of [byWheel, byKeys, far]) assert.ok(run.rows < ROWS, `${run.rows} rows`);
  });
  await t.test('no frame is long', () => {
    // a machine that cannot draw an empty page in time says nothing about the list
    const bound = Math.max(SMOOTH, 3 * idle.p99);
    for (const [name, run] of Object.entries({ byWheel, byKeys }))
      assert.ok(run.p99 <= bound, `${name}: p99 ${run.p99} ms, bound ${bound} ms`);
  });
  await t.test('works are chosen with the keyboard', async () => {
    await list.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Space');
    await page.getByText(words('search.select.count', { count: 2 })).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(words('search.select.count', { count: 2 })).waitFor({ state: 'detached' });
  });
});
