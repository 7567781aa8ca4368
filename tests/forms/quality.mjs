// `npm run quality -- --only forms [--forms FOLDER] [--lists N]`: how right the scripts of the library's page are, in
// Chromium and in WebKitGTK. The folder of real forms lies outside of the project; it is HONGYAN_FORMS or the place
// where the project's other data is. Returns whether no target was missed.
import path from 'node:path';
import { inRoot } from '../../scripts/lib/root.mjs';
import { buildUi } from '../../scripts/lib/ui.mjs';
import { openChromium } from './lib/engines.mjs';
import { count, exceptionLines, formPages, HELD_OUT, runForms } from './lib/forms.mjs';
import { LAYOUTS, serveLayouts, tryLayout } from './lib/layouts.mjs';
import { runRows } from './lib/rows.mjs';
import { missingForWebKit, openWebKit } from './lib/webkit.mjs';

const TARGETS = { recall: 0.92, precision: 0.99, milliseconds: 100, rows: 0.99 };
const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** The value of `--name VALUE` or `--name=VALUE`. */
function option(args, name) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  return args[at].includes('=') ? args[at].slice(name.length + 1) : args[at + 1];
}

export async function quality(args) {
  const root = process.env.INIT_CWD ?? process.cwd();
  const given = option(args, '--forms') ?? process.env.HONGYAN_FORMS;
  const folder = given ? path.resolve(root, given) : inRoot('..', 'shared', 'data', 'forms');
  const lists = Number(option(args, '--lists') ?? 1000);
  console.log('\n== forms ==');
  await buildUi({ toStderr: true });
  const pages = formPages(folder);
  if (pages) console.log(['what is not what its name says:', ...exceptionLines()].join('\n'));
  else console.log(`real forms: not run (there is no ${folder})`);

  let missed = false;
  const target = (what, figure, met) => {
    console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${figure}`);
    missed ||= !met;
  };
  const missing = missingForWebKit();
  const engines = [openChromium, ...(missing ? [] : [openWebKit])];
  if (missing) console.log(`WebKitGTK: not run (${missing} missing)`);
  for (const open of engines) {
    const engine = await open();
    console.log(`\n${engine.name}`);
    try {
      if (pages) tellForms(await runForms(engine, folder, pages), pages, target);
      await tellLayouts(engine, target);
      await tellRows(engine, engine.name === 'Chromium' ? lists : Math.ceil(lists / 5), target);
    } finally {
      await engine.close();
    }
  }
  return !missed;
}

function tellForms({ controls, p50, max }, pages, target) {
  const all = count(controls);
  target(
    `recall of ${all.fields} fields on ${pages.length} forms, captions alone`,
    percent(all.recall),
    all.recall >= TARGETS.recall,
  );
  target('precision', percent(all.precision), all.precision >= TARGETS.precision);
  target('filled that must not be', all.forbidden, all.forbidden === 0);
  target('milliseconds a form', `p50 ${p50}, max ${max}`, max <= TARGETS.milliseconds);
  const parts = [
    ['held out', controls.filter(({ page }) => HELD_OUT.test(page))],
    ['the others', controls.filter(({ page }) => !HELD_OUT.test(page))],
  ];
  for (const [name, part] of parts) {
    const { fields, recall, precision } = count(part);
    console.log(
      `       ${name}: ${fields} fields, recall ${percent(recall)}, precision ${percent(precision)}`,
    );
  }
  const names = count(controls, 'byName');
  console.log(
    `       by the names, without exceptions: recall ${percent(names.recall)}, precision ${percent(names.precision)}`,
  );
  for (const { page, name, got } of all.faults)
    console.log(`       ${page}: ${name} ${got ? `got ${got}` : 'was left'}`);
}

async function tellLayouts(engine, target) {
  const server = await serveLayouts();
  const faults = [];
  let right = 0;
  for (const layout of LAYOUTS) {
    const tried = await tryLayout(engine, server.at, layout);
    faults.push(...tried.faults);
    if (tried.faults.length === 0) right++;
  }
  await server.close();
  target(
    'layouts with Chinese captions, every field right and heard',
    `${right} of ${LAYOUTS.length}`,
    faults.length === 0,
  );
  for (const fault of faults) console.log(`       ${fault}`);
}

async function tellRows(engine, lists, target) {
  await engine.go('about:blank');
  const rows = await runRows(engine, { count: lists });
  const share = rows.certainFound / rows.certain;
  target(
    `wrong ties in ${rows.lists} lists with ${rows.requests} requests`,
    rows.wrong.length,
    rows.wrong.length === 0,
  );
  target(
    `rows with a mark or number found`,
    `${rows.certainFound} of ${rows.certain}, ${percent(share)}`,
    share >= TARGETS.rows,
  );
  console.log(
    `       by the title alone: ${rows.titledFound} of ${rows.titled}; ms a list: p50 ${rows.p50}, max ${rows.max}`,
  );
  for (const { list, layout, request } of rows.wrong)
    console.log(`       list ${list} (${layout}): ${request.title}`);
}
