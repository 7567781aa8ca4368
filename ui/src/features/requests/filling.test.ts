import { describe, expect, it } from 'vitest';
import { decodeText } from '@/lib/readFile';
import { sentenceKey } from './checkWords';
import { filledFields, fillForm, takeFound, undoFilling } from './filling';
import { check, draft } from './samples';

const found = draft({
  kind: 'article',
  title: '广西民族研究（季刊）',
  componentTitle: '论壮族的铜鼓文化',
  componentAuthor: '黄某',
  date: '2009',
  pages: '12-20',
});

describe('filling a form', () => {
  it('fills what is empty, marks it, and says where it differs', () => {
    const mine = draft({ title: '广西民族研究', componentTitle: '论 壮族的铜鼓文化。', pages: '' });
    const filling = fillForm(mine, found, 'calis');
    expect(mine.title).toBe('广西民族研究');
    expect([...filledFields(mine, filling)]).toEqual(['componentAuthor', 'date', 'pages']);
    expect(filling.differs).toEqual([{ field: 'title', found: '广西民族研究（季刊）' }]);
  });

  it('is taken back, but not what was changed since', () => {
    const mine = draft({ title: '', componentTitle: '', pages: '', kind: 'other' });
    const filling = fillForm(mine, found, '');
    expect(mine.kind).toBe('article');
    mine.pages = '12-21';
    undoFilling(mine, filling);
    expect([mine.kind, mine.title, mine.componentTitle, mine.componentAuthor, mine.pages]).toEqual([
      'other',
      '',
      '',
      '',
      '12-21',
    ]);
  });

  it('takes over what was found only when told to', () => {
    const mine = draft({ title: '广西民族研究' });
    const filling = takeFound(mine, fillForm(mine, found, 'calis'), 'title');
    expect(mine.title).toBe('广西民族研究（季刊）');
    expect(filling.differs).toEqual([]);
  });
});

describe('a file', () => {
  it('is read in the encodings of its makers', () => {
    expect(decodeText(new TextEncoder().encode('\ufeff题名'))).toBe('题名');
    expect(decodeText(new Uint8Array([0xcc, 0xe2, 0xc3, 0xfb]))).toBe('题名');
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x98, 0x98]))).toBe('题');
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
