// npm start [-- --browser] [--yes]: builds and starts Hongyan with a demo platform on this machine.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setup } from './setup.mjs';
import { buildProgram } from './lib/cargo.mjs';
import { builtBinary, inRoot, onLinux } from './lib/root.mjs';
import { main, run, since, Stop } from './lib/run.mjs';
import { buildUi } from './lib/ui.mjs';

const flags = process.argv.slice(2);
const has = (flag) => flags.includes(flag);
const passedOn = flags.filter((flag) => !['--browser', '--yes'].includes(flag));

async function step(title, work) {
  const start = Date.now();
  process.stdout.write(`${title} …\n`);
  await work();
  if (Date.now() - start > 1000) console.log(`  ${since(start)}`);
}

/** Runs the bridge and prints its JSON messages as sentences. */
function serve(args) {
  const bridge = spawn(builtBinary('hongyan-bridge'), args, { stdio: ['inherit', 'pipe', 'inherit'] });
  createInterface({ input: bridge.stdout }).on('line', (line) => {
    const { address, sandbox, link } = JSON.parse(line);
    if (address) {
      console.log(`\nHongyan serves this machine only. Open in a browser:\n\n  ${address}\n`);
      if (sandbox)
        console.log(`The demo platform’s own pages (librarian, faults, clock): ${sandbox}/_sandbox/\n`);
      console.log('Ctrl+C stops it and forgets the demo.');
    }
    if (link) console.log(`The page wants to open ${link}`);
  });
  return new Promise((resolve) => bridge.on('close', (code) => resolve(code ?? 0)));
}

await main(async () => {
  const browser = has('--browser');
  if (!browser && onLinux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Stop(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n' +
        'The same program runs in a browser:\n  npm start -- --browser',
    );
  }
  await step('Checking what is needed', () => setup({ yes: has('--yes') }));
  await step('Building the screens', () => buildUi());
  await step('Building the program (the first time takes some minutes)', () =>
    buildProgram(browser ? 'hongyan-bridge' : 'hongyan'),
  );
  if (browser) {
    return serve(['--ui', inRoot('ui', 'dist'), ...passedOn]);
  }
  console.log('Starting Hongyan with a demo platform on this machine (演示) …');
  return (await run(builtBinary('hongyan'), passedOn)).code;
});
