import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import KeepSection from './KeepSection.vue';

const kept = (days: number) => ({ days, choices: [0, 365, 180, 30], over: 40 });

async function section(locale: string, going: number) {
  const asked: number[] = [];
  const chosen: number[] = [];
  let days = 0;
  usePlatform(
    fakePlatform({
      history_kept: () => kept(days),
      history_would_go: (request) => {
        asked.push(request.days);
        return { count: going };
      },
      history_keep: (request) => {
        chosen.push(request.days);
        days = request.days;
        return kept(days);
      },
    }),
  );
  await show(KeepSection, {}, { locale });
  await flushPromises();
  return { asked, chosen };
}
const labels = () => [...document.querySelectorAll<HTMLLabelElement>('.segments label')];
const radio = (name: string) =>
  labels()
    .find((one) => one.textContent?.trim() === name)!
    .querySelector('input')!;
const dialog = () => document.querySelector<HTMLElement>('[role=dialog], [role=alertdialog]');
const press = async (name: string, within: ParentNode) => {
  [...within.querySelectorAll<HTMLButtonElement>('button')]
    .find((one) => one.textContent?.trim() === name)!
    .click();
  await flushPromises();
};

describe('how long the history is kept', () => {
  it('is for ever, and what would go is counted and said before anything goes', async () => {
    const { asked, chosen } = await section('zh-CN', 17);
    expect(labels().map((one) => one.textContent?.trim())).toEqual(['一直保留', '一年', '180 天', '30 天']);
    expect(radio('一直保留').checked).toBe(true);
    expect(document.body.textContent).toContain('一直留在本机，除非你自己删除');
    radio('一年').click();
    await flushPromises();
    expect(asked).toEqual([365]);
    expect(chosen).toEqual([]);
    expect(dialog()?.textContent).toContain('17 件');
    expect(dialog()?.textContent).toContain('平台上还有的，以后从头同步时可能再出现');
    await press('不改', dialog()!);
    expect(chosen).toEqual([]);
    expect(radio('一直保留').checked).toBe(true);
    radio('一年').click();
    await flushPromises();
    await press('改短并删除', dialog()!);
    expect(chosen).toEqual([365]);
  });

  it('says so in English, too', async () => {
    await section('en', 1);
    expect(radio('For ever').checked).toBe(true);
    radio('30 days').click();
    await flushPromises();
    expect(dialog()?.textContent).toMatch(/1 request that ended earlier .* may come back/s);
  });
});
