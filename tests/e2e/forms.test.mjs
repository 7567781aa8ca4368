// Values in a form are never replaced: a catalogue with another edition contributes nothing, and a translator
// does not become an author. Checked in the form, in lists, and in what the platform receives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './lib/browser.mjs';
import { openFixture } from './lib/fixture.mjs';
import { picture } from './lib/pictures.mjs';
import { requestFrom, search, submit } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

/** The demo's catalogue has 人民文学出版社 1996, ISBN 9787020002207. */
const ISBN = '9787020002207';
const REFERENCES = [
  '曹雪芹：《红楼梦》，上海古籍出版社1982年版，第12页。',
  '曹雪芹. 红楼梦[M]. 中华书局, 2005.',
  '@book{hlm, author = {曹雪芹}, title = {红楼梦}, publisher = {岳麓书社}, year = {1987}}',
  'TY  - BOOK\nAU  - 曹雪芹\nTI  - 红楼梦\nPB  - 岳麓书社\nPY  - 1987\nER  - ',
  JSON.stringify([
    { type: 'book', title: '红楼梦', author: [{ literal: '曹雪芹' }], publisher: '岳麓书社', issued: { 'date-parts': [[1987]] } }, // prettier-ignore
  ]),
  `https://resolver.example/?${new URLSearchParams({
    url_ver: 'Z39.88-2004',
    rft_val_fmt: 'info:ofi/fmt:kev:mtx:book',
    'rft.genre': 'book',
    'rft.btitle': '红楼梦',
    'rft.au': '曹雪芹',
    'rft.pub': '岳麓书社',
    'rft.date': '1987',
  })}`,
];

test('another edition of the catalogue gives none of its facts', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  await t.test('in the form, which says so and leaves the choice to the patron', async () => {
    const { draft } = await fixture.rpc('draft_new', { service: 'Loan', work: null });
    await page.goto(`${page.url().split('#')[0]}#/requests/new/${draft.id}`);
    await page.getByLabel(words('form.lookUp.label')).fill(REFERENCES[0]);
    await page.getByRole('button', { name: words('form.lookUp.go') }).click();
    await page.locator('[data-edition]').waitFor();
    const value = (field) => page.locator(`[data-field=${field}]`).inputValue();
    assert.deepEqual(
      [await value('title'), await value('publisher'), await value('date'), await value('isbn')],
      ['红楼梦', '上海古籍出版社', '1982', ''],
    );
    await picture(page, 'form-other-edition', {
      more: ['en-dark-960'],
      speak: fixture.speak,
    });
    await assertAccessible(page, 'a form that a catalogue knows in another edition');
    // the notice about what the catalogue filled in is shown again when the form is reopened
    await page.reload();
    await page.locator('[data-edition]').waitFor();
  });

  for (const text of REFERENCES) {
    await t.test(`in a list: ${text.slice(0, 30)}`, async () => {
      const list = await fixture.rpc('batch_new', { text, works: null });
      assert.equal(list.lines.length, 1);
      const before = list.lines[0].form.draft;
      const looked = await fixture.rpc('batch_look_up', { id: list.id, line: 1 });
      const { draft } = looked.lines[0].form;
      assert.equal(looked.lines[0].lookUp, 'found');
      const stated = ({ title, author, publisher, place, date, edition, pages, isbn }) =>
        [title, author, publisher, place, date, edition, pages, isbn]; // prettier-ignore
      assert.deepEqual(stated(draft), stated(before));
      assert.equal(draft.catalogued.edition, 'other');
      const filled = await fixture.rpc('draft_fill', { service: 'Loan', text, form: null });
      assert.deepEqual([filled.draft.publisher, filled.draft.isbn], [before.publisher, '']);
    });
  }

  await t.test('the same edition in other words fills the form', async () => {
    const text = '曹雪芹. 紅樓夢[M]. 北京: 人民文學出版社, 1996.';
    const { draft } = await fixture.rpc('draft_fill', { service: 'Loan', text, form: null });
    assert.deepEqual([draft.catalogued?.edition, draft.title], ['same', '紅樓夢']);
    // which source answers first varies, and one of them returns no ISBN
    assert.ok(['', ISBN].includes(draft.isbn), draft.isbn);
  });
});

test('who translated a book is no author of the request', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  await search(page, 'Outline of a Theory of Practice');
  await requestFrom(page, 'Outline of a Theory of Practice', 'search.work.requestLoan');
  const value = (field) => page.locator(`[data-field=${field}]`).inputValue();
  assert.match(await value('author'), /^Bourdieu, Pierre$/);
  assert.match(await value('translator'), /Nice, Richard/);
  await submit(page);
  const facts = page.locator('dl').filter({ hasText: words('requests.fact.translator') });
  await facts.getByText('Nice, Richard').waitFor();
  await picture(page, 'request-translator');
  const id = /#\/requests\/([0-9a-f-]{36})/.exec(page.url())[1];
  await page
    .getByText(words('requests.state.SUBMITTED.name'))
    .or(page.getByText(words('requests.state.LOCAL_REVIEW.name')))
    .first()
    .waitFor();
  const { requests } = await fixture.control('GET', 'requests');
  const info = requests.find((one) => one.id === id).bibliographicInfo;
  assert.deepEqual([info.author, info.translator], ['Bourdieu, Pierre', 'Nice, Richard']);
  const cited = await fixture.rpc('request_cite', { ids: [id], form: 'gbt2015' });
  assert.match(cited.text, /BOURDIEU P\. .*NICE R, trans|NICE R, 译/);
});
