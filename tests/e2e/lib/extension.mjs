// Chromium with an extension of ours, whose service worker speaks as JabRef's extension does: real origins, real headers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { inRoot } from '../../../scripts/lib/root.mjs';
import { chromiumPath } from './browser.mjs';

/**
 * Starts it; `flags` are further flags of Chromium. `send(port, bibtex)` does what a click on the extension's icon does;
 * `context` opens pages.
 */
export async function startExtension(t, flags = []) {
  const home = await mkdtemp(path.join(tmpdir(), 'hongyan-extension-'));
  const extension = inRoot('tests', 'e2e', 'extension');
  const context = await chromium.launchPersistentContext(home, {
    executablePath: chromiumPath(),
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...flags,
    ],
  });
  t.after(async () => {
    await context.close();
    await rm(home, { recursive: true, force: true });
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  return {
    context,
    origin: new URL(worker.url()).origin,
    send: (port, bibtex) =>
      worker.evaluate(([to, text]) => globalThis.sendReference(to, text), [port, bibtex]),
  };
}
