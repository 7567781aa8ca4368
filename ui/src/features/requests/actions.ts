import { useI18n } from 'vue-i18n';
import type { Action, Draft } from '@/api/generated';
import { objectOf, textsIn } from '@/api/jotting';

/** The actions we have words for. The first fitting one is the main one; those of a newer platform come after. */
export const knownActions = [
  'send-anyway',
  'edit-again',
  'accept-condition',
  'confirm-received',
  'retry',
  'override-duplicate',
  'renew',
  'urge',
  'reject-condition',
  'report-problem',
  'cancel',
  'discard',
] as const;
export type KnownAction = (typeof knownActions)[number];

/** The actions that are done at once; every other one asks first, and so does one that we do not know. */
export const atOnce: readonly KnownAction[] = [
  'send-anyway',
  'edit-again',
  'confirm-received',
  'retry',
  'override-duplicate',
];

/** Why a patron cancels; the words go to the library. */
export const cancelReasons = ['noLonger', 'elsewhere', 'mistake', 'tooLong'] as const;

/** What can be wrong with a copy, by the platform's names. */
export const problems = ['not-received', 'cannot-open', 'pages-missing', 'wrong-item'] as const;

export const isKnownAction = (name: string): name is KnownAction =>
  (knownActions as readonly string[]).includes(name);

/** What is offered now, in our order, then what only the platform knows. */
export function offeredActions(actions: readonly Action[]): Action[] {
  const open = actions.filter((action) => action.available);
  const known = knownActions.flatMap((name) => open.filter((action) => action.name === name));
  return [...known, ...open.filter((action) => !isKnownAction(action.name))];
}

/** The words for actions. */
export function useActionWords() {
  const { t, te, locale } = useI18n();

  /** On its button. An action of a newer platform by the name the platform gives it. */
  function actionName(action: Pick<Action, 'name'> & Partial<Action>): string {
    if (isKnownAction(action.name)) return t(`requests.action.${action.name}`);
    const given = locale.value.startsWith('zh') ? action.label : action.labelEn;
    return given || action.name;
  }

  /** What will happen when the library hears of it. */
  function willDo(name: string): string {
    return t(te(`life.pending.will.${name}`) ? `life.pending.will.${name}` : 'life.pending.will.other');
  }

  /** After it was done here. */
  function didWords(name: string): string {
    return isKnownAction(name) && name !== 'edit-again' ? t(`requests.did.${name}`) : t('life.did.other');
  }

  return { actionName, willDo, didWords };
}

/** What was begun in an action's dialog, as it is kept: one of a list, and words by parameter. */
export function answersOf(kept: string): { chosen: string; said: Record<string, string> } {
  const found = objectOf(kept);
  return { chosen: typeof found.chosen === 'string' ? found.chosen : '', said: textsIn(found.said) };
}

/** The fields that were changed in an answer to the librarian, as they are kept. */
export const changesOf = (kept: string): Partial<Draft> => objectOf(kept);
