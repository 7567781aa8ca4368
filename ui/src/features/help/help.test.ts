import { describe, expect, it } from 'vitest';
import zh from '@/locales/zh-CN/help.json';
import { initials } from '@/lib/initials';
import { find, topics } from './topics';

const all = topics.map((id) => ({ id, ...zh.topics[id] }));
const found = (wanted: string) => find(all, wanted).map((topic) => topic.id);

describe('help', () => {
  it('knows the initials of Han characters', () => {
    expect(initials('馆际互借')).toBe('gjhj');
    expect(initials('文献传递 CALIS')).toBe('wxcdcalis');
    expect(initials('费用，三分之一')).toBe('fysfzy');
  });

  it('finds by words and by initials, questions first', () => {
    expect(found('三分之一')).toEqual(['third']);
    expect(found('sfzy')).toContain('third');
    expect(found('sbgjk')).toEqual([]);
    expect(found('KERIS')).toEqual(['eget']);
    expect(found('')).toHaveLength(topics.length);
  });

  it('has an answer to every question', () => {
    expect(Object.keys(zh.topics).sort()).toEqual([...topics].sort());
  });
});
