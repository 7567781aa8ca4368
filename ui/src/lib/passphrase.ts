/** Minimum length of a passphrase, the same as in the engine. */
export const shortest = 8;

/** Whether the engine would accept the length; surrounding white space does not count. */
export const isLongEnough = (phrase: string): boolean => [...phrase.trim()].length >= shortest;
