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
  // the scripts of the library's page are measured in browsers, everything else by the tool
  const forms = optimised ? takeForms(args) : 'no';
  // node_modules may have come just now
  const quality = async (given) => (await import('../tests/forms/quality.mjs')).quality(given);
  if (forms === 'only') return (await quality(args)) ? 0 : 1;
  if (optimised)
    await must('cargo', ['build', '--release', '--locked', '-p', 'hongyan-tools', '--bin', name], quietly);
  else await buildProgram(name, quietly);
  const built = optimised
    ? path.join(targetDir(), 'release', onWindows ? `${name}.exe` : name)
    : builtBinary(name);
  // relative paths are relative to the folder in which npm was called
  const { code } = await run(built, args, { cwd: process.env.INIT_CWD ?? process.cwd() });
  return forms === 'too' && !(await quality([])) ? code || 1 : code;
});

/** Takes `forms` out of `--only`: `no`, `too` (with other sections), `only`. */
function takeForms(given) {
  const at = given.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (at < 0) return 'no';
  const joined = given[at].includes('=');
  const sections = (joined ? given[at].slice('--only='.length) : (given[at + 1] ?? '')).split(',');
  if (!sections.includes('forms')) return 'no';
  const others = sections.filter((section) => section !== 'forms').join(',');
  given.splice(at, joined ? 1 : 2, ...(others === '' ? [] : ['--only', others]));
  return others === '' ? 'only' : 'too';
}
