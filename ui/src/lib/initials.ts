/**
 * The first Han character of each pinyin initial, in the collation's order: a character belongs to the last
 * of them that does not stand behind it. No i, u and v begin a syllable.
 */
const firsts = [...'阿芭嚓搭蛾发噶哈击喀垃妈拿哦趴七然撒他挖昔压匝'];
const letters = [...'abcdefghjklmnopqrstwxyz'];
const collator = new Intl.Collator('zh-u-co-pinyin');

function initial(c: string): string {
  if (!/\p{Script=Han}/u.test(c)) return /[\p{L}\p{N}]/u.test(c) ? c : '';
  let letter = '';
  for (const [index, first] of firsts.entries()) {
    if (collator.compare(c, first) >= 0) letter = letters[index] ?? '';
  }
  return letter;
}

/** The initials of a text: 馆际互借 is `gjhj`; Latin letters and digits stay, all else is gone. */
export function initials(text: string): string {
  return [...text.normalize('NFKC').toLowerCase()].map(initial).join('');
}
