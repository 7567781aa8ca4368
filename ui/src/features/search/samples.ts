/** Test data of the search screens. For tests only. */
import { flushPromises } from '@vue/test-utils';
import type { RouteRecordRaw } from 'vue-router';
import { followEvents } from '@/api/events';
import type { SearchView, SourceView, WorkRow } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import type { FakePlatform } from '@/platform/fake';
import { routes } from './routes';
import SearchPage from './SearchPage.vue';

export const source = (id: string, more: Partial<SourceView> = {}): SourceView => ({
  id,
  name: `来源${id}`,
  nameEn: `Source ${id}`,
  protocol: 'sru',
  state: 'done',
  hits: 3,
  records: 3,
  firstMs: 10,
  doneMs: 1200,
  problem: null,
  dropped: [],
  retryAt: null,
  link: '',
  unread: null,
  ...more,
});
export const row = (id: string, more: Partial<WorkRow> = {}): WorkRow => ({
  id,
  kind: 'book',
  title: '呐喊',
  matches: [[0, 2]],
  creators: '鲁迅',
  container: '人民文学出版社',
  year: 1973,
  language: 'chi',
  availability: 'request',
  callNumber: '',
  sources: ['a'],
  ...more,
});
export const view = (more: Partial<SearchView> = {}): SearchView => {
  const works = more.works ?? [row('w1'), row('w2', { title: '彷徨', matches: [] })];
  return {
    searchId: 's1',
    text: '呐喊',
    query: { identifier: null, clauses: [], yearFrom: null, yearTo: null },
    works,
    offset: 0,
    shown: works.length,
    found: works.length,
    waiting: 0,
    totalLow: 2,
    totalHigh: 2,
    sources: [source('a')],
    facets: {
      kinds: [{ value: 'book', count: 2 }],
      years: [],
      languages: [],
      sources: [],
      availability: [],
      holders: [],
    },
    done: true,
    fromCache: false,
    searchedAt: '2026-11-22T10:42:00Z',
    ...more,
  };
};

/** Opens the search page with a fake platform. */
export async function open(platform: FakePlatform, at = '/search/s1', more: RouteRecordRaw[] = []) {
  usePlatform(platform);
  const page = await show(SearchPage, {}, { routes: [...routes, ...more], at });
  await followEvents(page.client);
  await flushPromises();
  return page;
}
