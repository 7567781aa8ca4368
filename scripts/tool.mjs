// npm run inspect -- FILE…, npm run search -- …: builds the tool quietly and runs it; stdout carries the
// tool's output only. Tools that measure are built with optimisation.
import path from 'node:path';
import { setup } from './setup.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { builtBinary, onWindows, targetDir } from './lib/root.mjs';
import { main, must, run } from './lib/run.mjs';

const [name, ...args] = process.argv.slice(2);

await main(async () => {
  await setup({ quiet: true });
  const quietly = { toStderr: true, env: { ...process.env, CARGO_TERM_QUIET: 'true' } };
  const optimised = name === 'quality';
  if (optimised)
    await must('cargo', ['build', '--release', '--locked', '-p', 'hongyan-tools', '--bin', name], quietly);
  else await buildProgram(name, quietly);
  const built = optimised
    ? path.join(targetDir(), 'release', onWindows ? `${name}.exe` : name)
    : builtBinary(name);
  // relative paths are relative to the folder in which npm was called
  return (await run(built, args, { cwd: process.env.INIT_CWD ?? process.cwd() })).code;
});
