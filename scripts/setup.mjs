// Prepares a fresh machine: the Rust toolchain, system packages, node_modules. Returns quickly if nothing is
// missing. `npm start` and the other scripts call it first.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { unpackMailServers } from './lib/mailservers.mjs';
import { debianPackages, hint } from './lib/packages.mjs';
import { inRoot, onLinux, onWindows, root, targetDir, underCi } from './lib/root.mjs';
import { main, must, npm, onPath, printed, run, Stop } from './lib/run.mjs';

/** Disk space of a first build including all downloads, in bytes; slightly more than measured. */
const FIRST_BUILD = 10e9;

/**
 * Prepares the machine. `tests`: also for the tests; `yes`: install without asking; `quiet`: print nothing to
 * stdout.
 */
export async function setup({ tests = false, yes = false, quiet = false } = {}) {
  requireNode();
  requireRust();
  warnOfDisk();
  await requirePackages({ tests, yes, quiet });
  await requireNodeModules(quiet);
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    throw new Stop(`Hongyan needs Node 20 or newer; this is ${process.version}. https://nodejs.org`);
}

function requireRust() {
  if (!onPath('cargo') || !onPath('rustc')) {
    const how = onWindows
      ? 'winget install Rustlang.Rustup'
      : "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
    throw new Stop(
      `Rust is missing (cargo and rustc). Install it with rustup, open a new terminal, and try again:\n  ${how}`,
    );
  }
  // with rustup, the first call installs the toolchain of rust-toolchain.toml
  const version = /rustc (\d+)\.(\d+)/.exec(printed('rustc', ['--version']) ?? '');
  const wanted = /channel = "(\d+)\.(\d+)/.exec(readFileSync(inRoot('rust-toolchain.toml'), 'utf8'));
  if (!version || !wanted)
    throw new Stop('`rustc --version` does not work in this folder. Try: rustup toolchain install');
  const [have, need] = [version, wanted].map((found) => Number(found[1]) * 1000 + Number(found[2]));
  if (have < need) {
    throw new Stop(
      `Hongyan needs Rust ${wanted[1]}.${wanted[2]} or newer; this is ${version[1]}.${version[2]}. Try: rustup update`,
    );
  }
}

/** Warns of a full disk, because the linker's own message does not mention it. */
function warnOfDisk() {
  const { bavail, bsize } = statfsSync(root);
  const [free, needed] = [bavail * bsize, FIRST_BUILD].map((bytes) => (bytes / 1e9).toFixed(1));
  if (bavail * bsize < FIRST_BUILD && !existsSync(targetDir()))
    console.error(
      `Only ${free} GB of the disk are free; the first build with its tests takes about ${needed}.`,
    );
}

/** One of `debian`, `ubuntu`, `fedora`, `arch`, `macos`, `windows`, `other`. */
export function system() {
  if (process.platform === 'darwin') return 'macos';
  if (onWindows) return 'windows';
  if (!onLinux || !existsSync('/etc/os-release')) return 'other';
  const release = readFileSync('/etc/os-release', 'utf8');
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1] ?? '';
  const family = [field('ID'), ...field('ID_LIKE').split(' ')];
  return ['ubuntu', 'debian', 'fedora', 'arch'].find((name) => family.includes(name)) ?? 'other';
}

async function requirePackages({ tests, yes, quiet }) {
  const here = system();
  if (here === 'debian' || here === 'ubuntu') {
    const missing = missingDebian(debianPackages({ tests, ubuntu: here === 'ubuntu' }));
    if (missing.length > 0) await installDebian(missing, { yes, quiet });
    if (tests) await unpackMailServers({ quiet });
    return;
  }
  const ready =
    { macos: () => printed('xcode-select', ['-p']) !== undefined, windows: () => true }[here] ?? hasWebKit;
  if (!ready())
    throw new Stop(`What the window is built with is missing. Install it and try again:\n  ${hint(here)}`);
}

const hasWebKit = () => printed('pkg-config', ['--exists', 'webkit2gtk-4.1', 'librsvg-2.0']) !== undefined;

function missingDebian(packages) {
  const installed = new Set();
  const format = '${binary:Package} ${db:Status-Status}\n';
  // dpkg-query fails if one package is unknown but still prints the others, so its exit code is ignored
  for (const line of (printed('dpkg-query', ['-W', '-f', format]) ?? '').split('\n')) {
    const [name, status] = line.split(' ');
    if (status === 'installed') installed.add(name.split(':')[0]);
  }
  return packages.filter((name) => !installed.has(name));
}

async function installDebian(packages, { yes, quiet }) {
  const asRoot = process.getuid?.() === 0;
  const apt = (...args) => (asRoot ? ['apt-get', args] : ['sudo', ['apt-get', ...args]]);
  const command = `${asRoot ? '' : 'sudo '}apt-get install --no-install-recommends ${packages.join(' ')}`;
  console.error(
    `These packages are missing:\n  ${packages.join(' ')}\nThey are installed with:\n  ${command}`,
  );
  if (!asRoot && !onPath('sudo'))
    throw new Stop('There is no sudo here. Run the command above as root and try again.');
  if (!asRoot && !underCi && !yes && !(await agreed())) throw new Stop('Nothing was installed.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, toStderr: quiet };
  await must(...apt('update', '-q'), options);
  const install = await run(...apt('install', '-y', '-q', '--no-install-recommends', ...packages), options);
  if (install.code !== 0)
    throw new Stop(`The packages could not be installed. The command was:\n  ${command}`);
  // the tests start their own; a service that listens to the network is nobody's wish
  if (packages.includes('dovecot-imapd') && onPath('systemctl')) {
    const units = ['disable', '--now', 'dovecot.socket', 'dovecot.service'];
    const [program, args] = asRoot ? ['systemctl', units] : ['sudo', ['systemctl', ...units]];
    await run(program, args, options);
  }
}

async function agreed() {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('Install them now? [Y/n] ');
  lines.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

/** Whether node_modules matches the lock file; npm keeps its own list of what it installed there. */
function nodeModulesCurrent() {
  const list = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const here = JSON.parse(readFileSync(list, 'utf8')).packages;
  const same = Object.entries(here).every(([name, { version }]) => wanted[name]?.version === version);
  return (
    same && Object.entries(wanted).every(([name, { optional }]) => name === '' || optional || name in here)
  );
}

async function requireNodeModules(quiet) {
  if (nodeModulesCurrent()) return;
  console.error('Fetching what the screens are built with (npm ci) …');
  const { code } = await npm(['ci', '--no-audit', '--no-fund'], { toStderr: quiet });
  if (code !== 0) throw new Stop('npm ci failed; see above.');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await setup({ tests: process.argv.includes('--tests'), yes: process.argv.includes('--yes') });
    console.log('Everything is here.');
  });
}
