// npm run inspect -- FILE…, npm run search -- …, npm run probe -- …: builds the tool quietly and runs it; stdout carries the
// tool's output only. Tools that measure are built with optimisation.
import path from 'node:path';
import { setup } from './setup.mjs';
import { buildProgram, wholeWorkspace } from './lib/cargo.mjs';
import { builtBinary, onWindows, targetDir } from './lib/root.mjs';

import { main, must, run } from './lib/run.mjs';

const [name, ...args] = process.argv.slice(2);

/** What `npm run quality -- --only` takes beside the sections of the tool; each returns whether its bounds hold. */
const sections = {
  /** Request forms, in Chromium and WebKitGTK. */
  async forms(given) {
    // node_modules may have come just now
    return (await import('../tests/forms/quality.mjs')).quality(given);
  },
  /** Mails that name requests, in eleven encodings, and strangers' mails. */
  async mails() {
    const env = { ...process.env, HONGYAN_MAILS: 'full', CARGO_TERM_QUIET: 'true' };
    const test = ['test', ...wholeWorkspace, '--test', 'mails', '--', '--nocapture', '--test-threads=1'];
    return (await run('cargo', test, { env })).code === 0;
  },
};

await main(async () => {
  await setup({ quiet: true });
  const quietly = { toStderr: true, env: { ...process.env, CARGO_TERM_QUIET: 'true' } };
  const optimised = name === 'quality';
  // measured elsewhere: the scripts of the library's page in browsers, the reading of mails by its own test
  const apart = optimised ? takeApart(args) : { sections: [], alone: false };
  for (const section of apart.sections) {
    if (!(await sections[section](apart.alone ? args : []))) return 1;
  }
  if (apart.alone) return 0;
  if (optimised)
    await must('cargo', ['build', '--release', '--locked', '-p', 'hongyan-tools', '--bin', name], quietly);
  else await buildProgram(name, quietly);
  const built = optimised
    ? path.join(targetDir(), 'release', onWindows ? `${name}.exe` : name)
    : builtBinary(name);
  // relative paths are relative to the folder in which npm was called
  const { code } = await run(built, args, { cwd: process.env.INIT_CWD ?? process.cwd() });
  return code;
});

/** Takes what is measured apart out of `--only`; `alone`: nothing else was asked for. */
function takeApart(given) {
  const at = given.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (at < 0) return { sections: [], alone: false };
  const joined = given[at].includes('=');
  const asked = (joined ? given[at].slice('--only='.length) : (given[at + 1] ?? '')).split(',');
  const apart = asked.filter((section) => section in sections);
  if (apart.length === 0) return { sections: [], alone: false };
  const others = asked.filter((section) => !(section in sections)).join(',');
  given.splice(at, joined ? 1 : 2, ...(others === '' ? [] : ['--only', others]));
  return { sections: apart, alone: others === '' };
}
