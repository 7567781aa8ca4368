// The life of requests by keyboard alone: the list, a request, each dialog and its answer, and back. After
// each step the focus is on an element from which one can continue.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyOf, dayFrom, loanOf, openFixture } from './lib/fixture.mjs';
import { action, confirm, panel } from './lib/request.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

/** The focused element: its place in the page, or its row in the list. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return 'nothing';
    return at.getAttribute('role') ?? at.dataset.action ?? at.tagName.toLowerCase();
  });

/** Presses Tab, or Shift+Tab, until the element has the focus. */
async function tabTo(page, element, key = 'Tab') {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await element.evaluate((wanted) => wanted === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${element}`);
}

/** Opens a request with the arrow keys of the list. */
async function openByKeys(page, title) {
  const list = page.getByRole('listbox', { name: words('requests.list') });
  const cursor = () =>
    list.evaluate((one) => document.getElementById(one.getAttribute('aria-activedescendant'))?.textContent);
  await page.keyboard.press('Home');
  await until(`the cursor at ${title}`, async () => {
    if ((await cursor())?.includes(title)) return true;
    await page.keyboard.press('ArrowDown');
    return false;
  });
  await page.keyboard.press('Enter');
  await panel(page).getByRole('heading', { level: 2, name: title }).waitFor();
}

/** Returns to the list with Esc. */
async function back(page) {
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'listbox', 'Esc leads back to the list');
}

for (const width of [1280, 960]) {
  test(`every answer of a patron by keyboard alone, ${width} wide`, async (t) => {
    const ids = {};
    const fixture = await openFixture(t, {
      look: { width, height: width === 960 ? 640 : 800 },
      before: async ({ elsewhere, control }) => {
        const state = (id, body) => control('POST', `requests/${id}/state`, body);
        ids.condition = await elsewhere(loanOf('桂海虞衡志校注', '范成大'));
        await state(ids.condition, { state: 'SENT_TO_SUPPLIER', lead: true });
        await state(ids.condition, {
          state: 'CONDITION_PENDING',
          condition: { code: 'NO_REPRODUCTION', text: '善本，不得复印。', answerBy: dayFrom(4) },
        });
        ids.question = await elsewhere(copyOf('敬业与乐业', '梁启超', '饮冰室合集', '20-28'));
        await state(ids.question, { state: 'LOCAL_REVIEW' });
        await state(ids.question, {
          state: 'NEEDS_INFO',
          reason: { code: 'PAGES_NOT_CLEAR', text: '哪一版？' },
        });
        ids.copy = await elsewhere(copyOf('论雷峰塔的倒掉', '鲁迅', '语丝', '1-3'));
        await state(ids.copy, { state: 'DELIVERED', lead: true });
        ids.loan = await elsewhere(loanOf('山海经校注', '袁珂'));
        await state(ids.loan, { state: 'ON_LOAN', lead: true });
      },
    });
    const { page } = fixture;
    const became = (id, state) =>
      until(`the platform to have ${state}`, async () => {
        const request = await fixture.control('GET', `requests/${id}`);
        return request.state === state;
      });
    /** Presses the button of an action and answers its dialog if there is one. */
    async function press(name, write) {
      await tabTo(page, action(page, name));
      await page.keyboard.press('Enter');
      if (!write) return;
      await confirm(page).waitFor();
      assert.notEqual(await focused(page), 'nothing', 'the question has the focus');
      await write();
      await tabTo(page, confirm(page));
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').locator('[data-confirm]').waitFor({ state: 'detached' });
    }

    const link = page.getByRole('navigation').getByRole('link', { name: words('app.nav.requests') });
    await tabTo(page, link);
    await page.keyboard.press('Enter');
    const list = page.getByRole('listbox', { name: words('requests.list') });
    await page.getByRole('option').nth(3).waitFor();
    await tabTo(page, list);

    await openByKeys(page, '桂海虞衡志校注');
    await press('accept-condition', async () => undefined);
    await became(ids.condition, 'WILL_SUPPLY');
    assert.notEqual(await focused(page), 'nothing', 'after an answer one can go on');
    await back(page);

    await openByKeys(page, '敬业与乐业');
    await press('edit', async () => {
      await page.keyboard.press('End');
      await tabTo(page, page.getByRole('dialog').locator('[data-field=note]'));
      await page.keyboard.type('1936 年中华书局版');
      // made on another machine: whether its terms were accepted is not known here
      await tabTo(page, page.getByRole('dialog').locator('[data-field=declarationAccepted] input'));
      await page.keyboard.press('Space');
    });
    await became(ids.question, 'LOCAL_REVIEW');
    await back(page);

    await openByKeys(page, '论雷峰塔的倒掉');
    await tabTo(page, panel(page).locator('[data-document]'));
    await page.keyboard.press('Enter');
    await panel(page).getByText(words('life.documents.saved')).waitFor();
    await press('report-problem', async () => {
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await tabTo(page, page.getByRole('dialog').getByRole('textbox'));
      await page.keyboard.type('缺第 2 页');
    });
    await became(ids.copy, 'DELIVERY_PROBLEM');
    const { reason } = await fixture.control('GET', `requests/${ids.copy}`);
    assert.equal(reason.code, 'PAGES_MISSING');
    await back(page);

    await openByKeys(page, '山海经校注');
    await press('renew', async () => undefined);
    await until(
      'the renewal',
      async () => (await fixture.control('GET', `requests/${ids.loan}`)).renewals === 1,
    );
    const write = panel(page).locator('.thread').getByRole('textbox');
    await tabTo(page, write);
    await page.keyboard.type('谢谢续借。');
    await page.keyboard.press('Control+Enter');
    await until('the message', async () => {
      const { messages } = await fixture.control('GET', `requests/${ids.loan}`);
      return messages.some((message) => message.text === '谢谢续借。');
    });
    await back(page);
  });
}
