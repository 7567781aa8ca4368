// WebKitGTK, the engine of the program's window on Linux: its MiniBrowser on a display of its own, driven by
// WebKitWebDriver.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onLinux } from '../../../scripts/lib/root.mjs';
import { onPath } from '../../../scripts/lib/run.mjs';

/** MiniBrowser as Debian and Ubuntu install it; undefined where there is none. */
function miniBrowser() {
  const libraries = '/usr/lib';
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  return folders
    .map((folder) => path.join(libraries, folder, 'webkit2gtk-4.1', 'MiniBrowser'))
    .find((file) => existsSync(file));
}

/** What is missing to run WebKitGTK here; empty if nothing is. */
export function missingForWebKit() {
  if (!onLinux) return 'Linux';
  const programs = ['Xvfb', 'WebKitWebDriver'].filter((program) => !onPath(program));
  return [...programs, ...(miniBrowser() ? [] : ['MiniBrowser'])].join(', ');
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Starts a display and resolves to its process and name. */
function startDisplay() {
  const display = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    display.on('error', reject);
    display.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    display.stdio[3].once('data', (number) => resolve({ display, name: `:${String(number).trim()}` }));
  });
}

export async function openWebKit() {
  const { display, name } = await startDisplay();
  const home = mkdtempSync(path.join(tmpdir(), 'hongyan-webkit-'));
  const port = await freePort();
  const env = { ...process.env, DISPLAY: name, HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
  for (const variable of ['WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS']) delete env[variable];
  const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], { env, stdio: 'ignore' });
  const at = `http://127.0.0.1:${port}`;

  const ask = async (method, below, body) => {
    const response = await fetch(`${at}${below}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${below}: ${value?.error} ${value?.message}`);
    return value;
  };
  const stop = () => {
    driver.kill();
    display.kill();
    // the web view may write its cache while it ends
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await listening(port, driver);
    const browserOptions = { binary: miniBrowser(), args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } };
    const { sessionId } = await ask('POST', '/session', { capabilities });
    const session = `/session/${sessionId}`;
    const run = (script) =>
      ask('POST', `${session}/execute/sync`, { script: `return (${script})`, args: [] });
    return {
      name: 'WebKitGTK',
      go: (address) => ask('POST', `${session}/url`, { url: address }),
      run,
      async until(condition) {
        for (const end = Date.now() + 60_000; Date.now() < end;)
          if (await run(`Boolean(${condition})`)) return;
        throw new Error(`it did not come true: ${condition}`);
      },
      async close() {
        await ask('DELETE', session).catch(() => {});
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Resolves when the driver answers. */
async function listening(port, driver) {
  let ended = false;
  driver.on('exit', () => (ended = true));
  for (const end = Date.now() + 30_000; Date.now() < end && !ended;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error('WebKitWebDriver does not answer');
}
