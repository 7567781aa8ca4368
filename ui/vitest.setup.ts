// Vue catches errors in components and only logs them; so does the router. Every error or warning on the
// console therefore fails the running test.
import { format } from 'node:util';
import { afterEach } from 'vitest';

const said: string[] = [];
for (const level of ['error', 'warn'] as const) {
  console[level] = (...parts: unknown[]) => void said.push(`console.${level}: ${format(...parts)}`);
}

// registered first, so that it runs last: after the tests' own clean-up, unmounting included
afterEach(() => {
  const all = said.splice(0);
  if (all.length > 0) throw new Error(`The console has errors or warnings:\n${all.join('\n')}`);
});
