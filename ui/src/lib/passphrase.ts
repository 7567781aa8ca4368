/** Characters that a passphrase has at least, as the engine has it. */
export const shortest = 8;

/** Whether the engine would look at it at all; white space around it does not count. */
export const isLongEnough = (phrase: string): boolean => [...phrase.trim()].length >= shortest;
