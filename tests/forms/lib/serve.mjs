// A web server on the loopback interface for the pages of these tests.
import { createServer } from 'node:http';

/**
 * Serves what `find(path)` returns: `{ body, type, headers? }`, or undefined for 404. Resolves to `{ at, close }`,
 * `at` without a slash at its end.
 */
export async function serve(find) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const found = await find(path);
    if (!found) return response.writeHead(404).end();
    const { body, type, headers = {} } = found;
    return response.writeHead(200, { 'Content-Type': type, ...headers }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    at: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections?.()),
  };
}
