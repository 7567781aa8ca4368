// npm start [-- --browser] [--yes]: builds and shows Hongyan with a demo platform on this machine.
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
    browser ? buildProgram('hongyan-bridge', 'hongyan-bridge') : buildProgram('hongyan', 'hongyan'),
  );
  if (browser) {
    console.log(
      'Serving Hongyan to this machine only. Open the address below; stop with Ctrl+C, which forgets the demo.',
    );
    const args = ['--ui', inRoot('ui', 'dist'), ...passedOn];
    return (await run(builtBinary('hongyan-bridge'), args)).code;
  }
  console.log('Starting Hongyan with a demo platform on this machine (演示) …');
  return (await run(builtBinary('hongyan'), passedOn)).code;
});
