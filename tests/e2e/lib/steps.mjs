// Steps of a patron, addressed by the words on the screen.
import { words } from './words.mjs';

/** Opens a screen from the navigation rail and waits for its heading. */
export async function goTo(page, name) {
  const screen = words(`app.nav.${name}`);
  await page.getByRole('navigation').getByRole('link', { name: screen }).click();
  // the search screen restores the last results
  const heading = name === 'search' ? new RegExp(`^${screen}`) : screen;
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

/** Signs in with a name and a password. */
export async function signIn(page, username, password) {
  await goTo(page, 'account');
  await page.getByLabel(words('account.signIn.username')).first().fill(username);
  await page.getByLabel(words('account.signIn.password'), { exact: true }).fill(password);
  await page
    .locator('form')
    .getByRole('button', { name: words('account.signIn.go'), exact: true })
    .click();
}

/** Signs in with the demo's account. */
export async function signInDemo(page) {
  await goTo(page, 'account');
  await page.getByRole('button', { name: words('account.demo.fill') }).click();
  await page
    .locator('form')
    .getByRole('button', { name: words('account.signIn.go'), exact: true })
    .click();
  await page.getByText(words('account.state.ACTIVE.name'), { exact: true }).waitFor();
}

/** The search box. */
export const searchBox = (page) => page.getByRole('searchbox', { name: words('search.box') });

/** Waits until no source of the search is pending. */
export const settled = (page) =>
  page
    .getByRole('region', { name: words('search.sources.label') })
    .and(page.locator('[data-pending="0"]'))
    .waitFor();

/** Searches and waits until every source has answered. */
export async function search(page, text) {
  await goTo(page, 'search');
  await searchBox(page).fill(text);
  const before = page.url();
  await searchBox(page).press('Enter');
  await page.waitForURL((now) => now.href !== before && /#\/search\/[0-9a-f-]{36}/.test(now.hash));
  await settled(page);
}

/** The rows of the result list. */
export const results = (page) =>
  page.getByRole('listbox', { name: words('search.results') }).getByRole('option');

/** Opens the first work with this title and requests it; ends at the request form. */
export async function requestFrom(page, title, button) {
  await results(page).filter({ hasText: title }).first().click();
  await page.getByRole('button', { name: words(button) }).click();
  await page.getByRole('heading', { name: words('requests.checks.title') }).waitFor();
}

/** Submits the form; ends at the request's page. */
export async function submit(page) {
  await page.getByRole('button', { name: words('requests.form.submit'), exact: true }).click();
  await page.waitForURL(/#\/requests\/[0-9a-f-]{36}$/);
}

/** Chooses in a Select.vue: the control by its label, the option by its words. */
export async function choose(page, label, words) {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page
    .getByRole('listbox', { name: label, exact: true })
    .getByRole('option', { name: words, exact: true })
    .click();
}
