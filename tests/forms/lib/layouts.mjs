// Eight layouts of our own: pages of real component libraries and plain ones, with Chinese captions. Each has fifteen
// fields of ours under names that say nothing, and beside them what must stay as it is.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../../scripts/lib/root.mjs';
import { serve } from './serve.mjs';

export const LAYOUTS = [
  'antd',
  'element-plus',
  'element-ui',
  'layui',
  'table',
  'four-columns',
  'text',
  'placeholders',
];

/** The fields of the inputs f1 to f15, and their values. */
export const VALUES = [
  ['componentTitle', '论壮族的铜鼓——以“那坡”为例'],
  ['componentAuthor', '韦丹芳'],
  ['title', '广西民族研究'],
  ['publisher', '广西民族出版社'],
  ['place', '南宁'],
  ['date', '2019'],
  ['edition', '第2版'],
  ['volume', '12'],
  ['issue', '3'],
  ['pages', '101-117'],
  ['issn', '1004-454X'],
  ['doi', '10.1000/xyz'],
  ['neededBy', '2026-12-31'],
  ['maximumCost', '30.00'],
  ['note', 'HY-7K3M9QX 请尽快传递，谢谢。'],
];

export const scriptOf = (name) => readFileSync(inRoot('ui', 'dist', 'companion', `${name}.js`), 'utf8');

/** A call of a script as the shell makes it. */
export const call = (name, expression) =>
  `(function () { try { ${scriptOf(name)}\nreturn ${expression}; } catch { return ''; } })()`;

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };
// the page's own policy: no inline script, no eval
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; object-src 'none'";

/** Serves the layouts, and the builds of the frameworks as npm has them. */
export function serveLayouts() {
  return serve((name) => {
    const vendor = name.startsWith('/vendor/');
    const home = vendor ? inRoot('node_modules') : inRoot('tests', 'forms', 'layouts');
    const file = path.join(home, vendor ? name.slice('/vendor'.length) : name);
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    if (!file.startsWith(home) || !existsSync(file)) return undefined;
    return { body: readFileSync(file), type, headers: { 'Content-Security-Policy': POLICY } };
  });
}

/** Fills one layout. Returns the faults, empty if everything is right and heard. */
export async function tryLayout(engine, at, layout) {
  await engine.go(`${at}/${layout}.html`);
  await engine.until('window.model && document.querySelectorAll("input, textarea").length > 15');
  const others = `JSON.stringify([...document.querySelectorAll('input, textarea, select')].map((e) => e.value))`;
  const before = JSON.parse(await engine.run(others));
  const fields = [...VALUES, ['translator', '莫云山']].map(([name, value]) => ({ name, value }));
  const input = { fields, corrections: [], service: 'copy', fill: true };
  const answer = JSON.parse(await engine.run(call('fill', `HongyanFill.fill(${JSON.stringify(input)})`)));
  const faults = [];
  const expect = (right, what) => right || faults.push(`${engine.name}, ${layout}: ${what}`);
  expect(answer.ok && answer.complete, `the answer is ${JSON.stringify(answer)}`);
  const read = JSON.parse(await engine.run(call('fill', `HongyanFill.readBack(${JSON.stringify(input)})`)));
  const model = JSON.parse(await engine.run('JSON.stringify(window.model())'));
  const after = JSON.parse(await engine.run(others));

  VALUES.forEach(([field, value], i) => {
    const one = answer.found.find((found) => found.field === field);
    expect(one?.filled, `${field} was not filled`);
    expect(model[`f${i + 1}`] === value, `${field}: the page heard ${JSON.stringify(model[`f${i + 1}`])}`);
    expect(
      read.read.some((back) => back.field === field && back.took),
      `${field} was not read back`,
    );
  });
  expect(answer.noPlace.join() === 'translator', `no place for ${answer.noPlace}`);
  expect(
    read.read.filter(({ took }) => !took).every(({ field, why }) => field === 'translator' && why === 'gone'),
    `read back ${JSON.stringify(read.read.filter(({ took }) => !took))}`,
  );
  const touched = after.filter((value, i) => value !== before[i]).length;
  expect(after.length === before.length && touched === VALUES.length, `${touched} controls were changed`);
  return { faults, spent: answer.spent, writing: answer.writing, left: answer.left };
}
