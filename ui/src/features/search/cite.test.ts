import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CiteForm } from '@/api/generated';
import { choose, show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem, type FakePlatform } from '@/platform/fake';
import CiteDialog from '@/components/CiteDialog.vue';

const forms: CiteForm[] = [
  'gbt2025',
  'gbt2015',
  'apa',
  'mla',
  'plain',
  'ris',
  'bibtex',
  'biblatex',
  'endnote',
  'cslJson',
];

type Handlers = Parameters<typeof fakePlatform>[0];

async function dialog(
  handlers: Handlers = {},
  workIds = ['w1', 'w2'],
  locale = 'zh-CN',
): Promise<FakePlatform> {
  const platform = fakePlatform({
    cite_forms: () => ({ forms, last: 'gbt2015' }),
    cite_prefer: () => ({}),
    work_cite: ({ form, workIds }) => ({
      text: workIds.map((id) => `${form} 鲁迅. 呐喊${id}[M].\n`).join(''),
      fileName: '呐喊.txt',
    }),
    ...handlers,
  });
  usePlatform(platform);
  await show(
    CiteDialog,
    { open: true, searchId: 's1', workIds, 'onUpdate:open': () => undefined },
    { locale },
  );
  await flushPromises();
  return platform;
}

const text = () => document.querySelector('[role="dialog"]')?.textContent ?? '';
const preview = () => document.querySelector('.preview')?.textContent ?? '';
const status = () => document.querySelector('.done')?.textContent ?? '';
async function press(name: string) {
  const button = [...document.querySelectorAll<HTMLElement>('[role="dialog"] button')].find((one) =>
    one.textContent?.includes(name),
  );
  button!.click();
  await flushPromises();
}

afterEach(() => vi.unstubAllGlobals());

describe('citing', () => {
  it('shows the works in the form used last', async () => {
    const platform = await dialog();
    expect(text()).toContain('2 条文献');
    expect(preview()).toBe('gbt2015 鲁迅. 呐喊w1[M].\ngbt2015 鲁迅. 呐喊w2[M].\n');
    expect(platform.calls.find((call) => call.name === 'work_cite')?.payload).toEqual({
      searchId: 's1',
      workIds: ['w1', 'w2'],
      form: 'gbt2015',
    });
  });

  it('keeps the form that is chosen', async () => {
    const platform = await dialog();
    await choose(document.querySelector('[role="dialog"] [role=combobox]')!, 'BibTeX 文件');
    expect(preview()).toContain('bibtex 鲁迅');
    expect(platform.calls).toContainEqual({ name: 'cite_prefer', payload: { form: 'bibtex' } });
  });

  it('copies what is shown and says so', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    await dialog();
    await press('复制');
    expect(writeText).toHaveBeenCalledWith(preview());
    expect(status()).toBe('已复制 2 条。');
    expect(document.querySelector('.done')?.getAttribute('role')).toBe('status');
  });

  it('copies without the clipboard of the page, or says how to', async () => {
    vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
    let copied = '';
    document.execCommand = vi.fn(() => {
      copied = (document.activeElement as HTMLTextAreaElement).value;
      return true;
    });
    await dialog();
    await press('复制');
    expect(copied).toBe(preview());
    expect(status()).toBe('已复制 2 条。');
    document.execCommand = vi.fn(() => false);
    await press('复制');
    expect(status()).toContain('没有复制成');
    expect(document.querySelector('textarea')).toBeNull();
  });

  it('saves a file and says where', async () => {
    const platform = await dialog({ work_export: () => ({ path: '下载/呐喊.txt' }) }, ['w1']);
    await press('存为文件');
    expect(status()).toBe('已存到 下载/呐喊.txt');
    expect(platform.calls.at(-1)).toEqual({
      name: 'work_export',
      payload: { searchId: 's1', workIds: ['w1'], form: 'gbt2015' },
    });
  });

  it('says that Zotero does not run, and forgets it when it does', async () => {
    let running = false;
    await dialog(
      {
        zotero_send: () => {
          if (!running) throw problem('ZOTERO_NOT_RUNNING');
          return { count: 2 };
        },
      },
      ['w1', 'w2'],
      'en',
    );
    await press('Send to Zotero');
    expect(document.querySelector('[data-code="ZOTERO_NOT_RUNNING"]')?.textContent).toContain('Open Zotero');
    running = true;
    await press('Send to Zotero');
    expect(document.querySelector('[data-code]')).toBeNull();
    expect(status()).toContain('Zotero took 2 works');
  });

  it('names a work that is gone', async () => {
    await dialog({
      work_cite: () => {
        throw problem('NOT_FOUND');
      },
    });
    expect(document.querySelector('[data-code="NOT_FOUND"]')).not.toBeNull();
    await press('复制');
    expect(status()).toBe('');
  });
});
