// Calls cargo with the one feature set of the project.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { features, inRoot } from './root.mjs';
import { must, run } from './run.mjs';

const withFeatures = ['--features', features.join(',')];

/**
 * The shell embeds ui/dist at compile time, and from it the two scripts of the library's page; steps that only
 * check need placeholders there.
 */
export function ensureUiFolder() {
  mkdirSync(inRoot('ui', 'dist', 'companion'), { recursive: true });
  const placeholders = [
    ['index.html', '<!doctype html><title>鸿雁</title>'],
    ['companion/fill.js', ''],
    ['companion/rows.js', ''],
  ];
  for (const [name, text] of placeholders) {
    const file = inRoot('ui', 'dist', ...name.split('/'));
    if (!existsSync(file)) writeFileSync(file, text);
  }
}

/**
 * Builds one program in the dev profile. The whole workspace is named so that the tests reuse its artifacts.
 */
export function buildProgram(bin, options) {
  return must('cargo', ['build', '--locked', '--workspace', '--bin', bin, ...withFeatures], options);
}

/** Builds everything that the tests use at once, so that later steps reuse it. */
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

/** The arguments that select the whole workspace, always the same so that nothing is built twice. */
export const wholeWorkspace = ['--locked', '--workspace', ...withFeatures];
