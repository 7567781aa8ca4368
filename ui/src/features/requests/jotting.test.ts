import { flushPromises } from '@vue/test-utils';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageThread } from '@/api/generated';
import { show } from '@/lib/testing';
import MessageThreadView from './MessageThread.vue';
import RequestActions from './RequestActions.vue';
import { detailOf, draft, offer, place, row, status, type Handlers } from './samples';

/** The engine's stored texts, shared by all screens of a test. */
let table = new Map<string, string>();
beforeEach(() => (table = new Map()));
const key = (at: { about: string; field: string }) => `${at.about} ${at.field}`;
const keeps: Handlers = {
  jotting_get: (at) => ({ text: table.get(key(at)) ?? '' }),
  jotting_keep: ({ text, ...at }) => {
    if (text === '') table.delete(key(at));
    else table.set(key(at), text);
    return {};
  },
};
const thread: MessageThread = { messages: [], unread: 0, canWrite: true, longest: 2000 };
const type = async (field: HTMLTextAreaElement | HTMLInputElement, words: string) => {
  field.value = words;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
};

describe('what is typed to the librarian', () => {
  const open = async (id: string, more: Handlers = {}) => {
    place({ ...keeps, message_list: () => thread, status_get: () => status as never, ...more });
    const page = await show(MessageThreadView, { id });
    await flushPromises();
    return { page, area: () => page.get<HTMLTextAreaElement>('textarea').element };
  };

  it('is kept while it is typed, by request, and comes back', async () => {
    vi.useFakeTimers();
    try {
      const { area } = await open('a');
      await type(area(), '请问第三册');
      await vi.advanceTimersByTimeAsync(300);
      await type(area(), '请问第三册什么时候到');
      await vi.advanceTimersByTimeAsync(300);
      // continued typing does not postpone the save
      expect(table.get('a message')).toBe('请问第三册什么时候到');
    } finally {
      vi.useRealTimers();
    }
    expect((await open('b')).area().value).toBe('');
    expect((await open('a')).area().value).toBe('请问第三册什么时候到');
  });

  it('is kept when the screen is left at once', async () => {
    const { page, area } = await open('a');
    await type(area(), '快');
    page.unmount();
    await flushPromises();
    expect((await open('a')).area().value).toBe('快');
  });

  it('is forgotten when it was sent', async () => {
    const { page, area } = await open('a', { message_send: () => thread });
    await type(area(), '谢谢');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(area().value).toBe('');
    expect(table.size).toBe(0);
    expect((await open('a')).area().value).toBe('');
  });

  it('stays when it could not be sent', async () => {
    const refuse = () => Promise.reject(new Error('断了'));
    const { page, area } = await open('a', { message_send: refuse });
    await type(area(), '谢谢');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(area().value).toBe('谢谢');
  });
});

describe('what is begun in a dialog', () => {
  const ask = async () => {
    place({ ...keeps, request_act: () => detailOf(row('a')) });
    const detail = detailOf(row('a'), { actions: [offer('cancel', 'reason')] });
    const page = await show(RequestActions, { detail, late: false });
    await page.get('[data-action="cancel"]').trigger('click');
    await flushPromises();
    const area = document.querySelector<HTMLTextAreaElement>(
      '[role="dialog"] textarea, [role="alertdialog"] textarea',
    );
    return { page, area: area! };
  };

  it('comes back with what was chosen, and goes with the action', async () => {
    const first = await ask();
    document.querySelector<HTMLInputElement>('input[name="reason"]')!.click();
    await type(first.area, '买到了');
    first.page.unmount();
    await flushPromises();
    const second = await ask();
    expect(second.area.value).toBe('买到了');
    expect(document.querySelector<HTMLInputElement>('input[name="reason"]')!.checked).toBe(true);
    document.querySelector<HTMLButtonElement>('[data-confirm]')!.click();
    await flushPromises();
    expect(table.size).toBe(0);
  });

  it('keeps an answer to the library without what the library changed meanwhile', async () => {
    const ask = async (more: object) => {
      place(keeps);
      const detail = detailOf(row('a'), {
        editable: true,
        draft: draft({ id: 'a', service: 'Loan', kind: 'book', ...more }),
      });
      const page = await show(RequestActions, { detail, late: false });
      await page.get('[data-action="edit"]').trigger('click');
      await flushPromises();
      const field = (name: string) =>
        document.querySelector<HTMLInputElement>(`[role="dialog"] [data-field="${name}"]`)!;
      return { page, field };
    };
    const first = await ask({ title: '红楼梦' });
    await type(first.field('note'), '要人民文学出版社的');
    first.page.unmount();
    await flushPromises();
    const second = await ask({ title: '紅樓夢' });
    expect(second.field('note').value).toBe('要人民文学出版社的');
    expect(second.field('title').value).toBe('紅樓夢');
  });
});

it('every field of several lines is under a draft', () => {
  const root = join(import.meta.dirname, '../..');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.vue'))
    .map(
      (name) => [relative('.', name).replaceAll('\\', '/'), readFileSync(join(root, name), 'utf8')] as const,
    );
  const written = files.filter(
    ([name, text]) => /<(TextArea|textarea)\b/.test(text) && name !== 'components/TextArea.vue',
  );
  expect(written.length).toBeGreaterThan(4);
  // stores its text itself, or is part of a form whose screen does
  const kept = (text: string) => /\buse(Jotting|Draft)\(/.test(text);
  const inForm = (text: string) => /defineModel<Draft>\(/.test(text);
  const loose = written.filter(([name, text]) => {
    if (kept(text)) return false;
    if (!inForm(text)) return true;
    const own = name.split('/').at(-1)!.replace('.vue', '');
    const around = files.filter(([, other]) => new RegExp(`<${own}\\b`).test(other));
    return around.length === 0 || !around.every(([, other]) => kept(other));
  });
  expect(loose.map(([name]) => name)).toEqual([]);
});
