import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { SourceState, SourceView } from '@/api/generated';
import { fakePlatform, problem } from '@/platform/fake';
import { open, source, view } from './samples';
import { remedy, countByState } from './sources';

const twenty: SourceView[] = [
  ...Array.from({ length: 9 }, (_, index) => source(`d${index}`)),
  source('dropped', { dropped: ['1990–2000', '出版者：人民文學出版社'] }),
  source('none', { records: 0, hits: 0, doneMs: 240 }),
  source('more', { hits: 1243, records: 100, doneMs: 840 }),
  source('waiting', { state: 'waiting', records: 0, hits: null, doneMs: null }),
  source('slow', { state: 'slow', records: 0, hits: null, doneMs: null }),
  source('receiving', { state: 'receiving', records: 50, hits: 730, doneMs: null }),
  source('failed', { state: 'failed', records: 0, problem: problem('TIMEOUT') }),
  source('resting', { state: 'resting', records: 0, retryAt: '2026-11-22T10:42:00+08:00' }),
  source('key', { state: 'needsKey', records: 0 }),
  source('page', { state: 'page', records: 0, link: 'https://search.example.org/?q=%E9%B2%81%E8%BF%85' }),
  source('off', { state: 'off', records: 0 }),
];
const platform = (sources = twenty) =>
  fakePlatform({
    search_view: () => view({ sources, done: false, totalLow: 20411, totalHigh: 35205 }),
    search_retry: () => ({}),
    link_open: () => ({}),
    status_get: () => ({}) as never,
  });

describe('the sources of a search', () => {
  it('are summed up so that every one is counted once', () => {
    expect(countByState(twenty)).toEqual([
      { sum: 'done', count: 12 },
      { sum: 'waiting', count: 3 },
      { sum: 'failed', count: 1 },
      { sum: 'unasked', count: 4 },
    ]);
  });

  it('stand in one line, by name only those that want an eye', async () => {
    const page = await open(platform());
    expect(page.get('.sum').text().replace(/\s+/g, '')).toBe('共20个来源：12完成3仍在等待1失败4未检索');
    expect(page.findAll('.named .source').map((chip) => chip.attributes('data-source'))).toEqual([
      'failed',
      'resting',
      'key',
    ]);
    expect(page.get('.totals').text()).toBe('各来源共 20,411–35,205 条');
    expect(page.get('.sources').attributes('data-pending')).toBe('3');
  });

  it('open into all of them, each saying how it stands', async () => {
    const page = await open(platform());
    await page.get('.sum').trigger('click');
    expect(page.get('.sum').attributes('aria-expanded')).toBe('true');
    const said = (id: string) => page.get(`.all [data-source=${id}] .why`).text();
    expect(page.findAll('.all > li')).toHaveLength(20);
    expect(said('waiting')).toBe('等待回答');
    expect(said('slow')).toBe('回答较慢，仍在等待');
    expect(said('receiving')).toBe('正在接收，已有 50 条');
    expect(said('more')).toBe('命中 1,243 条，取回 100 条，840 毫秒');
    expect(page.get('[data-source=more] .count').text()).toBe('100 / 1,243');
    expect(said('none')).toBe('没有命中，240 毫秒');
    expect(said('dropped')).toBe('未用的条件：1990–2000、出版者：人民文學出版社 · 1.2 秒');
    expect(said('failed')).toContain('没有结果：');
    expect(said('resting')).toMatch(/^近来屡次失败，\d\d:42 再试$/);
    expect(said('key')).toBe('需要先填写密钥');
    expect(said('off')).toBe('已关闭，没有检索');
  });

  it('say what could not be read', async () => {
    const sources = [
      source('pica', { hits: 1098, records: 0, unread: { records: 50, schema: 'picaxml', said: '' } }),
      source('said', { hits: 12, records: 0, unread: { records: 12, schema: '', said: '记录读取失败' } }),
      source('some', { hits: 40, records: 37, unread: { records: 3, schema: '', said: '' } }),
      source('lost', { hits: 7, records: 0 }),
      source('none', { hits: 0, records: 0, doneMs: 240 }),
      source('fine'),
    ];
    const page = await open(platform(sources));
    // listed by name, with the problem
    expect(page.findAll('.named .source').map((chip) => chip.attributes('data-source'))).toEqual([
      'pica',
      'said',
      'lost',
    ]);
    expect(page.get('.named [data-source=pica] .unread').text()).toBe('1,098 条读不了');
    await page.get('.sum').trigger('click');
    const said = (id: string) => page.get(`.all [data-source=${id}] .why`).text();
    expect(said('pica')).toBe('命中 1,098 条，但读不了：不认识的格式 picaxml');
    expect(said('said')).toBe('命中 12 条，但读不了：来源答复“记录读取失败”');
    expect(said('some')).toBe('另有 3 条读不了：记录残缺或是空的');
    expect(said('lost')).toBe('命中 7 条，但读不了：回答里没有能读的记录');
    expect(said('none')).toBe('没有命中，240 毫秒');
  });

  it('are quoted when they refuse, not taken for the platform', async () => {
    const refused = problem('SOURCE_REFUSED', {
      params: { code: 'info:srw/diagnostic/1/1', message: '请打开[…]' },
    });
    const page = await open(platform([source('a', { state: 'failed', records: 0, problem: refused })]));
    await page.get('.sum').trigger('click');
    const said = page.get('.all [data-source=a] .why').text();
    expect(said).toBe('没有结果：这个来源没有受理，它答复：“请打开[…]”');
    expect(said).not.toContain('平台');
  });

  it('can be helped, each in its way', async () => {
    const fake = platform();
    const page = await open(fake);
    await page.get('.sum').trigger('click');
    const act = (id: string) => page.get(`.all [data-source=${id}] .act`);
    expect(['failed', 'resting', 'key', 'page', 'off'].map((id) => act(id).text())).toEqual([
      '重试：来源failed',
      '现在再试：来源resting',
      '填写密钥：来源key',
      '打开网页：来源page',
      '去设置：来源off',
    ]);
    await act('failed').trigger('click');
    await act('resting').trigger('click');
    await flushPromises();
    expect(fake.calls.filter(({ name }) => name === 'search_retry').map(({ payload }) => payload)).toEqual([
      { searchId: 's1', sourceId: 'failed' },
      { searchId: 's1', sourceId: 'resting' },
    ]);
    await act('page').trigger('click');
    await flushPromises();
    // the address is shown before it is opened
    expect(document.querySelector('.address')?.textContent).toContain('search.example.org');
    expect(fake.calls.some(({ name }) => name === 'link_open')).toBe(false);
  });

  it('offer a remedy only where there is one', () => {
    const of = (state: SourceState, more: Partial<SourceView> = {}) =>
      remedy(source('a', { state, ...more }));
    expect((['waiting', 'slow', 'receiving', 'done'] as const).map((state) => of(state))).toEqual(
      Array(4).fill(undefined),
    );
    expect(of('failed', { problem: problem('NEEDS_KEY') })).toBe('key');
    expect(of('page', { link: '' })).toBeUndefined();
  });
});
