/**
 * What runs in the page when the bookmark is clicked: it reads what the page says of its work and calls
 * `hongyan://request?<OpenURL>`, or `hongyan://search?q=<words>` where the page says nothing. It has to be complete
 * in itself, because its text is the bookmark.
 *
 * Read are, in this order: a COinS (OpenURL in a `title`, ocoins.info) that is selected; the `citation_*` entries
 * that Google Scholar asks publishers for; the first COinS; the selected words, or the title of the page.
 */
export function callHongyan(): void {
  // Chromium passes no longer address to a program on Windows
  const most = 2000;
  const pairs: string[] = [];
  const coins = [...document.querySelectorAll<HTMLElement>('.Z3988[title]')];
  const selection = window.getSelection();
  // beside the words that are selected: the element around it, where it stands alone in it
  const beside = (one: HTMLElement) =>
    [one, one.parentElement].some(
      (node) =>
        node !== null &&
        node.querySelectorAll('.Z3988').length < 2 &&
        selection?.containsNode(node, true) === true,
    );
  const chosen = selection && !selection.isCollapsed ? coins.find(beside) : undefined;
  const said = new Map<string, string[]>();
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[content]')) {
    const name = (meta.name || meta.getAttribute('property') || '').toLowerCase();
    const value = meta.content.trim();
    if (name.startsWith('citation_') && value !== '')
      said.set(name.slice(9), [...(said.get(name.slice(9)) ?? []), value]);
  }
  const first = (...names: string[]) => names.map((name) => said.get(name)?.[0] ?? '').find(Boolean) ?? '';
  const add = (key: string, value: string) => {
    if (value !== '') pairs.push(`${key}=${encodeURIComponent(value)}`);
  };
  const title = first('title');
  if (!chosen && title !== '') {
    const journal = first('journal_title', 'conference_title', 'journal_abbrev');
    const book = first('inbook_title', 'book_title');
    const school = first('dissertation_institution');
    const doi = first('doi').replace(/^(doi:|https?:\/\/(dx\.)?doi\.org\/)\s*/i, '');
    const isBook = journal === '' && book === '' && school === '' && first('isbn') !== '';
    const shape = school ? 'dissertation' : isBook || book ? 'book' : 'journal';
    add('url_ver', 'Z39.88-2004');
    add('rft_val_fmt', `info:ofi/fmt:kev:mtx:${shape}`);
    if (!school) add('rft.genre', isBook ? 'book' : book ? 'bookitem' : 'article');
    add(school ? 'rft.title' : isBook ? 'rft.btitle' : 'rft.atitle', title);
    add('rft.jtitle', book || school ? '' : journal);
    add('rft.btitle', book);
    add('rft.inst', school);
    if (doi !== '') add('rft_id', `info:doi/${doi}`);
    add('rft.date', first('publication_date', 'date', 'year', 'online_date').replaceAll('/', '-'));
    add('rft.volume', first('volume'));
    add('rft.issue', first('issue'));
    add('rft.spage', first('firstpage'));
    add('rft.epage', first('lastpage'));
    add('rft.issn', first('issn'));
    add('rft.isbn', first('isbn'));
    add('rft.pub', first('publisher'));
    const names = [...(said.get('author') ?? []), ...(said.get('authors') ?? [])];
    for (const name of names.flatMap((each) => each.split(/[;；]/))) add('rft.au', name.trim());
  } else {
    const given = (chosen ?? coins[0])?.title ?? '';
    for (const pair of given.split('&')) {
      // what a form has no place for
      if (/^rft\.(description|abstract|subject|rights)=|^$/.test(pair)) continue;
      pairs.push(pair.replace(/[^!-~]+|[#"<>\\^`{|}]/g, (odd) => encodeURIComponent(odd)));
    }
  }
  let address = 'hongyan://request?';
  for (const pair of pairs) {
    if (address.length + pair.length < most) address += (address.endsWith('?') ? '' : '&') + pair;
  }
  if (pairs.length === 0) {
    const words = (selection?.toString() || document.title).trim().slice(0, 200);
    address = `hongyan://search?q=${encodeURIComponent(words)}`;
  }
  window.location.href = address;
}

/** The address of the bookmark. */
export const bookmark = (): string => `javascript:${encodeURIComponent(`(${callHongyan.toString()})()`)}`;
