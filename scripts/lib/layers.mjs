// The layers of the tests. Each runs to its end and says how many passed; a runner that fails without a
// failed test (it did not build, it crashed) counts as one failure.
import { existsSync, readdirSync } from 'node:fs';
import { wholeWorkspace } from './cargo.mjs';
import { fromCargoTest, fromNextest, fromNodeTest, fromVitest } from './counts.mjs';
import { builtBinary, inRoot, onLinux, underCi } from './root.mjs';
import { nodeTool, onPath, run } from './run.mjs';

function settle({ code, output }, count) {
  const counts = count(output);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0 && counts.skipped === 0) counts.failed = 1;
  return counts;
}

/** A layer that cannot run here: a failure where it has to, else skipped by name. */
function cannot(layer, why) {
  const required = underCi && onLinux;
  console.log(`${layer}: ${required ? 'cannot run' : 'skipped'}: ${why}`);
  return required ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
}

const colourless = {
  env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, CARGO_TERM_COLOR: 'never' },
};

/** Tests in Rust: those that `chosen` names, of the whole workspace unless `of` says what to build. */
export async function cargoTests(chosen, of = wholeWorkspace) {
  const options = { tee: true, ...colourless };
  if (onPath('cargo-nextest')) {
    const args = ['nextest', 'run', ...of, '--no-fail-fast', ...chosen];
    return settle(await run('cargo', args, options), fromNextest);
  }
  return settle(await run('cargo', ['test', ...of, '--no-fail-fast', ...chosen], options), fromCargoTest);
}

/** The program without a platform: what every patron gets has lines of its own in the counts. */
const WITHOUT_PLATFORM = 'noplatform.test.mjs';

/** Stories through the bridge in Chromium. */
async function inChromium(layer, chosen) {
  const browser = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath);
  if (!browser && !process.env.HONGYAN_CHROMIUM) return cannot(layer, 'there is no Chromium');
  if (!existsSync(builtBinary('hongyan-bridge'))) return cannot(layer, 'the bridge is not built');
  const files = readdirSync(inRoot('tests', 'e2e'))
    .filter((name) => name.endsWith('.test.mjs') && chosen(name))
    .map((name) => inRoot('tests', 'e2e', name));
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
  return settle(await run(process.execPath, args, { tee: true, ...colourless }), fromNodeTest);
}

/** Stories in the real window, of one file of tests. */
async function inWindow(layer, ...files) {
  if (!onLinux) return cannot(layer, 'the real window is driven on Linux only');
  const needed = ['Xvfb', 'WebKitWebDriver', 'dbus-daemon', 'gnome-keyring-daemon', 'openbox', 'xdotool'];
  const missing = needed.filter((program) => !onPath(program));
  if (missing.length > 0) return cannot(layer, `${missing.join(', ')} missing`);
  // what it measures is said on the console
  const loud = onPath('cargo-nextest') ? ['--success-output', 'immediate'] : ['--', '--nocapture'];
  return cargoTests([...files.flatMap((file) => ['--test', file]), ...loud]);
}

export const layers = {
  /** Everything in Rust except the real window. */
  rust: () => cargoTests([]),

  /** The screens' parts, without a browser. */
  async ui() {
    const args = ['run', '-c', 'ui/vitest.config.ts'];
    return settle(await nodeTool('vitest', 'vitest.mjs', args, { tee: true, ...colourless }), fromVitest);
  },

  /** The story through the bridge in Chromium. */
  e2e: () => inChromium('e2e', (name) => name !== WITHOUT_PLATFORM),

  /** The same without a platform. */
  noplatform: () => inChromium('noplatform', (name) => name === WITHOUT_PLATFORM),

  /** The real window under a display of its own. */
  desktop: () => inWindow('desktop', 'window', 'bad_days'),

  /** The same without a platform. */
  'noplatform-window': () => inWindow('noplatform-window', 'noplatform'),
};
