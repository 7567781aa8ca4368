/**
 * The first Han character of each pinyin initial, in collation order: a character belongs to the last of them
 * that does not sort after it. No syllable begins with i, u or v.
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

/**
 * The initials of a text: 馆际互借 gives `gjhj`; Latin letters and digits are kept, everything else is dropped.
 */
export function initials(text: string): string {
  return [...text.normalize('NFKC').toLowerCase()].map(initial).join('');
}
