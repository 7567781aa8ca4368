// The two calls of JabRef's browser extension (sendBibEntryHttp in its src/entrypoints/background.ts), as they are made
// there: a GET that must succeed or be 404, then the POST. Called by the test in this service worker.
globalThis.sendReference = async (port, bibtex) => {
  const base = `http://localhost:${port}/`;
  const health = await fetch(base, { method: 'GET', cache: 'no-store' });
  if (!(health.ok || health.status === 404)) return { health: health.status };
  const answer = await fetch(`${base}libraries/current/entries`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-bibtex' },
    body: bibtex,
  });
  return { health: health.status, status: answer.status, ok: answer.ok, text: await answer.text() };
};
