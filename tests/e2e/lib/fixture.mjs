// A platform and a program with a signed-in patron, and functions that move requests on the platform.
import { randomUUID } from 'node:crypto';
import { openPage } from './browser.mjs';
import { control, rpc, startBridge, startSandbox } from './programs.mjs';
import { signInDemo } from './steps.mjs';

/** The sandbox's library and its patron with a complete account. */
const TENANT = 'a001962';
const patron = { username: '20210001', password: '相思湖畔904' };

/** The date of the sandbox's calendar that is this many days from today: `2026-11-28`. */
export function dayFrom(days) {
  const china = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000);
  return china.toISOString().slice(0, 10);
}

/**
 * Starts a platform and a program. `before(fixture)` can create a past on the platform: requests made on
 * another machine. `flags(sandbox)` returns further command-line flags.
 */
export async function openFixture(t, { before, look, flags } = {}) {
  const sandbox = await startSandbox(t, { librarian: false });
  const fixture = {
    sandbox,
    control: (method, where, body) => control(sandbox, method, where, body),
    elsewhere: (body) => elsewhere(sandbox, body),
    ago: (days, body) => ago(sandbox, days, body),
  };
  await before?.(fixture);
  const bridge = await startBridge(t, sandbox, await flags?.(sandbox));
  const page = await openPage(t, bridge.address, look);
  await signInDemo(page);
  Object.assign(fixture, {
    bridge,
    page,
    rpc: (name, payload) => rpc(bridge, name, payload),
    /** Synchronises at once, as the button 立即同步 does. */
    news: () => rpc(bridge, 'sync_now', {}),
    /** Performs a step of the librarian and synchronises. */
    async step(id, body) {
      await control(
        sandbox,
        'POST',
        `requests/${id}/state`,
        typeof body === 'string' ? { state: body } : body,
      );
      await rpc(bridge, 'sync_now', {});
    },
    /** Makes every request to the platform fail until `mend`. */
    cut: () => control(sandbox, 'POST', 'faults', { prefix: '/', kind: 'reset' }),
    async mend() {
      await control(sandbox, 'DELETE', 'faults');
      await rpc(bridge, 'sync_now', {});
    },
    /** Sets the program's language. */
    async speak(locale) {
      const nothing = { theme: null, onClose: null, toasts: null, toastTitles: null, notices: null };
      await rpc(bridge, 'settings_change', { locale, ...nothing });
      await page.locator(`html[lang="${locale}"]`).waitFor();
    },
  });
  return fixture;
}

/** Performs something this many days ago by the platform's clock. */
async function ago(sandbox, days, body) {
  const seconds = days * 86_400;
  await control(sandbox, 'POST', 'clock', { advanceSeconds: -seconds });
  try {
    return await body();
  } finally {
    await control(sandbox, 'POST', 'clock', { advanceSeconds: seconds });
  }
}

/** Creates a request from the patron's other machine; returns its id. */
async function elsewhere(sandbox, body) {
  const headers = { 'Content-Type': 'application/json', 'X-Okapi-Tenant': TENANT };
  const signedIn = await fetch(`${sandbox.base}/authn/login-with-expiry`, {
    method: 'POST',
    headers,
    body: JSON.stringify(patron),
  });
  const cookies = signedIn.headers.getSetCookie().map((line) => /^folioAccessToken=([^;]+)/.exec(line)?.[1]);
  const id = randomUUID();
  const answer = await fetch(`${sandbox.base}/ill/requests/${id}`, {
    method: 'PUT',
    headers: { ...headers, 'X-Okapi-Token': cookies.find(Boolean), 'If-None-Match': '*' },
    body: JSON.stringify({ id, ...body }),
  });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return id;
}

/** The body of a request for a book. */
export const loanOf = (title, author, isbn) => ({
  serviceType: 'Loan',
  publicationType: 'Book',
  bibliographicInfo: { title, author, ids: isbn ? [{ code: 'ISBN', value: isbn }] : [] },
  serviceInfo: { serviceLevel: 'Normal', anyEdition: 'N' },
  delivery: { method: 'Pickup', pickupLocationId: 'xsh-904' },
});

/** The body of a request for an article. */
export const copyOf = (article, author, journal, pages) => ({
  serviceType: 'Copy',
  publicationType: 'Article',
  bibliographicInfo: {
    title: journal,
    titleOfComponent: article,
    authorOfComponent: author,
    pagesRequested: pages,
    ids: [],
  },
  copyright: { declarationAccepted: true, declarationVersion: '2025-09' },
  delivery: { method: 'Email' },
});

/** A date (`2026-11-28`) as the screens format it: `11-28 周六`, with the year if it is not the current one. */
export function dayWords(date) {
  const [year, month, day] = date.split('-');
  const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'short' }).format(
    new Date(Number(year), Number(month) - 1, Number(day)),
  );
  return `${year === dayFrom(0).slice(0, 4) ? '' : `${year}-`}${month}-${day} ${weekday}`;
}
