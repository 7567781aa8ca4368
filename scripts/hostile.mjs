// npm run hostile [-- NAME…]: hostile catalogues, platforms, texts and callers against the real program, one line
// an attack: bytes, time, processor, memory above an honest answer, and what the patron was told.
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
