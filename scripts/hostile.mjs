// npm run hostile [-- NAME…]: attacks the real program with hostile catalogues, platforms, texts and callers.
// Prints one line for each attack: bytes, time, CPU, memory above that of an honest answer, and what the
// patron was told.
import { setup } from './setup.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { builtBinary } from './lib/root.mjs';
import { main, run } from './lib/run.mjs';

await main(async () => {
  await setup({ quiet: true });
  const quietly = { toStderr: true, env: { ...process.env, CARGO_TERM_QUIET: 'true' } };
  for (const program of ['hongyan-bridge', 'hostile']) await buildProgram(program, quietly);
  return (await run(builtBinary('hostile'), process.argv.slice(2))).code;
});
