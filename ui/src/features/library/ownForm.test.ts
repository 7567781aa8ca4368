import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { FormView } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import OwnForm from './OwnForm.vue';

const none: FormView = { name: '', known: [], unknown: [] };
const form: FormView = { name: '申请表.docx', known: ['题名', '页码'], unknown: ['姓名'] };

async function choose(page: Awaited<ReturnType<typeof show>>, file: File, words: string) {
  const input = page.get<HTMLInputElement>('input[data-form]');
  Object.defineProperty(input.element, 'files', { configurable: true, value: [file] });
  await input.trigger('change');
  await vi.waitFor(() => expect(page.text()).toContain(words));
}

describe('the form of the library', () => {
  it('is chosen, says what is filled in and what is left, and goes', async () => {
    let now = none;
    const set = vi.fn((request: { name: string; bytes: string | null }) => {
      now = request.bytes === null ? none : form;
      return now;
    });
    usePlatform(fakePlatform({ form_get: () => now, form_set: set }));
    const page = await show(OwnForm);
    expect(page.text()).toContain('{{题名}} {{作者}} {{页码}} {{鸿雁号}}');
    await choose(page, new File(['PK'], '申请表.docx'), '会填：题名、页码');
    expect(set).toHaveBeenLastCalledWith({ name: '申请表.docx', bytes: 'UEs=' });
    expect(page.text()).toContain('留空：姓名');
    await page
      .findAll('button')
      .find((one) => one.text() === '不用了')!
      .trigger('click');
    await flushPromises();
    expect(set).toHaveBeenLastCalledWith({ name: '', bytes: null });
    expect(page.text()).not.toContain('申请表.docx');
  });

  it('says why a file is none', async () => {
    usePlatform(
      fakePlatform({ form_get: () => none, form_set: () => Promise.reject(problem('FORM_UNUSABLE')) }),
    );
    const page = await show(OwnForm);
    await choose(page, new File(['x'], '申请表.pdf'), '不能用作申请表');
  });
});
