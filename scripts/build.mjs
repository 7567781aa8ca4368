// npm run build: builds the package for patrons, without sandbox and demo. On Linux a .deb.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setup } from './setup.mjs';
import { onLinux, onWindows, targetDir } from './lib/root.mjs';
import { main, nodeTool, Stop } from './lib/run.mjs';
import { buildUi } from './lib/ui.mjs';

await main(async () => {
  await setup({ yes: process.argv.includes('--yes') });
  await buildUi();
  const kind = onLinux ? 'deb' : onWindows ? 'nsis' : 'dmg';
  const { code } = await nodeTool('@tauri-apps/cli', 'tauri.js', [
    'build',
    '--bundles',
    kind,
    '--',
    '--locked',
  ]);
  if (code !== 0) throw new Stop('The bundle could not be built; see above.');
  const folder = path.join(targetDir(), 'release', 'bundle', kind);
  for (const name of readdirSync(folder).filter((file) =>
    file.endsWith(`.${kind === 'nsis' ? 'exe' : kind}`),
  )) {
    console.log(
      `${path.join(folder, name)}  ${(statSync(path.join(folder, name)).size / 1048576).toFixed(1)} MiB`,
    );
  }
});
