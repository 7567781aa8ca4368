// Cargo with the one feature set.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { features, inRoot } from './root.mjs';
import { must, run } from './run.mjs';

const withFeatures = ['--features', features.join(',')];

/** The shell embeds ui/dist while it is compiled; steps that only check need some page there. */
export function ensureUiFolder() {
  const page = inRoot('ui', 'dist', 'index.html');
  if (existsSync(page)) return;
  mkdirSync(inRoot('ui', 'dist'), { recursive: true });
  writeFileSync(page, '<!doctype html><title>not built</title>\n');
}

/** Builds one program for development. The whole workspace is named so that the tests find its parts built. */
export function buildProgram(bin, options) {
  return must('cargo', ['build', '--locked', '--workspace', '--bin', bin, ...withFeatures], options);
}

/** Builds everything that the tests use in one go, so that later steps find it built. */
export function buildAll() {
  return run('cargo', [
    'build',
    '--locked',
    '--workspace',
    '--all-targets',
    '--test',
    'window',
    ...withFeatures,
  ]);
}

/** The arguments that choose the whole workspace the same way each time. */
export const wholeWorkspace = ['--locked', '--workspace', ...withFeatures];
