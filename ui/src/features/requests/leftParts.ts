import { shallowReactive } from 'vue';
import type { LeftPart } from '@/api/generated';

/** What was left out of the files that lists were made of in this run, by the id of the list. */
const left = shallowReactive(new Map<string, readonly LeftPart[]>());

/** Keeps what was left out for the list's own screen. */
export function keepLeft(list: string, parts: readonly LeftPart[]): void {
  if (parts.length > 0) left.set(list, parts);
}

/** What was left out of the file of a list. */
export const leftOf = (list: string): readonly LeftPart[] => left.get(list) ?? [];
