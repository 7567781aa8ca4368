// npm run build: builds the package for patrons, without sandbox and demo. On Linux a .deb.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setup } from './setup.mjs';
import { onLinux, onWindows, targetDir } from './lib/root.mjs';
import { main, nodeTool, printed, Stop } from './lib/run.mjs';
import { buildUi } from './lib/ui.mjs';

/** The package must hand the program the address that it is called with (`hongyan://…`). */
function mustTakeAddresses(deb) {
  const read = 'dpkg-deb --fsys-tarfile "$0" | tar -xO --wildcards "./usr/share/applications/*.desktop"';
  const entry = printed('sh', ['-c', read, deb]) ?? '';
  const right = /^Exec=\S+ %u$/m.test(entry) && entry.includes('MimeType=x-scheme-handler/hongyan;');
  if (!right) throw new Stop(`The package would lose hongyan:// addresses:\n${entry}`);
}

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
    if (kind === 'deb') mustTakeAddresses(path.join(folder, name));
    console.log(
      `${path.join(folder, name)}  ${(statSync(path.join(folder, name)).size / 1048576).toFixed(1)} MiB`,
    );
  }
});
