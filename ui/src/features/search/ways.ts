import type { Kind, Link, Service, WorkDetail } from '@/api/generated';

/** What the one button of a work does. */
export type Way =
  | { does: 'callNumber'; number: string }
  | { does: 'openText'; link: Link }
  | { does: 'request'; service: Service };

const returnable: readonly Kind[] = ['book', 'ancientBook'];

/** Copies of papers, loans of books: what a librarian would offer first. */
export const firstService = (kind: Kind): Service => (returnable.includes(kind) ? 'Loan' : 'Copy');

/** Every way to get at a work, the best first: own shelf, free text, then the two services. */
export function ways(detail: WorkDetail): Way[] {
  const { work, ownHoldings } = detail;
  const found: Way[] = [];
  const number = ownHoldings.find((holding) => holding.callNumber !== '')?.callNumber;
  if (number !== undefined) found.push({ does: 'callNumber', number });
  const link = [work.merged, ...work.members]
    .flatMap((record) => record.links)
    .find((candidate) => candidate.openAccess);
  if (link) found.push({ does: 'openText', link });
  const first = firstService(work.merged.kind);
  found.push({ does: 'request', service: first });
  if (returnable.includes(work.merged.kind))
    found.push({ does: 'request', service: first === 'Loan' ? 'Copy' : 'Loan' });
  return found;
}
