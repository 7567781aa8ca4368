/** The questions, in the order of a first visit; the words are in locales/<locale>/help.json. */
export const topics = [
  'what',
  'services',
  'register',
  'oldAccounts',
  'steps',
  'duration',
  'pickup',
  'third',
  'cost',
  'resources',
  'calisCashl',
  'late',
  'offline',
  'page',
  'trouble',
] as const;

interface Answered {
  question: string;
  answer: string[];
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** Those that contain every word of `wanted`; a match in the question stands first. */
export function find<T extends Answered>(all: readonly T[], wanted: string): T[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean);
  const holds = (text: string) => words.every((word) => fold(text).includes(word));
  const found = all.filter((topic) => holds([topic.question, ...topic.answer].join(' ')));
  return [
    ...found.filter((topic) => holds(topic.question)),
    ...found.filter((topic) => !holds(topic.question)),
  ];
}
