// Pages that are made to mislead or stop the scripts. A script runs in the page's own world, so that a page can always
// lie and can always hold itself up; what is shown here is that it ends by itself in bounded time, answers JSON or an
// empty text, and touches no field that it must not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openChromium } from './lib/engines.mjs';
import { call, VALUES } from './lib/layouts.mjs';
import { serve } from './lib/serve.mjs';

/** Milliseconds in which every call ends; ten times what the slowest takes. */
const BOUND = 20_000;

const FORM = `<form><label>篇名 <input id="t"></label><label>备注 <textarea id="n"></textarea></label>
  <label>密码 <input id="p" type="password"></label></form>
  <table><tr><td>论壮族的铜鼓</td><td>处理中</td><td>HY-7K3M9QX</td></tr></table>`;

let engine;
let server;
before(async () => {
  engine = await openChromium();
  server = await serve(() => ({ body: `<!doctype html><meta charset="utf-8">${FORM}`, type: 'text/html' }));
});
after(async () => {
  await engine.close();
  await server.close();
});

const fields = VALUES.map(([name, value]) => ({ name, value }));
const FILL = JSON.stringify({
  fields,
  corrections: [{ label: '密码', field: 'note' }],
  service: 'copy',
  fill: true,
});
const ROWS = JSON.stringify({
  requests: [{ id: 'a', mark: 'HY-7K3M9QX', number: '', title: '论壮族的铜鼓' }],
});
const CALLS = [
  ['fill', call('fill', `HongyanFill.fill(${FILL})`)],
  ['readBack', call('fill', `HongyanFill.readBack(${FILL})`)],
  ['structure', call('fill', 'HongyanFill.structure()')],
  ['rows', call('rows', `HongyanRows.rows(${ROWS})`)],
];

/** Runs every call on a page that `trap` prepared. Returns the answers, `undefined` for an empty one. */
async function ask(t, trap) {
  await engine.go(server.at);
  await engine.run(`(() => { ${trap} })(), 0`);
  // the page has been drawn when a patron clicks
  await engine.run('document.body.offsetHeight');
  const answers = {};
  for (const [name, script] of CALLS) {
    const from = performance.now();
    const answer = await engine.run(script);
    const spent = performance.now() - from;
    if (spent > 100) t.diagnostic(`${name} took ${Math.round(spent)} ms`);
    assert.ok(spent < BOUND, `${name} took ${Math.round(spent)} ms`);
    assert.equal(typeof answer, 'string', `${name} answered ${answer}`);
    answers[name] = answer === '' ? undefined : JSON.parse(answer);
  }
  return answers;
}

const valueOf = (id) => engine.run(`document.getElementById('${id}').value`);

test('a page that replaced JSON hears nothing and is read truly', async (t) => {
  const answers = await ask(
    t,
    `
    window.asked = 0;
    JSON.stringify = JSON.parse = () => { window.asked++; return 'evil'; };
    Array.prototype.toJSON = String.prototype.toJSON = Object.prototype.toJSON = () => 'evil';`,
  );
  assert.equal(await engine.run('window.asked'), 0);
  assert.deepEqual(
    answers.fill.found.map(({ field }) => field),
    ['componentTitle', 'note'],
  );
  assert.ok(answers.readBack.read.filter(({ took }) => took).length === 2);
  assert.match(answers.rows.rows[0].text, /处理中/);
  assert.equal(await valueOf('p'), '');
});

const TRAPS = {
  'methods of arrays throw': `for (const name of ['map', 'filter', 'push', 'some', 'find', 'includes', 'join', 'slice', 'sort'])
    Array.prototype[name] = () => { throw new Error('trap'); };`,
  'methods of arrays lie': `for (const name of ['map', 'filter', 'slice']) Array.prototype[name] = () => [];
    Array.isArray = () => false;`,
  'methods of strings throw': `for (const name of ['trim', 'replace', 'normalize', 'toLowerCase', 'slice', 'split', 'includes'])
    String.prototype[name] = () => { throw new Error('trap'); };`,
  'regular expressions throw': `RegExp.prototype.exec = RegExp.prototype.test = () => { throw new Error('trap'); };`,
  'regular expressions say yes': `RegExp.prototype.test = () => true;`,
  'maps and sets are gone': `window.Map = window.Set = undefined;`,
  'iteration throws': `Array.prototype[Symbol.iterator] = () => { throw new Error('trap'); };`,
  'the clock stands': `performance.now = () => 0;`,
  'the clock is a text': `performance.now = () => 'late';`,
  'the clock throws': `performance.now = () => { throw new Error('trap'); };`,
  'queries and attributes lie': `Document.prototype.querySelectorAll = Element.prototype.querySelector = () => { throw new Error('trap'); };
    Element.prototype.getAttribute = () => 'forbidden '.repeat(1000);`,
  'getters of nodes throw': `for (const name of ['firstChild', 'nextSibling', 'parentNode'])
    Object.defineProperty(Node.prototype, name, { get() { throw new Error('trap'); } });`,
  'getters of nodes turn in circles': `const first = document.body;
    Object.defineProperty(Node.prototype, 'nextSibling', { get: () => first });
    Object.defineProperty(Node.prototype, 'firstChild', { get: () => first });`,
  'parents turn in circles': `const t = document.getElementById('t');
    Object.defineProperty(Node.prototype, 'parentNode', { get: () => t });`,
  'the value cannot be asked': `Object.defineProperty(HTMLInputElement.prototype, 'value', { get() { throw new Error('trap'); }, set() { throw new Error('trap'); } });`,
  'every object has more properties': `Object.defineProperty(Array.prototype, 0, { set() {}, get: () => 'trap' });
    Object.defineProperty(Object.prototype, 'ok', { set() { throw new Error('trap'); }, get: () => 1 });
    Object.prototype.value = { toString() { throw new Error('trap'); } };`,
  'errors have no text': `Error.prototype.toString = () => { throw new Error('trap'); };
    Array.prototype.map = () => { throw new Error('trap'); };`,
  'styles throw': `window.getComputedStyle = () => { throw new Error('trap'); };`,
  'handlers throw and tear the form down': `document.addEventListener('input', (event) => {
    event.target.closest('form').innerHTML = '<input>'; throw new Error('trap'); });`,
  'handlers add fields without end': `document.addEventListener('input', () => {
    for (let i = 0; i < 1000; i++) document.body.insertAdjacentHTML('beforeend', '<label>篇名 <input></label>'); });`,
  'scripts of ours are there already': `Object.defineProperty(window, 'HongyanFill', { value: { fill: () => 'evil' } });
    Object.defineProperty(window, 'HongyanRows', { value: { rows: () => 'evil' } });`,
};

for (const [name, trap] of Object.entries(TRAPS)) {
  test(`traps: ${name}`, async (t) => {
    const answers = await ask(t, trap);
    for (const answer of Object.values(answers)) assert.ok(answer === undefined || 'ok' in answer);
    if (name.startsWith('scripts of ours')) assert.equal(answers.fill.found.length, 2);
  });
}

const LARGE = {
  'a million inputs': `const some = '<input>'.repeat(10000); const host = document.createElement('div'); host.hidden = true;
    document.body.prepend(host); for (let i = 0; i < 100; i++) host.insertAdjacentHTML('beforeend', some);`,
  'five thousand inputs that are seen, each with a caption': `const some = '<label>篇名 <input></label> '.repeat(1000);
    for (let i = 0; i < 5; i++) document.body.insertAdjacentHTML('beforeend', some);`,
  'captions without end': `const long = '篇名' + '很'.repeat(3e5);
    document.body.insertAdjacentHTML('afterbegin', '<label id="l"></label>');
    document.getElementById('l').append(long, document.getElementById('t'));
    document.getElementById('n').placeholder = long; document.getElementById('n').title = ' '.repeat(3e5);
    document.getElementById('n').closest('label').after(long);`,
  'a caption of fifty thousand pieces': `const label = document.getElementById('t').closest('label');
    for (let i = 0; i < 50000; i++) label.prepend(document.createElement('i'));`,
  'elements within each other, five hundred deep': `let at = document.body;
    for (let i = 0; i < 500; i++) at = at.appendChild(document.createElement('div'));
    at.append(document.querySelector('form'));`,
  'a table of fifty thousand rows': `const some = '<tr><td>中国近代史</td><td>完成</td></tr>'.repeat(10000);
    const table = document.querySelector('table'); for (let i = 0; i < 5; i++) table.insertAdjacentHTML('beforeend', some);`,
  'a select of twenty thousand options': `document.body.insertAdjacentHTML('afterbegin',
    '<label>出版社 <select>' + '<option>某出版社</option>'.repeat(20000) + '</select></label>');`,
};

for (const [name, trap] of Object.entries(LARGE)) {
  test(`large: ${name}`, async (t) => {
    const answers = await ask(t, trap);
    for (const [call, answer] of Object.entries(answers)) {
      assert.equal(answer?.ok, true, `${call}: ${JSON.stringify(answer)}`);
      assert.ok(JSON.stringify(answer).length < 100_000, `${call} is long`);
    }
    if (name === 'a million inputs') assert.equal(answers.fill.complete, false);
  });
}

test('a form that looks like ours: what is not seen and what is secret stays empty', async (t) => {
  const fake = VALUES.map(([field]) => field);
  const hidden = [
    'position: absolute; left: -9999px',
    'opacity: 0',
    'width: 1px; height: 1px; border: 0; padding: 0; overflow: hidden',
    'visibility: hidden',
    'display: none',
  ];
  await ask(
    t,
    `document.body.innerHTML = '<h1>鸿雁 代填</h1>' + ${JSON.stringify(
      hidden
        .map(
          (style, i) =>
            `<p>篇名 <input class="trap" style="${style}"></p><p style="${style}">备注 <input class="trap" name="h${i}"></p>`,
        )
        .join('') +
        `<p>鸿雁口令 <input class="trap"></p><p>鸿雁的验证码 <input class="trap"></p><p>主密码 <input class="trap" type="password"></p>` +
        fake.map((field) => `<input class="trap" name="${field}" id="${field}">`).join('') +
        '<p>篇名 <input id="t"></p><p>备注 <textarea id="n"></textarea></p><p>密码 <input id="p"></p>',
    )};`,
  );
  assert.equal(await valueOf('t'), VALUES[0][1]);
  assert.equal(await valueOf('n'), VALUES.at(-1)[1]);
  const filled = await engine.run(
    `[...document.querySelectorAll('.trap, #p')].filter((e) => e.value !== '').map((e) => e.outerHTML).join()`,
  );
  assert.equal(filled, '');
});
