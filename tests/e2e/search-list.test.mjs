// A list of ten thousand results scrolled by wheel and keys, with every frame measured. The figures are
// printed; frames are asserted only where the same browser scrolls plain text without dropping frames.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { rpc, startBridge, startSandbox } from './lib/programs.mjs';
import { source, sourcesFile } from './lib/sources.mjs';
import { results, settled } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

/** The longest frame that still looks smooth, milliseconds. */
const SMOOTH = 32;
/** Maximum number of rows in the DOM. */
const ROWS = 60;

/** Seconds of main-thread work so far, by category. */
async function worked(page) {
  page.hongyanCdp ??= await page.context().newCDPSession(page);
  await page.hongyanCdp.send('Performance.enable');
  const { metrics } = await page.hongyanCdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    script: of('ScriptDuration'),
    layout: of('LayoutDuration') + of('RecalcStyleDuration'),
    all: of('TaskDuration'),
  };
}

/** Records the duration of every frame until `stop` is called. */
async function frames(page) {
  const before = await worked(page);
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
    const after = await worked(page);
    const each = (part) => ((after[part] - before[part]) * 1000) / times.length;
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
      script: each('script'),
      layout: each('layout'),
      all: each('all'),
    };
  };
}

/** Waits for two animation frames, after which earlier changes have been drawn. */
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
      `p99 ${run.p99.toFixed(1)}, longest ${run.most.toFixed(1)}, over ${SMOOTH} ms: ${run.long}, rows at most ${run.rows}; ` +
      `a frame takes ${run.script.toFixed(1)} ms of script, ${run.layout.toFixed(1)} of layout, ${run.all.toFixed(1)} in all`,
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

  // the baseline of this machine: a page of plain text without scripts
  const plain = await page.context().newPage();
  await plain.setContent(
    `<div role="main" style="block-size: 700px; overflow: auto">${'<p style="block-size: 44px">鲁迅研究<br>北京</p>'.repeat(2000)}</div>`,
  );
  await plain.mouse.move(600, 400);
  let stop = await frames(plain);
  await wheel(plain, 150);
  const text = await stop();
  say('plain text', text);
  await plain.close();

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
  await t.test('no frame is long', (t) => {
    const quiet = text.p99 <= SMOOTH;
    if (!quiet)
      t.diagnostic('the machine is too busy to scroll plain text: only the work of a frame is judged');
    for (const [name, run] of Object.entries({ byWheel, byKeys })) {
      const work = run.script + run.layout;
      assert.ok(work <= SMOOTH / 2, `${name}: ${work} ms of script and layout a frame`);
      if (quiet) assert.ok(run.p99 <= SMOOTH, `${name}: p99 ${run.p99} ms`);
    }
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
