import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import enRequests from '@/locales/en/requests.json';
import zhRequests from '@/locales/zh-CN/requests.json';
import enHandOver from '@/locales/en/handover.json';
import zhHandOver from '@/locales/zh-CN/handover.json';
import enLife from '@/locales/en/life.json';
import zhLife from '@/locales/zh-CN/life.json';
import { withoutDialog, cancelReasons, knownActions, problems } from './actions';
import { pictures } from './timeline';
import { checkCodes, checkKey, knownReasons, knownStates } from './words';

// types do not exist at run time, so that the lists are compared with the generated source
const generated = readFileSync(join(import.meta.dirname, '../../api/generated.ts'), 'utf8');
const union = (name: string): string[] => {
  const text = new RegExp(`export type ${name} = ([^;]+);`).exec(generated)?.[1] ?? '';
  return [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
};

describe.each([
  ['zh-CN', zhRequests, zhLife],
  ['en', enRequests, enLife],
])('words in %s', (_, words, life) => {
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

  it('exist for every kind of event that moves nothing', () => {
    const kinds = union('EventKind').filter((kind) => kind !== 'moved');
    expect(kinds.length).toBeGreaterThan(3);
    expect(Object.keys(life.event).sort()).toEqual([...kinds].sort());
    expect(Object.keys(pictures).sort()).toEqual([...kinds].sort());
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
    // actions with a dialog of their own
    const own = ['accept-condition', 'renew', 'urge'];
    for (const name of knownActions.filter((one) => !withoutDialog.includes(one) && !own.includes(one))) {
      const entry = (words.confirm as unknown as Record<string, Record<string, string>>)[name];
      expect(entry?.title && entry.text, name).toBeTruthy();
    }
    for (const reason of cancelReasons) expect(life.ask.cancel[reason]).toBeTruthy();
    for (const problem of problems) expect(life.ask.problems[problem]).toBeTruthy();
    // queued actions have a text about what will happen; these are performed locally at once
    const here = ['edit-again', 'retry', 'discard', 'send-anyway'];
    for (const name of knownActions.filter((one) => !here.includes(one)))
      expect((life.pending.will as Record<string, string>)[name], name).toBeTruthy();
    for (const change of union('Change'))
      expect((life.again.change as Record<string, string>)[change], change).toBeTruthy();
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

describe.each([
  ['zh-CN', zhRequests, zhHandOver, /额度|虚拟币|自动发送|发送成功/],
  ['en', enRequests, enHandOver, /allowance|coins|sent automatically|once it is sent/i],
])('words in %s with filing by hand', (_, words, byHand, untrue) => {
  it('promise nothing of an account that no platform tells, nor of sending', () => {
    for (const state of knownStates.filter((state) => state !== 'SENDING')) {
      for (const part of ['promise', 'next', 'todo']) {
        // what is said of a request that is not filed yet: RequestPanel
        if (state === 'QUEUED' && part !== 'next') continue;
        const own = (byHand.said as Record<string, Record<string, string>>)[state]?.[part];
        const usual = (words.state as Record<string, Record<string, string>>)[state]?.[part];
        expect(own ?? usual, `${state}.${part}`).not.toMatch(untrue);
      }
    }
  });
});
