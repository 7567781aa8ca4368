// Runs rows.js over made lists and counts.
import { call } from './layouts.mjs';
import { makeList } from './lists.mjs';

/** Lists `first` to `first + count - 1` in an engine. `wrong` has each wrong tie with its list. */
export async function runRows(engine, { first = 0, count }) {
  const sum = {
    lists: 0,
    requests: 0,
    certain: 0,
    certainFound: 0,
    titled: 0,
    titledFound: 0,
    wrong: [],
    missed: [],
  };
  const spent = [];
  for (let seed = first; seed < first + count; seed++) {
    const list = makeList(seed);
    const script = `(document.body.innerHTML = ${JSON.stringify(list.page)},
      ${call('rows', `HongyanRows.rows(${JSON.stringify({ requests: list.requests })})`)})`;
    const answer = JSON.parse(await engine.run(script));
    if (!answer.ok) throw new Error(`list ${seed}: ${answer.error}`);
    spent.push(answer.spent);
    judge(list, answer.rows, sum);
  }
  spent.sort((a, b) => a - b);
  return { ...sum, p50: spent[spent.length >> 1], max: spent.at(-1) };
}

function judge(list, rows, sum) {
  sum.lists++;
  rows.forEach((row, i) => {
    const { token, certain } = list.truth[i];
    const strangers = list.tokens.filter((other) => other !== token && row.text.includes(other));
    const right = token !== undefined && row.text.includes(token);
    const at = { list: list.seed, layout: list.layout, request: list.requests[i], row };
    sum.requests++;
    if (strangers.length > 0) sum.wrong.push(at);
    if (token === undefined) return;
    sum[certain ? 'certain' : 'titled']++;
    if (right && strangers.length === 0) sum[certain ? 'certainFound' : 'titledFound']++;
    else sum.missed.push({ ...at, certain });
  });
}
