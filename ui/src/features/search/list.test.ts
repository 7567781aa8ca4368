import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { Record, SearchFilter, Work } from '@/api/generated';
import { show } from '@/lib/testing';
import { fakePlatform } from '@/platform/fake';
import { conditionsOf } from './chips';
import { tieOf } from './joined';
import { noFilter } from './viewState';
import { open, row, view } from './samples';
import { choose, MAX_SELECTED, selectionOf } from './selection';
import { scriptOf, titlesOf } from './titles';
import YearFacet from './YearFacet.vue';

const status = { status_get: () => ({ connection: 'online' }) as never };
const works = (count: number, offset: number, limit: number) =>
  Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, index) =>
    row(`w${offset + index}`, { title: `鲁迅研究 ${offset + index}`, matches: [] }),
  );
const long = (searchId: string, count = 10_000) =>
  fakePlatform({
    ...status,
    search_view: ({ offset, limit }) =>
      view({ searchId, works: works(count, offset, limit), offset, shown: count, found: count }),
  });

describe('a long list', () => {
  it('draws a screenful of ten thousand and goes to the end by keyboard', async () => {
    const fake = long('s-long');
    const page = await open(fake, '/search/s-long');
    const list = page.get('[role=listbox]');
    expect(page.findAll('[role=option]').length).toBeLessThan(60);
    expect(page.get('[role=option]').attributes('aria-setsize')).toBe('10000');
    await list.trigger('keydown', { key: 'PageDown' });
    expect(list.attributes('aria-activedescendant')).toMatch(/-9$/);
    await list.trigger('keydown', { key: 'End' });
    expect(list.attributes('aria-activedescendant')).toMatch(/-9999$/);
  });

  it('takes several works with Space, Shift and the box, and shows how many', async () => {
    const page = await open(long('s-pick', 40), '/search/s-pick');
    const list = page.get('[role=listbox]');
    expect(list.attributes('aria-multiselectable')).toBe('true');
    await list.trigger('keydown', { key: ' ' });
    await list.trigger('keydown', { key: 'ArrowDown' });
    await list.trigger('keydown', { key: 'ArrowDown' });
    await list.trigger('keydown', { key: ' ', shiftKey: true });
    await page.findAll('[data-select]')[4]!.trigger('click');
    expect([...selectionOf('s-pick')]).toEqual(['w0', 'w1', 'w2', 'w4']);
    expect(page.get('.bar [role=status]').text()).toBe('已选 4 条');
    expect(page.findAll('[aria-selected=true]')).toHaveLength(4);
    // selecting does not open anything
    expect(page.router.currentRoute.value.query.work).toBeUndefined();
    await list.trigger('keydown', { key: 'Escape' });
    expect(selectionOf('s-pick').size).toBe(0);
  });

  it('takes all of them, as far as can be, page by page', async () => {
    const page = await open(long('s-all', 450), '/search/s-all');
    const button = (text: string) => page.findAll('.bar button').find((one) => one.text() === text);
    await button('全选')!.trigger('click');
    await flushPromises();
    expect(selectionOf('s-all').size).toBe(450);
    expect(page.get('.bar [role=status]').text()).toBe('已选 450 条');
    expect(button('全选')).toBeUndefined();

    const longer = await open(long('s-most'), '/search/s-most');
    expect(longer.findAll('.bar button').map((one) => one.text())).toContain('选前 1,000 条');
    await longer.get('[role=listbox]').trigger('keydown', { key: 'a', ctrlKey: true });
    await flushPromises();
    expect(selectionOf('s-most').size).toBe(MAX_SELECTED);
    expect([...selectionOf('s-most')].at(-1)).toBe('w999');
  });

  it('does not choose while composing', async () => {
    const page = await open(long('s-ime', 5), '/search/s-ime');
    await page.get('[role=listbox]').trigger('keydown', { key: ' ', isComposing: true });
    expect(selectionOf('s-ime').size).toBe(0);
  });

  it('keeps a bound on what is chosen', () => {
    const chosen = new Set<string>();
    choose(chosen, works(MAX_SELECTED + 5, 0, MAX_SELECTED + 5), true);
    expect(chosen.size).toBe(MAX_SELECTED);
    choose(chosen, [{ id: 'w0' }], false);
    expect(chosen.has('w0')).toBe(false);
  });
});

describe('a work without a title', () => {
  it('has a sign in its row and over its facts, never an empty line', async () => {
    const works = [row('w1', { title: '', matches: [] }), row('w2')];
    const page = await open(fakePlatform({ ...status, search_view: () => view({ works }) }), '/search/s1');
    expect(page.findAll('.work .title').map((title) => title.text())).toEqual(['〔无题名〕', '呐喊']);
  });
});

describe('what is old', () => {
  it.each([
    ['online', '的结果', true],
    ['offline', '离线，显示', false],
  ])('says its age when %s', async (connection, words, again) => {
    const page = await open(
      fakePlatform({
        status_get: () => ({ connection }) as never,
        search_view: () => view({ fromCache: true, searchedAt: '2026-11-20T10:42:00+08:00' }),
      }),
    );
    expect(page.get('.cached').text()).toContain(words);
    expect(page.get('.cached').text().includes('重新检索')).toBe(again);
  });
});

describe('the filter', () => {
  const filter: SearchFilter = {
    ...noFilter(),
    kinds: ['book', 'thesis'],
    languages: ['jpn'],
    yearFrom: 1990,
  };

  it('is a list of conditions, each of which can go', () => {
    const list = conditionsOf(filter, {
      value: (facet, value) => `${facet}:${value}`,
      years: (from, to) => `${from ?? ''}–${to ?? ''}`,
    });
    expect(list.map(({ label }) => label)).toEqual(['kinds:book', 'kinds:thesis', 'languages:jpn', '1990–']);
    expect(list[0]!.without).toEqual({ ...filter, kinds: ['thesis'] });
    expect(list[3]!.without).toEqual({ ...filter, yearFrom: null });
  });

  it('stands over the list in words and is taken away there', async () => {
    const asked: SearchFilter[] = [];
    const fake = fakePlatform({
      ...status,
      search_view: ({ filter: wanted, searchId }) => (asked.push(wanted), view({ searchId })),
    });
    const page = await open(fake, '/search/s-chips');
    if (!page.find('.facets').exists()) await page.get('[aria-label=显示筛选]').trigger('click');
    await vi.waitFor(() => page.get('.facets input[type=checkbox]'));
    await page.get('.facets input[type=checkbox]').setValue(true);
    await flushPromises();
    expect(page.get('.chips .one').text()).toBe('图书，去掉这个条件');
    await page.get('.chips .one').trigger('click');
    await flushPromises();
    expect(page.find('.chips').exists()).toBe(false);
    expect(asked.map(({ kinds }) => kinds)).toEqual([[], ['book']]);
    expect(page.get<HTMLInputElement>('.facets input[type=checkbox]').element.checked).toBe(false);
  });
});

describe('the years', () => {
  const years = Array.from({ length: 20 }, (_, index) => ({ year: 1990 + index, count: index + 1 }));
  async function facet(from: number | null = null, to: number | null = null) {
    const changes: (number | null)[][] = [];
    const page = await show(YearFacet, {
      years,
      from,
      to,
      onChange: (...range: (number | null)[]) => changes.push(range),
    });
    return { page, changes };
  }

  it('are chosen by the keyboard, and everything is no condition', async () => {
    const { page, changes } = await facet();
    const [low, high] = page.findAll('[role=slider]');
    await low!.trigger('keydown', { key: 'ArrowRight' });
    await high!.trigger('keydown', { key: 'PageDown' });
    await low!.trigger('keydown', { key: 'Home' });
    expect(changes).toEqual([
      [1991, null],
      [null, 2004],
      [null, null],
    ]);
    expect(high!.attributes('aria-valuetext')).toBe('2009');
  });

  it('say the same in a table', async () => {
    const { page, changes } = await facet(1995, 1996);
    expect(page.findAll('rect.inside')).toHaveLength(2);
    await page
      .findAll('button')
      .find((button) => button.text() === '以表格显示')!
      .trigger('click');
    const rows = page.findAll('tbody tr');
    expect(rows.map((line) => line.findAll('th, td').map((cell) => cell.text()))[5]).toEqual(['1995', '6']);
    expect(page.findAll('tbody tr.inside')).toHaveLength(2);
    await rows[0]!.get('button').trigger('click');
    expect(changes).toEqual([[1990, 1990]]);
  });

  it('take full-width digits and forget what is no year', async () => {
    const { page, changes } = await facet(1995);
    const from = page.get<HTMLInputElement>('.ends input');
    await from.setValue('１９９８');
    await from.setValue('民国七年');
    expect(changes).toEqual([[1998, null]]);
    expect(from.element.value).toBe('1995');
  });
});

describe('a record of a work', () => {
  const work = {
    members: [{ source: 'a' }, { source: 'b' }, { source: 'c' }, { source: 'd' }],
    joinedBy: [
      { member: 1, with: 0, by: 'identifier', identifier: { type: 'isbn', value: '9787020008735' } },
      { member: 2, with: 1, by: 'title', identifier: null },
      { member: 9, with: 3, by: 'pinyin', identifier: null },
    ],
  } as unknown as Work;

  it('says by which other record it belongs there', () => {
    expect([0, 1, 2].map((member) => tieOf(work, member)?.other)).toEqual([1, 0, 1]);
    expect(tieOf(work, 2)?.join.by).toBe('title');
    // a link to a missing member, and a member without a link
    expect([tieOf(work, 3), tieOf(work, 4)]).toEqual([undefined, undefined]);
  });

  it('says so in words, with its source and its own text', async () => {
    const record = {
      title: '呐喊',
      kind: 'book',
      subtitle: '',
      variantTitles: ['吶喊', 'Na han'],
      creators: [],
      publisher: '',
      place: '',
      year: 1973,
      date: '1973',
      edition: '',
      part: '',
      container: '',
      volume: '',
      issue: '',
      pages: '',
      language: 'chi',
      identifiers: [],
      summary: '',
      subjects: [],
      series: '',
      classification: [],
      holdings: [],
      links: [],
      raw: { format: 'marc', text: '200 1 $a 呐喊 $f 鲁迅著' },
    };
    const member = (source: string) => ({ ...record, source, id: `${source}-呐喊` });
    const fake = fakePlatform({
      ...status,
      search_view: () => view({ searchId: 's-why' }),
      search_work: () => ({
        work: {
          id: 'w1',
          merged: member('a'),
          members: [member('a'), member('b')],
          availability: 'request',
          joinedBy: [{ member: 1, with: 0, by: 'title', identifier: null }],
        } as unknown as Work,
        ownHoldings: [],
        requests: [],
      }),
    });
    await open(fake, '/search/s-why?work=w1');
    const drawer = document.querySelector('.details')!;
    expect(drawer.querySelector('.parallel')?.textContent).toContain('Na han');
    const members = [...drawer.querySelectorAll('.record summary')].map((line) => line.textContent);
    expect(members).toHaveLength(2);
    expect(members[1]).toContain('b-呐喊');
    expect(members[1]).toContain('的记录题名、责任者、年份相合');
    expect(drawer.textContent).toContain('2 个来源的记录');
  });
});

describe('titles', () => {
  it('in another script stand apart, each once', () => {
    const record = {
      title: '紅樓夢',
      variantTitles: ['Hong lou meng', '红楼梦', 'HONG LOU MENG', '紅樓夢', 'こうろうむ', 'Сон'],
    };
    expect(titlesOf(record as unknown as Record)).toEqual({
      parallel: ['Hong lou meng', 'こうろうむ'],
      others: ['红楼梦', 'Сон'],
    });
    expect(['魯迅と明治', '홍루몽', '𠮷野', 'Сон', '1984'].map(scriptOf)).toEqual([
      'kana',
      'hangul',
      'han',
      'cyrillic',
      'other',
    ]);
  });
});
