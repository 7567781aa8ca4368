// @vitest-environment node
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const features = readdirSync(resolve(root, 'ui/src/features'));

async function refused(from: string, imported: string): Promise<boolean> {
  const [result] = await new ESLint({ cwd: root }).lintText(`export * from '${imported}';\n`, {
    filePath: resolve(root, `ui/src/features/${from}/probe.ts`),
  });
  return result!.messages.some((message) => message.ruleId === 'no-restricted-imports');
}

describe('a feature imports no other feature', () => {
  it.each(features)('nobody reaches %s, by whatever way', async (feature) => {
    const from = features.find((other) => other !== feature)!;
    const ways = ['../', '../../features/', '@/features/', '../../features/../features/'];
    for (const way of ways) {
      expect(await refused(from, `${way}${feature}/Page.vue`), `${way}${feature}`).toBe(true);
      expect(await refused(from, `${way}${feature}`), `${way}${feature}`).toBe(true);
    }
  });

  it('what a feature may import is let through', async () => {
    for (const imported of [
      './own',
      '@/components/Button.vue',
      '@/api/queries',
      '@/lib/dates',
      '../../lib/dates',
    ])
      expect(await refused('search', imported), imported).toBe(false);
  });
});
