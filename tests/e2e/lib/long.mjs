// Data in which every text from outside is too long: 200 Chinese characters, or one Latin word of 200
// letters.
import { createServer } from 'node:http';
import { copyOf, dayFrom, loanOf, openFixture } from './fixture.mjs';
import { control, rpc } from './programs.mjs';
import { until } from './until.mjs';
import { source, sourcesFile } from './sources.mjs';

/** 200 characters, without a place to break or with one after each. */
export const han = '鸿雁传书与广西地方文献互借的历史考察'.repeat(12).slice(0, 200);
export const latin = 'Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz'
  .repeat(4)
  .slice(0, 200);

const marc = (title, other, number) => `<record xmlns="http://www.loc.gov/MARC21/slim">
<leader>00000nam a2200000 i 4500</leader><controlfield tag="001">${number}</controlfield>
<controlfield tag="008">200101s20${10 + number}    cc            000 0 chi  </controlfield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">${other}</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">${title}${number}</subfield><subfield code="b">${other}</subfield><subfield code="c">${title}</subfield></datafield>
<datafield tag="250" ind1=" " ind2=" "><subfield code="a">${other}</subfield></datafield>
<datafield tag="260" ind1=" " ind2=" "><subfield code="a">${title}</subfield><subfield code="b">${other}</subfield><subfield code="c">20${10 + number}</subfield></datafield>
<datafield tag="490" ind1="0" ind2=" "><subfield code="a">${other}</subfield></datafield>
<datafield tag="520" ind1=" " ind2=" "><subfield code="a">${title}${other}</subfield></datafield>
<datafield tag="650" ind1=" " ind2="0"><subfield code="a">${other}</subfield></datafield>
<datafield tag="852" ind1=" " ind2=" "><subfield code="a">${other}</subfield><subfield code="b">${title}</subfield><subfield code="h">${other}</subfield></datafield>
<datafield tag="856" ind1="4" ind2="0"><subfield code="u">https://example.org/${other}</subfield><subfield code="y">${title}</subfield></datafield>
</record>`;

/** Starts a catalogue (SRU 1.2) whose records contain only such texts; stopped at the end of the test. */
async function startLongCatalogue(t) {
  const all = [1, 2, 3, 4, 5, 6].map((number) =>
    number % 2 === 0 ? marc(han, latin, number) : marc(latin, han, number),
  );
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url, 'http://127.0.0.1').searchParams.get('startRecord') ?? 1);
    const records = all
      .map(
        (record, at) =>
          `<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking><recordData>${record}</recordData><recordPosition>${at + 1}</recordPosition></record>`,
      )
      .slice(from - 1);
    response
      .writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' })
      .end(
        `<?xml version="1.0"?><searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version><numberOfRecords>${all.length}</numberOfRecords><records>${records.join('')}</records></searchRetrieveResponse>`,
      );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${server.address().port}/sru`;
}

const loan = (title, author) => ({
  ...loanOf(title, author),
  bibliographicInfo: {
    title,
    author,
    publisher: author,
    placeOfPublication: title,
    edition: author,
    ids: [],
  },
});

/** Final states of the requests: those whose pages show the most. */
const lives = [
  [loan(han, latin), 'NEEDS_INFO', { reason: { code: 'OTHER', text: latin } }],
  [copyOf(latin, han, han, '1-20'), 'CONDITION_PENDING', condition()],
  [loan(latin, han), 'SHIPPED', {}],
  [copyOf(han, latin, latin, '3-9'), 'UNFILLED', { reason: { code: 'OTHER', text: han } }],
  [loan(`${han}二`, latin), 'ON_LOAN', {}],
  [copyOf(`${han}三`, latin, han, '1-9'), 'DELIVERED', {}],
  [loan(`${latin}4`, han), 'DUPLICATE_REVIEW', { reason: { code: 'OTHER', text: latin } }],
];
function condition() {
  return { condition: { code: 'COST_EXCEEDS_MAXIMUM', text: latin, cost: 3200, answerBy: dayFrom(3) } };
}

/**
 * Starts a program with such data and a signed-in patron. Returns request ids in `ids` and a search id in
 * `search`.
 */
export async function openLong(t, look) {
  const ids = [];
  const fixture = await openFixture(t, {
    look,
    before: async ({ control, elsewhere }) => {
      await control('POST', 'accounts/20210001/grant', { coins: 900_000_000 });
      for (const [body, state, said] of lives) {
        const id = await elsewhere(body);
        await control('POST', `requests/${id}/state`, {
          state: 'SENT_TO_SUPPLIER',
          lead: true,
          supplier: latin,
        });
        await control('POST', `requests/${id}/state`, { state, lead: true, ...said });
        await control('POST', `requests/${id}/messages`, { text: `${latin} ${han}` });
        ids.push(id);
      }
    },
    flags: async (sandbox) => {
      const long = await startLongCatalogue(t);
      const tables = [
        source('home', '本馆目录', 'Own library', `${sandbox.base}/sru/home`, {
          schema: 'marcxml',
          home: true,
        }),
        source('long', han, latin, long, { schema: 'marcxml' }),
        source('longer', latin, han, `${long}er`, { schema: 'marcxml' }),
        source('down', `${han}停`, `${latin}0`, `${sandbox.base}/nowhere`, { schema: 'marcxml' }),
        source('key', `${latin}键`, `${han}1`, `${long}key`, { schema: 'marcxml', access: 'key' }),
      ];
      return ['--sources', await sourcesFile(t, tables)];
    },
  });
  const clauses = (text) => [{ join: 'and', field: 'any', text, phrase: false }];
  const searches = [];
  for (const text of [han, latin, `${latin} ${han}`]) {
    const query = { identifier: null, clauses: clauses(text), yearFrom: null, yearTo: null };
    searches.push((await fixture.rpc('search_start', { text, query })).searchId);
  }
  await until('the first sync', async () => (await fixture.rpc('request_list', {})).requests.length >= 7);
  // changes while the program runs create notices
  await fixture.step(ids[2], { state: 'AWAITING_PICKUP', lead: true });
  await fixture.step(ids[4], { state: 'RECALLED', reason: { code: 'OTHER', text: latin } });
  return {
    ...fixture,
    ids,
    searches,
    control: (...all) => control(fixture.sandbox, ...all),
    rpc: (...all) => rpc(fixture.bridge, ...all),
  };
}
