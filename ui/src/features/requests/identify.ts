/** Recognises pasted identifiers by their check digits. Nothing is guessed. */

export type IdentifierField = 'doi' | 'isbn' | 'issn' | 'pmid';
export interface Recognised {
  field: IdentifierField;
  value: string;
}

const digitsOf = (text: string) => text.replace(/[\s\-‐‑–—]/g, '').toUpperCase();

function isbnHolds(digits: string): boolean {
  if (/^\d{13}$/.test(digits)) {
    const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
    return /^97[89]/.test(digits) && sum % 10 === 0;
  }
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, at) => total + (digit === 'X' ? 10 : Number(digit)) * (10 - at),
    0,
  );
  return sum % 11 === 0;
}

function issnHolds(digits: string): boolean {
  if (!/^\d{7}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, at) => total + (digit === 'X' ? 10 : Number(digit)) * (8 - at),
    0,
  );
  return sum % 11 === 0;
}

/** The identifier in a pasted text that contains nothing else. */
export function recognise(pasted: string): Recognised | undefined {
  const text = pasted.normalize('NFKC').trim();
  const doi = /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi\s*:?\s*)?(10\.\d{4,9}\/\S+)$/i.exec(text)?.[1];
  if (doi) return { field: 'doi', value: doi.replace(/[.,;。，；]+$/, '') };
  const pmid = /^PMID\s*:?\s*(\d{1,9})$/i.exec(text)?.[1];
  if (pmid) return { field: 'pmid', value: pmid };
  const issn = /^(?:e?ISSN\s*:?\s*)?(\d{4}-\d{3}[\dXx])$/i.exec(text)?.[1];
  if (issn && issnHolds(digitsOf(issn))) return { field: 'issn', value: issn.toUpperCase() };
  const isbn = /^(?:ISBN(?:-1[03])?\s*:?\s*)?([\d][\d\s\-‐‑–—]{8,20}[\dXx])$/i.exec(text)?.[1];
  if (isbn && isbnHolds(digitsOf(isbn))) return { field: 'isbn', value: isbn.trim() };
  return undefined;
}
