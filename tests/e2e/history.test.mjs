// Requests of a whole year: searched by two characters, by pinyin, by outcome; counted; exported. All of it
// works without the platform too.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from './lib/browser.mjs';
import { copyOf, loanOf, openFixture } from './lib/fixture.mjs';
import { picture } from './lib/pictures.mjs';
import { choose, goTo } from './lib/steps.mjs';
import { becomes, until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const more = ['en-light-1280', 'zh-CN-dark-1280', 'en-dark-960'];

/** The requests: how many days ago they were made, and when they reached which state. */
const past = [
  [loanOf('桂海虞衡志校注', '范成大'), 300, [295, 'AWAITING_PICKUP'], [292, 'ON_LOAN'], [280, 'COMPLETED']],
  [copyOf('铜鼓纹饰考', '佚名', '民族艺术', '1-12'), 150, [148, 'DELIVERED'], [147, 'COMPLETED']],
  [copyOf('侗族大歌的多声部结构', '佚名', '音乐研究', '30-41'), 90, [85, 'UNFILLED']],
  [copyOf('喃字史歌的文献学考察', '佚名', '民族文学研究', '7-19'), 60, [59, 'CANCELLED']],
  [
    loanOf('The Art of Not Being Governed', 'Scott'),
    45,
    [36, 'AWAITING_PICKUP'],
    [33, 'ON_LOAN'],
    [20, 'COMPLETED'],
  ],
  [copyOf('铜鼓声音的测量', '佚名', '乐器', '3-8'), 0],
];

/** Replays them day by day, so that nothing falls due in between. */
async function liveThrough({ elsewhere, control }) {
  const advance = (days) => control('POST', 'clock', { advanceSeconds: days * 86_400 });
  const ids = new Map();
  const all = past.flatMap(([body, asked, ...became]) => [
    { days: asked, happens: async () => ids.set(body, await elsewhere(body)) },
    ...became.map(([days, state]) => ({
      days,
      happens: () => control('POST', `requests/${ids.get(body)}/state`, { state, lead: true }),
    })),
  ]);
  let now = 0;
  for (const { days, happens } of all.toSorted((one, other) => other.days - one.days)) {
    await advance(now - days);
    now = days;
    await happens();
  }
  await advance(now);
}

/** The titles in the list, in order. */
const titles = (page) => page.getByRole('option').locator('.title').allTextContents();
/** Reads the file that the last toast names. */
async function savedFile(page, key) {
  const toast = page.locator('.toast').filter({ hasText: words(key, { path: '\u0000' }).split('\u0000')[0] });
  await toast.waitFor();
  const text = await toast.locator('span').first().textContent();
  const path = /(\/\S+?\.\w+)/.exec(text)[1];
  await toast.getByRole('button', { name: words('app.close') }).click();
  return readFile(path, 'utf8');
}

test('a year of requests is found, narrowed, counted and saved', async (t) => {
  const fixture = await openFixture(t, { before: liveThrough });
  const { page } = fixture;
  const keep = (name, looks = []) => picture(page, `history-${name}`, { more: looks, speak: fixture.speak });
  await goTo(page, 'requests');
  const list = page.getByRole('option');
  await list.nth(past.length - 1).waitFor();
  const box = page.getByRole('searchbox', { name: words('history.search') });

  await t.test('by two characters, by pinyin, by Latin words', async () => {
    const drums = ['铜鼓声音的测量', '铜鼓纹饰考'];
    for (const [text, found] of [
      ['铜鼓', drums],
      ['tgws', ['铜鼓纹饰考']],
      ['tonggu', drums],
      ['大歌', ['侗族大歌的多声部结构']],
      ['governed', ['The Art of Not Being Governed']],
      ['范成大', ['桂海虞衡志校注']],
    ]) {
      await box.fill(text);
      await becomes(() => titles(page), found, `found by ${text}`);
    }
    await box.fill('铜鼓');
    await page.getByText(words('history.found', { count: 2 }).split('|')[0].trim()).waitFor();
    await assertAccessible(page, 'what was found in the history');
    await keep('01-found', more);
    await box.fill('没有的书');
    await page.getByText(words('requests.filterNone', { text: '没有的书' })).waitFor();
    await keep('02-none');
    await page.keyboard.press('Escape');
    await becomes(async () => (await titles(page)).length, past.length, 'all of them again');
  });

  await t.test('by what became of it, and saved so', async () => {
    await page.getByRole('button', { name: words('history.showFilters') }).click();
    await choose(page, words('history.outcomeLabel'), words('history.outcome.unfilled'));
    await becomes(() => titles(page), ['侗族大歌的多声部结构'], 'what was not to be had');
    await choose(page, words('history.outcomeLabel'), words('history.outcome.filled'));
    await choose(page, words('history.service'), words('app.service.Loan'));
    const loans = ['The Art of Not Being Governed', '桂海虞衡志校注'];
    await becomes(() => titles(page), loans, 'the loans that came');
    await choose(page, words('history.sortLabel'), words('history.sort.oldest'));
    await becomes(() => titles(page), loans.toReversed(), 'the oldest first');
    await assertAccessible(page, 'a history that is narrowed');
    await keep('03-narrowed', more);
    await page.getByRole('button', { name: words('history.saveFound') }).click();
    await page.getByRole('menuitem', { name: words('history.form.csv') }).click();
    const table = await savedFile(page, 'history.saved');
    assert.ok(table.includes('桂海虞衡志校注') && !table.includes('铜鼓'), 'what was found, and no more');
    await page.getByRole('button', { name: words('history.clear') }).click();
    await choose(page, words('history.sortLabel'), words('history.sort.newest'));
    await page.getByRole('button', { name: words('history.hideFilters') }).click();
    await page.getByRole('button', { name: words('history.saveAll') }).click();
    await page.getByRole('menuitem', { name: words('history.form.json') }).click();
    const whole = JSON.stringify(JSON.parse(await savedFile(page, 'history.saved')));
    for (const [{ bibliographicInfo: what }] of past)
      assert.ok(whole.includes(what.titleOfComponent ?? what.title));
  });

  await t.test('counted, as pictures and as tables', async () => {
    await goTo(page, 'statistics');
    const answer = words('statistics.months.answer', {
      from: '',
      to: '\u0000',
      asked: 6,
      decided: 4,
      filled: 3,
      rate: '75%',
    }).split('\u0000')[1];
    await page.getByText(answer).waitFor();
    await assertAccessible(page, 'statistics');
    await keep('04-statistics', more);
    const asTable = page.getByRole('button', { name: words('statistics.asTable') });
    for (let left = await asTable.count(); left > 0; left -= 1) await asTable.first().click();
    const tables = page.getByRole('table');
    await tables.first().waitFor();
    const cells = await tables.first().locator('tbody td').allTextContents();
    const columns = (await tables.first().locator('thead th').count()) - 1;
    const asked = cells.filter((_, at) => at % columns < 2).reduce((sum, cell) => sum + Number(cell), 0);
    assert.equal(asked, past.length, 'copies and loans of all months');
    await assertAccessible(page, 'statistics as tables');
    await keep('05-tables', more);
    await page
      .getByRole('button', { name: words('statistics.csv') })
      .first()
      .click();
    assert.match(await savedFile(page, 'statistics.saved'), /\d/);
  });

  await t.test('and all of it without the platform', async () => {
    await fixture.cut();
    await fixture.news();
    await page.getByRole('contentinfo').getByText(/离线/).waitFor();
    await page.reload();
    await page.getByText(words('statistics.offline')).waitFor();
    await goTo(page, 'requests');
    await box.fill('tgsy');
    await becomes(() => titles(page), ['铜鼓声音的测量'], 'found offline');
    await page
      .getByRole('main')
      .getByText(/^离线，显示 \d\d:\d\d 的内容$/)
      .waitFor();
    await keep('06-offline', more);
  });
});

test('help is found by words and pinyin, without the platform', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  const keep = (name, looks = []) => picture(page, `help-${name}`, { more: looks, speak: fixture.speak });
  await fixture.cut();
  await goTo(page, 'statistics');
  await page.getByText(words('statistics.none')).waitFor();
  await picture(page, 'history-07-nothing', { more, speak: fixture.speak });
  await goTo(page, 'help');
  await assertAccessible(page, 'help');
  await keep('01', more);
  const questions = page.getByRole('main').locator('summary');
  const box = page.getByRole('searchbox', { name: words('help.search') });
  const third = words('help.topics.third.question');
  for (const text of ['三分之一', 'sfzy']) {
    await box.fill(text);
    await until(`help on ${text}`, async () => (await questions.allTextContents()).includes(third));
  }
  await keep('02-found', more);
  await box.fill('量子力学');
  await page.getByText(words('help.none'), { exact: true }).waitFor();
  await keep('03-none');
});
