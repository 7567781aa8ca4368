import { describe, expect, it } from 'vitest';
import { givenBy, LARGEST_FILE } from '@/lib/readFile';
import { sentenceKey } from './checkWords';
import {
  fillAgain,
  filledFields,
  fillForm,
  keptFilling,
  takeEdition,
  takeFound,
  undoFilling,
  withoutFilling,
} from './filling';
import { check, draft } from './samples';
import type { Draft, Edition, FormFill } from '@/api/generated';

type Texts = [string, string][];
const texts = (of: Texts) => of.map(([field, text]) => ({ field, text }));
/** A fake answer of the engine: the form with additions. */
const answer = (
  form: Draft,
  added: Partial<Draft>,
  known?: { edition?: Edition; filled?: Texts; differs?: Texts; left?: Texts },
): FormFill => ({
  draft: {
    ...form,
    ...added,
    ...(known && {
      catalogued: {
        source: 'calis',
        edition: known.edition ?? 'same',
        filling: {
          filled: texts(known.filled ?? []),
          differs: texts(known.differs ?? []),
          left: texts(known.left ?? []),
        },
      },
    }),
  },
  said: { filled: [], differs: [], left: [] },
  left: [],
  readAs: 'reference',
  heard: 'all',
  works: 1,
});

describe('filling a form', () => {
  it('fills what is empty, marks it, says who knew it and where it differs', () => {
    const mine = draft({ title: '广西民族研究', pages: '' });
    const added = { componentAuthor: '黄某', date: '2009', pages: '12-20' };
    const known = {
      filled: [['pages', '12-20']] as Texts,
      differs: [['title', '广西民族研究（季刊）']] as Texts,
    };
    const filling = fillForm(mine, answer(mine, added, known));
    expect(mine.title).toBe('广西民族研究');
    expect([...filledFields(mine, filling)]).toEqual(['componentAuthor', 'date', 'pages']);
    expect(filling.known).toBe(1);
    expect(filling.differs).toEqual([{ field: 'title', found: '广西民族研究（季刊）' }]);
  });

  it('is taken back, but not what was changed since', () => {
    const mine = draft({ title: '', componentTitle: '', pages: '', kind: 'other' });
    const added: Partial<Draft> = { kind: 'article', title: '广西民族研究', pages: '12-20' };
    const filling = fillForm(mine, answer(mine, added));
    expect(mine.kind).toBe('article');
    mine.pages = '12-21';
    undoFilling(mine, filling);
    expect([mine.kind, mine.title, mine.componentTitle, mine.pages]).toEqual(['other', '', '', '12-21']);
  });

  it('gives its place to the next reference, except where the patron typed', () => {
    const empty = { kind: 'article', title: '', componentTitle: '', pages: '' } as const;
    const mine = draft({ ...empty, note: '急用' });
    const article = {
      title: '广西民族研究',
      componentTitle: '论壮族的铜鼓文化',
      volume: '12',
      pages: '12-20',
      totalPages: 9,
      known: { holdings: [], openAccess: ['https://a.cn'] } as never,
    };
    const first = fillForm(mine, answer(mine, article, { filled: [['volume', '12']] }));
    // typed and changed by the patron since
    mine.pages = '12-21';
    mine.date = '2009';
    const asked = withoutFilling(mine, first);
    expect(asked).toEqual({ ...draft({ ...empty, note: '急用' }), pages: '12-21', date: '2009' });
    expect(mine.title, 'nothing is emptied before something is found').toBe('广西民族研究');
    // typed while the catalogues are asked
    mine.language = 'zh';
    const thesis: Partial<Draft> = {
      kind: 'thesis',
      title: '铜鼓纹饰研究',
      author: '韦某',
      publisher: '广西大学',
    };
    const second = fillAgain(mine, answer(asked, thesis), first);
    expect(mine).toEqual({ ...asked, ...thesis, language: 'zh' });
    expect([second.differs, second.known]).toEqual([[], 0]);
    expect([...filledFields(mine, second)].toSorted()).toEqual(['author', 'publisher', 'title']);
    undoFilling(mine, second);
    expect(mine, 'and the note undoes the second one').toEqual({ ...asked, language: 'zh' });
  });

  it('of an earlier run is not known whole, and stays', () => {
    const mine = draft({ volume: '12' });
    fillForm(mine, answer(mine, {}, { filled: [['volume', '12']] }));
    expect(withoutFilling(mine, keptFilling(mine))).toBe(mine);
  });

  it('takes over what was found only when told to', () => {
    const mine = draft({ title: '广西民族研究' });
    const known = { differs: [['title', '广西民族研究（季刊）']] as Texts };
    const filling = takeFound(mine, fillForm(mine, answer(mine, {}, known)), 'title');
    expect(mine.title).toBe('广西民族研究（季刊）');
    expect(filling.differs).toEqual([]);
    expect(mine.catalogued?.filling.differs).toEqual([]);
  });

  it('does not write over what was typed while the catalogues were asked', () => {
    const before = draft({ pages: '' });
    const mine = { ...before, pages: '3-4' };
    const filling = fillForm(mine, answer(before, { pages: '12-20' }, { filled: [['pages', '12-20']] }));
    expect([mine.pages, filling.known]).toEqual(['3-4', 0]);
  });

  it('leaves another edition to the patron, and says so again when the form is opened again', () => {
    const mine = draft({
      kind: 'book',
      title: '红楼梦',
      componentTitle: '',
      publisher: '中华书局',
      isbn: '',
    });
    const known = {
      edition: 'other' as const,
      differs: [['publisher', '人民文学出版社']] as Texts,
      left: [['isbn', '9787020002207']] as Texts,
    };
    const filling = fillForm(mine, answer(mine, {}, known));
    expect([mine.publisher, mine.isbn, filling.edition]).toEqual(['中华书局', '', 'other']);
    expect(keptFilling(mine)).toMatchObject({ edition: 'other', left: filling.left, known: 0 });
    expect(takeEdition(mine, filling)).toMatchObject({ edition: 'same', left: [], differs: [] });
    expect([mine.publisher, mine.isbn]).toEqual(['人民文学出版社', '9787020002207']);
    expect(mine.catalogued?.edition).toBe('same');
  });
});

describe('a file', () => {
  it('is given as its bytes, and only up to a size', async () => {
    const gbk = new Uint8Array([0xcc, 0xe2, 0xc3, 0xfb]);
    expect(await givenBy(new File([gbk], '题名.net'))).toEqual({ text: '', file: 'zOLD+w==' });
    const large = new File([new Uint8Array(LARGEST_FILE + 1)], '大.ris');
    expect(await givenBy(large)).toBeUndefined();
  });
});

describe('the sentence of a check', () => {
  it('says more where more is known', () => {
    const key = (...of: Parameters<typeof check>) => sentenceKey(check(...of));
    expect(key('HELD_LOCALLY', 'warning', '', { from: 'catalogue' })).toBe('form.check.held');
    expect(key('HELD_LOCALLY', 'warning')).toBe('requests.check.HELD_LOCALLY.warning');
    expect(key('NEED_BEFORE_PAST', 'warning', '', { workingDays: '2', estimated: 'true' })).toBe(
      'form.check.neededTightEstimated',
    );
    expect(key('DUPLICATE_OPEN_REQUEST', 'blocker', '', { title: '甲', delivered: 'true' })).toBe(
      'form.check.delivered',
    );
    expect(key('COPYRIGHT_LIMIT_EXCEEDED', 'blocker', '', { limit: '9', before: '3' })).toBe(
      'form.check.thirdWithBefore',
    );
  });
});
