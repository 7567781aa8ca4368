// npm run check: static checks (format, lint, types), and that the generated files are up to date.
import { setup } from './setup.mjs';
import { ensureUiFolder, wholeWorkspace } from './lib/cargo.mjs';
import { main, nodeTool, npm, printed, run, since } from './lib/run.mjs';

const steps = [
  ['cargo fmt', () => run('cargo', ['fmt', '--all', '--check'])],
  ['screens: eslint, prettier', () => npm(['run', '--silent', 'ui:lint'])],
  ['screens: types', () => nodeTool('vue-tsc', 'bin/vue-tsc.js', ['--noEmit', '-p', 'ui/tsconfig.json'])],
  [
    'clippy',
    () =>
      run('cargo', [
        'clippy',
        ...wholeWorkspace,
        '--all-targets',
        '--test',
        'window',
        '--',
        '-D',
        'warnings',
      ]),
  ],
  [
    'generated files',
    () =>
      run('cargo', [
        'run',
        '-q',
        '--locked',
        '-p',
        'hongyan-api',
        '--features',
        'export',
        '--bin',
        'gen',
        '--',
        '--check',
      ]),
  ],
  [
    'the lock of the fuzz targets (if not: cp Cargo.lock tests/fuzz/ and cargo metadata there)',
    async () => {
      const fuzz = ['tree', '--locked', '--depth', '0', '--manifest-path', 'tests/fuzz/Cargo.toml'];
      return { code: printed('cargo', fuzz) === undefined ? 1 : 0 };
    },
  ],
  ['rules of the fixture', () => run('cargo', ['test', '-q', '--locked', '-p', 'hongyan-fixture'])],
];

await main(async () => {
  await setup({ yes: process.argv.includes('--yes') });
  ensureUiFolder();
  const failed = [];
  for (const [name, work] of steps) {
    const start = Date.now();
    console.log(`\n== ${name} ==`);
    const { code } = await work();
    console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name} (${since(start)})`);
    if (code !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
