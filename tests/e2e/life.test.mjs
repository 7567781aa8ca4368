// A loan and a copy through their whole life: the sandbox's librarian moves them, and at every state the test
// checks what the screen says, who has to act, by when, and which actions are offered.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from './lib/browser.mjs';
import { copyOf, dayFrom, dayWords, loanOf, openFixture } from './lib/fixture.mjs';
import { picture } from './lib/pictures.mjs';
import { action, confirm, panel, shows, underToasts } from './lib/request.mjs';
import { goTo, requestFrom, search, submit } from './lib/steps.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

/** Further screenshot variants for the most important states. */
const more = ['en-light-1280', 'zh-CN-dark-1280', 'zh-CN-light-960'];

/** Runs steps that depend on each other: after a failed one the rest are skipped. */
function story(t) {
  let told = true;
  return (name, body) =>
    t.test(name, { skip: !told && 'a step before it failed' }, async () => {
      told = false;
      await body();
      told = true;
    });
}

/** The id of the request on the screen. */
const openId = (page) => /#\/requests\/([0-9a-f-]{36})/.exec(page.url())[1];
/** The text of a clock. */
const clock = (name, places = {}) => words(`requests.clock.${name}`, places);

/** Opens a request from the list. */
async function openRequest(page, id) {
  await page.evaluate((id) => (location.hash = `#/requests/${id}`), id);
  await panel(page).waitFor();
}

test('a loan through its whole life', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  const step = story(t);
  const keep = (name, looks = []) =>
    picture(page, `life-loan-${name}`, { more: looks, speak: fixture.speak });
  const says = (state, group, rest = {}) => shows(page, state, { service: 'Loan', group, ...rest });
  const main = page.getByRole('main');
  const known = async () => (await fixture.control('GET', `requests/${id}`)) ?? {};
  let id = '';

  await step('without the platform it is saved, and goes out by itself', async () => {
    await search(page, '三体');
    await requestFrom(page, '三体', 'search.work.requestLoan');
    await page.getByText(words('requests.check.HELD_LOCALLY.ok')).waitFor();
    await keep('01-form');
    await fixture.cut();
    await fixture.news();
    await page.getByRole('contentinfo').getByText(/离线/).waitFor();
    await submit(page);
    id = openId(page);
    await says('QUEUED', 'ongoing', { clock: clock('whenOnline'), actions: ['retry', 'cancel'] });
    await main.getByText(/^离线，显示 \d\d:\d\d 的内容$/).waitFor();
    await page
      .getByRole('contentinfo')
      .getByText(words('app.status.outbox', { count: 1 }))
      .waitFor();
    await assertAccessible(page, 'a request that waits for the network');
    await keep('02-offline', more);
    await fixture.mend();
    await until('the platform to have it', async () => {
      const { requests } = await fixture.control('GET', 'requests');
      assert.ok(requests.length <= 1, 'it arrives once');
      return requests[0]?.id === id;
    });
    const expected = clock('expected', { date: dayWords((await known()).expectedBy) });
    await says('SUBMITTED', 'ongoing', { clock: expected, actions: ['cancel'] });
    await keep('03-submitted');
  });

  await step('the library looks at it, asks, and is answered', async () => {
    const expected = clock('expected', { date: dayWords((await known()).expectedBy) });
    await fixture.step(id, 'LOCAL_REVIEW');
    await says('LOCAL_REVIEW', 'ongoing', { clock: expected, actions: ['cancel'] });
    await keep('04-local-review');
    const asks = '这部书有三册，要哪一册？';
    await fixture.step(id, { state: 'NEEDS_INFO', reason: { code: 'MULTIPLE_VOLUMES', text: asks } });
    await says('NEEDS_INFO', 'needsYou', { actions: ['edit', 'cancel'] });
    await panel(page).locator('.reason').getByText(words('life.reason.MULTIPLE_VOLUMES')).waitFor();
    await panel(page).locator('.reason').getByText(asks).waitFor();
    await assertAccessible(page, 'a request that needs more');
    await keep('05-needs-info', more);
    await action(page, 'edit').click();
    await page.getByRole('dialog').locator('[data-field=volume]').fill('第一册');
    await page.getByRole('dialog').locator('[data-field=note]').fill('只要第一册，谢谢。');
    await keep('06-answer');
    await confirm(page).click();
    await says('LOCAL_REVIEW', 'ongoing', { clock: expected, actions: ['cancel'] });
    assert.equal((await known()).bibliographicInfo.volume, '第一册');
    await fixture.step(id, { state: 'DUPLICATE_REVIEW', reason: { code: 'DUPLICATE', text: '' } });
    await says('DUPLICATE_REVIEW', 'needsYou', {
      clock: expected,
      actions: ['override-duplicate', 'cancel'],
    });
    await keep('07-duplicate');
    await action(page, 'override-duplicate').click();
    await says('LOCAL_REVIEW', 'ongoing', { clock: expected, actions: ['cancel'] });
  });

  await step('suppliers are asked; one condition is refused, another accepted', async () => {
    await fixture.step(id, { state: 'SENT_TO_SUPPLIER', supplier: '北京大学图书馆' });
    const expected = clock('expected', { date: dayWords((await known()).expectedBy) });
    await says('SENT_TO_SUPPLIER', 'ongoing', { clock: expected, actions: ['cancel'] });
    await panel(page).getByText('北京大学图书馆', { exact: true }).waitFor();
    await keep('08-sent');
    const choices = ['accept-condition', 'reject-condition', 'cancel'];
    await fixture.step(id, {
      state: 'CONDITION_PENDING',
      condition: { code: 'LIBRARY_USE_ONLY', text: '该书为保存本。', answerBy: dayFrom(4) },
    });
    await says('CONDITION_PENDING', 'needsYou', { actions: choices });
    const condition = panel(page).locator('.condition');
    await condition.getByText(words('life.condition.code.LIBRARY_USE_ONLY')).waitFor();
    await condition.getByText(words('life.condition.answerBy', { date: dayWords(dayFrom(4)) })).waitFor();
    await assertAccessible(page, 'a request with a condition');
    await keep('09-condition', more);
    await action(page, 'reject-condition').click();
    await keep('10-reject');
    await confirm(page).click();
    await says('SENT_TO_SUPPLIER', 'ongoing', { clock: expected, actions: ['cancel'] });
    await panel(page)
      .getByRole('definition')
      .getByText(words('life.supplier.attempt', { count: 2 }))
      .waitFor();
    await fixture.step(id, {
      state: 'CONDITION_PENDING',
      condition: { code: 'COST_EXCEEDS_MAXIMUM', text: '需挂号寄送。', cost: 65, answerBy: dayFrom(4) },
    });
    await says('CONDITION_PENDING', 'needsYou', { actions: choices });
    await condition.getByText(/¥65\.00/).waitFor();
    await keep('11-condition-cost');
    await action(page, 'accept-condition').click();
    await keep('12-accept');
    await confirm(page).click();
    await says('WILL_SUPPLY', 'ongoing', { clock: expected, actions: ['cancel'] });
    await panel(page)
      .getByText(/¥65\.00/)
      .waitFor();
    await keep('13-will-supply');
  });

  await step('it comes, with a word from the librarian, and is borrowed', async () => {
    await fixture.step(id, 'SHIPPED');
    const expected = clock('expected', { date: dayWords((await known()).expectedBy) });
    await says('SHIPPED', 'ongoing', { clock: expected });
    await keep('14-shipped');
    await fixture.step(id, { state: 'AWAITING_PICKUP', day: dayFrom(7) });
    const pickup = clock('pickupBy', { date: dayWords(dayFrom(7)) });
    await says('AWAITING_PICKUP', 'needsYou', { clock: pickup });
    await fixture.control('POST', `requests/${id}/messages`, { text: '书在 904 的借还台，周末也开。' });
    await fixture.news();
    const thread = panel(page).locator('.thread');
    await thread.getByText('书在 904 的借还台，周末也开。').waitFor();
    await thread.getByRole('textbox').fill('好的，周六来取。');
    await assertAccessible(page, 'a request that arrived');
    // text being typed survives every resize of the window
    await keep('15-arrived', more);
    await thread.getByRole('textbox').press('Control+Enter');
    await until('the answer to arrive', async () =>
      (await known()).messages.some((message) => message.text === '好的，周六来取。'),
    );
    await thread.getByText('好的，周六来取。').waitFor();
    const quotes = panel(page).locator('.promise blockquote');
    assert.equal(await quotes.count(), 0, 'a message is no reason');
    await panel(page)
      .getByRole('button', { name: words('history.slip.open') })
      .click();
    await page.getByRole('heading', { level: 2, name: words('history.slip.title') }).waitFor();
    await assertAccessible(page, 'a slip');
    await keep('16-slip', ['en-light-1280']);
    await page.goBack();
    await fixture.step(id, { state: 'ON_LOAN', day: dayFrom(2) });
    await says('ON_LOAN', 'ongoing', { clock: clock('due', { count: 2 }), actions: ['renew'] });
    await keep('17-due-soon');
  });

  await step('it is renewed by the librarian’s word, comes late, and goes back', async () => {
    await fixture.control('PUT', 'settings', {
      ...(await fixture.control('GET', 'settings')),
      renewal: 'ask',
    });
    await action(page, 'renew').click();
    await keep('18-renew');
    await confirm(page).click();
    await panel(page).getByText(words('life.renewal.requested')).waitFor();
    await says('ON_LOAN', 'ongoing', { clock: clock('due', { count: 2 }) });
    await fixture.control('POST', `requests/${id}/renewal`, { granted: true, day: dayFrom(22) });
    await fixture.news();
    await says('ON_LOAN', 'ongoing', { clock: clock('dueOn', { date: dayWords(dayFrom(22)) }) });
    await panel(page).getByText(words('life.renewal.granted')).waitFor();
    await keep('19-renewed');
    await fixture.step(id, {
      state: 'RECALLED',
      day: dayFrom(3),
      reason: { code: 'RECALLED_BY_SUPPLIER', text: '' },
    });
    await says('RECALLED', 'needsYou', { clock: clock('due', { count: 3 }) });
    await keep('20-recalled');
    await fixture.step(id, 'RETURNED');
    await says('RETURNED', 'ongoing');
    await keep('21-returned');
    await fixture.step(id, 'RETURN_SHIPPED');
    await says('RETURN_SHIPPED', 'ongoing');
    await fixture.step(id, 'COMPLETED');
    await says('COMPLETED', 'ended', { actions: ['edit-again'] });
    await assertAccessible(page, 'a request that is over');
    await keep('22-completed', more);
  });

  await step('each of it is told once', async () => {
    await goTo(page, 'notices');
    await main.getByText('三体').first().waitFor();
    await assertAccessible(page, 'notices of a life');
    await keep('23-notices', more);
  });
});

test('what is late, over its day, or of a newer platform', async (t) => {
  const ids = {};
  const fixture = await openFixture(t, {
    // two books requested on another machine, with nothing done since
    before: async ({ ago, elsewhere, control }) => {
      const lead = (id, state) => control('POST', `requests/${id}/state`, { state, lead: true });
      await ago(40, async () => {
        ids.overdue = await elsewhere(loanOf('沙乡年鉴', '利奥波德'));
        await lead(ids.overdue, 'ON_LOAN');
      });
      await ago(15, async () => {
        ids.late = await elsewhere(loanOf('桂海虞衡志校注', '范成大'));
        await lead(ids.late, 'SENT_TO_SUPPLIER');
      });
      ids.newer = await elsewhere(copyOf('论雷峰塔的倒掉', '鲁迅', '语丝', '1-3'));
      ids.lost = await elsewhere(loanOf('山海经校注', '袁珂'));
      await lead(ids.lost, 'LOST');
    },
  });
  const { page } = fixture;
  const keep = (name, looks = []) => picture(page, `life-${name}`, { more: looks, speak: fixture.speak });
  const says = (state, group, rest = {}) => shows(page, state, { service: 'Loan', group, ...rest });
  await goTo(page, 'requests');
  await page.getByRole('option').nth(3).waitFor();
  await assertAccessible(page, 'a list with everything');
  await keep('late-01-list', more);

  await openRequest(page, ids.late);
  const { expectedBy } = await fixture.control('GET', `requests/${ids.late}`);
  const over = Math.round((Date.parse(dayFrom(0)) - Date.parse(expectedBy)) / 86_400_000);
  assert.ok(over > 0);
  await says('SENT_TO_SUPPLIER', 'ongoing', {
    clock: clock('late', { count: over }),
    actions: ['urge', 'cancel'],
    todo: words('life.late.todo'),
  });
  const card = panel(page).locator('.library-card');
  await card.getByText(words('requests.detail.lateTitle', { count: over })).waitFor();
  await card.getByText('0771-3265392').waitFor();
  await assertAccessible(page, 'a request that is late');
  await keep('late-02', more);
  await action(page, 'urge').click();
  await page.getByRole('dialog').getByRole('textbox').fill('下周要用，麻烦问一下。');
  await assertAccessible(page, 'a reminder');
  await keep('late-03-urge');
  await confirm(page).click();
  await until('the reminder to arrive', async () => {
    const { events } = await fixture.control('GET', `requests/${ids.late}`);
    return events.some((event) => event.kind === 'urged' || JSON.stringify(event).includes('下周要用'));
  });

  await openRequest(page, ids.overdue);
  const { dueDate } = await fixture.control('GET', `requests/${ids.overdue}`);
  const days = Math.round((Date.parse(dayFrom(0)) - Date.parse(dueDate)) / 86_400_000);
  await says('OVERDUE', 'needsYou', { clock: clock('overdue', { count: days }) });
  await assertAccessible(page, 'a book over its day');
  await keep('overdue', more);

  await openRequest(page, ids.lost);
  await says('LOST', 'ongoing');
  await keep('lost');

  const label = { zh: '等待专家鉴定', en: 'With an expert' };
  const actions = [{ name: 'book-slot', label: { zh: '预约时间', en: 'Book a time' }, parameters: ['when'] }];
  await fixture.control('POST', `requests/${ids.newer}/newer`, { state: 'EXPERT_REVIEW', label, actions });
  await fixture.news();
  await openRequest(page, ids.newer);
  await panel(page).locator('.sentence').getByText(label.zh).waitFor();
  await keep('newer', ['en-light-1280']);
  await panel(page).locator('[data-action=book-slot]').click();
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await keep('newer-action');
});

test('a copy through its whole life', async (t) => {
  const fixture = await openFixture(t);
  const { page } = fixture;
  const step = story(t);
  const keep = (name, looks = []) =>
    picture(page, `life-copy-${name}`, { more: looks, speak: fixture.speak });
  const says = (state, group, rest = {}) => shows(page, state, { service: 'Copy', group, ...rest });
  const known = (which = id) => fixture.control('GET', `requests/${which}`);
  let id = '';

  await step('it is asked for and promised', async () => {
    await search(page, '狂人日记');
    await requestFrom(page, '狂人日记', 'search.work.requestCopy');
    await page.getByLabel(words('requests.form.field.declaration')).check();
    await page.getByText(words('requests.check.HELD_LOCALLY.ok')).waitFor();
    await keep('01-form', more);
    await submit(page);
    id = openId(page);
    await until(
      'the platform to have it',
      async () => (await fixture.control('GET', 'requests')).requests.length,
    );
    await fixture.control('POST', `requests/${id}/state`, { state: 'SENT_TO_SUPPLIER', lead: true });
    await fixture.step(id, 'WILL_SUPPLY');
    const expected = clock('expected', { date: dayWords((await known()).expectedBy) });
    await says('WILL_SUPPLY', 'ongoing', { clock: expected, actions: ['cancel'] });
    await keep('02-will-supply');
  });

  await step('a document that is not what was announced is not kept', async () => {
    await fixture.step(id, {
      state: 'DELIVERED',
      document: { name: '狂人日记.pdf', pages: 11, claimedSha256: '0'.repeat(64) },
    });
    await says('DELIVERED', 'ongoing', { actions: ['confirm-received', 'report-problem'] });
    const documents = panel(page).locator('.documents');
    await documents.locator('[data-document]').click();
    await documents.getByRole('alert').waitFor();
    await assertAccessible(page, 'a document that is not right');
    await keep('03-wrong-document', more);
    await action(page, 'report-problem').click();
    await page.getByLabel(words('life.ask.problems.cannot-open')).check();
    await page.getByRole('dialog').getByRole('textbox').fill('下载后核对不符。');
    await keep('04-problem');
    await confirm(page).click();
    const toast = page.locator('.toast').filter({ hasText: words('requests.did.report-problem') });
    await toast.waitFor();
    await toast.hover(); // hovering keeps the toast open
    for (const [width, height] of [
      [960, 640],
      [1280, 800],
    ]) {
      await page.setViewportSize({ width, height });
      await panel(page).waitFor();
      assert.deepEqual(await underToasts(page), [], `no button under a toast, ${width} wide`);
    }
    await toast.getByRole('button', { name: words('app.close') }).click();
    // the duration is unknown, so that no date is shown
    await says('DELIVERY_PROBLEM', 'ongoing');
    await keep('05-problem-told');
  });

  await step('it is sent again, checked, and confirmed', async () => {
    await fixture.step(id, {
      state: 'DELIVERED',
      reason: { code: 'SENT_AGAIN', text: '已重新扫描。' },
      document: { name: '狂人日记（重扫）.pdf', pages: 11 },
    });
    await says('DELIVERED', 'ongoing', { actions: ['confirm-received', 'report-problem'] });
    const documents = panel(page).locator('.documents');
    await documents.getByRole('listitem').filter({ hasText: '重扫' }).locator('[data-document]').click();
    await documents.getByText(words('life.documents.saved')).waitFor();
    const { documents: announced } = await known();
    const path = /保存在 (\S+)$/.exec(await documents.locator('.path').textContent())[1];
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    assert.equal(digest, announced.at(-1).sha256, 'the file is what was announced');
    await keep('06-delivered', more);
    await action(page, 'confirm-received').click();
    await says('COMPLETED', 'ended', { actions: ['edit-again'] });
    await keep('07-completed');
  });

  await step('those that come to nothing say why, and what can be done', async () => {
    const ends = [
      ['UNFILLED', { code: 'NO_SUPPLIER', text: '' }, '文学改良刍议', '胡适'],
      [
        'DECLINED',
        { code: 'POLICY_PROBLEM', text: '整本期刊不能复制，请选定一篇。' },
        '文学革命论',
        '陈独秀',
      ],
      ['LOCALLY_AVAILABLE', { code: 'HELD_LOCALLY', text: '索书号 I210.97/15' }, '呐喊自序', '鲁迅'],
      ['EXPIRED', { code: 'NEED_BEFORE_PASSED', text: '' }, '青春', '李大钊'],
    ];
    for (const [state, reason, article, author] of ends) {
      const which = await fixture.elsewhere(copyOf(article, author, '新青年', '1-11'));
      await fixture.control('POST', `requests/${which}/state`, { state: 'LOCAL_REVIEW' });
      await fixture.step(which, { state, reason });
      await openRequest(page, which);
      await panel(page).locator('.promise .reason').waitFor();
      await keep(`08-${state.toLowerCase().replace('_', '-')}`, state === 'UNFILLED' ? more : []);
    }
  });

  await step('a cancellation is at once before it left, and the supplier’s word afterwards', async () => {
    const which = await fixture.elsewhere(copyOf('敬告青年', '陈独秀', '青年杂志', '1-6'));
    await fixture.control('POST', `requests/${which}/state`, { state: 'SENT_TO_SUPPLIER', lead: true });
    await fixture.news();
    await openRequest(page, which);
    await action(page, 'cancel').click();
    await page.getByLabel(words('life.ask.cancel.elsewhere')).check();
    await keep('09-cancel');
    await confirm(page).click();
    await says('CANCEL_REQUESTED', 'ongoing');
    await keep('10-cancel-requested');
    await fixture.step(which, 'CANCELLED');
    await says('CANCELLED', 'ended', { actions: ['edit-again'] });
    await keep('11-cancelled');
    await keep('12-list');
  });
});
