// 检查全部 in the settings of sources: the window stays usable, lines come one by one, a source that stands
// still is stopped, and the copied page names no host.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { inRoot } from '../../scripts/lib/root.mjs';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { control, startBridge, startSandbox } from './lib/programs.mjs';
import { source, sourcesFile, startBadManners } from './lib/sources.mjs';
import { words } from './lib/words.mjs';

test('all sources are checked', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const bad = await startBadManners(t, sandbox);
  const settings = await control(sandbox, 'GET', 'settings');
  await control(sandbox, 'PUT', 'settings', { ...settings, habits: { yidu: { offsetCounts: 'records' } } });
  const file = await sourcesFile(t, [
    source('home', '本馆目录', 'Own library', `${sandbox.base}/sru/home`, { home: true, schema: 'marcxml' }),
    source('calis', 'CALIS 联合目录', 'CALIS Union Catalogue', sandbox.base, { protocol: 'opac2' }),
    source('yidu', 'CALIS e读', 'CALIS eduread', sandbox.base, { protocol: 'yidu', offsetBase: 1 }),
    source('maintenance', '学苑汲古', 'Rare books', `${bad.base}/maintenance`),
    source('key', '韩国学术信息', 'Korean research', `${bad.base}/down`, { access: 'key' }),
    source('slow', '哈佛大学图书馆', 'Harvard Library', `${bad.base}/stall`, { timeoutS: 120 }),
  ]);
  const bridge = await startBridge(t, sandbox, ['--sources', file]);
  const page = await openPage(t, `${bridge.address}#/settings/sources`);
  const say = (key, values = {}) => words(`settings.sources.check.${key}`, values);
  await page.getByRole('button', { name: say('all') }).click();
  const panel = page.getByRole('region', { name: say('title') });
  const line = (id) => panel.locator(`[data-checked=${id}]`);
  await line('home').waitFor();
  // the list below goes on working
  await page.getByRole('switch', { name: '学苑汲古' }).click();
  await page.getByRole('switch', { name: '学苑汲古', checked: false }).waitFor();
  await line('yidu').getByText('offsetCounts = "records"').waitFor();
  await line('maintenance').waitFor();
  await panel.getByText(say('now', { place: 5, all: 5, name: '哈佛大学图书馆' })).waitFor();
  await panel.getByRole('button', { name: say('stop') }).click();
  await panel.getByText(say('stopped', { all: 5, done: 4 })).waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await panel.getByRole('button', { name: say('copy') }).click();
  await page.getByText(say('copied')).waitFor();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^# 检索来源检查\n\n\d{4}-\d\d-\d\d\n\n## home/u);
  assert.match(report, /请设 `offsetCounts = "records"`/u);
  assert.doesNotMatch(report, /127\.0\.0\.1|localhost/u);

  const folder = inRoot('tests', 'artifacts');
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    for (const [width, height] of [
      [1280, 800],
      [960, 640],
    ]) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${folder}/source-check-${colorScheme}-${width}.png` });
    }
    await assertAccessible(page, `the check of sources, ${colorScheme}`);
  }
});
