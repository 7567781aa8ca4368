// Closes the pages of a program before it stops, because a page whose program is gone reports errors.
const open = new Map();

/** The origin of a program's page. */
const origin = (address) => new URL(address).origin;

/** Registers how the page at this address is closed. */
export function opened(address, close) {
  open.set(origin(address), [...(open.get(origin(address)) ?? []), close]);
}

/** Closes the pages at this address. */
export async function closePages(address) {
  const pages = open.get(origin(address)) ?? [];
  open.delete(origin(address));
  for (const close of pages) await close();
}
