// Tests of the tests: each kind of page error is provoked, and the harness must report it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { startBridge, startSandbox } from './lib/programs.mjs';
import { until } from './lib/until.mjs';

const kinds = [
  'console.error: 坏了',
  'console.warning: 要坏',
  '没人接',
  '没人管',
  'none.png',
  'CSP: style-src',
];

test('what goes wrong behind the face of a page is seen', async (t) => {
  const sandbox = await startSandbox(t, { librarian: false });
  const bridge = await startBridge(t, sandbox);
  const page = await openPage(t, bridge.address);
  assert.deepEqual(page.wrong, []);
  await page.evaluate(() => {
    console.error('坏了');
    console.warn('要坏');
    void Promise.reject(new Error('没人接'));
    setTimeout(() => {
      throw new Error('没人管');
    });
    document.body.append(Object.assign(document.createElement('img'), { src: 'none.png' }));
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }));
  });
  await until('everything to be noted', async () =>
    kinds.every((kind) => page.wrong.some((sentence) => sentence.includes(kind))),
  );
  page.wrong.length = 0;
});
