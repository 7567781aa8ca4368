// The pages that are open on a program: they close before it ends, for whose program has gone is rightly upset.
const open = new Map();

/** Where a page's program answers. */
const origin = (address) => new URL(address).origin;

/** Says how the page at this address is closed. */
export function opened(address, close) {
  open.set(origin(address), [...(open.get(origin(address)) ?? []), close]);
}

/** Closes the pages at this address. */
export async function closePages(address) {
  const pages = open.get(origin(address)) ?? [];
  open.delete(origin(address));
  for (const close of pages) await close();
}
