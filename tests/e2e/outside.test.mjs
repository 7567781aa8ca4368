// Nothing lies outside the window and nothing scrolls the frame: on every screen, with texts of 200
// characters wherever outside text is shown, at the default size, the minimum, and the minimum enlarged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { han, latin, openLong } from './lib/long.mjs';
import { outside } from './lib/outside.mjs';
import { rpc, startSandbox, startWithoutPlatform } from './lib/programs.mjs';
import { panel } from './lib/request.mjs';
import { results, settled } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

test('with texts of 200 characters everything can be seen and reached, and the frame stands still', async (t) => {
  const fixture = await openLong(t);
  const { page } = fixture;
  const found = [];
  const look = async (screen) => found.push(...(await outside(page, screen)));
  const at = async (route, wanted) => {
    await page.evaluate((to) => (location.hash = to), `#${route}`);
    await wanted.first().waitFor();
  };
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const button = (key, within = main) =>
    within.getByRole('button', { name: words(key), exact: true }).first();
  /** Opens a dialog, checks it, and closes it with Esc. */
  const asked = async (screen, open) => {
    await open();
    await dialog.first().waitFor();
    await look(screen);
    await page.keyboard.press('Escape');
    await dialog.first().waitFor({ state: 'detached' });
  };

  await t.test('search', async () => {
    await at('/search', main.getByText(words('search.recent')));
    await look('search');
    await main.getByRole('button', { name: words('search.advanced.open') }).click();
    await main.getByRole('button', { name: words('search.advanced.add') }).waitFor();
    await page.locator('input.words').first().fill(latin);
    await look('advanced search');
    await at(`/search/${fixture.searches.at(-1)}`, results(page));
    await settled(page);
    await look('results');
    await results(page).first().click();
    await main.locator('aside, .sheet').getByRole('heading').first().waitFor();
    await look('a work');
    await page.keyboard.press('Escape');
    await main.getByRole('button', { name: words('search.advanced.open') }).click();
    await page.locator('input.words').first().waitFor();
    await look('advanced search over results');
  });

  await t.test('requests', async () => {
    await at('/requests', page.getByRole('option'));
    await look('requests');
    await main.getByRole('button', { name: words('history.showFilters') }).click();
    await look('requests with filters');
    await page.getByRole('combobox', { name: words('history.supplier') }).click();
    await page.getByRole('listbox', { name: words('history.supplier') }).waitFor();
    await look('a choice of suppliers');
    await page.keyboard.press('Escape');
    await main.getByRole('searchbox').fill(latin);
    await look('requests that are looked for');
    await main.getByRole('searchbox').fill('');
    for (const [at_, id] of fixture.ids.entries()) {
      await at(`/requests/${id}`, panel(page));
      await look(`request ${at_}`);
    }
    await at(`/requests/${fixture.ids[0]}/slip`, main.getByRole('heading'));
    await look('a slip');
  });

  await t.test('the form and the list', async () => {
    const { draft } = await fixture.rpc('draft_new', { service: 'Loan', work: null });
    const filled = {
      ...draft,
      title: han,
      author: latin,
      publisher: latin,
      note: `${latin} ${han}`.slice(0, 400),
    };
    await fixture.rpc('draft_save', { draft: filled });
    await at(`/requests/new/${draft.id}`, page.locator('[data-field=title]'));
    await look('form');
    await page
      .locator('[data-field=neededBy]')
      .getByRole('button')
      .first()
      .or(page.getByRole('button', { name: /日历/ }))
      .first()
      .click();
    await page.locator('.calendar').waitFor();
    await look('form with a calendar');
    await page.keyboard.press('Escape');
    await at('/requests/list', page.locator('[data-list]'));
    await page.locator('[data-list]').fill(`${han}\n${latin}\n10.1000/${latin}\n978-7-02-000220-7`);
    await look('a list');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-standing]').nth(3).waitFor();
    await page.waitForFunction(() => !document.querySelector('[data-standing=reading]'));
    await look('a list under review');
  });

  await t.test('the rest', async () => {
    await at('/notices', page.getByRole('option'));
    await look('notices');
    await at('/statistics', main.locator('figure'));
    await look('statistics');
    await at('/account', main.getByText(words('account.state.ACTIVE.name')));
    await look('account');
    await asked('the question before signing out', () => button('account.signOut.go').click());
    await at('/help', main.getByRole('searchbox'));
    await look('help');
    await main.getByRole('searchbox').fill(latin);
    await look('help without an answer');
    await at('/library', main.getByRole('heading'));
    await look('libraries');
    await at('/settings', main.getByRole('heading', { name: words('settings.title') }));
    await look('settings');
    await at('/settings/sources', main.getByRole('list', { name: words('settings.sources.list') }));
    await look('sources');
    await asked('a new source', async () => {
      await button('settings.sources.add').click();
      await dialog.getByRole('textbox').fill(`https://${latin}`);
    });
    await asked('the status', () => page.getByRole('contentinfo').getByRole('button').first().click());
    await look('sources once more');
  });

  assert.deepEqual(found, []);
});

test('nor does anything where a request is carried over by hand', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const program = await startWithoutPlatform(t, sandbox);
  const page = await openPage(t, program.address);
  const found = [];
  const look = async (screen) => found.push(...(await outside(page, screen)));
  const at = async (route, wanted) => {
    await page.evaluate((to) => (location.hash = to), `#${route}`);
    await wanted.first().waitFor();
  };
  await page.getByText(words('library.first')).waitFor();
  await look('first start');
  await page
    .getByRole('button', { name: words('library.choose') })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: words('app.nav.search') }).waitFor();
  await at('/account', page.getByText('0771-3265392'));
  await look('account by hand');
  const { draft } = await rpc(program, 'draft_new', { service: 'Loan', work: null });
  const filled = { ...draft, kind: 'book', title: han, author: latin, publisher: latin, date: '2000' };
  await rpc(program, 'draft_save', {
    draft: { ...filled, edition: latin.slice(0, 100), note: `${latin} ${han}` },
  });
  await at(`/requests/new/${draft.id}`, page.locator('[data-field=title]'));
  await look('form by hand');
  await rpc(program, 'request_submit', { id: draft.id });
  await at(`/requests/${draft.id}`, page.locator('.hand-over'));
  await look('to carry over');
  await rpc(program, 'handover_sent', { id: draft.id, number: latin.slice(0, 60) });
  await page.locator('.hand-over').getByRole('combobox').waitFor();
  await look('carried over');
  assert.deepEqual(found, []);
});
