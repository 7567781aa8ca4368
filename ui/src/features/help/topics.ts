import { initials } from '@/lib/initials';

/** The questions, in the order of a first visit; the texts are in locales/<locale>/help.json. */
export const topics = [
  'what',
  'address',
  'services',
  'register',
  'oldAccounts',
  'steps',
  'browser',
  'duration',
  'pickup',
  'third',
  'cost',
  'resources',
  'eget',
  'calisCashl',
  'late',
  'offline',
  'byHand',
  'page',
  'trouble',
] as const;

interface Answered {
  question: string;
  answer: string[];
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/**
 * Finds the topics that contain every word of `wanted`, or its pinyin initials (`gjhj` for 馆际互借); matches in
 * the question come first.
 */
export function find<T extends Answered>(all: readonly T[], wanted: string): T[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean);
  const letters = /^[a-z]{2,}$/;
  const holds = (text: string) =>
    words.every((word) => fold(text).includes(word) || (letters.test(word) && initials(text).includes(word)));
  const found = all.filter((topic) => holds([topic.question, ...topic.answer].join(' ')));
  return [
    ...found.filter((topic) => holds(topic.question)),
    ...found.filter((topic) => !holds(topic.question)),
  ];
}
