import { nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { show } from '@/lib/testing';
import { i18n, setLocale } from '@/locales';
import Toaster from './Toaster.vue';
import { dismiss, toast, useToasts } from './toasts';

describe('toasts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    for (const { id } of [...useToasts()]) dismiss(id);
    vi.useRealTimers();
  });
  const texts = () => useToasts().map((entry) => entry.text());

  it('go after their time, and wait while somebody is at them', async () => {
    const page = await show(Toaster);
    const toaster = page.get('.toaster');
    toast(() => '已保存');
    await vi.advanceTimersByTimeAsync(4_000);
    await toaster.trigger('pointerenter');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(['已保存']);
    toast(() => '草稿已丢弃', { label: () => '撤销', run: () => {} });
    await toaster.trigger('pointerleave');
    await vi.advanceTimersByTimeAsync(999);
    expect(texts()).toEqual(['已保存', '草稿已丢弃']);
    await vi.advanceTimersByTimeAsync(1);
    expect(texts()).toEqual(['草稿已丢弃']);
    const button = page.get<HTMLButtonElement>('.toast button').element;
    button.focus();
    await nextTick();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(['草稿已丢弃']);
    button.click();
    await nextTick();
    await nextTick();
    expect(texts()).toEqual([]);
    // the focused toast is gone: the next one's timer runs again
    toast(() => '已撤销');
    await nextTick();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(texts()).toEqual([]);
  });

  it('speak the language of the screen when it changes', async () => {
    const page = await show(Toaster);
    const { t } = i18n.global;
    toast(() => t('app.copied'), { label: () => t('app.look'), run: () => {} });
    await nextTick();
    expect(page.text()).toContain('已复制');
    await setLocale('en');
    await nextTick();
    expect(page.text()).toContain(t('app.copied'));
    expect(page.text()).not.toMatch(/\p{Script=Han}/u);
    await setLocale('zh-CN');
  });

  it('say a sentence once, and no more than three', () => {
    for (const text of ['甲', '乙', '甲', '丙', '丁']) toast(() => text);
    expect(texts()).toEqual(['甲', '丙', '丁']);
  });
});
