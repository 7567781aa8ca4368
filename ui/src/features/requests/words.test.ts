import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import enRequests from '@/locales/en/requests.json';
import zhRequests from '@/locales/zh-CN/requests.json';
import { asksFirst, checkCodes, checkKey, knownActions, knownReasons, knownStates } from './words';

// the types are gone at run time: the lists are held against the source that the engine made
const generated = readFileSync(join(import.meta.dirname, '../../api/generated.ts'), 'utf8');
const union = (name: string): string[] => {
  const text = new RegExp(`export type ${name} = ([^;]+);`).exec(generated)?.[1] ?? '';
  return [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
};

describe.each([
  ['zh-CN', zhRequests],
  ['en', enRequests],
])('words in %s', (_, words) => {
  it('exist for every state: name, promise, next, to do', () => {
    const states = union('RequestState');
    expect(states.length).toBeGreaterThan(25);
    expect([...knownStates].sort()).toEqual([...states].sort());
    for (const state of [...states, 'OTHER']) {
      const entry = (words.state as Record<string, Record<string, string>>)[state];
      for (const part of ['name', 'promise', 'next', 'todo'])
        expect(entry?.[part], `${state}.${part}`).toBeTruthy();
    }
  });

  it('exist for every check and verdict', () => {
    const codes = union('CheckCode');
    const verdicts = union('Verdict');
    expect(verdicts).toHaveLength(4);
    expect([...checkCodes].sort()).toEqual([...codes].sort());
    for (const code of codes) {
      for (const verdict of verdicts) {
        expect(
          (words.check as Record<string, Record<string, string>>)[code]?.[verdict],
          `${code}.${verdict}`,
        ).toBeTruthy();
      }
    }
  });

  it('exist for every action, its outcome, and every question before it', () => {
    for (const name of knownActions) {
      expect((words.action as Record<string, string>)[name], name).toBeTruthy();
      if (name !== 'edit-again') expect((words.did as Record<string, string>)[name], name).toBeTruthy();
    }
    for (const name of asksFirst) {
      const entry = (words.confirm as unknown as Record<string, Record<string, string>>)[name];
      expect(entry?.title && entry.text, name).toBeTruthy();
    }
  });

  it('exist for every reason', () => {
    for (const code of knownReasons)
      expect((words.reason as Record<string, string>)[code], code).toBeTruthy();
  });
});

describe('a check without its numbers', () => {
  it('has a sentence that needs none', () => {
    const blocked = { verdict: 'blocker', field: '' } as const;
    expect(checkKey({ code: 'COPYRIGHT_LIMIT_EXCEEDED', params: {}, ...blocked })).toBe(
      'requests.reason.COPYRIGHT_LIMIT_EXCEEDED',
    );
    expect(checkKey({ code: 'COPYRIGHT_LIMIT_EXCEEDED', params: { limit: '100' }, ...blocked })).toBe(
      'requests.check.COPYRIGHT_LIMIT_EXCEEDED.blocker',
    );
  });
});
