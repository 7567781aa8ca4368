// Captions are compared folded: compatibility forms, case, punctuation, traditional and Japanese signs.

/** Traditional and Japanese signs of captions, each before the simplified one. Only signs that the words use. */
const SIGNS =
  '題题標标書书論论雜杂雑杂誌志編编譯译訳译頁页號号備备註注単单單单館馆點点資资訊讯電电話话郵邮驗验験验證证証证碼码圖图図图' +
  '巻卷費费價价価价發发発发國国際际準准稱称時时間间遲迟縣县檢检査查詢询帳账戶户單单說说説说語语連连絡络聯联領领點点' +
  '員员學学專专業业類类導导師师機机構构處处辦办類类數数製制術术篇篇節节載载報报紙纸叢丛會会議议錄录録录認认識识條条' +
  '納纳銀银總总務务總总區区號号頻频參参關关鍵键屆届請请輸输個个內内備备補补實实為为與与該该貴贵據据項项見见於于' +
  '創创協协稿稿優优劃划冊册責责貢贡獻献製制經经營营簽签網网絡络頭头額额願愿買买閱阅還还讀读';

let pairs: Map<string, string> | undefined;

function simplified(): Map<string, string> {
  if (pairs) return pairs;
  pairs = new Map();
  for (let i = 0; i + 1 < SIGNS.length; i += 2) pairs.set(SIGNS[i]!, SIGNS[i + 1]!);
  return pairs;
}

/** The simplified form of a sign that captions use; any other sign as it is. */
export const simplify = (sign: string): string => simplified().get(sign) ?? sign;

const LETTER = /[\p{L}\p{N}]/u;
/** Runs of letters and digits, and what stands between them. */
const PARTS = /[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu;

/** Whether a sign is written without blanks between words: Han and kana. */
export const isHan = (sign: string): boolean => sign >= '\u3040' && sign <= '\u9fff';

/** A blank between two Han signs of which neither has a neighbour: it spaces out a word, as in 「出 版 社」. */
function spacesOut(before: string, gap: string, after: string): boolean {
  return gap.trim() === '' && before.length === 1 && after.length === 1 && isHan(before) && isHan(after);
}

/**
 * Lower case, compatibility forms, simplified signs; everything that is neither letter nor digit becomes one blank.
 * 「题　名」 is one word, 「年、卷、期」 stays three.
 */
export function fold(text: string): string {
  let out = '';
  let before = '';
  let gap = '';
  for (const part of text.normalize('NFKC').toLowerCase().match(PARTS) ?? []) {
    if (!LETTER.test(part)) {
      gap = part;
      continue;
    }
    const run = [...part].map(simplify).join('');
    out += out === '' || spacesOut(before, gap, run) ? run : ` ${run}`;
    before = run;
  }
  return out;
}
