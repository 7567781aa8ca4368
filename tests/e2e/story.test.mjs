// The whole story once, as a patron lives it: register, wait for the library, first sign-in, search, ask for a
// book and a copy, wait, be told, and read it all again with the network gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { control, startBridge, startSandbox } from './lib/programs.mjs';
import { words } from './lib/words.mjs';

const PATRON = { username: '20260123', name: '覃小舟', email: 'qin@stu.example.edu.cn' };
const PASSWORD = '湖畔-904-借书';

/** Follows a link of the rail. */
async function go(page, screen) {
  await page.getByRole('navigation', { name: words('app.mainNavigation') }).getByRole('link', { name: words(`app.nav.${screen}`) }).click();
}

/** Searches and opens the first result with this title. */
async function find(page, text, title) {
  await go(page, 'search');
  const box = page.getByRole('searchbox', { name: words('search.box') }).or(page.getByRole('combobox', { name: words('search.box') }));
  await box.fill(text);
  await box.press('Enter');
  await page.getByRole('option', { name: title }).first().click();
  // the details carry the work's title: a pane beside the list, or a sheet over it
  return page.getByRole('complementary', { name: title }).or(page.getByRole('dialog', { name: title }));
}

/** Presses the request button in the details, which may be the main one or under «other ways». */
async function ask(page, details, key) {
  const button = details.getByRole('button', { name: words(key) });
  const ways = details.getByRole('button', { name: words('search.work.otherWays') });
  await button.or(ways).first().waitFor();
  if ((await button.count()) > 0) await button.click();
  else {
    await ways.click();
    await page.getByRole('menuitem', { name: words(key) }).click();
  }
  await page.getByRole('button', { name: words('requests.form.submit'), exact: true }).waitFor();
}

test('from registration to a request that arrives, and offline afterwards', { timeout: 180_000 }, async (t) => {
  const sandbox = await startSandbox(t, { speed: 30 });
  const bridge = await startBridge(t, sandbox, ['--no-keyring']);
  const page = await openPage(t, bridge.address);
  // what comes later needs what came before
  const step = async (name, body) => {
    let wrong;
    await t.test(name, () => body().catch((error) => Promise.reject((wrong = error))));
    if (wrong) throw wrong;
  };
  const field = (key) => page.getByRole('textbox', { name: words(key), exact: true });
  const secret = (key) => page.getByLabel(new RegExp(`^${words(key)}`)).and(page.locator('input'));

  await step('a new patron registers and is approved', async () => {
    await go(page, 'account');
    await page.getByRole('tab', { name: words('account.register.tab') }).click();
    await field('account.register.username').fill(PATRON.username);
    await field('account.register.name').fill(PATRON.name);
    await field('account.register.email').fill(PATRON.email);
    await assertAccessible(page, 'registration');
    await page.getByRole('button', { name: words('account.register.go') }).click();
    await page.getByText(words('account.registration.title')).waitFor();
    const refresh = page.getByRole('button', { name: words('account.registration.refresh') });
    const approved = page.getByText(words('account.state.ACTIVE_MUST_CHANGE_PASSWORD.text'));
    // the librarian takes a moment; each press asks the platform and waits for its answer
    while ((await approved.count()) === 0) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/rpc/account_refresh'));
      await refresh.click();
      await answered;
    }
  });

  await step('the first sign-in insists on a new password', async () => {
    const { mail } = await control(sandbox, 'GET', 'mail');
    const letter = mail.find(({ username }) => username === PATRON.username);
    const initial = /初始密码[：:]\s*(\S+?)[。，\s]*$/m.exec(letter.body)?.[1];
    assert.ok(initial, `the letter carries a password: ${letter.body}`);
    const tab = page.getByRole('tab', { name: words('account.signIn.tab') });
    if ((await tab.count()) > 0) await tab.click();
    await field('account.signIn.username').fill(PATRON.username);
    await secret('account.signIn.password').fill(initial);
    await page.getByRole('main').getByRole('button', { name: words('account.signIn.go'), exact: true }).click();
    await page.getByText(words('account.password.forcedTitle')).waitFor();
    await assertAccessible(page, 'first password');
    await secret('account.password.oldInitial').fill(initial);
    await secret('account.password.new').fill(PASSWORD);
    await secret('account.password.again').fill(PASSWORD);
    await page.getByRole('button', { name: words('account.password.go') }).click();
    await page.getByText(words('account.quota.title')).waitFor();
    await assertAccessible(page, 'account');
  });

  await step('a book is found over several sources and asked for', async () => {
    const details = await find(page, 'Concrete Mathematics', /Concrete Mathematics/);
    await page.getByText(words('search.sources.answered', { answered: 4, all: 4 })).waitFor();
    await assertAccessible(page, 'results');
    await ask(page, details, 'search.work.requestLoan');
    const desk = page.getByRole('combobox', { name: words('requests.form.field.pickup'), exact: true });
    const offered = await desk.locator('option').evaluateAll((all) => all.map((option) => option.value).filter(Boolean));
    await desk.selectOption(offered[0]);
    await assertAccessible(page, 'form');
    await page.getByRole('button', { name: words('requests.form.submit'), exact: true }).click();
    await page.getByText(words('requests.timeline.title')).first().waitFor();
    assert.match(page.url(), /#\/requests\/[0-9a-f-]{36}/);
  });

  await step('a copy of a paper is asked for', async () => {
    const details = await find(page, '中華民族的多元一體格局', /中华民族的多元一体格局/);
    await ask(page, details, 'search.work.requestCopy');
    const journal = field('requests.form.field.journalTitle');
    if ((await journal.inputValue()) === '') await journal.fill('北京大学学报');
    await page.getByRole('checkbox', { name: words('requests.form.field.declaration') }).check();
    await page.getByRole('button', { name: words('requests.form.submit'), exact: true }).click();
    await page.getByText(words('requests.timeline.title')).first().waitFor();
  });

  await step('both arrive, each with exactly one notice', async () => {
    await go(page, 'notices');
    const arrived = page.getByText(words('notices.kind.arrived'));
    const delivered = page.getByText(words('notices.kind.delivered'));
    await arrived.first().waitFor({ timeout: 60_000 });
    await delivered.first().waitFor({ timeout: 60_000 });
    assert.equal(await arrived.count(), 1);
    assert.equal(await delivered.count(), 1);
    await assertAccessible(page, 'notices');
    const submitted = await control(sandbox, 'GET', 'received');
    const puts = (submitted.received ?? submitted).filter(
      ({ method, path }) => method === 'PUT' && /^\/ill\/requests\/[0-9a-f-]{36}$/.test(path),
    );
    assert.equal(new Set(puts.map(({ path }) => path)).size, puts.length, 'each request was sent once');
    assert.equal(puts.length, 2);
  });

  await step('a notice opens its request', async () => {
    await page.getByText(words('notices.kind.arrived')).click();
    await page.getByText(words('requests.state.AWAITING_PICKUP.name')).first().waitFor();
    await assertAccessible(page, 'request');
  });

  await step('with the network gone everything can still be read', async () => {
    await sandbox.stop();
    await go(page, 'requests');
    await page.getByText('Concrete Mathematics').first().waitFor();
    await page.getByText('中华民族的多元一体格局').first().click();
    await page.getByText(words('requests.state.DELIVERED.name')).first().waitFor();
    // the rail leads back to the last search, read from the cache; Ctrl+K and an empty box to the older ones
    await go(page, 'search');
    await page.getByRole('option', { name: /中华民族的多元一体格局/ }).first().waitFor();
    await page.evaluate(() => (window.location.hash = '#/search'));
    const again = page.getByRole('link', { name: /Concrete Mathematics/ }).or(page.getByRole('button', { name: /Concrete Mathematics/ }));
    await again.first().click();
    await page.getByRole('option', { name: /Concrete Mathematics/ }).first().waitFor();
    await assertAccessible(page, 'results offline');
  });
});
