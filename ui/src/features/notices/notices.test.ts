import { flushPromises } from '@vue/test-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Notice, StatusView } from '@/api/generated';
import { choose, show } from '@/lib/testing';
import en from '@/locales/en/notices.json';
import zh from '@/locales/zh-CN/notices.json';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import NoticesPage from './NoticesPage.vue';
import { noticeIcons } from './words';

const notice = (id: number, more: Partial<Notice> = {}): Notice => ({
  id,
  kind: 'arrived',
  request: `r${id}`,
  title: `铜鼓研究 ${id}`,
  date: null,
  at: new Date(Date.now() - id * 60_000).toISOString(),
  read: false,
  ...more,
});
const status: StatusView = {
  connection: 'online',
  outbox: 0,
  needsYou: 0,
  waiting: 0,
  unread: 0,
  lastSync: null,
  syncing: false,
  problem: null,
  signedIn: true,
};
const routes = [
  { path: '/notices', component: { render: () => null } },
  { path: '/requests/:id?', name: 'requests', component: { render: () => null } },
  { path: '/account', name: 'account', component: { render: () => null } },
];
const open = async (notices: Notice[], seen = vi.fn(() => ({})), more: Partial<StatusView> = {}) => {
  usePlatform(
    fakePlatform({
      notice_list: () => ({
        notices,
        unread: notices.filter((one) => !one.read).length,
        asOf: '2020-01-02T03:00:00Z',
      }),
      status_get: () => ({ ...status, ...more }),
      notice_seen: seen,
    }),
  );
  return { page: await show(NoticesPage, {}, { routes, at: '/notices' }), seen };
};

describe('notices', () => {
  it('stand under their days, unread by weight and by a word', async () => {
    const { page } = await open([
      notice(1),
      notice(2, { read: true }),
      notice(3, { at: '2020-01-02T03:00:00Z', kind: 'unfilled' }),
    ]);
    expect(page.findAll('.day').map((one) => one.text())).toEqual(['今天', '2020-01-02 周四']);
    const options = page.findAll('[role=option]');
    expect(options.map((one) => one.find('.unread').exists())).toEqual([true, false, true]);
    expect(options[0]!.text()).toContain('未读');
    expect(options[0]!.text()).toContain('图书已到馆');
    expect(options[2]!.text()).toContain('没有图书馆能提供');
  });

  it('open their request and are then seen', async () => {
    const { page, seen } = await open([notice(7)]);
    await page.get('[role=option]').trigger('click');
    await flushPromises();
    expect(seen).toHaveBeenCalledWith({ ids: [7] });
    expect(page.router.currentRoute.value.fullPath).toBe('/requests/r7');
  });

  it('of the account open the account', async () => {
    const { page } = await open([notice(1, { request: null, kind: 'quotaLow', title: '' })]);
    await page.get('[role=option]').trigger('click');
    await flushPromises();
    expect(page.router.currentRoute.value.fullPath).toBe('/account');
  });

  it('are narrowed by unread and by kind, and all come back', async () => {
    const { page } = await open([
      notice(1),
      notice(2, { read: true, kind: 'dueSoon', date: '2020-01-05' }),
      notice(3, { read: true, kind: 'late' }),
    ]);
    const words = () => page.findAll('[role=option]').map((one) => one.find('.words').text());
    expect(words()).toHaveLength(3);
    expect(words()[1]).toContain('2020-01-05');
    await choose(page.get('[role=combobox]').element, '归还期限');
    expect(words()).toHaveLength(1);
    await page.get('input[type=radio][value=unread]').setValue(true);
    expect(page.text()).toContain('没有符合的通知');
    await page.get('.empty button').trigger('click');
    expect(words()).toHaveLength(3);
  });

  it('say how old they are without a network', async () => {
    const { page } = await open([notice(1)], undefined, { connection: 'captive' });
    expect(page.get('.offline').text()).toContain('离线，显示 2020-01-02');
    expect((await open([notice(1)])).page.find('.offline').exists()).toBe(false);
  });

  it('are all marked by one button', async () => {
    const { page, seen } = await open([notice(1), notice(2)]);
    await page.get('header button').trigger('click');
    await flushPromises();
    expect(seen).toHaveBeenCalledWith({ ids: [] });
  });

  it('say what will be here when there are none, and what is safe when they cannot be read', async () => {
    expect((await open([])).page.text()).toContain('还没有通知');
    usePlatform(
      fakePlatform({
        notice_list: () => {
          throw problem('DATABASE_DAMAGED');
        },
      }),
    );
    const page = await show(NoticesPage, {}, { routes, at: '/notices' });
    expect(page.text()).toContain('平台上的申请不受影响');
  });

  it('show a kind that is new to us', async () => {
    const { page } = await open([notice(1, { kind: 'carrierPigeon' as never })]);
    expect(page.get('[role=option]').text()).toContain('有新的消息');
  });

  it.each([
    ['zh-CN', zh],
    ['en', en],
  ])('have words for every kind in %s', (_, words) => {
    const source = readFileSync(join(import.meta.dirname, '../../api/generated.ts'), 'utf8');
    const union = /export type NoticeKind = ([^;]+);/.exec(source)![1]!;
    const kinds = [...union.matchAll(/"(\w+)"/g)].map((match) => match[1]!);
    expect(kinds.length).toBeGreaterThan(8);
    expect(Object.keys(noticeIcons).sort()).toEqual([...kinds].sort());
    for (const kind of kinds) expect((words.kind as Record<string, string>)[kind], kind).toBeTruthy();
  });
});
