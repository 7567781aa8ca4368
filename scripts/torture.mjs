// npm run torture -- [--seed N] [--runs N] [--only R3]: kills the program, cuts connections and injects
// faults, and reports what was lost, duplicated or reported wrongly: one line for each suite.
import { setup } from './setup.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { builtBinary } from './lib/root.mjs';
import { main, run } from './lib/run.mjs';

await main(async () => {
  await setup({ quiet: true });
  const quietly = { toStderr: true, env: { ...process.env, CARGO_TERM_QUIET: 'true' } };
  for (const program of ['hongyan-torture-client', 'torture']) await buildProgram(program, quietly);
  return (await run(builtBinary('torture'), process.argv.slice(2))).code;
});
