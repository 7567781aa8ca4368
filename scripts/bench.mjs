// npm run bench [-- --quick] [-- --only NAME]: builds the release programs and measures them, each figure
// beside a lower bound or a competitor measured in the same run. With --plot the plot of growth is written to
// docs/.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setup } from './setup.mjs';
import { inRoot, onLinux, onWindows, targetDir } from './lib/root.mjs';
import { main, must, run } from './lib/run.mjs';
import { buildUi } from './lib/ui.mjs';

const args = process.argv.slice(2).filter((name) => name !== '--yes');
const release = path.join(targetDir(), 'release');
const at = args.indexOf('--only');
const only = at >= 0 ? args[at + 1] : undefined;

await main(async () => {
  await setup({ tests: true, yes: process.argv.includes('--yes') });
  await must('cargo', ['build', '--release', '--locked', '-p', 'hongyan-bench', '--bin', 'bench']);
  const given = [...args];
  if (onLinux && (!only || only === 'window')) {
    await buildUi();
    const features = 'hongyan/custom-protocol,hongyan-bare-window/custom-protocol';
    const programs = ['-p', 'hongyan', '-p', 'hongyan-bare-window', '--features', features];
    await must('cargo', ['build', '--release', '--locked', ...programs]);
    given.push('--programs', release);
  }
  const plot = given.indexOf('--plot');
  if (plot >= 0 && !given[plot + 1]?.endsWith('.svg'))
    given.splice(plot + 1, 0, inRoot('docs', 'growth.svg'));
  const bench = path.join(release, onWindows ? 'bench.exe' : 'bench');
  if (!existsSync(bench)) throw new Error(`${bench} was not built`);
  return (await run(bench, given, { cwd: process.env.INIT_CWD ?? process.cwd() })).code;
});
