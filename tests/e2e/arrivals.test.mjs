// From the browser into a request: the exchange of JabRef's extension out of a real extension, what pages may not, addresses
// of our scheme, and the bookmark.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { test } from 'node:test';
import { assertAccessible, openPage } from './lib/browser.mjs';
import { startExtension } from './lib/extension.mjs';
import { picture } from './lib/pictures.mjs';
import { rpc, startSandbox, startWithoutPlatform } from './lib/programs.mjs';
import { goTo, searchBox } from './lib/steps.mjs';
import { becomes, until } from './lib/until.mjs';
import { words } from './lib/words.mjs';

const dialog = (page) => page.getByRole('dialog');
const button = (within, key) => within.getByRole('button', { name: words(key), exact: true });
const more = ['zh-CN-dark-1280', 'zh-CN-light-960', 'en-light-1280', 'en-dark-960'];

/** What Zotero's exporter writes for an article of CNKI. */
const article = (number, title = '论壮族的铜鼓及其纹饰') => `
@article{韦_论壮族的铜鼓_2019_${number},
	title = {${title}},
	volume = {40},
	issn = {1004-454X},
	url = {https://kns.cnki.net/kcms2/article/abstract?v=a\\_${number}},
	language = {zh-CN},
	number = {3},
	urldate = {2026-11-30},
	journal = {广西民族研究},
	author = {{韦某} and {李某某}},
	month = jun,
	year = {2019},
	pages = {101--117},
}
`;

/** A port that is free now. */
async function freePort() {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** A server for pages of strangers; returns its port. */
async function strangers(t, pages) {
  const server = createServer((request, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    answer.end(pages[new URL(request.url, 'http://a').pathname] ?? '<title>页</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server.address().port;
}

/** A program without a platform whose library is chosen. */
async function openProgram(t) {
  const sandbox = await startSandbox(t, { librarian: false });
  const program = await startWithoutPlatform(t, sandbox);
  const page = await openPage(t, program.address);
  await page
    .getByRole('button', { name: words('library.choose') })
    .first()
    .click();
  await searchBox(page).waitFor();
  return { program, page, speak: (locale) => rpc(program, 'settings_change', { locale }) };
}

const draft = async (program, page) => {
  await page.waitForURL(/#\/requests\/new\/[0-9a-f-]{36}$/);
  return (await rpc(program, 'draft_get', { id: page.url().split('/').at(-1) })).draft;
};

test('a click in the browser becomes a request', async (t) => {
  const { program, page, speak } = await openProgram(t);
  const port = await freePort();
  const browser = await startExtension(t, [`--host-resolver-rules=MAP rebound.example 127.0.0.1`]);

  await t.test('off until it is switched on, and a port in use is named', async () => {
    await assert.rejects(browser.send(23190, article(0)), 'nobody listens');
    await goTo(page, 'settings');
    const section = page
      .locator('section')
      .filter({ hasText: words('arrivals.settings.title') })
      .last();
    const held = createSocket().listen(port, '127.0.0.1');
    await once(held, 'listening');
    await rpc(program, 'listener_set', { on: false, port });
    await page.getByRole('switch', { name: words('arrivals.settings.listen') }).click();
    await section.getByRole('alert').getByText(String(port)).waitFor();
    held.close();
    await once(held, 'close');
    await page.getByRole('switch', { name: words('arrivals.settings.listen') }).click();
    await section.getByRole('alert').waitFor({ state: 'detached' });
    assert.equal(await section.getByLabel(words('arrivals.settings.port')).inputValue(), String(port));
    await section.scrollIntoViewIfNeeded();
    await assertAccessible(page, 'the settings with the listener');
    await picture(page, 'arrivals-settings', { more, speak });
  });

  await t.test('the exchange of the extension, confirmed in the window', async () => {
    await goTo(page, 'notices');
    const sent = await browser.send(port, article(1));
    assert.deepEqual([sent.health, sent.ok], [200, true], JSON.stringify(sent));
    await dialog(page)
      .getByText(words('arrivals.title', { title: '论壮族的铜鼓及其纹饰' }))
      .waitFor();
    assert.equal((await rpc(program, 'request_list', {})).drafts.length, 0, 'nothing is made of it before');
    await dialog(page).getByText('韦某; 李某某').waitFor();
    await assertAccessible(page, 'what came from the browser');
    await picture(page, 'arrivals-dialog', { more, speak });
    await button(dialog(page), 'arrivals.form').click();
    const made = await draft(program, page);
    assert.equal(made.service, 'Copy');
    const { title, componentTitle, componentAuthor, volume, issue, pages, issn } = made;
    assert.deepEqual(
      { title, componentTitle, componentAuthor, volume, issue, pages, issn },
      {
        title: '广西民族研究',
        componentTitle: '论壮族的铜鼓及其纹饰',
        componentAuthor: '韦某; 李某某',
        volume: '40',
        issue: '3',
        pages: '101-117',
        issn: '1004-454X',
      },
    );
    assert.equal(await page.locator('[data-field=componentTitle]').inputValue(), '论壮族的铜鼓及其纹饰');
  });

  await t.test('a flood fills nothing, and what is not wanted leaves nothing', async () => {
    await goTo(page, 'notices');
    for (let number = 2; number < 12; number += 1) {
      const sent = await browser.send(port, article(number, `铜鼓之${number}`));
      assert.equal(sent.status, number < 7 ? 202 : 429);
    }
    await dialog(page)
      .getByText(words('arrivals.title', { title: '铜鼓之2' }))
      .waitFor();
    await dialog(page)
      .getByText(words('arrivals.dropped', { count: 5 }))
      .waitFor();
    await picture(page, 'arrivals-flood', { more, speak });
    // Esc refuses the one that is shown
    await page.keyboard.press('Escape');
    await dialog(page)
      .getByText(words('arrivals.title', { title: '铜鼓之3' }))
      .waitFor();
    await button(dialog(page), 'arrivals.search').click();
    await dialog(page)
      .getByText(words('arrivals.title', { title: '铜鼓之4' }))
      .waitFor();
    await button(dialog(page), 'arrivals.none').click();
    await dialog(page).waitFor({ state: 'detached' });
    await becomes(
      () => searchBox(page).inputValue(),
      '铜鼓之3',
      'the words are in the box and nothing was searched',
    );
    assert.equal((await rpc(program, 'request_list', {})).drafts.length, 1);
    assert.deepEqual((await rpc(program, 'arrival_list', {})).waiting, []);
  });

  await t.test('pages reach nothing: other origins, forms, a name bound to this machine', async () => {
    const other = await strangers(t, {});
    const tab = await browser.context.newPage();
    await tab.goto(`http://127.0.0.1:${other}/`);
    const entries = `http://localhost:${port}/libraries/current/entries`;
    const tried = await tab.evaluate(
      async ([url, text]) => {
        const attempt = (options) =>
          fetch(url, { method: 'POST', body: text, ...options }).then(
            (answer) => `${answer.type} ${answer.status}`,
            () => 'refused',
          );
        const said = [];
        said.push(await attempt({ headers: { 'Content-Type': 'application/x-bibtex' } }));
        said.push(await attempt({ mode: 'no-cors' }));
        said.push(await attempt({ mode: 'no-cors', headers: { 'Content-Type': 'application/x-bibtex' } }));
        said.push(navigator.sendBeacon(url, text) ? 'beacon' : 'no beacon');
        const root = new URL('/', url).href;
        said.push(
          await fetch(root).then(
            () => 'read',
            () => 'refused',
          ),
        );
        return said;
      },
      [entries, article(20)],
    );
    // what a page is not allowed to read is opaque to it, and was refused here
    assert.deepEqual(tried, ['refused', 'opaque 0', 'opaque 0', 'beacon', 'refused']);
    const refused = tab.waitForResponse((answer) => answer.request().method() === 'POST');
    await tab.evaluate((url) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', enctype: 'text/plain', action: url });
      document.body.append(form);
      form.submit();
    }, entries);
    assert.equal((await refused).status(), 403);
    // the answer has no content, which the browser shows as a page of its own
    const rebound = tab.waitForResponse((answer) => answer.url().includes('rebound.example'));
    await tab.goto(`http://rebound.example:${port}/`).catch(() => undefined);
    assert.equal((await rebound).status(), 403, 'the host is not ours');
    assert.deepEqual((await rpc(program, 'arrival_list', {})).waiting, []);
    assert.equal((await rpc(program, 'request_list', {})).drafts.length, 1);
  });

  await t.test('switched off it is closed', async () => {
    await goTo(page, 'settings');
    await page.getByRole('switch', { name: words('arrivals.settings.listen') }).click();
    await until('the listener to close', () =>
      browser.send(port, article(30)).then(
        () => false,
        () => true,
      ),
    );
  });
});

test('an address opens a form that is only a draft', async (t) => {
  const { program, page, speak } = await openProgram(t);
  const called = (address) => rpc(program, 'address_called', { address });
  const book =
    'hongyan://request?rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6&rft.au=%E6%9B%B9%E9%9B%AA%E8%8A%B9';
  await goTo(page, 'notices');
  await called(book);
  const made = await draft(program, page);
  assert.deepEqual([made.title, made.author, made.service], ['红楼梦', '曹雪芹', 'Loan']);
  assert.deepEqual((await rpc(program, 'request_list', {})).requests, []);

  // in the middle of a form it asks
  await called('hongyan://request?genre=article&atitle=%E9%93%9C%E9%BC%93&title=%E6%B0%91%E6%97%8F');
  await dialog(page)
    .getByText(words('arrivals.title', { title: '铜鼓' }))
    .waitFor();
  await button(dialog(page), 'arrivals.no').click();
  await dialog(page).waitFor({ state: 'detached' });
  assert.equal((await rpc(program, 'request_list', {})).drafts.length, 1);

  await called('hongyan://search?q=%E9%93%9C%E9%BC%93%20%E7%BA%B9%E9%A5%B0');
  await dialog(page)
    .getByText(words('arrivals.words', { words: '铜鼓 纹饰' }))
    .waitFor();
  await picture(page, 'arrivals-search', { more: ['en-light-960'], speak });
  await button(dialog(page), 'arrivals.search').click();
  await becomes(() => searchBox(page).inputValue(), '铜鼓 纹饰');
  // from an empty box at once, and it is not searched for
  await called('hongyan://search?q=%E7%91%B6%E6%97%8F');
  await becomes(() => searchBox(page).inputValue(), '瑶族');
  assert.deepEqual(await rpc(program, 'search_recent', {}), []);

  await called('hongyan://settings?erase=1');
  await page.getByText(words('arrivals.refused')).waitFor();
});

/** Clicks the bookmark on a page as the browser runs it; returns the address that it calls. */
async function clicked(tab, href) {
  const session = await tab.context().newCDPSession(tab);
  await session.send('Page.enable');
  const address = new Promise((resolve) => {
    const heard = ({ url }) => url.startsWith('hongyan:') && resolve(url);
    session.on('Page.frameRequestedNavigation', heard);
    session.on('Page.frameScheduledNavigation', heard);
  });
  await tab.evaluate((to) => {
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
  }, href);
  const called = await address;
  await session.detach();
  return called;
}

test('the bookmark reads what a page says of its work', async (t) => {
  const { program, page } = await openProgram(t);
  await goTo(page, 'settings');
  const href = await page.locator('[data-bookmark]').getAttribute('href');
  assert.match(href, /^javascript:/);
  await page.locator('[data-bookmark]').click();
  await page.getByText(words('arrivals.settings.markClick')).waitFor();
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const meta = (pairs) =>
    pairs.map(([name, content]) => `<meta name="${name}" content="${escaped(content)}">`).join('\n');
  // as OCLC's generator and Zotero write it, percent-encoded; some pages leave Chinese as it is
  const coin = (title) => `<span class="Z3988" title="${escaped(title)}"></span>`;
  const coins = [
    'ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal&rft.genre=article&rft.atitle=%E7%91%B6%E6%97%8F%E7%9B%98%E7%8E%8B%E8%8A%82&rft.jtitle=%E6%B0%91%E6%97%8F%E8%89%BA%E6%9C%AF&rft.date=2020&rft.aulast=%E6%9D%8E&rft.aufirst=%E6%9F%90',
    'ctx_ver=Z39.88-2004&rft_val_fmt=info:ofi/fmt:kev:mtx:book&rft.genre=book&rft.btitle=铜鼓 "考" 第1#册&rft.au=韦某&rft.isbn=978-7-02-000220-7&rft.description=' +
      '长'.repeat(3000),
  ];
  const other = await strangers(t, {
    '/scholar': `<title>论文页</title>${meta([
      ['citation_title', '论壮族的铜鼓：纹饰 & "音律"'],
      ['citation_author', '韦某'],
      ['citation_author', '李某某'],
      ['citation_journal_title', '广西民族研究'],
      ['citation_publication_date', '2019/06/15'],
      ['citation_volume', '40'],
      ['citation_issue', '3'],
      ['citation_firstpage', '101'],
      ['citation_lastpage', '117'],
      ['citation_issn', '1004-454X'],
      ['citation_doi', 'https://doi.org/10.1000/tonggu.2019.3'],
    ])}<p>正文</p>`,
    '/thesis': `${meta([
      ['Citation_Title', '壮族铜鼓研究'],
      ['citation_authors', '韦某; 李某某'],
      ['citation_dissertation_institution', '广西民族大学'],
      ['citation_date', '2018'],
    ])}`,
    '/book': `${meta([
      ['citation_title', '红楼梦'],
      ['citation_author', '曹雪芹'],
      ['citation_isbn', '9787020002207'],
      ['citation_publisher', '人民文学出版社'],
      ['citation_year', '1982'],
    ])}`,
    '/coins': `<ul><li id="a">瑶族盘王节${coin(coins[0])}</li><li id="b">铜鼓考${coin(coins[1])}</li></ul>`,
    '/none': '<title>铜鼓文化 & 广西博物馆</title><p>没有</p>',
  });
  // a page of a stranger, in a context whose failures are not ours
  const tab = await page.context().browser().newPage();
  /** The form that the address makes. */
  const formOf = async (where, select) => {
    await tab.goto(`http://127.0.0.1:${other}${where}`);
    if (select)
      await tab.evaluate((id) => getSelection().selectAllChildren(document.getElementById(id)), select);
    const address = await clicked(tab, href);
    assert.ok(address.length <= 2048, `${address.length}`);
    await goTo(page, 'notices');
    await rpc(program, 'address_called', { address });
    return draft(program, page);
  };

  const article = await formOf('/scholar');
  const { title, componentTitle, componentAuthor, volume, issue, pages, issn, doi, date } = article;
  assert.deepEqual(
    { title, componentTitle, componentAuthor, volume, issue, pages, issn, doi, date },
    {
      title: '广西民族研究',
      componentTitle: '论壮族的铜鼓：纹饰 & "音律"',
      componentAuthor: '韦某; 李某某',
      volume: '40',
      issue: '3',
      pages: '101-117',
      issn: '1004-454X',
      doi: '10.1000/tonggu.2019.3',
      date: '2019',
    },
  );
  const thesis = await formOf('/thesis');
  assert.deepEqual(
    [thesis.kind, thesis.title, thesis.author, thesis.publisher],
    ['thesis', '壮族铜鼓研究', '韦某; 李某某', '广西民族大学'],
  );
  const book = await formOf('/book');
  assert.deepEqual(
    [book.service, book.title, book.author, book.isbn, book.publisher],
    ['Loan', '红楼梦', '曹雪芹', '9787020002207', '人民文学出版社'],
  );
  const first = await formOf('/coins');
  assert.deepEqual(
    [first.componentTitle, first.title, first.componentAuthor],
    ['瑶族盘王节', '民族艺术', '李某'],
  );
  const selected = await formOf('/coins', 'b');
  assert.deepEqual(
    [selected.title, selected.author, selected.isbn],
    ['铜鼓 "考" 第1#册', '韦某', '9787020002207'],
  );

  await tab.goto(`http://127.0.0.1:${other}/none`);
  const address = await clicked(tab, href);
  await goTo(page, 'notices');
  await rpc(program, 'address_called', { address });
  await becomes(() => searchBox(page).inputValue(), '铜鼓文化 & 广西博物馆');
  await tab.close();
});
