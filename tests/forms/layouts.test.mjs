// The script of the library's page fills what it should and nothing else, and the page's framework hears it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onLinux, underCi } from '../../scripts/lib/root.mjs';
import { openChromium } from './lib/engines.mjs';
import { LAYOUTS, serveLayouts, tryLayout } from './lib/layouts.mjs';
import { missingForWebKit, openWebKit } from './lib/webkit.mjs';

let server;
before(async () => (server = await serveLayouts()));
after(() => server.close());

test('eight layouts with Chinese captions in Chromium', async (t) => {
  const engine = await openChromium();
  t.after(() => engine.close());
  for (const layout of LAYOUTS) {
    await t.test(layout, async () =>
      assert.deepEqual((await tryLayout(engine, server.at, layout)).faults, []),
    );
  }
});

const missing = missingForWebKit();
// where it is required it fails instead
const skip = missing !== '' && !(underCi && onLinux) ? `${missing} missing` : false;
test('eight layouts with Chinese captions in WebKitGTK', { skip }, async (t) => {
  const engine = await openWebKit();
  t.after(() => engine.close());
  for (const layout of LAYOUTS) {
    await t.test(layout, async () =>
      assert.deepEqual((await tryLayout(engine, server.at, layout)).faults, []),
    );
  }
});
