// Builds the UI into ui/dist, unless it is up to date.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './root.mjs';
import { npm, Stop } from './run.mjs';

const stamp = inRoot('node_modules', '.cache', 'hongyan-ui');

/** Fingerprint of the UI's sources: path, size and modification time of each file. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (file) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) {
      for (const name of readdirSync(file).sort()) {
        if (name !== 'dist' && name !== 'node_modules') visit(path.join(file, name));
      }
    } else {
      hash.update(`${path.relative(inRoot(), file)} ${stats.size} ${stats.mtimeMs}\n`);
    }
  };
  for (const source of ['ui', 'package-lock.json']) visit(inRoot(source));
  return hash.digest('hex');
}

/** Builds if a source has changed since the last build. */
export async function buildUi(options) {
  const now = fingerprint();
  const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  const built = ['index.html', 'companion'].every((name) => existsSync(inRoot('ui', 'dist', name)));
  if (current && built) return;
  const { code } = await npm(['run', '--silent', 'ui:build'], options);
  if (code !== 0) throw new Stop('The screens could not be built; see above.');
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}
