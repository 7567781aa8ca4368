// Records every word typed or received during a test file, and searches a program's log for them.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import path from 'node:path';
import { inRoot } from '../../../scripts/lib/root.mjs';

/**
 * Splits a text into pairs of Han characters, words of five letters and numbers of seven digits; shorter
 * pieces occur by chance.
 */
const pieces = (text) => {
  const plain = text.normalize('NFKC').toLowerCase();
  const han = [...plain.matchAll(/\p{Script=Han}{2,}/gu)].flatMap(([run]) =>
    [...run].slice(1).map((sign, at) => [...run][at] + sign),
  );
  const words = plain.match(/[a-z][a-z0-9]{4,}/g) ?? [];
  const numbers = plain.match(/\d{7,}/g) ?? [];
  return [...han, ...words, ...numbers];
};

const heard = new Set();

/** Records a text; of JSON, its values. */
export function recordText(text) {
  if (typeof text !== 'string' || text === '') return;
  let value = text;
  try {
    value = JSON.parse(text);
  } catch {
    // not JSON: the text itself is recorded
  }
  const walk = (one) => {
    if (typeof one === 'string') for (const piece of pieces(one)) heard.add(piece);
    else if (one && typeof one === 'object') Object.values(one).forEach(walk);
  };
  walk(value);
}

/** Records what is typed on the pages of a context, and the bodies of their commands and answers. */
export async function recordPage(context) {
  await context.exposeBinding('hongyanTyped', (_, text) => recordText(text));
  await context.addInitScript(() =>
    document.addEventListener('input', ({ target }) => window.hongyanTyped(String(target.value ?? '')), true),
  );
  context.on('request', (sent) => sent.url().includes('/rpc/') && recordText(sent.postData() ?? ''));
  context.on('response', (answer) => {
    // a page that is closing has no body any more
    if (answer.url().includes('/rpc/')) answer.text().then(recordText, () => undefined);
  });
}

/**
 * A proxy in front of a platform that records every answer. `answers(request, body)` may replace one:
 * `{status, body}`.
 */
export async function recordingProxy(t, sandbox, answers = () => undefined) {
  const to = new URL(sandbox.base);
  const server = createServer((incoming, outgoing) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      const said = answers(incoming, body.toString('utf8'));
      if (said) {
        recordText(said.body);
        outgoing.writeHead(said.status, { 'content-type': 'application/json' }).end(said.body);
        return;
      }
      // uncompressed, so that it can be recorded
      const headers = { ...incoming.headers, host: to.host, 'accept-encoding': 'identity' };
      const { method, url } = incoming;
      const passed = ask({ host: to.hostname, port: to.port, method, path: url, headers }, (answer) => {
        const came = [];
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.on('data', (part) => came.push(part) && outgoing.write(part));
        answer.on('end', () => outgoing.end(() => recordText(Buffer.concat(came).toString('utf8'))));
        answer.on('error', () => outgoing.destroy());
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ...sandbox, base: `http://127.0.0.1:${server.address().port}` };
}

/** All files below a folder. */
const below = (folder) =>
  readdirSync(folder, { recursive: true }).map((name) => path.join(folder, String(name)));

/** The program's own vocabulary: literals in its log calls, names of commands, codes, sources and files. */
function own() {
  const words = new Set();
  const keep = (text) =>
    (text.toLowerCase().match(/[a-z][a-z0-9]{4,}/g) ?? []).forEach((word) => words.add(word));
  for (const file of below(inRoot('crates')).filter((name) => name.endsWith('.rs'))) {
    const text = readFileSync(file, 'utf8');
    keep(path.relative(inRoot('crates'), file));
    for (const [call] of text.matchAll(/tracing::(?:error|warn|info)!\([^;]*;?/g)) keep(call);
    for (const [, word] of text.matchAll(/(?:Closed::word|coded)\(\s*"([^"]*)"/g)) keep(word);
  }
  for (const file of [
    'crates/model/src/log.rs',
    'crates/api/src/table.rs',
    'crates/engine/src/base/problem.rs',
  ])
    keep(readFileSync(inRoot(...file.split('/')), 'utf8'));
  keep(readFileSync(inRoot('crates', 'store', 'src', 'error.rs'), 'utf8'));
  const lists = [...below(inRoot('crates')), inRoot('tests', 'sandbox', 'sources.toml')];
  for (const file of lists.filter((name) => name.endsWith('.toml')))
    for (const [, id] of readFileSync(file, 'utf8').matchAll(/^id = "([^"]*)"/gm)) keep(id);
  return words;
}

/** Words of a log that were typed or received and are not in the program's own vocabulary. */
export function leakedWords(log) {
  // the timestamp at the start of a line and the ids of requests are the program's own
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const lines = log
    .split('\n')
    .map((line) => line.replace(/^\S+T\S+Z\s+/, '').replace(uuid, ''))
    .join('\n');
  const mine = own();
  return [...new Set(pieces(lines))].filter((piece) => heard.has(piece) && !mine.has(piece));
}
