import type { SearchView, WorkRow } from '@/api/generated';
import { interpretationOf, isTyped } from './query';

/** A title for comparing: letters and digits alone. */
const bare = (title: string) =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Whether the first work of a list is what the patron asked for: the only one that a number or a reference found, or
 * the one with the title of the reference.
 */
export function isMeant(
  { query, text, found }: Pick<SearchView, 'query' | 'text' | 'found'>,
  first: Pick<WorkRow, 'title'>,
): boolean {
  const read = interpretationOf(query);
  if (read.as === 'words' || isTyped(read, text)) return false;
  return found === 1 || (read.as === 'citation' && bare(read.title) === bare(first.title));
}
