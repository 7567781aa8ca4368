// Every screen under axe, and the way from a search to a request by keyboard alone.
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { startBridge, startSandbox } from './lib/programs.mjs';
import { goTo, requestFrom, results, search, searchBox, signInDemo, submit } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

async function open(t, options) {
  const sandbox = await startSandbox(t, { speed: 20 });
  const bridge = await startBridge(t, sandbox);
  return openPage(t, bridge.address, options);
}

for (const dark of [false, true]) {
  test(`axe finds nothing serious on any screen, ${dark ? 'dark' : 'light'}`, async (t) => {
    const page = await open(t, { dark });
    await searchBox(page).waitFor();
    await assertAccessible(page, 'search');
    await goTo(page, 'account');
    await page.getByRole('tab', { name: words('account.register.tab') }).waitFor();
    await assertAccessible(page, 'sign in');
    await page.getByRole('tab', { name: words('account.register.tab') }).click();
    await page.getByRole('button', { name: words('account.register.go') }).waitFor();
    await assertAccessible(page, 'register');
    await signInDemoFromTab(page);
    await assertAccessible(page, 'account');
    await search(page, '三体');
    await assertAccessible(page, 'results');
    await requestFrom(page, '三体', 'search.work.requestLoan');
    await assertAccessible(page, 'request form');
    await submit(page);
    await page.getByText(words('requests.state.AWAITING_PICKUP.name')).first().waitFor();
    await assertAccessible(page, 'request');
    await goTo(page, 'notices');
    await page.getByRole('main').getByText('三体').waitFor();
    await assertAccessible(page, 'notices');
    for (const screen of ['help', 'settings']) {
      await goTo(page, screen);
      await assertAccessible(page, screen);
    }
  });
}

async function signInDemoFromTab(page) {
  await page.getByRole('tab', { name: words('account.signIn.tab') }).click();
  await signInDemo(page);
}

test('from a search to a sent request with the keyboard alone', async (t) => {
  const page = await open(t, {});
  await signInDemo(page);
  await page.keyboard.press('Control+k');
  await searchBox(page).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('三体');
  await page.keyboard.press('Enter');
  await results(page).first().waitFor();
  await tabTo(page, results(page).first());
  await page.keyboard.press('Enter');
  const ask = page.getByRole('button', { name: words('search.work.requestLoan') });
  await ask.waitFor();
  await tabTo(page, ask);
  await page.keyboard.press('Enter');
  const send = page.getByRole('button', { name: words('requests.form.submit'), exact: true });
  await send.waitFor();
  await tabTo(page, send);
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/requests\/[0-9a-f-]{36}$/);
});

/** Presses Tab until the element, or the list whose active row it is, has the focus. */
async function tabTo(page, element) {
  const there = () =>
    element.evaluate((wanted) => {
      const focused = document.activeElement;
      const held = focused?.getAttribute('role') === 'listbox' && focused.contains(wanted);
      return focused === wanted || held;
    });
  for (let presses = 0; presses < 60; presses += 1) {
    if (await there()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not reach it');
}
