// Request forms of real libraries, which lie outside of the project: the name of an input is the truth, the caption is
// what the library wrote. The names are taken out before the script sees a page, so that captions alone decide.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../../scripts/lib/root.mjs';
import { call } from './layouts.mjs';
import { serve } from './serve.mjs';

/** What each input is for, by its name. An ISSN's input takes an ISBN too. */
const TRUTH = {
  PhotoJournalTitle: ['title'],
  LoanTitle: ['title'],
  PhotoArticleTitle: ['componentTitle'],
  PhotoArticleAuthor: ['componentAuthor'],
  PhotoItemAuthor: ['author'],
  LoanAuthor: ['author'],
  LoanEditor: ['editor'],
  PhotoItemPublisher: ['publisher'],
  LoanPublisher: ['publisher'],
  PhotoItemPlace: ['place'],
  LoanPlace: ['place'],
  PhotoJournalYear: ['date'],
  LoanDate: ['date'],
  PhotoItemEdition: ['edition'],
  LoanEdition: ['edition'],
  PhotoJournalVolume: ['volume'],
  PhotoJournalIssue: ['issue'],
  PhotoJournalInclusivePages: ['pages'],
  ISSN: ['issn', 'isbn'],
  DOI: ['doi'],
  PMID: ['pmid'],
  NotWantedAfter: ['neededBy'],
  WantedBy: ['neededBy'],
  Notes: ['note'],
};
const FIELDS = (
  'componentTitle componentAuthor title author editor translator contributor publisher place date edition volume ' +
  'issue pages isbn issn doi pmid neededBy maximumCost pickupLocation note'
).split(' ');
/** Libraries that were not looked at while the rules were written. */
export const HELD_OUT = /^lib0[479]-/;

const exceptions = JSON.parse(readFileSync(inRoot('tests', 'forms', 'exceptions.json'), 'utf8'));
const exceptionFor = (page, name) =>
  exceptions.find(({ input, page: pages }) => input === name && new RegExp(pages).test(page));

/** The pages of a folder; undefined if it is not there. */
export function formPages(folder) {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).filter((name) => name.endsWith('.html'));
}

/** Takes names and ids out of a page, empties it, and returns what each control was called. */
const ANONYMOUS = `(() => {
  const all = [...document.querySelectorAll('input, textarea, select')];
  const names = all.map((e) => ({ name: e.getAttribute('name') ?? '', tag: e.tagName, type: e.type, seen: e.getClientRects().length > 0 }));
  const ids = new Map([...document.querySelectorAll('[id]')].map((e, i) => [e.id, 'k' + i]));
  for (const e of document.querySelectorAll('[id]')) e.id = ids.get(e.id);
  for (const e of document.querySelectorAll('label[for]')) e.setAttribute('for', ids.get(e.getAttribute('for')) ?? 'none');
  for (const e of all) {
    e.removeAttribute('name');
    if (e.tagName !== 'SELECT' && !/^(hidden|submit|button|reset|image|checkbox|radio)$/.test(e.type)) e.value = '';
  }
  window.controls = all;
  return JSON.stringify(names);
})()`;

/** Fills every page in an engine. Returns one entry for each control that a person could fill. */
export async function runForms(engine, folder, pages) {
  const server = await serve((name) => {
    const file = path.join(folder, path.basename(name));
    if (!name.endsWith('.html') || !existsSync(file)) return undefined;
    return { body: readFileSync(file), type: 'text/html; charset=utf-8' };
  });
  const controls = [];
  const spent = [];
  try {
    for (const page of pages) {
      await engine.go(`${server.at}/${page}`);
      const names = JSON.parse(await engine.run(ANONYMOUS));
      const service = names.some(({ name }) => name === 'PhotoJournalTitle') ? 'copy' : 'loan';
      const input = { fields: FIELDS.map((name) => ({ name, value: `=${name}` })), service, fill: true };
      const answer = JSON.parse(await engine.run(call('fill', `HongyanFill.fill(${JSON.stringify(input)})`)));
      if (!answer.ok || !answer.complete) throw new Error(`${page}: ${JSON.stringify(answer)}`);
      spent.push(answer.spent + answer.writing);
      const values = JSON.parse(await engine.run('JSON.stringify(window.controls.map((e) => e.value))'));
      names.forEach((control, i) => {
        if (/^(hidden|submit|button|reset|image)$/.test(control.type)) return;
        const got = values[i].startsWith('=') ? values[i].slice(1) : '';
        controls.push({ page, ...control, got, ...wanted(page, control) });
      });
    }
  } finally {
    await server.close();
  }
  spent.sort((a, b) => a - b);
  return { controls, p50: spent[spent.length >> 1], max: spent.at(-1) };
}

/** What a control is for: `byName`, and `fields` with the exceptions. Empty: nothing of ours belongs there. */
function wanted(page, { name, tag, seen }) {
  const byName = tag === 'SELECT' || !seen ? [] : (TRUTH[name] ?? []);
  const exception = exceptionFor(page, name);
  return { byName, fields: exception ? [exception.means].filter(Boolean) : byName, exception };
}

/** Counts: `recall` and `precision` from 0 to 1, `forbidden` controls that were filled, the list of what was not right. */
export function count(controls, key = 'fields') {
  const sum = { fields: 0, right: 0, wrong: 0, forbidden: 0, faults: [] };
  for (const control of controls) {
    const want = control[key];
    // of two inputs with one name one is enough
    const twin = controls.find(
      (o) => o !== control && o.page === control.page && o.name === control.name && o.got !== '',
    );
    if (want.length > 0 && control.got === '' && twin) continue;
    if (want.length > 0) sum.fields++;
    if (control.got === '' ? want.length === 0 : want.includes(control.got)) {
      if (control.got !== '') sum.right++;
      continue;
    }
    if (want.length === 0) sum.forbidden++;
    else if (control.got !== '') sum.wrong++;
    sum.faults.push(control);
  }
  const filled = sum.right + sum.wrong + sum.forbidden;
  return { ...sum, recall: sum.right / sum.fields, precision: sum.right / filled };
}

/** The exceptions as lines. */
export const exceptionLines = () =>
  exceptions.map(
    ({ page, input, means, reason }) => `  ${page}: ${input} is ${means || 'nothing of ours'} (${reason})`,
  );
