// The program as patrons of a library without an interface get it: from the first start to the returned book,
// without any sign-in, over a restart and without a network.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { rpc, startSandbox, startWithoutPlatform } from './lib/programs.mjs';
import { panel } from './lib/request.mjs';
import { choose, goTo, requestFrom, search } from './lib/steps.mjs';
import { picture } from './lib/pictures.mjs';
import { becomes, until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

/** Address of the page where requests are filed. */
const PAGE = 'https://smart.calis.edu.cn/';
/** The other address that the library gives its patrons. */
const OTHER = 'https://ill.calis.edu.cn/reader/index.html?tenant=a001962&auth=true';
const state = (name) => words(`requests.state.${name}.name`);

/** Starts a program whose patron has chosen the library, and opens its page. */
async function open(t, look) {
  const sandbox = await startSandbox(t, { librarian: false });
  const program = await startWithoutPlatform(t, sandbox);
  const page = await openPage(t, program.address, look);
  return { sandbox, program, page, rpc: (name, payload) => rpc(program, name, payload) };
}

async function chooseLibrary(page) {
  await page.getByText(words('library.first')).waitFor();
  await page
    .getByRole('button', { name: words('library.choose') })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: words('app.nav.search') }).waitFor();
}

/** Submits the form; ends at the request, which waits to be filed by hand. */
async function keep(page) {
  await page.getByRole('button', { name: words('handover.form.submit'), exact: true }).click();
  await page.waitForURL(/#\/requests\/[0-9a-f-]{36}$/);
  await panel(page).getByText(words('handover.promise')).waitFor();
}

/** Sets the state of a filed request. */
async function note(page, name) {
  await choose(page, words('handover.state.state'), state(name));
  await panel(page)
    .getByRole('button', { name: words('companion.rows.confirm', { state: state(name) }), exact: true })
    .click();
  await panel(page).locator('.promise').getByText(state(name), { exact: true }).waitFor();
}

/** Records that the request was filed on the page under this number. */
async function file(page, number) {
  await panel(page).getByLabel(words('handover.filed.number')).fill(number);
  await panel(page)
    .getByRole('button', { name: words('handover.filed.mark'), exact: true })
    .click();
  await panel(page).locator('.promise').getByText(state('SUBMITTED'), { exact: true }).waitFor();
}

/** Asserts that nothing on the screen mentions signing in, because there is nothing to sign in to. */
async function asksForNoSignIn(page) {
  assert.equal(await page.locator('input[type=password]').count(), 0);
  for (const key of [
    'requests.session.signedOut',
    'requests.checks.signedOut',
    'app.status.signedOut',
    'app.status.never',
    'batch.signedOut',
    'requests.form.signInText',
  ])
    assert.equal(await page.getByText(words(key)).count(), 0, words(key));
}

/** Sets the language of the screens. */
const speaker = (program, page) => async (locale) => {
  const nothing = { theme: null, onClose: null, toasts: null, toastTitles: null, notices: null };
  await rpc(program, 'settings_change', { locale, ...nothing });
  await page.locator(`html[lang="${locale}"]`).waitFor();
};

test('without a platform: from the first start to the book that was given back', async (t) => {
  const { sandbox, program, page } = await open(t);
  const speak = speaker(program, page);
  const more = ['zh-CN-dark-1280', 'zh-CN-light-960', 'en-light-1280'];
  let told = true;
  /** A step of the story; skipped once an earlier one has failed. */
  const step = (name, body) =>
    t.test(name, { skip: !told && 'a step before it failed' }, async () => {
      told = false;
      await body();
      told = true;
    });

  await step(
    'the first thing to ask is the library; it is found by pinyin, and what is done for it is said',
    async () => {
      const does = page.locator('[data-does]');
      await does.getByText('广西民族大学图书馆').waitFor();
      await page.getByLabel(words('library.find')).fill('xbnlkj');
      await does.getByText('西北农林科技大学图书馆').waitFor();
      await does.getByText('ill.calis.edu.cn').waitFor();
      await page.getByLabel(words('library.find')).fill('gxmz');
      await does.getByText('smart.calis.edu.cn').waitFor();
      assert.equal(await does.locator('li').count(), 3);
      await assertAccessible(page, 'the first start');
      await page.getByLabel(words('library.find')).fill('');
      await picture(page, 'np-first-start', { more, speak });
      await chooseLibrary(page);
      await asksForNoSignIn(page);
    },
  );

  await step('every screen is true of a library without an interface', async () => {
    await goTo(page, 'account');
    await page.getByText(PAGE).first().waitFor();
    await page.getByText('0771-3265392').first().waitFor();
    await asksForNoSignIn(page);
    await assertAccessible(page, 'account by hand');
    for (const name of ['requests', 'notices', 'statistics', 'help', 'settings']) {
      await goTo(page, name);
      await asksForNoSignIn(page);
    }
    await page.getByRole('contentinfo').getByRole('button').click();
    await page.getByRole('dialog').getByText(words('handover.status.explain')).waitFor();
    assert.equal(await page.getByRole('button', { name: words('app.status.syncNow') }).count(), 0);
    await page.keyboard.press('Escape');
  });

  let loan;
  await step('a loan from a search is kept, and carried to the page field by field', async () => {
    await search(page, '三体');
    await requestFrom(page, '三体', 'search.work.requestLoan');
    await asksForNoSignIn(page);
    await keep(page);
    loan = page.url().split('/').at(-1);
    await assertAccessible(page, 'a request to carry over');
    await panel(page)
      .getByRole('button', { name: words('handover.open.page') })
      .click();
    await until('the page in the browser', () =>
      program.printed.some((line) => JSON.parse(line).link === PAGE),
    );
    const fields = panel(page).locator('.hand-over .line');
    assert.match(await fields.filter({ hasText: words('handover.field.title') }).textContent(), /三体/);
    await fields.filter({ hasText: words('handover.field.isbn') }).waitFor();
    const { mark } = await rpc(program, 'request_get', { id: loan });
    await fields
      .filter({ hasText: words('handover.field.note') })
      .getByText(mark)
      .waitFor();
  });

  await step('the other address of the library is chosen once and used from then on', async () => {
    await choose(page, words('handover.open.which'), '本馆馆际互借系统（旧地址）（ill.calis.edu.cn）');
    await until(
      'it is remembered',
      async () => (await rpc(program, 'handover_get', { id: loan })).page === OTHER,
    );
    await panel(page)
      .getByRole('button', { name: words('handover.open.page') })
      .click();
    await panel(page)
      .getByRole('heading', { name: words('handover.desk.title') })
      .scrollIntoViewIfNeeded();
    await picture(page, 'np-hand-over', { more, speak });
    await panel(page)
      .getByRole('button', { name: words('handover.desk.print') })
      .click();
    await page.locator('.slip [data-mark]').waitFor();
    await picture(page, 'np-on-paper', { more, speak });
    await page.goBack();
    await panel(page).waitFor();
    await until('the other page in the browser', () =>
      program.printed.some((line) => JSON.parse(line).link === OTHER),
    );
  });

  await step('it waits for the patron and for nobody else', async () => {
    await goTo(page, 'requests');
    await page.getByText(words('requests.group.needsYou')).first().waitFor();
    await page.getByRole('option').filter({ hasText: '三体' }).getByText(words('handover.unfiled')).waitFor();
    await asksForNoSignIn(page);
    const { outbox, needsYou } = await rpc(program, 'status_get', {});
    assert.deepEqual([outbox, needsYou], [0, 1], 'no queue, one to carry over');
  });

  await step('an article is asked for and carried over', async () => {
    await search(page, '狂人日记');
    await requestFrom(page, '狂人日记', 'search.work.requestCopy');
    await page.getByLabel(words('requests.form.field.declaration')).check();
    await keep(page);
    await file(page, 'WX-2026-0311');
    await note(page, 'DELIVERED');
    // noted by mistake: an end too is taken back, and the line goes
    await note(page, 'COMPLETED');
    await panel(page)
      .getByRole('button', { name: words('requests.timeline.takeBack') })
      .click();
    await panel(page).locator('.promise').getByText(state('DELIVERED'), { exact: true }).waitFor();
    await panel(page).locator('ol').getByText(words('requests.source.patron')).first().waitFor();
    await note(page, 'COMPLETED');
  });

  await step(
    'the mark finds the request as it was heard on the telephone, and as it was misheard',
    async () => {
      const { mark } = await rpc(program, 'request_get', { id: loan });
      await goTo(page, 'requests');
      const heard = mark.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
      await page.getByLabel(words('history.search')).fill(heard);
      await page.getByText('找到 1 件').waitFor();
      await page.getByRole('option').filter({ hasText: '三体' }).waitFor();
      const wrong = mark.slice(0, -1) + (mark.endsWith('7') ? '8' : '7');
      await page.getByLabel(words('history.search')).fill(wrong);
      await page.getByRole('status').getByRole('button', { name: mark }).waitFor();
      await picture(page, 'np-mark-meant');
      await page.getByRole('status').getByRole('button', { name: mark }).click();
      await page.getByRole('option').filter({ hasText: '三体' }).waitFor();
      await page.getByLabel(words('history.search')).fill('');
    },
  );

  await step('a list is kept, and each of it is carried over by itself', async () => {
    await goTo(page, 'requests');
    await page.getByRole('button', { name: words('batch.title') }).click();
    await page.getByLabel(words('batch.start.label')).fill('呐喊\n边城\n');
    await page.getByRole('button', { name: words('batch.start.go') }).click();
    const lines = page.locator('li.line');
    await until(
      'both were looked up',
      async () =>
        (await lines.count()) === 2 && (await page.locator('li.line[data-standing=reading]').count()) === 0,
    );
    await asksForNoSignIn(page);
    const button = page.getByRole('button', { name: /逐件到网页提交/ });
    await button.waitFor();
    await button.click();
    await until(
      'some were kept',
      async () => (await page.locator('li.line[data-standing=submitted]').count()) > 0,
    );
    await asksForNoSignIn(page);
  });

  await step('without a network a request is written and kept all the same', async () => {
    await sandbox.stop();
    await goTo(page, 'requests');
    await page.getByRole('button', { name: words('requests.newLoan'), exact: true }).click();
    await page.getByRole('heading', { name: words('requests.checks.title') }).waitFor();
    await page.locator('[data-lookup]').fill('9787020002207');
    await page.getByRole('button', { name: words('form.lookUp.go') }).click();
    await page.getByText('没有问到目录').first().waitFor();
    assert.equal(await page.getByText('没有查到').count(), 0, 'not asked is no answer');
    await picture(page, 'np-unasked', { more, speak });
    await page.locator('[data-lookup]').fill('');
    await page.locator('[data-field=title] input, input[data-field=title]').first().fill('相思湖志');
    await page.locator('[data-field=author] input, input[data-field=author]').first().fill('韦某');
    await keep(page);
  });

  await step('a form that was begun stays over a restart, and so does everything else', async () => {
    await goTo(page, 'requests');
    await page.getByRole('button', { name: words('requests.newLoan'), exact: true }).click();
    await page.locator('[data-field=title] input, input[data-field=title]').first().fill('未写完的申请');
    await page
      .locator('[data-saved]')
      .getByText(/草稿已保存/)
      .waitFor();
    await program.again();
    await page.goto('about:blank');
    await page.goto(program.address);
    await page.getByRole('main').waitFor();
    assert.equal(await page.getByText(words('library.first')).count(), 0, 'the library is asked for once');
    await goTo(page, 'requests');
    await page.getByRole('main').getByText('相思湖志').first().waitFor();
    await page.getByRole('main').getByText('三体').first().waitFor();
    await until('the draft', async () =>
      (await rpc(program, 'request_list', {})).drafts.some((draft) => draft.title === '未写完的申请'),
    );
  });

  await step('filed under its number, followed by hand, it ends in the history', async () => {
    await page.getByRole('option').filter({ hasText: '三体' }).click();
    await file(page, 'CALIS-2026-0077');
    await panel(page).getByText('CALIS-2026-0077').first().waitFor();
    for (const name of ['SENT_TO_SUPPLIER', 'SHIPPED', 'AWAITING_PICKUP', 'ON_LOAN', 'RETURNED', 'COMPLETED'])
      await note(page, name);
    await becomes(
      async () => (await rpc(program, 'request_get', { id: loan })).timeline.map((entry) => entry.state),
      [
        'QUEUED',
        'SUBMITTED',
        'SENT_TO_SUPPLIER',
        'SHIPPED',
        'AWAITING_PICKUP',
        'ON_LOAN',
        'RETURNED',
        'COMPLETED',
      ],
      'its whole way stands in the timeline',
    );
    await page.getByLabel(words('history.search')).fill('santi');
    await page.getByRole('option').filter({ hasText: '三体' }).waitFor();
  });

  await step('what is here and nowhere else is listed before everything is erased', async () => {
    await goTo(page, 'account');
    await page.locator('[data-sign-out]').click();
    const list = page.getByRole('dialog').locator('[data-unsent]');
    await list.getByText('相思湖志').waitFor();
    await list.getByText('未写完的申请').waitFor();
    assert.equal(await list.getByText('三体').count(), 0, 'that one is filed');
    assert.ok(await page.getByRole('dialog').locator('[data-confirm]').isDisabled());
    await page.getByRole('dialog').getByRole('checkbox').check();
    await page.getByRole('dialog').locator('[data-confirm]').click();
    await page.getByText(words('account.leave.done')).waitFor();
    await until('nothing is left', async () => {
      const { requests, drafts } = await rpc(program, 'request_list', {});
      return requests.length === 0 && drafts.length === 0;
    });
  });
});
