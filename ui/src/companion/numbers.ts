// The script of the library's page that looks for the number of a request after it was submitted: what follows
// words like 申请号. It is built into one file, which the shell runs in the page. The patron sees the guess in a field
// and decides.
import { Clock } from './clock.ts';
import { toJson } from './json.ts';
import { segmentsOf } from './segments.ts';

/** Words before a number, and the number if it stands in the same piece. */
const NAMED =
  /(?:申请|申請|请求|請求|订单|訂單|委托|委託|传递|傳遞|互借|业务|流水|受理|事务|事務)(?:单|單|编|編|流水)*(?:编|編)?(?:号码|號碼|号|號|码|碼)|(?:request|transaction|order|reference|confirmation|tn)\s*(?:number|no\.?|id|#)|\btn\b/iu;
const NUMBER = /^[\s:：为為是#№【[(（「“"']*([a-z]{0,8}[-_/]?\d[a-z\d]*(?:[-_/.][a-z\d]+){0,6})/iu;
/** Pieces after the words in which the number may stand. */
const AHEAD = 3;
const MOST = 20;

/** Guesses of the number, in the order of the page: `{ numbers: string[] }` as JSON, empty at a fault. */
export function numbers(): string {
  try {
    const pieces = segmentsOf(document, new Clock()).map(({ text }) => text.normalize('NFKC').trim());
    const found: string[] = [];
    for (let at = 0; at < pieces.length && found.length < MOST; at++) {
      const named = NAMED.exec(pieces[at]!);
      if (!named) continue;
      const rest = pieces[at]!.slice(named.index + named[0].length);
      const candidates = [
        rest,
        ...(rest.replace(/[\s:：]/gu, '') === '' ? pieces.slice(at + 1, at + 1 + AHEAD) : []),
      ];
      for (const candidate of candidates) {
        const number = NUMBER.exec(candidate)?.[1];
        if (!number) continue;
        found.push(number);
        break;
      }
    }
    return toJson({ numbers: found });
  } catch {
    return '';
  }
}
