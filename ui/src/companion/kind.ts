// What a form is for: an article's copy or a loan. A request of the other kind is not filled in unseen.
import type { FillInput, FormKind } from './contract.ts';
import { ENOUGH, type Place } from './place.ts';
import type { Target } from './reading.ts';

type Asked = Target | 'journalTitle' | 'bookTitle' | 'either';

/** What a form asks for, by the captions that say it firmly. */
function asked(all: Place[]): Set<Asked> {
  const out = new Set<Asked>();
  for (const { reading, reason } of all) {
    if (reason === 'forbidden' || reading.never || reading.plain || reading.score < ENOUGH) continue;
    const { targets, joined, holder } = reading;
    if (targets[0] === 'title') {
      if (holder) out.add(holder === 'either' ? holder : `${holder}Title`);
    } else if (joined || targets.length === 1) for (const target of targets) out.add(target);
    else if (targets.includes('isbn') && targets.includes('issn')) out.add('either');
  }
  return out;
}

/** What the form is for, where its captions speak of one kind alone. */
function kindOf(all: Place[]): FormKind | undefined {
  const fields = asked(all);
  const count = (...names: Asked[]) => names.filter((name) => fields.has(name)).length;
  if (fields.has('either')) return undefined;
  const serial = count('journalTitle', 'issn', 'issue');
  const book = count('bookTitle', 'isbn', 'edition', 'publisher');
  const part = count('componentTitle', 'volume', 'pages', 'firstPage', 'lastPage');
  if (serial > 0 && serial + part > 1 && book === 0) return 'article';
  // a set has volumes, too
  const parts = part - count('volume');
  return count('bookTitle', 'isbn') > 0 && book > 1 && serial + parts === 0 ? 'loan' : undefined;
}

/** The kind of the page's form, where the request is of the other one. Who does not say of what it is, is not told. */
export function otherKind(all: Place[], { service, of }: FillInput): FormKind | undefined {
  if (!of) return undefined;
  const kind = kindOf(all);
  if (kind === 'loan') return service === 'copy' ? kind : undefined;
  return service === 'loan' && of === 'book' ? kind : undefined;
}

/** Whether a caption asks for the title of a journal, and the request's is that of a book, or the other way round. */
export const isOtherTitle = ({ reading }: Place, { of }: FillInput): boolean =>
  reading.targets[0] === 'title' &&
  ((of === 'journal' && reading.holder === 'book') || (of === 'book' && reading.holder === 'journal'));
