// Search sources for the tests: good ones from the sandbox, and a server that misbehaves.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Starts a server that fails in every way; stopped at the end of the test. `base` is its address. */
export async function startBadManners(t, sandbox) {
  const held = new Set();
  const ways = {
    busy: (_, response) => response.writeHead(429, { 'Retry-After': '600' }).end(),
    down: (_, response) => response.writeHead(503).end(),
    maintenance: (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<h1>系统维护中</h1>'),
    cut: (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end('<zs:searchRetrieveResponse><zs:ver'),
    // never answers: the connection stays open until the test ends
    stall: () => undefined,
    // the first page arrives, the next never does
    dribble: async (url, response) => {
      if (url.searchParams.get('startRecord') > 1) return;
      const answer = await fetch(`${sandbox.base}/sru/generated:500:9${url.search}`);
      response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' }).end(await answer.text());
    },
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    void ways[url.pathname.slice(1)]?.(url, response);
  });
  server.on('connection', (socket) => {
    held.add(socket);
    socket.on('close', () => held.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of held) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { base: `http://127.0.0.1:${server.address().port}` };
}

/** Renders one `[[source]]` table of a sources.toml. */
export const source = (id, name, nameEn, address, more = {}) =>
  [
    '[[source]]',
    ...Object.entries({ id, name, nameEn, protocol: 'sru', address, ...more }).map(
      ([key, value]) => `${key} = ${JSON.stringify(value)}`,
    ),
    '',
  ].join('\n');

/** Writes a sources.toml that is deleted at the end of the test; returns its path. */
export async function sourcesFile(t, tables) {
  const folder = await mkdtemp(path.join(tmpdir(), 'hongyan-sources-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'sources.toml');
  await writeFile(file, tables.join('\n'));
  return file;
}
