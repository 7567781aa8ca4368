// npm run wine [-- CRATE…] [--yes]: the tests of the crates below the shell, built for x86_64-pc-windows-gnu
// and run under Wine. Finds what differs on Windows: renaming or deleting open files, flushing read-only
// handles, file names, paths. Does not find where Wine and Windows differ. The first run takes about twenty
// minutes, so it is a nightly run and not part of every commit.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setup } from './setup.mjs';
import { inRoot, onLinux, targetDir, underCi } from './lib/root.mjs';
import { main, must, onPath, printed, run, since, Stop } from './lib/run.mjs';

const args = process.argv.slice(2);
const yes = args.includes('--yes') || underCi || process.getuid?.() === 0;
const named = args.filter((arg) => !arg.startsWith('-'));
const crates = named.length > 0 ? named : ['model', 'formats', 'store', 'engine'];

const target = 'x86_64-pc-windows-gnu';
/** A target directory of its own, because another toolchain may have built the others. */
const built = path.join(targetDir(), 'wine');
const prefix = path.join(built, 'prefix');
const system32 = path.join(prefix, 'drive_c', 'windows', 'system32');

/** Each program whose presence shows that a package is installed, and that package. */
const needed = [
  ['x86_64-w64-mingw32-gcc', 'gcc-mingw-w64-x86-64'],
  ['x86_64-w64-mingw32-g++', 'g++-mingw-w64-x86-64'],
  ['wine', 'wine'],
  ['wine', 'wine64'],
];
/** Debian's Rust and the source of its standard library, if rustup lacks the target. */
const debianRust = [
  ['/usr/bin/cargo', 'cargo-web'],
  ['/usr/bin/rustc', 'rustc-web'],
  ['/usr/lib/rustlib/src/rust/library', 'rust-web-src'],
];

const isThere = (what) => (path.isAbsolute(what) ? existsSync(what) : onPath(what));

async function install(packages) {
  const missing = packages.filter(([shows]) => !isThere(shows)).map(([, name]) => name);
  if (missing.length === 0) return;
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (!yes || !onPath('apt-get'))
    throw new Stop(`Wine and a compiler for Windows are needed:\n  sudo ${command.join(' ')}`);
  console.log(`Installing ${missing.join(', ')}`);
  await must(command[0], command.slice(1));
}

/**
 * The cargo that can build for Windows, with its arguments: rustup's, else Debian's with a standard library
 * built first.
 */
async function cargo() {
  const library = printed('rustc', ['--print', 'target-libdir', '--target', target])?.trim();
  if (library && existsSync(library)) return { program: 'cargo', extra: [], env: {} };
  await install(debianRust);
  const extra = ['-Zbuild-std=std,panic_unwind,proc_macro,test'];
  return { program: '/usr/bin/cargo', extra, env: { PATH: '/usr/bin:/bin', RUSTC_BOOTSTRAP: '1' } };
}

async function makePrefix(env) {
  mkdirSync(built, { recursive: true });
  if (!existsSync(system32)) await must('wineboot', ['--init'], { env, toStderr: true });
  const random = path.join(system32, 'bcryptprimitives.dll');
  if (existsSync(random)) return;
  const made = path.join(built, 'bcryptprimitives.dll');
  const source = inRoot('tests', 'wine', 'bcryptprimitives.c');
  await must('x86_64-w64-mingw32-gcc', ['-shared', '-O2', '-o', made, source, '-ladvapi32']);
  copyFileSync(made, random);
}

await main(async () => {
  if (!onLinux) throw new Stop('Wine is for Linux; on Windows npm test runs the same tests.');
  await setup({ quiet: true, yes });
  await install(needed);
  const { program, extra, env } = await cargo();
  const wine = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all' };
  await makePrefix(wine);
  const start = Date.now();
  let [passed, failed] = [0, 0];
  for (const crate of crates) {
    const own = crate.startsWith('hongyan-') ? crate : `hongyan-${crate}`;
    const { code, output } = await run(
      program,
      ['test', ...extra, '--target', target, '--locked', '--no-fail-fast', '--lib', '--tests', '-p', own],
      {
        tee: true,
        env: {
          ...wine,
          ...env,
          CARGO_TARGET_DIR: built,
          CARGO_PROFILE_DEV_DEBUG: '0',
          CARGO_INCREMENTAL: '0',
          CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER: 'wine',
        },
      },
    );
    let [here, wrong] = [0, 0];
    for (const [, ok, bad] of output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed/gm)) {
      here += Number(ok);
      wrong += Number(bad);
    }
    // a test binary that did not build or crashed counts as one failure
    if (code !== 0 && wrong === 0) wrong = 1;
    console.log(`${own} under Wine: ${here} passed, ${wrong} failed (${since(start)})`);
    passed += here;
    failed += wrong;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
