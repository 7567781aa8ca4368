// The whole story once, from a new patron to a book at the desk, and what remains without a network. One
// test, because each step depends on the one before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { control, startBridge, startSandbox } from './lib/programs.mjs';
import { goTo, requestFrom, results, search, signIn, submit } from './lib/steps.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const patron = { username: '20239042', name: '覃小鹭', email: 'xiaolu@stu.example.edu.cn' };

test('from registration to the book at the desk, and offline afterwards', async (t) => {
  const sandbox = await startSandbox(t, { speed: 20, librarian: false });
  const bridge = await startBridge(t, sandbox);
  const page = await openPage(t, bridge.address);
  let told = true;
  /** A step of the story; skipped once an earlier one has failed. */
  const step = (name, body) =>
    t.test(name, { skip: !told && 'a step before it failed' }, async () => {
      told = false;
      await body();
      told = true;
    });

  await step('a new patron registers, and the library approves', async () => {
    await goTo(page, 'account');
    await page.getByRole('tab', { name: words('account.register.tab') }).click();
    await page.getByLabel(words('account.register.username')).fill(patron.username);
    await page.getByLabel(new RegExp(`^${words('account.register.name')}`)).fill(patron.name);
    await page.getByLabel(words('account.register.email')).fill(patron.email);
    await page.getByRole('button', { name: words('account.register.go') }).click();
    await page.getByRole('heading', { name: words('account.registration.title') }).waitFor();
    await control(sandbox, 'POST', `accounts/${patron.username}/approve`);
  });

  const password = '雁过留声-2026';
  await step('the first sign-in asks for another password', async () => {
    const initial = await until('the letter with the password', async () => {
      const { mail } = await control(sandbox, 'GET', 'mail');
      const letters = mail.filter((letter) => letter.username === patron.username);
      return letters.map((letter) => /初始密码：(\S+)/.exec(letter.body)?.[1]).find(Boolean);
    });
    await page.getByRole('tab', { name: words('account.signIn.tab') }).click();
    await signIn(page, patron.username, initial);
    await page.getByRole('heading', { name: words('account.password.forcedTitle') }).waitFor();
    await page.getByLabel(words('account.password.oldInitial'), { exact: true }).fill(initial);
    await page.getByLabel(words('account.password.new'), { exact: true }).fill(password);
    await page.getByLabel(words('account.password.again'), { exact: true }).fill(password);
    await page.getByRole('button', { name: words('account.password.go'), exact: true }).click();
    await page.getByText(words('account.state.ACTIVE.name'), { exact: true }).waitFor();
  });

  await control(sandbox, 'PUT', 'settings', {
    ...(await control(sandbox, 'GET', 'settings')),
    librarian: true,
  });
  await step('a loan is requested from the results of several sources', async () => {
    await search(page, '三体');
    assert.ok((await results(page).count()) >= 1);
    await requestFrom(page, '三体', 'search.work.requestLoan');
    await submit(page);
  });

  await step('a copy of an article is requested', async () => {
    await search(page, '狂人日记');
    await requestFrom(page, '狂人日记', 'search.work.requestCopy');
    await page.getByLabel(words('requests.form.field.declaration')).check();
    await submit(page);
  });

  await step('review, supplier, arrival: each leaves its line, the arrival a notice', async () => {
    await goTo(page, 'requests');
    const list = page.getByRole('main');
    await list.getByText(words('requests.state.AWAITING_PICKUP.name')).first().waitFor();
    await list.getByText('三体').first().click();
    for (const state of ['LOCAL_REVIEW', 'SENT_TO_SUPPLIER', 'SHIPPED', 'AWAITING_PICKUP']) {
      await list
        .getByText(words(`requests.state.${state}.name`))
        .first()
        .waitFor();
    }
    await goTo(page, 'notices');
    await list.getByText('三体').waitFor();
    assert.equal(await list.getByText('三体').count(), 1, 'one arrival, one notice');
  });

  await step('without the platform the history and the last results can be read', async () => {
    await sandbox.stop();
    await page.getByRole('contentinfo').getByText(words('app.status.offline')).waitFor();
    await goTo(page, 'requests');
    await page.getByRole('main').getByText('三体').first().waitFor();
    await page.getByRole('main').getByText('狂人日记').first().waitFor();
    await page.reload();
    await goTo(page, 'search');
    await page.getByRole('main').getByRole('link', { name: /三体/ }).click();
    await results(page).filter({ hasText: '三体' }).first().waitFor();
  });
});
