import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

// The import rules of ui/: which folder may import which, and no cycles (docs/ARCHITECTURE.md).
const root = join(import.meta.dirname, '..');

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const all = files(root);
const known = new Set(all);

function resolve(from: string, target: string): string | undefined {
  const base = target.startsWith('@/')
    ? join(root, target.slice(2))
    : target.startsWith('.')
      ? join(dirname(from), target)
      : undefined;
  return base && [base, `${base}.ts`, join(base, 'index.ts')].find((path) => known.has(path));
}

const imports = new Map(
  all.map((file) => {
    const text = readFileSync(file, 'utf8');
    const targets = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!);
    return [file, targets] as const;
  }),
);
const name = (file: string) => relative(root, file).replaceAll('\\', '/');
const area = (file: string) =>
  name(file)
    .split('/')
    .slice(0, name(file).startsWith('features/') ? 2 : 1)
    .join('/');

describe('imports', () => {
  it('reach other features from the frame only', () => {
    const wrong: string[] = [];
    for (const [file, targets] of imports) {
      for (const target of targets) {
        const to = resolve(file, target);
        if (!to || !area(to).startsWith('features/') || area(to) === area(file)) continue;
        if (area(file) !== 'app') wrong.push(`${name(file)} -> ${name(to)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('name the shell in one file', () => {
    const users = [...imports]
      .filter(([, targets]) => targets.some((target) => target.startsWith('@tauri-apps/')))
      .map(([file]) => name(file));
    expect(users).toEqual(['platform/tauri.ts']);
  });

  it('have no circles', () => {
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: string[]) => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].map(name).join(' -> '));
        return;
      }
      state.set(file, 'open');
      // lazily loaded screens form no cycle, and types do not exist at run time
      const text = readFileSync(file, 'utf8');
      for (const match of text.matchAll(/import (type )?[^;]*?from\s*'([^']+)'/g)) {
        const to = match[1] ? undefined : resolve(file, match[2]!);
        if (to) visit(to, [...path, file]);
      }
      state.set(file, 'done');
    };
    for (const file of all) visit(file, []);
    expect(circles).toEqual([]);
  });
});
