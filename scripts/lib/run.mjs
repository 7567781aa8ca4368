// Runs other programs, with their output on the console or captured.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRoot, onWindows, root } from './root.mjs';

/** Ends the script with a sentence instead of a stack trace. */
export class Stop extends Error {}

/**
 * Runs a program to its end. With `options.tee` its output is captured as well, with `options.quiet` only
 * captured; with `options.toStderr` it goes to stderr, so that our own stdout stays clean. Resolves to `{
 * code, output }`; a program that cannot be started has code 127.
 */
export function run(command, args, options = {}) {
  const { tee = false, quiet = false, toStderr = false, ...rest } = options;
  const stdio = tee ? ['inherit', 'pipe', 'pipe'] : ['inherit', toStderr ? 2 : 'inherit', 'inherit'];
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio, ...rest });
    let output = '';
    if (tee) {
      for (const [stream, to] of [
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
      ]) {
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
          output += text;
          if (!quiet) to.write(text);
        });
      }
    }
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve({ code: 127, output });
    });
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 130 : 1), output }));
  });
}

/** Like `run`, but ends the script when the program fails. */
export async function must(command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new Stop(`${[command, ...args].join(' ')} failed (exit code ${result.code}).`);
  return result;
}

/** The output of a program, or undefined if it fails or does not exist. */
export function printed(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout : undefined;
}

/** Whether a program is on the PATH. */
export function onPath(program) {
  const endings = onWindows ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => endings.some((ending) => existsSync(path.join(folder, program + ending))));
}

/** Runs npm: the one that started this script, else the one on the PATH. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args], options);
  return run('npm', args, { shell: onWindows, ...options });
}

/** Runs the command-line script of a development dependency with node, which works on every system. */
export function nodeTool(packageName, script, args, options) {
  return run(process.execPath, [inRoot('node_modules', packageName, script), ...args], options);
}

/** Runs a script's main function: a `Stop` is printed as a sentence, any other error with its stack trace. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Elapsed time, formatted for people. */
export const since = (start) => {
  const seconds = (Date.now() - start) / 1000;
  return seconds < 90
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
};
