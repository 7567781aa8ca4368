// npm run check [-- --full]: static checks (format, lint, types, links of the documentation), and that the generated
// files are up to date. With --full also the licences and origins of the dependencies, and unused dependencies: these
// need tools that take minutes to install, so a missing tool is skipped with a sentence, except under CI.
import { setup } from './setup.mjs';
import { ensureUiFolder, wholeWorkspace } from './lib/cargo.mjs';
import { underCi } from './lib/root.mjs';
import { main, nodeTool, npm, onPath, printed, run, since } from './lib/run.mjs';

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
        '--test',
        'scheme',
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
  ['rules of the house', () => run('cargo', ['test', '-q', '--locked', '-p', 'hongyan-house'])],
  [
    'documentation: every link in it leads somewhere',
    () =>
      run('cargo', ['doc', ...wholeWorkspace, '--no-deps', '--document-private-items', '--quiet'], {
        env: { ...process.env, RUSTDOCFLAGS: '-D warnings -A rustdoc::private_intra_doc_links' },
      }),
  ],
];

/** What needs a program of others. */
const withTools = [
  ['cargo-deny', 'licences, origins, bans', ['deny', '--locked', 'check', 'licenses', 'bans', 'sources']],
  ['cargo-machete', 'unused dependencies', ['machete', '--with-metadata', '.']],
];

/** A step that is skipped, with a sentence, where its tool is not installed; a failure under CI. */
async function byTool(tool, args) {
  if (onPath(tool)) return run('cargo', args);
  console.log(`${underCi ? 'cannot run' : 'skipped'}: ${tool} is missing (cargo install ${tool} --locked)`);
  return { code: underCi ? 1 : 0 };
}

await main(async () => {
  await setup({ yes: process.argv.includes('--yes') });
  ensureUiFolder();
  const full = process.argv.includes('--full');
  const more = withTools.map(([tool, name, args]) => [name, () => byTool(tool, args)]);
  const failed = [];
  for (const [name, work] of full ? [...steps, ...more] : steps) {
    const start = Date.now();
    console.log(`\n== ${name} ==`);
    const { code } = await work();
    console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name} (${since(start)})`);
    if (code !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
