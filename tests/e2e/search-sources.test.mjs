// A search over twenty sources of which some answer, some are slow, some fail, and some cannot be queried:
// what the strip shows, in both languages, both themes and two sizes, and under axe.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { inRoot } from '../../scripts/lib/root.mjs';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { rpc, startBridge, startSandbox } from './lib/programs.mjs';
import { source, sourcesFile, startBadManners } from './lib/sources.mjs';
import { results } from './lib/steps.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const many = { concurrency: 16, timeoutS: 120, pageSize: 25 };

function twenty(sandbox, bad) {
  const good = (id, name, nameEn, database, more) =>
    source(id, name, nameEn, `${sandbox.base}/sru/${database}`, { schema: 'marcxml', ...many, ...more });
  const poor = (id, name, nameEn, way) => source(id, name, nameEn, `${bad.base}/${way}`, many);
  return [
    good('home', '本馆目录', 'Own library', 'home', { home: true }),
    source('calis', 'CALIS 联合目录', 'CALIS Union Catalogue', sandbox.base, { protocol: 'opac2', ...many }),
    source('yidu', 'CALIS e读', 'CALIS eduread', sandbox.base, { protocol: 'yidu', offsetBase: 1, ...many }),
    good('union', '高校联合目录', 'University Union', 'union'),
    good('foreign', '外文图书目录', 'Foreign books', 'foreign'),
    good('cashl', '人文社科外文文献', 'Humanities Abroad', 'generated:64:2'),
    good('loc', '美国国会图书馆', 'Library of Congress', 'generated:20411:3'),
    good('dnb', '德国国家图书馆', 'Deutsche Nationalbibliothek', 'generated:1243:4'),
    good('ndl', '日本国立国会图书馆', 'National Diet Library', 'generated:41:5'),
    good('none', '特色资源库', 'Special collections', 'generated:0:6'),
    good('etd', '高校学位论文', 'Theses', 'generated:36:7'),
    poor('slow', '哈佛大学图书馆', 'Harvard Library', 'stall'),
    poor('slower', '法国国家图书馆', 'Bibliothèque nationale de France', 'stall'),
    poor('receiving', '外文期刊网', 'Foreign journals', 'dribble'),
    poor('down', '国家科技图书文献中心', 'National Science Library', 'down'),
    poor('maintenance', '学苑汲古', 'Rare books', 'maintenance'),
    poor('busy', '开放获取期刊目录', 'Open access journals', 'busy'),
    source('key', '韩国学术信息', 'Korean research', `${bad.base}/down`, { ...many, access: 'key' }),
    source('page', '读秀', 'Duxiu', 'https://search.example.org/?q={query}', { protocol: 'page' }),
    source('off', '预印本', 'Preprints', `${bad.base}/down`, { enabled: false }),
  ];
}

const query = {
  identifier: null,
  clauses: [{ join: 'and', field: 'any', text: '三体', phrase: false }],
  yearFrom: 1990,
  yearTo: 2030,
};

test('twenty sources in every state', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const bad = await startBadManners(t, sandbox);
  const file = await sourcesFile(t, twenty(sandbox, bad));
  const bridge = await startBridge(t, sandbox, ['--sources', file]);
  const start = () => rpc(bridge, 'search_start', { text: '', query });
  const view = (searchId) =>
    rpc(bridge, 'search_view', {
      searchId,
      offset: 0,
      limit: 1,
      sort: 'relevance',
      filter: { kinds: [], languages: [], sources: [], availability: [], yearFrom: null, yearTo: null },
    });
  const states = async (searchId) => {
    const { sources } = await view(searchId);
    return Object.fromEntries(sources.map(({ id, state }) => [id, state]));
  };

  // a source that answered "not before …" in one search is not queried in the next
  const { searchId: before } = await start();
  await until('the busy source to refuse', async () => (await states(before)).busy === 'failed');
  const { searchId } = await start();
  const settledAsFar = (id) =>
    until('every state', async () => {
      const now = await states(id);
      const here = ['slow', 'receiving', 'done', 'failed'];
      const same = ['slow', 'receiving', 'etd', 'down'].every((source, index) => now[source] === here[index]);
      return same ? now : undefined;
    });
  const all = await settledAsFar(searchId);
  assert.deepEqual(
    ['home', 'maintenance', 'busy', 'key', 'page', 'off'].map((id) => all[id]),
    ['done', 'failed', 'resting', 'needsKey', 'page', 'off'],
  );

  const folder = inRoot('tests', 'artifacts');
  mkdirSync(folder, { recursive: true });
  const address = `${bridge.address}#/search/${searchId}`;
  // waiting works are merged once, so that every screenshot shows the same list
  await rpc(bridge, 'search_show_new', { searchId });
  for (const locale of ['zh-CN', 'en']) {
    for (const dark of [false, true]) {
      await t.test(`${locale}, ${dark ? 'dark' : 'light'}`, async (t) => {
        const page = await openPage(t, address, { locale, dark });
        const strip = page.getByRole('region', { name: words('search.sources.label', {}, locale) });
        const sum = strip.getByRole('button', { expanded: false });
        await sum.waitFor();
        await page.getByRole('listbox').getByRole('option').first().waitFor();
        for (const [width, height] of [
          [1280, 800],
          [960, 640],
        ]) {
          await page.setViewportSize({ width, height });
          const name = `search-20-${locale}-${dark ? 'dark' : 'light'}-${width}`;
          await page.screenshot({ path: `${folder}/${name}.png` });
          const list = await page.getByRole('listbox').boundingBox();
          await sum.click();
          await strip.getByRole('listitem').nth(19).waitFor();
          await page.screenshot({ path: `${folder}/${name}-open.png` });
          if (width === 1280) await assertAccessible(page, `twenty sources, open, ${name}`);
          await strip.getByRole('button', { expanded: true }).click();
          assert.deepEqual(await page.getByRole('listbox').boundingBox(), list, 'the list is where it was');
          if (width === 1280) await assertAccessible(page, `twenty sources, ${name}`);
        }
        const narrow = await page.evaluate(
          () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
        );
        assert.ok(narrow, 'nothing sticks out at 960 pixels');
      });
    }
  }

  await t.test('a source that stands still says why, and stopping keeps what came', async (t) => {
    const { searchId: again } = await start();
    await settledAsFar(again);
    const page = await openPage(t, `${bridge.address}#/search/${again}`);
    const strip = page.getByRole('region', { name: words('search.sources.label') });
    await strip.getByRole('button', { expanded: false }).click();
    const cell = (id) => strip.locator(`li[data-source=${id}]`);
    await cell('slow').getByText(words('search.sources.slow')).waitFor();
    await cell('key')
      .getByRole('button', { name: words('search.sources.act.key') })
      .waitFor();
    await cell('busy')
      .getByRole('button', { name: words('search.sources.act.now') })
      .waitFor();
    // 联合目录 cannot be queried by year, and its cell says so
    await cell('calis').getByText('1990').waitFor();
    const first = results(page).first();
    const seen = await first.textContent();
    const at = await first.boundingBox();
    await page.getByRole('button', { name: words('search.stop'), exact: true }).click();
    await strip.and(page.locator('[data-pending="0"]')).waitFor();
    await cell('slow')
      .getByText(words('search.sources.cancelled', { records: 0 }))
      .waitFor();
    assert.deepEqual([await first.textContent(), await first.boundingBox()], [seen, at], 'nothing moved');
    await cell('page')
      .getByRole('button', { name: words('search.sources.act.open') })
      .click();
    await page.getByRole('dialog').getByText('https://search.example.org/?q=').waitFor();
  });
});
