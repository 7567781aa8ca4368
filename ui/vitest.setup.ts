// Vue catches what goes wrong in a component and says it on the console only; so does the router. Whatever is
// said there as an error or a warning therefore fails the test that was running.
import { format } from 'node:util';
import { afterEach } from 'vitest';

const said: string[] = [];
for (const level of ['error', 'warn'] as const) {
  console[level] = (...parts: unknown[]) => void said.push(`console.${level}: ${format(...parts)}`);
}

// registered first, so it runs after what the tests themselves do at their end, unmounting too
afterEach(() => {
  const all = said.splice(0);
  if (all.length > 0) throw new Error(`The console has errors or warnings:\n${all.join('\n')}`);
});
