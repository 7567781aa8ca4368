/**
 * Requests that the patron has just changed in this window: the change is said where it was made, so that its notice
 * needs no second message.
 */
const expected = new Set<string>();

/** How long the notice of a change may take, milliseconds. */
const LATEST_MS = 3000;

/** Announces a change of the patron's own. */
export function expectNews(request: string): void {
  expected.add(request);
  setTimeout(() => expected.delete(request), LATEST_MS);
}

/** Whether a notice is of a change that the patron has just made; true once for each change. */
export function isOwnNews(request: string | null): boolean {
  return request !== null && expected.delete(request);
}
