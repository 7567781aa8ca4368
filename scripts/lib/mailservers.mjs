// The mail servers of the tests. Debian lets one be installed at a time, so Cyrus and Courier are unpacked from
// their packages, with the libraries that are missing here, and never installed: no daemon starts.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot, underCi } from './root.mjs';
import { must, printed, Stop } from './run.mjs';

/** Package of each server, and a program of it. */
const servers = {
  cyrus: ['cyrus-imapd', 'usr/lib/cyrus/bin/imapd'],
  courier: ['courier-imap', 'usr/bin/imapd'],
};

/** Parts of a dependency that no server needs here: mail transport, development files, configuration. */
const needless = /^(exim4|db-util|db5|gawk|libgnutls|gnutls-bin|libsigsegv)|-dev$/;

/** Unpacks what is missing into target/mail-servers. Offline the tests of a missing server are skipped by name. */
export async function unpackMailServers({ quiet = false } = {}) {
  for (const [name, [from, program]] of Object.entries(servers)) {
    const folder = inRoot('target', 'mail-servers', name);
    if (existsSync(path.join(folder, program))) continue;
    try {
      await unpack(from, folder, quiet);
    } catch (error) {
      if (underCi || !(error instanceof Stop)) throw error;
      console.error(`${from} could not be unpacked: ${error.message}`);
    }
  }
}

async function unpack(from, folder, quiet) {
  // what apt would install for it on this machine
  const plan = printed('apt-get', ['install', '-s', '--no-install-recommends', from]) ?? '';
  const names = [...plan.matchAll(/^Inst (\S+)/gm)]
    .map(([, name]) => name)
    .filter((name) => !needless.test(name));
  if (names.length === 0) return;
  console.error(`Unpacking ${from} for the tests: ${names.join(' ')}`);
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(path.join(parent, 'unpacking-'));
  const options = { cwd: work, toStderr: quiet };
  await must('apt-get', ['download', '-q', ...names], options);
  const packages = readdirSync(work).filter((name) => name.endsWith('.deb'));
  for (const name of packages) {
    await must('dpkg', ['-x', name, 'root'], options);
  }
  renameSync(path.join(work, 'root'), folder);
  rmSync(work, { recursive: true });
}
