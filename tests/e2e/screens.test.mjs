// Every screen in both looks and both languages: nothing against the CSP, no error in the page, nothing that axe
// calls serious; and the way from a question to a request without a mouse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { startBridge, startSandbox } from './lib/programs.mjs';
import { words } from './lib/words.mjs';

const screens = ['search', 'requests', 'notices', 'account', 'help', 'settings'];
const looks = [
  { locale: 'zh-CN', dark: false, width: 1280, height: 800 },
  { locale: 'en', dark: true, width: 960, height: 640 },
];

for (const look of looks) {
  test(`screens, ${look.locale}, ${look.dark ? 'dark' : 'light'}, ${look.width}×${look.height}`, { timeout: 90_000 }, async (t) => {
    const sandbox = await startSandbox(t, { librarian: false });
    const bridge = await startBridge(t, sandbox, ['--no-keyring']);
    const page = await openPage(t, bridge.address, look);
    for (const screen of screens) {
      const name = words(`app.nav.${screen}`, {}, look.locale);
      await page.getByRole('navigation').first().getByRole('link', { name }).click();
      await page.getByRole('main').waitFor();
      await page.waitForFunction(() => document.querySelector('main')?.textContent?.trim().length > 0);
      await assertAccessible(page, screen);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(sideways, 0, `${screen} does not scroll sideways`);
    }
  });
}

test('from a question to a request without a mouse', { timeout: 90_000 }, async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const bridge = await startBridge(t, sandbox, ['--no-keyring']);
  const page = await openPage(t, bridge.address);
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('Concrete Mathematics');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /Concrete Mathematics/ }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const main = words('search.work.requestLoan');
  await page.getByRole('button', { name: main }).waitFor();
  for (let steps = 0; !(await focused()).includes(main); steps += 1) {
    assert.ok(steps < 40, 'the main button is reached with Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words('requests.form.submit'), exact: true }).waitFor();
  assert.match(page.url(), /#\/requests\/new\//);
});
