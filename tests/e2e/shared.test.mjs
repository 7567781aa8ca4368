// A shared computer: one patron's data is gone for the next, from the disk and from the screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './lib/browser.mjs';
import { openFixture } from './lib/fixture.mjs';
import { picture } from './lib/pictures.mjs';
import { goTo, results, search, searchBox, signInDemo } from './lib/steps.mjs';
import { becomes } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const more = ['en-light-1280', 'zh-CN-dark-1280', 'en-dark-960'];

test('a shared computer keeps nothing of who was there before', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  const keep = (name) => picture(page, `shared-${name}`, { more, speak: fixture.speak });
  const line = page.getByRole('contentinfo').getByText(words('shared.line'));
  await search(page, '三体');
  await results(page).first().waitFor();

  await goTo(page, 'settings');
  const turnOn = page.getByRole('button', { name: words('shared.turnOn') });
  await turnOn.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(words('shared.files')).waitFor();
  await assertAccessible(page, 'what a shared computer means');
  await keep('01-question');
  await dialog.getByRole('button', { name: words('shared.turnOn') }).click();
  await line.waitFor();
  await searchBox(page).waitFor();
  assert.equal(await page.getByText('三体').count(), 0, 'what was searched for is gone');
  const { signedIn } = await fixture.rpc('account_get', {});
  assert.equal(signedIn, false, 'and nobody is signed in');

  // the next patron, and the one after
  await signInDemo(page);
  await search(page, '红楼梦');
  await results(page).first().waitFor();
  await goTo(page, 'settings');
  await page.getByRole('button', { name: words('shared.turnOff') }).waitFor();
  await assertAccessible(page, 'settings of a shared computer');
  await keep('02-settings');
  await goTo(page, 'account');
  await page.locator('[data-sign-out]').click();
  await page.getByRole('dialog').locator('[data-confirm]').click();
  await searchBox(page).waitFor();
  await becomes(() => page.getByText('红楼梦').count(), 0, 'the search of the one before is gone');
  await line.waitFor();
});
