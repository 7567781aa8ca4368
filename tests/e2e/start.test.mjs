// The first start without a keyring: a passphrase, then the program as usual; under axe, in every variant.
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { picture } from './lib/pictures.mjs';
import { startBridge, startSandbox } from './lib/programs.mjs';
import { goTo, searchBox } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

const passphrase = '长风破浪会有时，直挂云帆济沧海';

test('without a keyring a passphrase is asked for', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const bridge = await startBridge(t, sandbox, ['--no-keyring']);
  const page = await openPage(t, bridge.address);
  await page.getByRole('button', { name: words('vault.ask.begin') }).waitFor();
  await assertAccessible(page, 'a passphrase is asked for');
  await picture(page, 'start-01-passphrase', { more: ['zh-CN-dark-1280', 'zh-CN-light-960'] });
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Tab');
  await page.keyboard.type('另一句话，与前面的不同');
  await page.keyboard.press('Enter');
  await page.getByText(words('vault.differs')).waitFor();
  await assertAccessible(page, 'two passphrases that differ');
  await picture(page, 'start-02-differs');
  await page.getByLabel(words('vault.again')).fill(passphrase);
  await page.keyboard.press('Enter');
  await searchBox(page).waitFor();
  await goTo(page, 'settings');
  await page.getByText(words('vault.place.passphrase')).waitFor();
  await assertAccessible(page, 'settings under a passphrase');
  await picture(page, 'start-03-settings', { more: ['zh-CN-dark-1280'] });
  await page.getByRole('button', { name: words('library.title') }).click();
  await page.getByRole('heading', { level: 1, name: words('library.title') }).waitFor();
  await assertAccessible(page, 'the library');
  await picture(page, 'start-04-library', { more: ['zh-CN-dark-1280'] });
});
