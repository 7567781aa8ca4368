import type { Kind, Link, Service, WorkDetail } from '@/api/generated';

/** What the main button of a work does. */
export type Way =
  | { does: 'callNumber'; number: string }
  | { does: 'openText'; link: Link }
  | { does: 'request'; service: Service };

const returnable: readonly Kind[] = ['book', 'ancientBook'];

/** The service offered first: a copy of an article, a loan of a book. */
export const firstService = (kind: Kind): Service => (returnable.includes(kind) ? 'Loan' : 'Copy');

/** All ways to get a work, the best first: own shelf, open access, then the two services. */
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
