import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { SearchView, WorkDetail } from '@/api/generated';
import { fakePlatform, problem } from '@/platform/fake';
import { show } from '@/lib/testing';
import { bars } from './histogram';
import { pieces } from './marked';
import { conditions, noFilter, viewStateOf } from './viewState';
import { open, row, source, view } from './samples';
import SearchBox from './SearchBox.vue';
import { ways } from './ways';

describe('the box', () => {
  it('does not search with the Enter that ends a composition', async () => {
    const search = vi.fn();
    const page = await show(SearchBox, { modelValue: '鲁迅', onSearch: search });
    const enter = new KeyboardEvent('keydown', {
      key: 'Enter',
      isComposing: true,
      bubbles: true,
      cancelable: true,
    });
    page.get('input').element.dispatchEvent(enter);
    // a browser submits the form unless the keydown is prevented
    expect(enter.defaultPrevented).toBe(true);
    await page.get('form').trigger('submit');
    expect(search).toHaveBeenCalledExactlyOnceWith('鲁迅');
  });

  it('asks nothing for nothing', async () => {
    const search = vi.fn();
    const page = await show(SearchBox, { modelValue: '　 ', onSearch: search });
    await page.get('form').trigger('submit');
    expect(search).not.toHaveBeenCalled();
  });
});

describe('a search', () => {
  it('gives no count of an earlier one that has no works: perhaps nobody answered', async () => {
    const platform = fakePlatform({
      search_recent: () => [{ searchId: 's0', text: '彷徨', searchedAt: '2026-11-20T00:00:00Z', works: 0 }],
    });
    const page = await open(platform, '/search');
    expect(page.get('.recent .count').text()).toMatch(/11-20/);
    expect(page.get('.recent').text()).not.toContain('条');
  });

  it('starts from the empty page and shows its results', async () => {
    const platform = fakePlatform({
      search_recent: () => [{ searchId: 's0', text: '彷徨', searchedAt: '2026-11-20T00:00:00Z', works: 4 }],
      search_start: () => ({ searchId: 's1' }),
      search_view: () => view(),
    });
    const page = await open(platform, '/search');
    expect(page.get('.recent').text()).toContain('彷徨');
    expect(page.get('.recent').text()).toContain('4 条');
    await page.get('[role=searchbox]').setValue(' 呐喊 ');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(platform.calls.find((entry) => entry.name === 'search_start')?.payload).toEqual({
      text: '呐喊',
      query: null,
    });
    expect(page.router.currentRoute.value.params.searchId).toBe('s1');
    expect(page.findAll('[role=option]').map((option) => option.get('.title').text())).toEqual([
      '呐喊',
      '彷徨',
    ]);
    expect(page.get('.title b').text()).toBe('呐喊');
  });

  it('lets later works in only when asked', async () => {
    let waiting = 12;
    const platform = fakePlatform({
      search_view: () => view({ waiting, done: false }),
      search_show_new: () => ((waiting = 0), {}),
    });
    const page = await open(platform);
    const button = page.findAll('button').find((candidate) => candidate.text() === '12 条新结果 · 显示')!;
    await button.trigger('click');
    await flushPromises();
    expect(platform.calls.some((entry) => entry.name === 'search_show_new')).toBe(true);
    expect(page.text()).not.toContain('新结果');
  });

  it('follows the engine', async () => {
    let works = [row('w1')];
    const platform = fakePlatform({ search_view: () => view({ works, done: false }) });
    const page = await open(platform);
    expect(page.findAll('[role=option]')).toHaveLength(1);
    works = [row('w1'), row('w3', { title: '野草' })];
    platform.tell({ changed: ['search'] });
    await flushPromises();
    expect(page.findAll('[role=option]')).toHaveLength(2);
  });

  it('says why a source failed and asks it again alone', async () => {
    const platform = fakePlatform({
      search_view: () =>
        view({
          sources: [source('a'), source('b', { state: 'failed', records: 0, problem: problem('BLOCKED') })],
        }),
      search_retry: () => ({}),
    });
    const page = await open(platform);
    const chip = page.get('[data-source=b]');
    expect(chip.text()).toContain('来源b没有结果：这个来源暂不允许程序查询');
    await chip.trigger('click');
    await flushPromises();
    expect(
      platform.calls.filter((entry) => entry.name === 'search_retry').map((entry) => entry.payload),
    ).toEqual([{ searchId: 's1', sourceId: 'b' }]);
  });

  it('narrows by facets, and says so when nothing is left', async () => {
    const platform = fakePlatform({
      search_view: ({ filter }) =>
        filter.kinds.length > 0 ? view({ works: [], shown: 0, found: 2 }) : view(),
    });
    const page = await open(platform);
    if (!page.find('.facets').exists()) await page.get('[aria-label=显示筛选]').trigger('click');
    // the facets follow one frame after the rows
    await (await vi.waitFor(() => page.get('.facets input[type=checkbox]'))).setValue(true);
    await flushPromises();
    expect(page.text()).toContain('筛选后没有结果');
    await page
      .findAll('button')
      .find((button) => button.text() === '清除筛选')!
      .trigger('click');
    await flushPromises();
    expect(page.findAll('[role=option]')).toHaveLength(2);
  });

  it.each([
    ['nothing was found', { works: [] }, '没有找到'],
    [
      'no source answered',
      { works: [], sources: [source('a', { state: 'failed', records: 0, problem: problem('UNREACHABLE') })] },
      '没有来源回答',
    ],
    [
      'sources are still asked',
      { works: [], done: false, sources: [source('a', { state: 'waiting', records: 0 })] },
      '正在询问 1 个来源',
    ],
    ['results are old', { fromCache: true }, '的结果'],
  ] as [string, Partial<SearchView>, string][])('has words when %s', async (_, more, words) => {
    const page = await open(fakePlatform({ search_view: () => view(more) }));
    expect(page.text()).toContain(words);
  });

  it.each(['failed', 'resting'] as const)(
    'offers a form of a pasted reference where no source can be asked: %s',
    async (state) => {
      const text = '韦丹芳. 论壮族的铜鼓[J]. 广西民族研究, 2019, 35(3): 101-117.';
      const sources = [source('a', { state, records: 0, problem: problem('UNREACHABLE') })];
      const platform = fakePlatform({
        search_view: () => view({ text, works: [], found: 0, shown: 0, sources }),
        draft_new: () => ({ draft: { id: 'd1' } }) as never,
      });
      const form = { path: '/requests/new/:draftId', name: 'requestForm', component: { render: () => null } };
      const page = await open(platform, '/search/s1', [form]);
      await page
        .findAll('button')
        .find((button) => button.text() === '直接填写申请')!
        .trigger('click');
      await flushPromises();
      const made = platform.calls.find((entry) => entry.name === 'draft_new');
      expect(made?.payload).toEqual({ service: 'Copy', work: null, text });
    },
  );

  it('offers a looser search where nothing was found, and says what it leaves out', async () => {
    const platform = fakePlatform({
      search_view: () => view({ text: '三体（全三册）', works: [], found: 0, shown: 0 }),
      search_relaxed: () => [{ text: '三体', left: [{ why: 'remark', words: '全三册' }] }],
    });
    const page = await open(platform);
    expect(page.text()).toContain('可以放宽后再找“三体”：不看括号里的“全三册”');
    await page
      .findAll('button')
      .find((button) => button.text() === '放宽再找')!
      .trigger('click');
    await flushPromises();
    const started = platform.calls.filter((entry) => entry.name === 'search_start');
    expect(started.at(-1)?.payload).toEqual({ text: '三体', query: null });
  });

  it('has words when it is gone', async () => {
    const page = await open(fakePlatform({ search_view: () => Promise.reject(problem('NOT_FOUND')) }));
    expect(page.get('[role=alert]').text()).toContain('要找的内容已不在这里');
  });
});

describe('matched parts', () => {
  it('cut the title and lose nothing', () => {
    const title = '鲁迅与《𠮷野》研究';
    const cut = pieces(title, [
      [0, 2],
      [4, 7],
      [6, 99],
      [3, 1],
      [-2, 0],
    ]);
    expect(cut.map((piece) => piece.text).join('')).toBe(title);
    expect(cut.filter((piece) => piece.matched)[0]!.text).toBe('鲁迅');
    expect(pieces('呐喊', [])).toEqual([{ text: '呐喊', matched: false }]);
  });
});

describe('the histogram', () => {
  it('keeps every work and stays small', () => {
    const years = [
      { year: 1877, count: 2 },
      { year: 1973, count: 5 },
      { year: 2024, count: 1 },
    ];
    const drawn = bars(years);
    expect(drawn.length).toBeLessThanOrEqual(32);
    expect(drawn.reduce((sum, bar) => sum + bar.count, 0)).toBe(8);
    expect([drawn[0]!.from, drawn.at(-1)!.to]).toEqual([1877, 2024]);
    expect(bars([])).toEqual([]);
  });
});

describe('the place', () => {
  it('is kept for each search', () => {
    viewStateOf('甲').sort = 'newest';
    expect(viewStateOf('乙').sort).toBe('relevance');
    expect(viewStateOf('甲').sort).toBe('newest');
    expect(conditions({ ...noFilter(), yearFrom: 1990, kinds: ['book'] })).toBe(2);
  });
});

describe('ways to get a work', () => {
  const detail = (kind: string, more: { callNumber?: string; openAccess?: boolean }): WorkDetail =>
    ({
      work: {
        merged: { kind, links: [] },
        members: [
          { links: more.openAccess ? [{ url: 'https://a.example/', label: '', openAccess: true }] : [] },
        ],
      },
      ownHoldings: more.callNumber ? [{ callNumber: more.callNumber }] : [],
    }) as unknown as WorkDetail;

  it('begin with the nearest', () => {
    expect(ways(detail('book', { callNumber: 'I210.6/59' }))[0]).toEqual({
      does: 'callNumber',
      number: 'I210.6/59',
    });
    expect(ways(detail('article', { openAccess: true })).map((way) => way.does)).toEqual([
      'openText',
      'request',
    ]);
    expect(ways(detail('article', {}))).toEqual([{ does: 'request', service: 'Copy' }]);
    expect(ways(detail('ancientBook', {}))).toEqual([
      { does: 'request', service: 'Loan' },
      { does: 'request', service: 'Copy' },
    ]);
  });
});
