import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SourceCheck, SourceSetting } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import SourcesPage from './SourcesPage.vue';
import { forgetCheck } from './sourceCheck';
import { moved, standing } from './sources';

type Handlers = Parameters<typeof fakePlatform>[0];

const source = (id: string, more: Partial<SourceSetting> = {}): SourceSetting => ({
  id,
  name: `目录${id}`,
  nameEn: `Catalogue ${id}`,
  protocol: 'sru',
  host: `${id}.example`,
  address: `https://${id}.example/sru`,
  enabled: true,
  home: false,
  access: 'open',
  keyPage: '',
  hasKey: false,
  custom: false,
  charset: '',
  syntax: '',
  folds: false,
  retryAt: null,
  problem: null,
  answeredAt: null,
  usualMs: null,
  ...more,
});

async function page(sources: SourceSetting[], handlers: Handlers = {}, locale = 'zh-CN') {
  usePlatform(fakePlatform({ sources_list: () => [...sources], ...handlers }));
  return show(SourcesPage, {}, { locale });
}
const rows = () => [...document.querySelectorAll<HTMLElement>('li[data-source]')];
const row = (id: string) => document.querySelector<HTMLElement>(`li[data-source="${id}"]`)!;
const button = (name: string, within: ParentNode = document) =>
  [...within.querySelectorAll<HTMLButtonElement>('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent?.trim()) === name,
  )!;
async function type(input: HTMLInputElement, text: string) {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
}
async function submit(id: string) {
  document.querySelector(`#${id}`)!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await flushPromises();
}

describe('a source in one word', () => {
  it('says the first thing that matters', () => {
    const failed = { problem: problem('TIMEOUT'), retryAt: '2026-11-22T10:00:00Z' };
    expect(standing(source('a', { enabled: false, ...failed }))).toBe('off');
    expect(standing(source('a', { protocol: 'page' }))).toBe('page');
    expect(standing(source('a', { access: 'key', ...failed }))).toBe('needsKey');
    expect(standing(source('a', { access: 'key', hasKey: true, ...failed }))).toBe('resting');
    expect(standing(source('a', { problem: problem('TIMEOUT') }))).toBe('failed');
    expect(standing(source('a', { answeredAt: '2026-11-22T10:00:00Z' }))).toBe('well');
    expect(standing(source('a'))).toBe('unknown');
  });
  it('moves within the list and not beyond', () => {
    const ids = ['甲', '乙', '丙'];
    expect(moved(ids, '丙', -2)).toEqual(['丙', '甲', '乙']);
    expect(moved(ids, '甲', 1)).toEqual(['乙', '甲', '丙']);
    expect(moved(ids, '甲', -1)).toBe(ids);
    expect(moved(ids, '没有', 1)).toBe(ids);
  });
});

describe('the screen of sources', () => {
  it('shows how each is, in both languages', async () => {
    const sources = [
      source('home', { home: true, answeredAt: '2026-11-22T10:00:00Z', usualMs: 820 }),
      source('ill', { retryAt: new Date().toISOString(), problem: problem('TIMEOUT') }),
      source('own', { custom: true, enabled: false }),
    ];
    const shown = await page(sources);
    expect(document.body.textContent).toContain('检索时询问 2 个，共 3 个');
    expect(row('home').textContent).toContain('正常，通常 0.8 秒回答');
    expect(row('ill').textContent).toContain('屡次没有回答');
    expect(row('own').textContent).toContain('自行添加');
    shown.unmount();
    await page(sources, {}, 'en');
    expect(row('home').textContent).toContain('usually answers in 0.8 s');
    expect(row('ill').textContent).toContain('Catalogue ill');
  });

  it('moves by button and by keyboard, and says where it stands', async () => {
    const asked: string[][] = [];
    await page(
      ['a', 'b', 'c'].map((id) => source(id)),
      { source_order: ({ ids }) => (asked.push(ids), {}) },
    );
    expect(button('上移：目录a').disabled).toBe(true);
    button('下移：目录a').click();
    await flushPromises();
    expect(asked).toEqual([['b', 'a', 'c']]);
    expect(document.querySelector('[role=status]')!.textContent).toContain('目录a 现在排在第 2 位');
    const key = new KeyboardEvent('keydown', { key: 'ArrowUp', altKey: true, bubbles: true });
    row('c').querySelector('input')!.dispatchEvent(key);
    await flushPromises();
    expect(asked).toHaveLength(2);
  });

  it('goes back to the order that holds when it could not be kept', async () => {
    await page([source('a'), source('b')], {
      source_order: () => {
        throw problem('DISK_FULL');
      },
    });
    button('下移：目录a').click();
    await flushPromises();
    expect(rows().map((one) => one.dataset.source)).toEqual(['a', 'b']);
    expect(document.querySelector('[data-code=DISK_FULL]')).not.toBeNull();
  });

  it('adds by the address alone and tests what was added', async () => {
    const sources = [source('a')];
    const tested: string[] = [];
    await page(sources, {
      source_add: ({ address }) => {
        if (!address.includes(':')) throw problem('BAD_ADDRESS');
        sources.push(source('own-x', { custom: true }));
        return { id: 'own-x' };
      },
      source_test: ({ id }) => (
        tested.push(id),
        { title: '古籍联合目录', version: '', schemas: ['marcxml'], indexes: [], hits: 12 }
      ),
    });
    button('添加来源').click();
    await flushPromises();
    const field = document.querySelector<HTMLInputElement>('[role=dialog] input')!;
    await type(field, '红楼梦');
    await submit('add-source');
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('这不像一个来源的地址');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await type(field, 'opac.example:210/db');
    await submit('add-source');
    await flushPromises();
    expect(tested).toEqual(['own-x']);
    expect(row('own-x').textContent).toContain('自称：古籍联合目录');
    expect(row('own-x').textContent).toContain('试查得到 12 条');
  });

  it('takes a key, sends it once and keeps nothing of it on the screen', async () => {
    const kept: unknown[] = [];
    const locked = source('locked', { access: 'key', keyPage: 'https://locked.example/register' });
    await page([locked], { source_key_set: (entered) => (kept.push(entered), {}) });
    button('填写密钥', row('locked')).click();
    await flushPromises();
    const dialog = document.querySelector('[role=dialog]')!;
    expect(dialog.textContent).toContain('locked.example/register');
    const field = dialog.querySelector<HTMLInputElement>('input')!;
    expect(field.type).toBe('password');
    await type(field, ' 密钥7f3a ');
    await submit('source-key');
    expect(kept).toEqual([{ id: 'locked', user: '', secret: '密钥7f3a', group: '' }]);
    expect(document.body.innerHTML).not.toContain('7f3a');
  });

  it('says why a test failed', async () => {
    await page([source('a')], {
      source_test: () => {
        throw problem('TIMEOUT');
      },
    });
    button('测试：目录a').click();
    await flushPromises();
    expect(row('a').querySelector('[data-code=TIMEOUT]')).not.toBeNull();
  });

  it('has an empty and an error state', async () => {
    const empty = await page([]);
    expect(document.body.textContent).toContain('还没有检索来源');
    empty.unmount();
    usePlatform(
      fakePlatform({
        sources_list: () => {
          throw problem('DATABASE_DAMAGED');
        },
      }),
    );
    await show(SourcesPage);
    expect(document.querySelector('[data-code=DATABASE_DAMAGED]')).not.toBeNull();
  });
});

describe('the check of all sources', () => {
  const said = (zh: string, en: string) => ({ zh, en });
  const checked = (more: Partial<SourceCheck> = {}): SourceCheck => ({
    stopped: false,
    well: true,
    headline: said('有回答，读得懂。', 'It answers.'),
    differences: [],
    page: said('## calis\n\n有回答', '## calis\n\nIt answers'),
    ...more,
  });
  const panel = () => document.querySelector('section[aria-busy]');
  const line = (id: string) => document.querySelector(`[data-checked="${id}"]`);
  afterEach(forgetCheck);

  it('shows each source as it comes and leaves the list usable', async () => {
    const waiting: ((check: SourceCheck) => void)[] = [];
    const asked: string[] = [];
    const switched: string[] = [];
    const sources = [
      source('a'),
      source('off', { enabled: false }),
      source('页', { protocol: 'page' }),
      source('locked', { access: 'key' }),
      source('b'),
    ];
    await page(sources, {
      source_check: ({ id }) => (asked.push(id), new Promise((resolve) => waiting.push(resolve))),
      source_switch: ({ id }) => (switched.push(id), {}),
    });
    expect(panel()).toBeNull();
    button('检查全部').click();
    await flushPromises();
    expect(asked).toEqual(['a']);
    expect(panel()!.getAttribute('aria-busy')).toBe('true');
    expect(panel()!.textContent).toContain('第 1 个，共 2 个：目录a');
    expect(panel()!.textContent).toContain('另有 1 个来源需要密钥');
    row('b').querySelector('input')!.click();
    await flushPromises();
    expect(switched).toEqual(['b']);
    const differs = '请设 `offsetBase = 1`';
    waiting[0]!(checked({ differences: [said(differs, 'Set `offsetBase = 1`')] }));
    await flushPromises();
    expect(asked).toEqual(['a', 'b']);
    expect(line('a')!.textContent).toContain('请设 offsetBase = 1');
    expect(line('b')).toBeNull();
    waiting[1]!(checked());
    await flushPromises();
    expect(panel()!.textContent).toContain('检查完了 2 个来源，1 个需要留意');
    expect(panel()!.textContent).toContain('sources.toml');
    expect(line('b')!.className).toContain('well');
    const writeText = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    button('复制报告').click();
    await flushPromises();
    const report = writeText.mock.calls[0]![0];
    expect(report).toMatch(/^# 检索来源检查\n\n\d{4}-\d\d-\d\d\n\n## calis\n/u);
    expect(report).not.toContain('example');
    vi.unstubAllGlobals();
    button('收起').click();
    await flushPromises();
    expect(panel()).toBeNull();
  });

  it('is stopped, goes on while its screen is away, and says what failed', async () => {
    const waiting: ((check: SourceCheck) => void)[] = [];
    let stopped = 0;
    const handlers: Handlers = {
      source_check: ({ id }) => {
        if (id === 'a') throw problem('DISK_FULL');
        return new Promise((resolve) => waiting.push(resolve));
      },
      source_check_stop: () => ((stopped += 1), {}),
    };
    const shown = await page([source('a'), source('b'), source('c')], handlers, 'en');
    button('Check all').click();
    await flushPromises();
    expect(line('a')!.className).toContain('away');
    expect(line('a')!.textContent).not.toContain('undefined');
    shown.unmount();
    waiting[0]!(checked());
    await flushPromises();
    await page([source('a'), source('b'), source('c')], handlers, 'en');
    expect(line('b')!.textContent).toContain('It answers.');
    expect(panel()!.textContent).toContain('3 of 3: Catalogue c');
    button('Stop').click();
    await flushPromises();
    expect(stopped).toBe(1);
    expect(panel()!.textContent).toContain('Stopped; 2 of 3 were checked');
    waiting[1]!(checked({ stopped: true }));
    await flushPromises();
    expect(line('c')).toBeNull();
  });
});
