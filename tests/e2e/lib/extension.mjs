// Chromium with an extension of ours, whose service worker speaks as JabRef's extension does: real origins, real headers.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';
import { inRoot } from '../../../scripts/lib/root.mjs';
import { chromiumPath } from './browser.mjs';

/**
 * Starts it; `flags` are further flags of Chromium. `send(port, bibtex)` does what a click on the extension's icon does;
 * `context` opens pages. Chrome loads no unpacked extension since 137: there the two calls are made from here.
 */
export async function startExtension(t, flags = []) {
  const home = await mkdtemp(path.join(tmpdir(), 'hongyan-extension-'));
  const extension = inRoot('tests', 'e2e', 'extension');
  const loads = !chromiumPath().includes('google-chrome');
  const context = await chromium.launchPersistentContext(home, {
    executablePath: chromiumPath(),
    ignoreDefaultArgs: loads ? ['--disable-extensions'] : [],
    args: [
      ...(loads ? [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`] : []),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...flags,
    ],
  });
  t.after(async () => {
    await context.close();
    await rm(home, { recursive: true, force: true });
  });
  if (!loads) return { context, send: exchange };
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const send = (port, bibtex) =>
    worker.evaluate(([to, body]) => globalThis.sendReference(to, body), [port, bibtex]);
  return { context, send };
}

/** The same two calls with the headers that Chromium sends for an extension. */
async function exchange(port, bibtex) {
  const call = async (method, where, headers, body) => {
    const asked = request({ host: '127.0.0.1', port, method, path: where, headers });
    asked.end(body);
    const [answer] = await once(asked, 'response');
    return { status: answer.statusCode, text: await text(answer) };
  };
  const host = { Host: `localhost:${port}` };
  const health = await call('GET', '/', { ...host, 'Cache-Control': 'no-cache' });
  const origin = `chrome-extension://${'a'.repeat(32)}`;
  const sent = { ...host, Origin: origin, 'Content-Type': 'application/x-bibtex' };
  const { status, text: said } = await call('POST', '/libraries/current/entries', sent, bibtex);
  return { health: health.status, status, ok: status >= 200 && status < 300, text: said };
}
