// npm run inspect -- FILE…, npm run search -- …: builds the tool quietly and runs it; stdout is the tool's alone.
import { setup } from './setup.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { builtBinary } from './lib/root.mjs';
import { main, run } from './lib/run.mjs';

const [name, ...args] = process.argv.slice(2);

await main(async () => {
  await setup({ quiet: true });
  await buildProgram(name, {
    toStderr: true,
    env: { ...process.env, CARGO_TERM_QUIET: 'true' },
  });
  // the tool's paths are the reader's, not ours; npm keeps the folder it was called in
  return (await run(builtBinary(name), args, { cwd: process.env.INIT_CWD ?? process.cwd() })).code;
});
