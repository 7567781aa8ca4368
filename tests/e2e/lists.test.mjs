// A form that fills itself, and a list of works from pasting to the platform: once through the bridge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { control, rpc, startBridge, startSandbox } from './lib/programs.mjs';
import { goTo, signInDemo } from './lib/steps.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

/** The rows of the list under review. */
const lines = (page) => page.getByRole('list', { name: words('batch.list') }).locator('[data-standing]');
const inState = (page, standing) => page.locator(`[data-standing=${standing}]`);

async function begin(t) {
  const sandbox = await startSandbox(t, { librarian: false });
  const bridge = await startBridge(t, sandbox);
  const page = await openPage(t, bridge.address);
  await signInDemo(page);
  await goTo(page, 'requests');
  return { sandbox, bridge, page };
}

test('a form is filled from a DOI, what was typed stays, and it is undone', async (t) => {
  const { page } = await begin(t);
  await page.getByRole('button', { name: words('requests.newCopy') }).click();
  const title = page.locator('[data-field=title]');
  await title.fill('自然杂志');
  await page.getByLabel(words('form.lookUp.label')).fill('https://doi.org/10.1038/171737a0');
  await page.getByRole('button', { name: words('form.lookUp.go') }).click();
  const article = page.locator('[data-field=componentTitle]');
  await page.waitForFunction(() => document.querySelector('[data-field=componentTitle]').value !== '');
  assert.match(await article.inputValue(), /Molecular Structure of Nucleic Acids/);
  assert.equal(await title.inputValue(), '自然杂志', 'what was typed is not replaced');
  const note = page.locator('[data-filled]');
  await note.getByText(words('form.fill.differs')).waitFor();
  await note
    .getByRole('button', { name: words('form.fill.take') })
    .first()
    .click();
  assert.equal(await title.inputValue(), 'Nature');
  await assertAccessible(page, 'a form that was filled');
  await note.getByRole('button', { name: words('form.fill.undo') }).click();
  assert.equal(await article.inputValue(), '');
});

test('a list is pasted, reviewed, survives a reload, and each of its works is submitted by itself', async (t) => {
  const { sandbox, bridge, page } = await begin(t);
  await page.goto(`${page.url().split('#')[0]}#/requests/list`);
  const list = [
    '10.1038/171737a0',
    '978-7-02-000220-7', // 红楼梦, which the patron's own library holds
    '[3] 鲁迅. 狂人日记[J]. 新青年, 1918, 4(5): 414-424.',
    '10.1038/171737a0',
    '一部没有人知道的书',
  ].join('\n');
  await page.getByLabel(words('batch.start.label')).fill(list);
  await page.keyboard.press('Control+Enter');
  await lines(page).first().waitFor();
  await page.reload();
  await lines(page).nth(4).waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-standing=reading]'));
  assert.equal(await lines(page).count(), 5);
  await lines(page).nth(1).locator('[data-code=HELD_LOCALLY]').getByText('I242.4/17').waitFor();
  await lines(page)
    .nth(3)
    .getByText(words('batch.line.twin', { line: 1 }))
    .waitFor();
  assert.match(await lines(page).nth(0).innerText(), /Molecular Structure of Nucleic Acids/);
  await assertAccessible(page, 'the review of a list');

  await page.getByLabel(words('batch.terms', { count: 4 })).check();
  const ready = inState(page, 'ready');
  const count = await ready.count();
  assert.equal(count, 3, 'the two articles and what nobody knows; not what is held, nor the twin');
  await page.getByRole('button', { name: words('batch.submit', { count }), exact: true }).click();
  await inState(page, 'submitted')
    .nth(count - 1)
    .waitFor();
  assert.equal(await inState(page, 'twin').count(), 0, 'its twin is a request now');
  await lines(page).nth(3).locator('[data-code=DUPLICATE_OPEN_REQUEST]').waitFor();

  const id = /list\/([0-9a-f-]{36})/.exec(page.url())[1];
  const kept = await rpc(bridge, 'batch_get', { id });
  const sent = kept.lines.filter((line) => line.request).map((line) => line.request.id);
  assert.equal(new Set(sent).size, count, 'each has an id of its own');
  for (let tries = 0; ; tries++) {
    const { requests } = await control(sandbox, 'GET', 'requests');
    if (sent.every((one) => requests.some((request) => request.id === one))) {
      assert.equal(requests.filter((request) => sent.includes(request.id)).length, count, 'none twice');
      break;
    }
    assert.ok(tries < 200, 'the platform never had them all');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  // a discarded line is restored by the undo button
  const before = await lines(page).count();
  await lines(page)
    .nth(1)
    .getByRole('button', { name: words('batch.line.remove', { title: '红楼梦' }) })
    .click();
  await page.getByRole('button', { name: words('form.discard.undo') }).click();
  await lines(page)
    .nth(before - 1)
    .waitFor();
  assert.match(await lines(page).nth(1).innerText(), /红楼梦/);
});

test('a file of references becomes a list of its works; what was left out has its line, and what is not read is named', async (t) => {
  const { page } = await begin(t);
  await page.goto(`${page.url().split('#')[0]}#/requests/list`);
  const chooser = page.locator('input[type=file]');
  // as databases export it, in UTF-16: the second work has neither a title nor a number
  const text =
    '{Reference Type}: Journal Article\r\n{Title}: 湖与山的比较\r\n{Author}: 何远\r\n{Journal}: 太湖学报\r\n{Year}: 2021\r\n{Pages}: 7-19\r\n\r\n' +
    '{Reference Type}: Book\r\n{Publisher}: 某社\r\n\r\n{Reference Type}: Book\r\n{Title}: 雁行集\r\n{Author}: 林一舟\r\n';
  const unread = Buffer.from('AU= Marsh, A.\nTI= Geese\nSO= Birds\nPY= 1999\n');
  await chooser.setInputFiles({ name: '导出.txt', mimeType: 'text/plain', buffer: unread });
  await page.getByText('AU= Marsh, A.').waitFor();
  await assertAccessible(page, 'a file that is not read');
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  await chooser.setInputFiles({ name: '知网.net', mimeType: 'text/plain', buffer: bytes });
  await lines(page).nth(1).waitFor();
  assert.equal(await lines(page).count(), 2);
  const left = page.locator('[data-left]');
  await left.getByText(words('batch.left.line', { line: 8 })).waitFor();
  await left.getByText(words('batch.left.why.empty')).waitFor();
  await assertAccessible(page, 'a list of which something was left out');
});

test('of a list as many are submitted as there are places, the others wait and go when one is free', async (t) => {
  const { sandbox, bridge, page } = await begin(t);
  const settings = await control(sandbox, 'GET', 'settings');
  await control(sandbox, 'PUT', 'settings', { ...settings, maxActive: 2 });
  await rpc(bridge, 'account_refresh', {});
  await page.goto(`${page.url().split('#')[0]}#/requests/list`);
  const books = ['相思湖志', '铜鼓志', '壮锦志'].map(
    (title, at) => `[${at + 1}] 韦某. ${title}[M]. 南宁: 某社, 198${at}.`,
  );
  await page.getByLabel(words('batch.start.label')).fill(books.join('\n'));
  await page.keyboard.press('Control+Enter');
  await lines(page).nth(2).waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-standing=reading]'));
  await inState(page, 'over').waitFor();
  assert.deepEqual([await inState(page, 'ready').count(), await inState(page, 'over').count()], [2, 1]);
  await page.getByText(words('places.batch.room', { places: 2 })).waitFor();
  await assertAccessible(page, 'a list that is over the limit');
  await page.getByLabel(words('places.batch.wait', { count: 1 })).check();
  await page
    .getByRole('button', { name: words('places.batch.submit', { count: 2, rest: 1 }), exact: true })
    .click();
  await inState(page, 'submitted').nth(2).waitFor();
  const there = async () => (await control(sandbox, 'GET', 'requests')).requests;
  await until('two are there', async () => (await there()).length === 2);
  await page
    .getByRole('contentinfo')
    .getByText(words('places.status', { count: 1 }))
    .waitFor();
  assert.equal((await there()).length, 2, 'nothing over the limit was sent');

  // one request closes: its place is given to the one that waits, once
  const [ended] = await there();
  await control(sandbox, 'POST', `requests/${ended.id}/state`, { state: 'LOCAL_REVIEW' });
  await control(sandbox, 'POST', `requests/${ended.id}/state`, { state: 'DECLINED' });
  await rpc(bridge, 'sync_now', {});
  await until('the third is there', async () => (await there()).length === 3);
  await page
    .getByRole('contentinfo')
    .getByText(words('places.status', { count: 1 }))
    .waitFor({ state: 'detached' });
  assert.equal(new Set((await there()).map(({ id }) => id)).size, 3, 'none twice');
});
