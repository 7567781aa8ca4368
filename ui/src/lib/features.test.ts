// @vitest-environment node
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const features = readdirSync(resolve(root, 'ui/src/features'));

const eslint = new ESLint({ cwd: root });

/** Whether the rule refuses a line of source in a file of ui/src. */
async function refuses(file: string, line: string): Promise<boolean> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath: resolve(root, 'ui/src', file) });
  return result!.messages.some((message) => message.ruleId === 'hongyan/borders');
}

const refused = (from: string, imported: string) =>
  refuses(`features/${from}/probe.ts`, `export * from '${imported}';`);

it('a script for a library’s page imports nothing of the screens', async () => {
  expect(await refuses('companion/probe.ts', "import '../api/queries';")).toBe(true);
  expect(await refuses('companion/probe.ts', "import '@/lib/dropZone';")).toBe(true);
  expect(await refuses('companion/probe.ts', "import './dom.ts';")).toBe(false);
});

describe('a feature imports no other feature', () => {
  it.each(features)('nobody reaches %s, by whatever way', async (feature) => {
    const from = features.find((other) => other !== feature)!;
    const ways = [
      '../',
      './../',
      '.././',
      '..//',
      '../../features/',
      '../.././features/',
      '../../features/../features/',
      `../${from}/../`,
      '@/features/',
      '@/lib/../features/',
      '/src/features/',
    ];
    for (const way of ways) {
      expect(await refused(from, `${way}${feature}/Page.vue`), `${way}${feature}`).toBe(true);
      expect(await refused(from, `${way}${feature}`), `${way}${feature}`).toBe(true);
    }
  });

  it('every statement that imports is judged', async () => {
    const other = '../statistics/words';
    for (const line of [
      `import '${other}';`,
      `import { parts } from '${other}';`,
      `import type { parts } from '${other}';`,
      `export { parts } from '${other}';`,
      `export const later = () => import('${other}');`,
      `export const later = () => import(\`${other}\`);`,
      `export type Parts = import('${other}').Parts;`,
      `vi.mock('${other}', () => ({}));`,
    ]) {
      expect(await refuses('features/search/probe.ts', line), line).toBe(true);
      expect(await refuses('features/search/deep/er/probe.ts', line.replace('../', '../../../')), line).toBe(
        true,
      );
    }
    const inVue = `<script setup lang="ts">\nimport '${other}';\n</script>`;
    expect(await refuses('features/search/Probe.vue', inVue)).toBe(true);
  });

  it('the folders below the features import none', async () => {
    for (const folder of ['components', 'lib', 'api'])
      for (const imported of [
        '@/features/search/query',
        '../features/search/query',
        '../app/router',
        '@/app/router',
      ])
        expect(await refuses(`${folder}/probe.ts`, `import '${imported}';`), `${folder}: ${imported}`).toBe(
          true,
        );
    expect(await refuses('app/probe.ts', "import '../features/search/query';")).toBe(false);
  });

  it('what a feature may import is let through', async () => {
    for (const imported of [
      './own',
      '../search/own',
      './library',
      './statistics/own',
      'vue',
      '@vue/test-utils',
      '@/components/Button.vue',
      '@/api/queries',
      '@/lib/dates',
      '../../lib/dates',
    ])
      expect(await refused('search', imported), imported).toBe(false);
  });
});
