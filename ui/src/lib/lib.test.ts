import { describe, expect, it } from 'vitest';
import { asOf, clock, day, daysUntil, when } from './dates';
import { chord, composing, keyOf } from './keys';
import { languageName } from './languages';
import { fenFrom, yuan } from './money';

const now = new Date('2026-11-22T12:00:00+08:00');

describe('dates', () => {
  it('are written as 11-28 周六', () => {
    expect(day('2026-11-28', 'zh-CN', now)).toBe('11-28 周六');
    expect(day('2026-11-28', 'en', now)).toBe('Sat 28 Nov');
    expect(day('2027-01-02', 'zh-CN', now)).toBe('2027-01-02 周六');
    expect(day('2027-01-02', 'en', now)).toBe('Sat 2 Jan 2027');
    expect(day('某日', 'zh-CN', now)).toBe('');
  });

  it('are relative only under 24 hours', () => {
    expect(when('2026-11-22T09:00:00+08:00', 'zh-CN', now)).toBe('3小时前');
    expect(when('2026-11-22T11:48:00+08:00', 'en', now)).toBe('12 minutes ago');
    expect(when('2026-11-21T12:00:00+08:00', 'zh-CN', now)).toBe('11-21 周六');
  });

  it('say the age of what is shown', () => {
    expect(asOf('2026-11-22T10:42:00+08:00', 'zh-CN', now)).toBe('10:42');
    expect(asOf('2026-11-20T10:42:00+08:00', 'zh-CN', now)).toBe('11-20 周五 10:42');
    expect(clock('2026-11-22T00:05:00+08:00')).toBe('00:05');
  });

  it('count days in local time', () => {
    expect(daysUntil('2026-11-25', now)).toBe(3);
    expect(daysUntil('2026-11-21', now)).toBe(-1);
    expect(daysUntil('2026-11-22', now)).toBe(0);
  });
});

describe('money', () => {
  it('never rounds', () => {
    expect([0, 5, 510, 4000, -30, 9007199254740993n].map(yuan)).toEqual([
      '¥0.00',
      '¥0.05',
      '¥5.10',
      '¥40.00',
      '-¥0.30',
      '¥90071992547409.93',
    ]);
  });

  it('is read as patrons type it', () => {
    expect(['40', '5.1', '￥１２．５０', '0.30元', '四十', '', '1.234', '-1'].map(fenFrom)).toEqual([
      4000,
      510,
      1250,
      30,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('keys', () => {
  const key = (init: KeyboardEventInit & { keyCode?: number }) => new KeyboardEvent('keydown', init);

  it('say nothing while an input method composes', () => {
    expect(keyOf(key({ key: 'Enter', isComposing: true }))).toBe('');
    expect(composing(key({ key: 'Enter', keyCode: 229 } as never))).toBe(true);
    expect(chord(key({ key: 'k', ctrlKey: true, isComposing: true }), 'k')).toBe(false);
  });

  it('leave chords of others alone', () => {
    expect(keyOf(key({ key: 'ArrowDown' }))).toBe('ArrowDown');
    expect(keyOf(key({ key: 'ArrowDown', altKey: true }))).toBe('');
    expect(chord(key({ key: 'K', metaKey: true }), 'k')).toBe(true);
  });
});

describe('languages', () => {
  it('have names for catalogue codes', () => {
    expect(languageName('chi', 'zh-CN')).toBe('中文');
    expect(languageName('ger', 'zh-CN')).toBe('德语');
    expect(languageName('jpn', 'en')).toBe('Japanese');
    expect(languageName('', 'en')).toBe('');
    expect(languageName('???', 'en')).toBe('???');
  });
});
