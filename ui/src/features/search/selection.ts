import { shallowReactive } from 'vue';
import type { WorkRow } from '@/api/generated';

/** No list of references is longer. */
export const MOST_SELECTED = 1000;

const selections = new Map<string, Set<string>>();

/** What is chosen in a search, in the order it was chosen; kept while the program runs. The oldest of twenty searches is forgotten. */
export function selectionOf(searchId: string): Set<string> {
  let chosen = selections.get(searchId);
  if (!chosen) {
    chosen = shallowReactive(new Set<string>());
    selections.set(searchId, chosen);
    const oldest = selections.keys().next().value;
    if (selections.size > 20 && oldest !== undefined) selections.delete(oldest);
  }
  return chosen;
}

/** Takes works in or out; beyond the most, no more are taken in. */
export function choose(chosen: Set<string>, works: readonly Pick<WorkRow, 'id'>[], on: boolean): void {
  for (const { id } of works) {
    if (!on) chosen.delete(id);
    else if (chosen.size < MOST_SELECTED) chosen.add(id);
  }
}
