// Starts a sandbox and a bridge for a test, on free ports and with data of their own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { builtBinary, inRoot } from '../../../scripts/lib/root.mjs';
import { leakedWords } from './recordText.mjs';
import { closePages } from './pages.mjs';

/** Timeout in milliseconds for a program to print its address. */
const START = 30_000;

/** Starts a program that prints one line of JSON when it is ready. `stop()` ends it and waits. */
async function start(name, args) {
  // both run in the platform's time zone: otherwise they would disagree on the date around midnight
  const env = { ...process.env, TZ: 'Asia/Shanghai' };
  const child = spawn(builtBinary(name), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), START);
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  clearTimeout(timer);
  if (!first) throw new Error(`${name} did not start:\n${said}`);
  const links = [];
  lines.on('line', (line) => links.push(line));
  return {
    ...JSON.parse(first[0]),
    printed: links,
    /** its standard error: the log */
    log: () => stripVTControlCharacters(said),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts a sandbox that is stopped at the end of the test. `base` is its address. */
export async function startSandbox(t, { speed = 20, librarian = true } = {}) {
  const sandbox = await start('hongyan-sandbox', [
    '--speed',
    String(speed),
    ...(librarian ? [] : ['--no-librarian']),
  ]);
  t.after(() => sandbox.stop());
  return sandbox;
}

/** Starts a bridge to this sandbox that is stopped at the end of the test. `address` contains the token. */
export async function startBridge(t, sandbox, flags = []) {
  const data = await mkdtemp(path.join(tmpdir(), 'hongyan-e2e-'));
  const args = ['--ui', inRoot('ui', 'dist'), '--data-dir', data, '--gateway', sandbox.base, ...flags];
  const bridge = await start('hongyan-bridge', args);
  t.after(async () => {
    await closePages(bridge.address);
    await bridge.stop();
    await rm(data, { recursive: true, force: true });
    assert.deepEqual(leakedWords(bridge.log()), [], 'words that were typed or received stand in the log');
  });
  return bridge;
}

/**
 * Starts a program without a platform, as in a release: no demo, the patron chooses the library at the first
 * start. It searches this sandbox's catalogues only. `again()` restarts it with the same files and keyring.
 */
export async function startWithoutPlatform(t, sandbox) {
  const machine = await mkdtemp(path.join(tmpdir(), 'hongyan-e2e-'));
  const sources = path.join(machine, 'sources.toml');
  const catalogue = await readFile(inRoot('tests', 'sandbox', 'sources.toml'), 'utf8');
  await writeFile(sources, catalogue.replaceAll('{base}', sandbox.base));
  const args = ['--no-platform', '--ui', inRoot('ui', 'dist'), '--sources', sources];
  args.push('--data-dir', path.join(machine, 'data'), '--keyring', path.join(machine, 'key'));
  let program = await start('hongyan-bridge', args);
  t.after(async () => {
    await closePages(program.address);
    await program.stop();
    await rm(machine, { recursive: true, force: true });
  });
  return {
    get address() {
      return program.address;
    },
    get printed() {
      return program.printed;
    },
    async again() {
      await program.stop();
      program = await start('hongyan-bridge', args);
    },
  };
}

/** Calls a control path of the sandbox (`/_sandbox/…`). */
export async function control(sandbox, method, where, body) {
  const response = await fetch(`${sandbox.base}/_sandbox/${where}`, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** Calls a command of the program, as the page does. */
export async function rpc(bridge, name, payload) {
  const url = new URL(bridge.address);
  const response = await fetch(new URL(`/rpc/${name}`, url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Hongyan-Token': url.searchParams.get('token') },
    body: JSON.stringify(payload),
  });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return response.json();
}
