// npm run conformance [-- FILTER…]: the conformance suite for search sources and request gateways only.
// Builds that one crate. A filter is a part of a test's name: `npm run conformance -- crossref`.
import { cargoTests } from './lib/layers.mjs';
import { sentence } from './lib/counts.mjs';
import { main } from './lib/run.mjs';
import { setup } from './setup.mjs';

const args = process.argv.slice(2);

await main(async () => {
  await setup({ tests: true, yes: args.includes('--yes') });
  const counts = await cargoTests(
    args.filter((arg) => arg !== '--yes'),
    ['--locked', '-p', 'hongyan-conformance'],
  );
  console.log(sentence(counts));
  return counts.failed > 0 ? 1 : 0;
});
