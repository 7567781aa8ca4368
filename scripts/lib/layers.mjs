// The test layers. Each runs to its end and reports how many tests passed; a runner that fails without a
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

/** Reports a layer that cannot run here: a failure if it is required, otherwise skipped by name. */
function cannot(layer, why) {
  const required = underCi && onLinux;
  console.log(`${layer}: ${required ? 'cannot run' : 'skipped'}: ${why}`);
  return required ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
}

const colourless = {
  env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, CARGO_TERM_COLOR: 'never' },
};

/** Rust tests: those that `chosen` selects, from the whole workspace unless `of` selects what to build. */
export async function cargoTests(chosen, of = wholeWorkspace) {
  const options = { tee: true, ...colourless };
  if (onPath('cargo-nextest')) {
    const args = ['nextest', 'run', ...of, '--no-fail-fast', ...chosen];
    return settle(await run('cargo', args, options), fromNextest);
  }
  return settle(await run('cargo', ['test', ...of, '--no-fail-fast', ...chosen], options), fromCargoTest);
}

/** The tests of the program without a platform, which is what every patron gets; counted separately. */
const WITHOUT_PLATFORM = 'noplatform.test.mjs';

const hasChromium = () =>
  Boolean(process.env.HONGYAN_CHROMIUM) ||
  ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath);

/** The test files of a folder below tests/, by node's own runner. */
async function nodeTests(folder, chosen) {
  const files = readdirSync(inRoot('tests', folder))
    .filter((name) => name.endsWith('.test.mjs') && chosen(name))
    .map((name) => inRoot('tests', folder, name));
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
  return settle(await run(process.execPath, args, { tee: true, ...colourless }), fromNodeTest);
}

/** End-to-end tests through the bridge in Chromium. */
async function inChromium(layer, chosen) {
  if (!hasChromium()) return cannot(layer, 'there is no Chromium');
  if (!existsSync(builtBinary('hongyan-bridge'))) return cannot(layer, 'the bridge is not built');
  return nodeTests('e2e', chosen);
}

/** Tests in the real window, of the named test files. */
async function inWindow(layer, ...files) {
  if (!onLinux) return cannot(layer, 'the real window is driven on Linux only');
  const needed = ['Xvfb', 'WebKitWebDriver', 'dbus-daemon', 'gnome-keyring-daemon', 'openbox', 'xdotool'];
  needed.push('gio', 'desktop-file-validate');
  const missing = needed.filter((program) => !onPath(program));
  if (missing.length > 0) return cannot(layer, `${missing.join(', ')} missing`);
  // these tests print measurements, which nextest hides otherwise
  const loud = onPath('cargo-nextest') ? ['--success-output', 'immediate'] : ['--', '--nocapture'];
  return cargoTests([...files.flatMap((file) => ['--test', file]), ...loud]);
}

export const layers = {
  /** All Rust tests except those of the real window. */
  rust: () => cargoTests([]),

  /** The patron's mailbox against mail servers, which is part of `rust`; with its figures. */
  mail: () =>
    onPath('cargo-nextest')
      ? cargoTests(['-E', 'package(hongyan-mailbox)', '--success-output', 'final'])
      : cargoTests(['--', '--nocapture'], ['--locked', '-p', 'hongyan-mailbox']),

  /** Component tests, without a browser. */
  async ui() {
    const args = ['run', '-c', 'ui/vitest.config.ts'];
    return settle(await nodeTool('vitest', 'vitest.mjs', args, { tee: true, ...colourless }), fromVitest);
  },

  /** The scripts that run in a library's page, in Chromium and WebKitGTK. */
  forms: async () =>
    hasChromium() ? nodeTests('forms', () => true) : cannot('forms', 'there is no Chromium'),

  /** End-to-end tests through the bridge in Chromium. */
  e2e: () => inChromium('e2e', (name) => name !== WITHOUT_PLATFORM),

  /** End-to-end tests without a platform. */
  noplatform: () => inChromium('noplatform', (name) => name === WITHOUT_PLATFORM),

  /** Tests in the real window on a display of their own. */
  desktop: () => inWindow('desktop', 'window', 'scheme', 'faults'),

  /** Tests in the real window without a platform. */
  'noplatform-window': () => inWindow('noplatform-window', 'noplatform', 'companion', 'reach', 'story'),
};
