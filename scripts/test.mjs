// npm test [-- LAYER…]: all tests, or the named layers (rust, mail, ui, forms, e2e,
// noplatform, desktop, noplatform-window). The last line is the sum.
import { setup } from './setup.mjs';
import { buildAll } from './lib/cargo.mjs';
import { sentence } from './lib/counts.mjs';
import { layers } from './lib/layers.mjs';
import { main, since, Stop } from './lib/run.mjs';
import { buildUi } from './lib/ui.mjs';

const args = process.argv.slice(2);
const named = args.filter((name) => !name.startsWith('-'));

/** Layers that need no Rust. */
const withoutRust = ['ui', 'forms'];

await main(async () => {
  const unknown = named.filter((name) => !(name in layers));
  if (unknown.length > 0)
    throw new Stop(`No such layer: ${unknown.join(', ')}. There are ${Object.keys(layers).join(', ')}.`);
  const chosen =
    named.length > 0 ? named : ['ui', 'forms', 'rust', 'e2e', 'noplatform', 'desktop', 'noplatform-window'];
  await setup({ tests: true, yes: args.includes('--yes') });

  const start = Date.now();
  const results = [];
  const record = (name, counts, from) => results.push({ name, counts, time: since(from) });
  const built = { passed: 0, failed: 0, skipped: 0 };
  await buildUi().catch((error) => {
    console.error(error.message);
    built.failed += 1;
  });
  if (chosen.some((name) => !withoutRust.includes(name)) && (await buildAll()).code !== 0) built.failed += 1;
  if (built.failed > 0) record('build', built, start);

  for (const name of chosen) {
    // after a failed build only the layer that needs none is run
    if (built.failed > 0 && name !== 'ui') continue;
    const from = Date.now();
    console.log(`\n== ${name} ==`);
    record(name, await layers[name](), from);
  }

  const sum = { passed: 0, failed: 0, skipped: 0 };
  console.log('');
  for (const { name, counts, time } of results) {
    for (const key of Object.keys(sum)) sum[key] += counts[key];
    console.log(`${name.padEnd(17)} ${sentence(counts)} (${time})`);
  }
  console.log(`${'all'.padEnd(17)} ${since(start)}`);
  console.log(sentence(sum));
  return sum.failed > 0 ? 1 : 0;
});
