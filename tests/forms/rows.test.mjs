// Requests are found in lists as libraries show them, and never in another request's row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChromium } from './lib/engines.mjs';
import { runRows } from './lib/rows.mjs';

test('a hundred and twenty made lists', async (t) => {
  const engine = await openChromium();
  t.after(() => engine.close());
  const rows = await runRows(engine, { count: 120 });
  assert.deepEqual(rows.wrong, []);
  const certain = rows.missed.filter((one) => one.certain);
  assert.ok(rows.certain > 300, `only ${rows.certain} rows with a mark or number`);
  assert.ok(certain.length <= rows.certain / 100, JSON.stringify(certain[0]));
  assert.ok(rows.titledFound >= rows.titled * 0.8, `by title ${rows.titledFound} of ${rows.titled}`);
});
