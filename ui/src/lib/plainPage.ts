/**
 * Whether an address is of a page without encryption: such a page is opened in the patron's browser, never in a
 * window of ours. A page of this machine is none (tests).
 */
export function isPlainPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && hostname !== '127.0.0.1';
}
