import { shallowReactive } from 'vue';
import type { WorkRow } from '@/api/generated';

/** Maximum number of selected works. */
export const MAX_SELECTED = 1000;

const selections = new Map<string, Set<string>>();

/**
 * The selected works of a search, in order of selection; kept while the program runs, for at most twenty
 * searches.
 */
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

/** Selects or deselects works; ignores works beyond the maximum. */
export function choose(chosen: Set<string>, works: readonly Pick<WorkRow, 'id'>[], on: boolean): void {
  for (const { id } of works) {
    if (!on) chosen.delete(id);
    else if (chosen.size < MAX_SELECTED) chosen.add(id);
  }
}
