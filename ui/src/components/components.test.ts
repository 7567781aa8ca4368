import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { defineComponent, h, ref, shallowRef } from 'vue';
import { ApiError } from '@/api/errors';
import { problem } from '@/platform/fake';
import { show } from '@/lib/testing';
import Button from './Button.vue';
import DataList from './DataList.vue';
import Dialog from './Dialog.vue';
import ErrorState from './ErrorState.vue';
import Menu from './Menu.vue';
import Seal from './Seal.vue';
import Segmented from './Segmented.vue';
import Switch from './Switch.vue';
import TextField from './TextField.vue';

const press = (target: Element, key: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));

describe('Button', () => {
  it('does nothing while busy and keeps its focus', async () => {
    const onClick = vi.fn();
    const busy = ref(false);
    const Host = { render: () => h(Button, { busy: busy.value, onClick }, () => '提交') };
    const page = await show(Host);
    const button = page.get('button').element;
    button.focus();
    button.click();
    busy.value = true;
    await flushPromises();
    button.click();
    expect(onClick).toHaveBeenCalledTimes(1);
    expect(document.activeElement).toBe(button);
    expect(button.disabled).toBe(false);
  });
});

describe('TextField', () => {
  it('is named by its label and described by what is wrong', async () => {
    const page = await show(TextField, { label: '题名', modelValue: '呐喊', error: '请填写题名' });
    const input = page.get('input');
    expect(page.get('label').attributes('for')).toBe(input.attributes('id'));
    expect(input.attributes('aria-invalid')).toBe('true');
    expect(document.getElementById(input.attributes('aria-describedby')!)?.textContent).toBe('请填写题名');
  });

  it('does not hand on letters of an unfinished composition', async () => {
    const update = vi.fn();
    const page = await show(TextField, { label: '题名', modelValue: '', 'onUpdate:modelValue': update });
    const input = page.get('input');
    await input.trigger('compositionstart');
    input.element.value = 'nahan';
    await input.trigger('input');
    expect(update).not.toHaveBeenCalled();
    input.element.value = '呐喊';
    await input.trigger('compositionend');
    expect(update).toHaveBeenLastCalledWith('呐喊');
  });
});

describe('Switch', () => {
  it('asks, and shows what the parent says', async () => {
    const update = vi.fn();
    const page = await show(Switch, { label: '桌面提醒', modelValue: false, 'onUpdate:modelValue': update });
    const input = page.get<HTMLInputElement>('input[role=switch]');
    input.element.click();
    expect(update).toHaveBeenCalledWith(true);
    expect(input.element.checked).toBe(false);
  });
});

describe('Segmented', () => {
  it('is a group of radio buttons', async () => {
    const update = vi.fn();
    const options = [
      { value: 'light', label: '浅色' },
      { value: 'dark', label: '深色' },
    ];
    const page = await show(Segmented, {
      label: '外观',
      options,
      modelValue: 'light',
      'onUpdate:modelValue': update,
    });
    expect(page.findAll<HTMLInputElement>('input').map((input) => input.element.checked)).toEqual([
      true,
      false,
    ]);
    await page.findAll('input')[1]!.setValue();
    expect(update).toHaveBeenCalledWith('dark');
  });
});

describe('Seal', () => {
  it('is absent at nothing, and speaks in words', async () => {
    expect((await show(Seal, { count: 0, label: '0 件' })).find('.seal').exists()).toBe(false);
    const page = await show(Seal, { count: 120, label: '120 件申请需要你处理' });
    expect(page.get('[aria-hidden]').text()).toBe('99+');
    expect(page.get('.unseen').text()).toBe('120 件申请需要你处理');
  });
});

describe('Dialog', () => {
  async function opened() {
    const open = ref(true);
    const Host = {
      render: () =>
        h(
          Dialog,
          { open: open.value, 'onUpdate:open': (now: boolean) => (open.value = now), title: '清除' },
          { default: () => h('input') },
        ),
    };
    await show(Host);
    await flushPromises();
    return open;
  }

  it('closes with Esc', async () => {
    const open = await opened();
    expect(document.querySelector('[role=dialog]')).not.toBeNull();
    press(document.activeElement!, 'Escape');
    await flushPromises();
    expect(open.value).toBe(false);
  });

  it('stays open when Esc dismisses a candidate of the input method', async () => {
    const open = await opened();
    press(document.activeElement!, 'Escape', { isComposing: true });
    await flushPromises();
    expect(open.value).toBe(true);
  });
});

describe('Menu', () => {
  it('opens and runs by keyboard', async () => {
    const onSelect = vi.fn();
    const page = await show(
      Menu,
      { items: [{ label: '复制', onSelect }] },
      { slots: { default: () => h(Button, () => '更多') } },
    );
    page.get('button').element.focus();
    press(page.get('button').element, 'ArrowDown');
    await flushPromises();
    const item = document.querySelector<HTMLElement>('[role=menuitem]')!;
    item.focus();
    press(item, 'Enter');
    await flushPromises();
    expect(onSelect).toHaveBeenCalledTimes(1);
  });
});

describe('ErrorState', () => {
  it('says the sentence of the code, never the detail', async () => {
    const retry = vi.fn();
    const error = new ApiError(
      problem('REFUSED', { params: { message: '<b>账户</b>已停用' }, detail: 'HTTP 422' }),
    );
    const page = await show(ErrorState, { error, retryable: true, onRetry: retry });
    expect(page.get('[role=alert]').text()).toContain('平台没有受理：<b>账户</b>已停用');
    expect(page.find('b').exists()).toBe(false);
    expect(page.text()).not.toContain('HTTP 422');
    await page.get('button').trigger('click');
    expect(retry).toHaveBeenCalled();
  });
});

describe('DataList', () => {
  const items = Array.from({ length: 1000 }, (_, index) => ({ id: `w${index}`, title: `题名 ${index}` }));
  const slots = { row: ({ item }: { item: { title: string } }) => h('span', item.title) };

  it('draws a part of a long list and says how long it is', async () => {
    const page = await show(DataList, { label: '检索结果', items }, { slots });
    const rows = page.findAll('[role=option]');
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]!.attributes()).toMatchObject({ 'aria-setsize': '1000', 'aria-posinset': '1' });
  });

  it('moves its cursor and opens by keyboard, with one tab stop', async () => {
    const open = vi.fn();
    const page = await show(DataList, { label: '检索结果', items, onOpen: open }, { slots });
    const list = page.get('[role=listbox]');
    expect(page.findAll('[tabindex="0"]')).toHaveLength(1);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) press(list.element, key);
    await flushPromises();
    expect(list.attributes('aria-activedescendant')).toBe(page.findAll('[role=option]')[1]!.attributes('id'));
    press(list.element, 'Enter', { isComposing: true });
    expect(open).not.toHaveBeenCalled();
    press(list.element, 'Enter');
    expect(open).toHaveBeenCalledWith(items[1]);
  });

  it('counts rows without the headings between them, and draws what comes in later', async () => {
    type Line = { id: string; title: string; month?: boolean };
    const lines = shallowRef<readonly (Line | undefined)[]>([
      { id: 'm1', title: '2026-11', month: true },
      undefined,
      { id: 'm2', title: '2026-10', month: true },
      undefined,
      undefined,
    ]);
    const Host = defineComponent(
      () => () =>
        h(
          DataList as never,
          { label: '历史', items: lines.value, isHeading: (line: Line) => line.month === true },
          {
            heading: ({ item }: { item: Line }) => h('b', item.title),
            row: ({ item }: { item: Line }) => h('span', item.title),
          },
        ),
    );
    const page = await show(Host);
    const places = () =>
      page.findAll('[role=option]').map((row) => [row.attributes('aria-posinset'), row.text()]);
    expect(places()).toEqual([
      ['1', ''],
      ['2', ''],
      ['3', ''],
    ]);
    lines.value = lines.value.map((line, at) => line ?? { id: `r${at}`, title: `题名 ${at}` });
    await flushPromises();
    expect(places()).toEqual([
      ['1', '题名 1'],
      ['2', '题名 3'],
      ['3', '题名 4'],
    ]);
    expect(page.findAll('[role=option]')[0]!.attributes('aria-setsize')).toBe('3');
  });

  it('leaves what has not come yet blank', async () => {
    const open = vi.fn();
    const page = await show(
      DataList,
      { label: '检索结果', items: [undefined, items[1]], onOpen: open },
      { slots },
    );
    expect(page.findAll('[role=option]').map((row) => row.text())).toEqual(['', '题名 1']);
    press(page.get('[role=listbox]').element, 'Enter');
    expect(open).not.toHaveBeenCalled();
  });
});
