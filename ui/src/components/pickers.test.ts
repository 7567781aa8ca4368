import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { h, ref } from 'vue';
import { choices, choose, show } from '@/lib/testing';
import DateField from './DateField.vue';
import MonthField from './MonthField.vue';
import SearchField from './SearchField.vue';
import Select from './Select.vue';
import TimeField from './TimeField.vue';

const press = async (target: Element, key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  await flushPromises();
  return event;
};
const named = (words: string) =>
  [...document.querySelectorAll('button')].find((one) => one.getAttribute('aria-label') === words);

describe('Select', () => {
  const options = [
    { value: '', label: '不限' },
    { value: 'loan', label: '馆际互借' },
    { value: 'copy', label: '文献传递' },
  ] as const;
  async function open(more: Record<string, unknown> = {}) {
    const value = ref('');
    const Host = {
      render: () =>
        h(Select, {
          label: '服务',
          options,
          modelValue: value.value,
          'onUpdate:modelValue': (now: string) => (value.value = now),
          ...more,
        }),
    };
    const page = await show(Host);
    return { page, value, control: page.get('[role=combobox]').element };
  }

  it('is a combobox with the name of its label and the words of what is chosen', async () => {
    const { page, control } = await open({ hint: '可以以后再改' });
    expect(page.get('label').attributes('for')).toBe(control.id);
    expect(control.querySelector('.clip')!.textContent).toBe('不限');
    const described = control.getAttribute('aria-describedby')!;
    expect(document.getElementById(described)!.textContent).toBe('可以以后再改');
    expect(control.getAttribute('aria-expanded')).toBe('false');
    expect(document.querySelector('select')).toBeNull();
  });

  it('takes what is chosen, an empty value too, and gives the keyboard back', async () => {
    const { value, control } = await open();
    (control as HTMLElement).focus();
    await choose(control, '文献传递');
    expect(value.value).toBe('copy');
    await vi.waitFor(() => expect(document.activeElement).toBe(control));
    expect(choices()).toHaveLength(0);
    await choose(control, '不限');
    expect(value.value).toBe('');
  });

  it('is walked by letters: of Chinese words by the initials of their pinyin', async () => {
    const { value, control } = await open();
    (control as HTMLElement).focus();
    await press(control, 'Enter');
    await press(document.querySelector('.select-list')!, 'w');
    expect(document.activeElement!.textContent!.trim()).toBe('文献传递');
    await press(document.activeElement!, 'Enter');
    expect(value.value).toBe('copy');
  });

  it('says that somebody has gone on, but not while the list is open', async () => {
    const blur = vi.fn();
    const { control } = await open({ onBlur: blur });
    (control as HTMLElement).focus();
    await press(control, 'ArrowDown');
    expect(choices().map((one) => one.textContent!.trim())).toEqual(options.map(({ label }) => label));
    expect(blur).not.toHaveBeenCalled();
    await press(document.activeElement!, 'Escape');
    await vi.waitFor(() => expect(document.activeElement).toBe(control));
    (control as HTMLElement).blur();
    expect(blur).toHaveBeenCalledTimes(1);
  });
});

describe('DateField', () => {
  async function open(start = '', locale = 'zh-CN') {
    const value = ref(start);
    const Host = {
      render: () =>
        h(DateField, {
          label: '需用日期',
          hint: '过了这一天就不需要了',
          modelValue: value.value,
          'onUpdate:modelValue': (now: string) => (value.value = now),
        }),
    };
    const page = await show(Host, {}, { locale });
    const parts = () => page.findAll<HTMLElement>('[role=spinbutton]').map(({ element }) => element);
    return { page, value, parts, text: () => page.get('.parts').text() };
  }
  async function type(parts: () => HTMLElement[], figures: string) {
    parts()[0]!.focus();
    for (const figure of figures) await press(document.activeElement!, figure);
  }

  it('shows that nothing is there, in the words of the language', async () => {
    const { text, parts, page } = await open();
    expect(text()).toBe('年-月-日');
    expect(parts().map((part) => part.getAttribute('aria-label'))).toEqual(['年', '月', '日']);
    expect(parts().map((part) => part.getAttribute('aria-valuetext'))).toEqual(Array(3).fill('未填写'));
    const group = page.get('[role=group]');
    expect(document.getElementById(group.attributes('aria-labelledby')!)!.textContent!.trim()).toBe(
      '需用日期',
    );
    expect(named('清除“需用日期”')).toBeUndefined();
    const english = await open('', 'en');
    expect(english.text()).toBe('yyyy-mm-dd');
  });

  it('is typed part by part, and a year that is half typed is no day', async () => {
    const { value, text, parts } = await open();
    await type(parts, '2026112');
    expect(value.value).toBe('2026-11-02');
    await press(document.activeElement!, '8');
    expect(value.value).toBe('2026-11-28');
    expect(text()).toBe('2026-11-28周六');
    parts()[0]!.focus();
    await press(parts()[0]!, '2');
    expect(value.value).toBe('');
  });

  it('is cleared by its cross, and says when it was left half filled', async () => {
    const { value, text, parts, page } = await open('2026-11-28');
    expect(text()).toBe('2026-11-28周六');
    named('清除“需用日期”')!.click();
    await flushPromises();
    expect([value.value, text()]).toEqual(['', '年-月-日']);
    expect(document.activeElement).toBe(parts()[0]);
    await type(parts, '2026');
    (document.activeElement as HTMLElement).blur();
    await flushPromises();
    expect(page.get('.note').text()).toBe('日期不完整：请填写年、月、日，或清除。');
    expect(page.get('[role=group]').attributes('aria-invalid')).toBe('true');
  });

  it('follows a value that comes from elsewhere', async () => {
    const { value, text } = await open('2026-11-28');
    value.value = '2027-01-05';
    await flushPromises();
    expect(text()).toBe('2027-01-05周二');
    value.value = '';
    await flushPromises();
    expect(text()).toBe('年-月-日');
  });

  it('opens a calendar in the language, begins the week on Monday and takes a day', async () => {
    const { value } = await open('2026-11-28');
    named('打开日历选择“需用日期”')!.click();
    await flushPromises();
    const calendar = document.querySelector('.calendar')!;
    expect(calendar.querySelector('.calendar-heading')!.textContent).toBe('2026年11月');
    expect([...calendar.querySelectorAll('th')].map((one) => one.textContent)).toEqual([...'一二三四五六日']);
    expect(named('下个月')).toBeDefined();
    calendar.querySelector<HTMLElement>('[data-value="2026-11-30"]')!.click();
    await flushPromises();
    expect(value.value).toBe('2026-11-30');
    await vi.waitFor(() => expect(document.querySelector('.calendar')).toBeNull());
  });
});

describe('MonthField', () => {
  it('says what is chosen, takes a month and is cleared', async () => {
    const value = ref('');
    const Host = {
      render: () =>
        h(MonthField, {
          label: '从',
          none: '不限',
          min: '2025-12',
          max: '2026-03',
          modelValue: value.value,
          'onUpdate:modelValue': (now: string) => (value.value = now),
        }),
    };
    const page = await show(Host);
    const button = page.get<HTMLElement>('.whole');
    expect(button.text()).toBe('不限');
    const names = button.attributes('aria-labelledby')!.split(' ');
    expect(names.map((id) => document.getElementById(id)!.textContent!.trim())).toEqual(['从', '不限']);
    await button.trigger('click');
    await flushPromises();
    while (document.querySelector('.calendar-heading')!.textContent !== '2026年') {
      named('上一年')!.click();
      await flushPromises();
    }
    document.querySelector<HTMLElement>('[data-value^="2026-03"]')!.click();
    await flushPromises();
    expect(value.value).toBe('2026-03');
    named('清除“从”')!.click();
    await flushPromises();
    expect(value.value).toBe('');
  });
});

describe('TimeField', () => {
  it('has 24 hours and says once that somebody has gone on', async () => {
    const value = ref('22:00');
    const change = vi.fn();
    const Host = {
      render: () =>
        h(TimeField, {
          label: '开始',
          modelValue: value.value,
          'onUpdate:modelValue': (now: string) => (value.value = now),
          onChange: change,
        }),
    };
    const page = await show(Host);
    expect(page.get('.parts').text()).toBe('22:00');
    const [hours, minutes] = page.findAll<HTMLElement>('[role=spinbutton]').map(({ element }) => element);
    hours!.focus();
    for (const figure of '13') await press(document.activeElement!, figure);
    expect(document.activeElement).toBe(minutes);
    for (const figure of '45') await press(document.activeElement!, figure);
    expect(value.value).toBe('13:45');
    expect(change).not.toHaveBeenCalled();
    (document.activeElement as HTMLElement).blur();
    expect(change).toHaveBeenCalledTimes(1);
  });
});

describe('SearchField', () => {
  it('is emptied by its cross and by Esc, but not by the Esc of an input method', async () => {
    const value = ref('汉语方言');
    const outside = vi.fn();
    const Host = {
      render: () =>
        h('div', { onKeydown: (event: KeyboardEvent) => event.key === 'Escape' && outside() }, [
          h(SearchField, {
            label: '查找申请',
            modelValue: value.value,
            'onUpdate:modelValue': (now: string) => (value.value = now),
          }),
        ]),
    };
    const page = await show(Host);
    const box = page.get<HTMLInputElement>('[role=searchbox]').element;
    expect(box.labels![0]!.textContent).toBe('查找申请');
    await press(box, 'Escape', { isComposing: true });
    expect(value.value).toBe('汉语方言');
    outside.mockClear();
    await press(box, 'Escape');
    expect([value.value, outside.mock.calls.length]).toEqual(['', 0]);
    await press(box, 'Escape');
    expect(outside).toHaveBeenCalledTimes(1);
    value.value = '铜鼓';
    await flushPromises();
    named('清空检索框')!.click();
    await flushPromises();
    expect(value.value).toBe('');
    expect(document.activeElement).toBe(box);
  });
});
