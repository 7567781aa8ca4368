// A mail and a file that come for a request: recognised, tied, kept, opened, saved; what the patron sees of it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { picture } from './lib/pictures.mjs';
import { rpc, startSandbox, startWithoutPlatform } from './lib/programs.mjs';
import { panel } from './lib/request.mjs';
import { goTo, requestFrom, search } from './lib/steps.mjs';
import { until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const state = (name) => words(`requests.state.${name}.name`);
const dialog = (page) => page.getByRole('dialog');

/** A mail as a library might send it, in GBK without a declaration, with a PDF and three links. */
function mail(mark) {
  const gbk = (text) => Buffer.from(text, 'latin1');
  // 文献传递结果, 您申请的文献已传 in GBK
  const subject = '\xce\xc4\xcf\xd7\xb4\xab\xb5\xdd\xbd\xe1\xb9\xfb';
  const text = '\xc4\xfa\xc9\xea\xc7\xeb\xb5\xc4\xce\xc4\xcf\xd7\xd2\xd1\xb4\xab';
  return gbk(
    [
      'From: "ILL" <ill@lib.example.edu.cn>',
      `Subject: ${subject}`,
      'Date: Tue, 1 Dec 2026 08:00:00 +0800',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      `<p>${text} ${mark}</p><a href="https://evil.example.com/x">https://lib.example.edu.cn/</a>`,
      '<a href="https://mail.qq.com/cgi-bin/ftnExs_download?k=1">2.pdf</a><img src="https://evil.example.com/pixel">',
      '--b',
      'Content-Type: application/pdf',
      "Content-Disposition: attachment; filename*=UTF-8''%E7%8B%82%E4%BA%BA.pdf",
      '',
      '%PDF-1.4 hello',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

test('a mail is recognised, its file kept, opened and saved', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const program = await startWithoutPlatform(t, sandbox);
  const page = await openPage(t, program.address);
  const speak = (locale) => rpc(program, 'settings_change', { locale });
  await page
    .getByRole('button', { name: words('library.choose') })
    .first()
    .click();
  await search(page, '狂人日记');
  await requestFrom(page, '狂人日记', 'search.work.requestCopy');
  await page.getByLabel(words('requests.form.field.declaration')).check();
  await page.getByRole('button', { name: words('handover.form.submit'), exact: true }).click();
  await page.waitForURL(/#\/requests\/[0-9a-f-]{36}$/);
  const id = page.url().split('/').at(-1);
  const { mark } = await rpc(program, 'request_get', { id });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));

  await t.test('chosen from the panel of the request', async () => {
    await panel(page)
      .locator('[data-intake]')
      .setInputFiles({ name: '信.eml', mimeType: 'message/rfc822', buffer: mail(mark) });
    await dialog(page).getByText('文献传递结果').waitFor();
    for (const part of ['ill@lib.example.edu.cn', '狂人.pdf', 'evil.example.com', 'mail.qq.com'])
      await dialog(page).getByText(part).first().waitFor();
    await dialog(page).getByText(words('intake.dialog.by.mark', { mark })).waitFor();
    await assertAccessible(page, 'the recognised mail');
    const more = ['zh-CN-dark-1280', 'zh-CN-light-960', 'en-light-1280', 'en-dark-960'];
    await picture(page, 'mail-recognised', { more, speak });
    assert.equal((await rpc(program, 'request_get', { id })).row.state, 'QUEUED', 'nothing changed yet');
    await dialog(page)
      .getByRole('button', { name: words('intake.dialog.take'), exact: true })
      .click();
    await panel(page).locator('.promise').getByText(state('DELIVERED'), { exact: true }).waitFor();
    await panel(page).getByText(words('intake.kept.title')).waitFor();
    await assertAccessible(page, 'a request with what came');
    await panel(page).getByText(words('intake.kept.title')).scrollIntoViewIfNeeded();
    await picture(page, 'mail-kept', { more, speak });
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(new URL(program.address).origin)),
      [],
      'no link and no picture of the mail was asked for',
    );
  });

  await t.test('opened as a copy that goes, and saved', async () => {
    await panel(page)
      .getByRole('button', { name: words('intake.kept.open'), exact: true })
      .click();
    const printed = (key) => program.printed.map((line) => JSON.parse(line)[key]).find(Boolean);
    await until('the copy', () => printed('file') !== undefined);
    assert.equal(readFileSync(printed('file'), 'latin1').trim(), '%PDF-1.4 hello');
    await panel(page)
      .getByRole('button', { name: words('intake.kept.save'), exact: true })
      .click();
    await page.getByRole('button', { name: words('intake.kept.show'), exact: true }).click();
    await until('the folder', () => printed('shown') !== undefined);
    assert.equal(readFileSync(printed('shown'), 'latin1').trim(), '%PDF-1.4 hello');
    const copy = printed('file');
    await program.again();
    assert.equal(existsSync(copy), false, 'a readable copy goes at the end');
    await page.goto('about:blank');
    await page.goto(program.address);
    await page.getByRole('main').waitFor();
  });

  await t.test('pasted, and dropped on the window', async () => {
    await goTo(page, 'requests');
    await page.getByRole('main').getByText('狂人日记').first().click();
    await panel(page)
      .getByRole('button', { name: words('intake.box.paste'), exact: true })
      .click();
    await dialog(page).getByRole('textbox').fill('明天下午三点开会。');
    await dialog(page)
      .getByRole('button', { name: words('intake.paste.read'), exact: true })
      .click();
    await dialog(page).getByText(words('intake.dialog.dropped')).waitFor();
    await dialog(page)
      .getByRole('button', { name: words('intake.dialog.no'), exact: true })
      .click();
    await dialog(page).waitFor({ state: 'detached' });
    const bytes = mail(mark).toString('base64');
    await page.evaluate((text) => {
      const data = new DataTransfer();
      const raw = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      data.items.add(new File([raw], '信.eml'));
      const target = document.querySelector('.frame nav') ?? document.querySelector('.frame');
      for (const type of ['dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, bytes);
    await dialog(page).getByText('文献传递结果').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
  });
});
