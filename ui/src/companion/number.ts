// A guess of the number that the platform gave a request, from the page that came after it was submitted. It is only
// offered: the patron confirms it.
import { simplify } from './fold.ts';
import type { Segment } from './segments.ts';

/** Captions of such a number, at the end of what stands before it. */
const CAPTION =
  /((申请|请求|订单|业务|流水|受理|委托|传递|互借|登记|查询|文献)?(单号|编号|号码|序号|号)|(request|transaction|order|reference|confirmation)\s*(number|no\.?|id|#)|\btn)\s*(是|为|is)?\s*[:：#]?\s*$/i;
/** Captions of other numbers. */
const OTHER =
  /(电话|手机|联系|索书|条码|证|学|工|账|帐|卡|期|卷|刊|书|页|馆藏|版本|邮|备案|icp|房间|isbn|issn|phone|call|card)[^，。,;；\s]{0,4}$/i;
/** Letters and digits with at least four digits. */
const NUMBER = /[a-z]{0,8}[-_]?\d[\da-z]*(?:[-_/]\d[\da-z]*)*/gi;
const DATE = /^(19|20)\d{2}(([-/.]\d{1,2}){1,2}|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))$/;
const LONGEST = 40;
/** Guesses that are offered. */
const GUESSES = 3;

const isNumber = (text: string): boolean =>
  text.length <= LONGEST &&
  text.replace(/\D/g, '').length >= 4 &&
  !DATE.test(text) &&
  !/^(19|20)\d{2}$/.test(text);

/** Whether a caption asks for the request's number. */
const isCaption = (text: string): boolean => CAPTION.test(text) && !OTHER.test(text.replace(CAPTION, ''));

/** Numbers behind a caption, in the same piece or alone in the next, in the page's order; without the known ones. */
export function numbersIn(segments: Segment[], known: string[]): string[] {
  const out: string[] = [];
  let before = '';
  for (const { text } of segments) {
    const piece = [...text.normalize('NFKC').replace(/\s+/g, ' ').trim()].map(simplify).join('');
    for (const found of piece.matchAll(NUMBER)) {
      const [number] = found;
      const lead = piece.slice(0, found.index);
      const alone = lead === '' && number.length === piece.length;
      if (!isNumber(number) || out.includes(number) || known.includes(number)) continue;
      if (isCaption(alone ? before : lead.slice(-30)) && out.length < GUESSES) out.push(number);
    }
    before = piece.slice(-30);
  }
  return out;
}
