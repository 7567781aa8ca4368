import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { Query } from '@/api/generated';
import { choose, show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import AdvancedForm from './AdvancedForm.vue';
import InterpretationLine from './InterpretationLine.vue';
import { isMeant } from './meant';
import { anywhere, formOf, isPlain, line, noQuery, queryOf, interpretationOf, yearOf } from './query';
import SearchInput from './SearchInput.vue';

const doi = { type: 'doi', value: '10.7554/elife.01567' } as const;
const asked: Query = {
  identifier: null,
  clauses: [
    { join: 'and', field: 'title', text: '呐喊', phrase: true },
    { join: 'not', field: 'publisher', text: '連環畫出版社', phrase: false },
  ],
  yearFrom: 1949,
  yearTo: null,
};
const citation: Query = {
  ...noQuery(),
  clauses: [{ join: 'and', field: 'title', text: '汉语史稿', phrase: false }],
};
/** A fake of the engine's parser; the rules themselves are tested in the engine. */
const engine = () =>
  fakePlatform({
    search_read: ({ text }) => {
      if (text.includes('10.')) return { ...noQuery(), identifier: doi };
      return text.includes('[M]') ? citation : anywhere(text);
    },
  });
const words = (page: Awaited<ReturnType<typeof show>>) => page.findAll<HTMLInputElement>('input.words');

describe('the form and the query', () => {
  it('say the same in both directions', () => {
    const form = formOf(asked);
    expect(form.lines.map(({ text }) => text)).toEqual(['呐喊', '連環畫出版社']);
    expect(queryOf(form)).toEqual(asked);
    expect(formOf(noQuery()).lines.map(({ field }) => field)).toEqual(['title', 'creator']);
  });

  it('ask nothing that means nothing', () => {
    const form = formOf(noQuery());
    expect(queryOf(form)).toBe('empty');
    form.lines = [line({ text: '　' }), line({ join: 'not', text: '连环画' })];
    expect(queryOf(form)).toBe('onlyNot');
    form.lines = [line(), line({ join: 'or', text: '鲁迅' })];
    expect(queryOf(form)).toEqual(anywhere('鲁迅'));
    expect(queryOf({ ...form, yearFrom: '二〇〇五' })).toBe('year');
    expect(queryOf({ ...form, yearFrom: '2005', yearTo: '1999' })).toBe('yearOrder');
    expect(queryOf({ ...form, yearFrom: '１９９９' })).toMatchObject({ yearFrom: 1999, yearTo: null });
    expect(queryOf(form, doi)).toMatchObject({ identifier: doi, clauses: [] });
  });

  it('keeps a leading «not» where it can be seen', () => {
    const query: Query = {
      ...noQuery(),
      clauses: [{ join: 'not', field: 'any', text: '连环画', phrase: false }],
    };
    expect(formOf(query).lines.map(({ join, text }) => [join, text])).toEqual([
      ['and', ''],
      ['not', '连环画'],
    ]);
  });

  it('knows years', () => {
    expect(['', ' １９８２ ', '196', '19820', '民国'].map(yearOf)).toEqual([
      null,
      1982,
      196,
      undefined,
      undefined,
    ]);
  });

  it('knows what was recognised and what the box says by itself', () => {
    expect(interpretationOf({ ...noQuery(), identifier: doi })).toEqual({ as: 'number', identifier: doi });
    expect(interpretationOf(citation)).toEqual({ as: 'citation', title: '汉语史稿', creator: '' });
    expect(interpretationOf(asked)).toEqual({ as: 'words' });
    // most references name a creator, and the engine asks for both
    const named = { join: 'and', field: 'creator', text: '王力', phrase: false } as const;
    const whole: Query = { ...citation, clauses: [...citation.clauses, named] };
    expect(interpretationOf(whole)).toEqual({ as: 'citation', title: '汉语史稿', creator: '王力' });
    const other: Query = { ...citation, clauses: [...citation.clauses, { ...named, join: 'not' }] };
    expect(interpretationOf(other)).toEqual({ as: 'words' });
    // the work that a reference names, and no other
    const meant = (query: Query, found: number, title: string, text = '王力. 汉语史稿[M]. 1980.') =>
      isMeant({ query, text, found }, { title });
    expect(meant(whole, 3, '漢語史稿')).toBe(false);
    expect(meant(whole, 3, '《汉语史稿》')).toBe(true);
    expect(meant(whole, 1, '汉语史稿（增订本）')).toBe(true);
    expect(meant(whole, 3, '汉语史稿', '题名：汉语史稿 作者: 王力')).toBe(false);
    expect(meant(whole, 3, '汉语史稿', '王力：《汉语史稿》，北京：中华书局，1980年')).toBe(true);
    expect(meant(anywhere('汉语史稿'), 1, '汉语史稿')).toBe(false);
    expect(meant({ ...noQuery(), identifier: doi }, 1, '汉语史稿')).toBe(true);
    expect(meant({ ...noQuery(), identifier: doi }, 2, '汉语史稿')).toBe(false);
    expect([anywhere('鲁迅'), asked, citation].map(isPlain)).toEqual([true, false, false]);
  });
});

describe('the form', () => {
  it('is filled in, grows, and asks', async () => {
    usePlatform(engine());
    const search = vi.fn();
    const page = await show(AdvancedForm, { query: noQuery(), onSearch: search });
    expect(document.activeElement).toBe(words(page)[0]!.element);
    await words(page)[0]!.setValue('呐喊');
    await page.get('[aria-label="作为词组，次序不变"]').trigger('click');
    await page
      .findAll('button')
      .find((button) => button.text() === '加一行')!
      .trigger('click');
    await flushPromises();
    expect(document.activeElement).toBe(words(page)[2]!.element);
    await words(page)[2]!.setValue('连环画');
    await choose(page.findAll('[role=combobox]').at(-2)!.element, '不含');
    await page.get('[aria-label="起始年"]').setValue('1949');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(search).toHaveBeenCalledExactlyOnceWith({
      identifier: null,
      clauses: [
        { join: 'and', field: 'title', text: '呐喊', phrase: true },
        { join: 'not', field: 'any', text: '连环画', phrase: false },
      ],
      yearFrom: 1949,
      yearTo: null,
    });
  });

  it('says what is wrong and asks nothing', async () => {
    usePlatform(engine());
    const search = vi.fn();
    const page = await show(AdvancedForm, { query: noQuery(), onSearch: search });
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(page.get('[role=status]').text()).toBe('至少填写一个检索词或一个编号。');
    await page.get('.number input').setValue('不是编号');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(page.get('[role=status]').text()).toContain('认不出这个编号');
    expect(search).not.toHaveBeenCalled();
    await page.get('.number input').setValue('doi:10.7554/eLife.01567');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(search).toHaveBeenCalledExactlyOnceWith({ ...noQuery(), identifier: doi });
  });

  it('does nothing with the keys of a composition', async () => {
    usePlatform(engine());
    const simple = vi.fn();
    const page = await show(AdvancedForm, { query: asked, onSimple: simple });
    for (const key of ['Enter', 'Escape']) {
      const press = new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true });
      words(page)[0]!.element.dispatchEvent(press);
      expect(press.defaultPrevented).toBe(key === 'Enter');
    }
    expect(simple).not.toHaveBeenCalled();
    await words(page)[0]!.trigger('keydown', { key: 'Escape' });
    expect(simple).toHaveBeenCalledExactlyOnceWith('呐喊 連環畫出版社');
  });
});

describe('the box', () => {
  it('says what it recognises before anything is asked, and hands it to the form', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const platform = engine();
    usePlatform(platform);
    const page = await show(SearchInput, { text: '王力. 汉语史稿[M]. 北京: 中华书局, 1980.', large: true });
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await flushPromises();
    expect(page.get('.kind').text()).toBe('参考文献');
    expect(page.get('[role=status]').text()).toBe('看起来是一条参考文献，将按题名“汉语史稿”检索');
    expect(platform.calls.map(({ name }) => name)).toEqual(['search_read']);
    await page.get('[aria-label=高级检索]').trigger('click');
    await flushPromises();
    expect(words(page)[0]!.element.value).toBe('汉语史稿');
  });
});

describe('after a search', () => {
  it.each([
    ['number', { ...noQuery(), identifier: doi }, 'https://doi.org/10.7554/eLife.01567', '精确查找'],
    [
      'citation',
      citation,
      '王力. 汉语史稿[M]. 北京: 中华书局, 1980.',
      '识别为参考文献，按题名“汉语史稿”检索',
    ],
  ] as [string, Query, string, string][])(
    'a %s can be asked as words instead',
    async (_, query, text, said) => {
      const search = vi.fn();
      const page = await show(InterpretationLine, { query, text, onSearch: search });
      expect(page.text()).toContain(said);
      await page.get('button').trigger('click');
      expect(search).toHaveBeenCalledExactlyOnceWith(text, anywhere(text));
    },
  );

  it('the conditions stand in words, and plain words say nothing more', async () => {
    const page = await show(InterpretationLine, { query: asked, text: '呐喊 連環畫出版社' });
    expect(page.findAll('.part').map((part) => part.text())).toEqual([
      '题名：“呐喊”',
      '不含 出版者：連環畫出版社',
      '1949– 年',
    ]);
    const plain = await show(InterpretationLine, { query: anywhere('鲁迅'), text: '鲁迅' });
    expect(plain.text()).toBe('');
  });
});
