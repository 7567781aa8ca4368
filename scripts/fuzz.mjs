// npm run fuzz [-- --seconds N] [READER…]: runs every reader of outside bytes under libFuzzer for N seconds
// (600), two at a time. Needs a C++ compiler and nothing else: the stable compiler has the coverage
// instrumentation.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setup } from './setup.mjs';
import { inRoot, targetDir } from './lib/root.mjs';
import { main, must, printed, run, since, Stop } from './lib/run.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--seconds');
const seconds = at >= 0 ? Number(args[at + 1]) : 600;
const named = args.filter((name, n) => !name.startsWith('-') && (at < 0 || n !== at + 1));

/** The flags that cargo-fuzz passes, without a sanitizer: our code has no `unsafe`. */
const instruments = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Clink-dead-code',
  '--cfg=fuzzing',
];

const folder = inRoot('tests', 'fuzz');
const built = path.join(targetDir(), 'fuzz');
/** Naming the target explicitly keeps build scripts and macros, which run on the host, uninstrumented. */
const host = /host: (\S+)/.exec(printed('rustc', ['-vV']) ?? '')?.[1] ?? '';
const readers = readdirSync(path.join(folder, 'targets'))
  .filter((name) => name.endsWith('.rs'))
  .map((name) => name.slice(0, -3))
  .sort();

/** The seed corpus: small valid inputs beside the targets, and the fixtures of the connector of that name. */
function seeds(reader) {
  return [path.join(folder, 'corpus', reader), inRoot('tests', 'conformance', 'fixtures', reader)].filter(
    existsSync,
  );
}

async function fuzz(reader) {
  const found = path.join(built, 'corpus', reader);
  const artifacts = inRoot('tests', 'artifacts', 'fuzz', reader);
  for (const place of [found, artifacts]) mkdirSync(place, { recursive: true });
  const start = Date.now();
  const { code, output } = await run(
    path.join(built, host, 'release', reader),
    [
      `-max_total_time=${seconds}`,
      '-timeout=10',
      '-rss_limit_mb=1024',
      '-max_len=65536',
      '-verbosity=1',
      '-print_final_stats=1',
      `-artifact_prefix=${artifacts}/`,
      found,
      ...seeds(reader),
    ],
    { tee: true, quiet: true },
  );
  const runs = /stat::number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '?';
  const edges = [...output.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? '?';
  const peak = /stat::peak_rss_mb:\s*(\d+)/.exec(output)?.[1] ?? '?';
  if (code !== 0) console.error(output.split('\n').slice(-40).join('\n'));
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${reader.padEnd(14)} ${runs.padStart(9)} runs, ${edges} edges, ${peak} MiB, ${since(start)}`,
  );
  return code;
}

await main(async () => {
  if (!(seconds > 0)) throw new Stop('--seconds needs a number');
  const chosen = named.length > 0 ? named : readers;
  const unknown = chosen.filter((name) => !readers.includes(name));
  if (unknown.length > 0)
    throw new Stop(`No such reader: ${unknown.join(', ')}. There are ${readers.join(', ')}.`);
  await setup({ quiet: true, yes: args.includes('--yes') });
  const manifest = path.join(folder, 'Cargo.toml');
  await must('cargo', ['build', '--release', '--locked', '--target', host, '--manifest-path', manifest], {
    env: { ...process.env, CARGO_TARGET_DIR: built, RUSTFLAGS: instruments.join(' ') },
  });
  const waiting = [...chosen];
  let failed = 0;
  const worker = async () => {
    for (let reader = waiting.shift(); reader; reader = waiting.shift()) {
      if ((await fuzz(reader)) !== 0) failed += 1;
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`${chosen.length - failed} readers without a crash, ${failed} with one`);
  return failed > 0 ? 1 : 0;
});
