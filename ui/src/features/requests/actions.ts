import { useI18n } from 'vue-i18n';
import type { Action, Draft } from '@/api/generated';
import { objectOf, textsIn } from '@/api/jotting';

/**
 * The actions for which there are texts. The first available one is the main action; unknown ones come last.
 */
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

/** Actions that are performed at once; all others, and unknown ones, open a dialog. */
export const withoutDialog: readonly KnownAction[] = [
  'send-anyway',
  'edit-again',
  'confirm-received',
  'retry',
  'override-duplicate',
];

/** The patron's reasons for cancelling; the text is sent to the library. */
export const cancelReasons = ['noLonger', 'elsewhere', 'mistake', 'tooLong'] as const;

/** Possible problems of a copy, in the platform's names. */
export const problems = ['not-received', 'cannot-open', 'pages-missing', 'wrong-item'] as const;

export const isKnownAction = (name: string): name is KnownAction =>
  (knownActions as readonly string[]).includes(name);

/** The available actions: known ones in our order, then unknown ones. */
export function offeredActions(actions: readonly Action[]): Action[] {
  const open = actions.filter((action) => action.available);
  const known = knownActions.flatMap((name) => open.filter((action) => action.name === name));
  return [...known, ...open.filter((action) => !isKnownAction(action.name))];
}

/** Texts of the actions. */
export function useActionWords() {
  const { t, te, locale } = useI18n();

  /** Label of the button. An unknown action has the name that the platform gives it. */
  function actionName(action: Pick<Action, 'name'> & Partial<Action>): string {
    if (isKnownAction(action.name)) return t(`requests.action.${action.name}`);
    const given = locale.value.startsWith('zh') ? action.label : action.labelEn;
    return given || action.name;
  }

  /** What will happen when the library receives it. */
  function willDo(name: string): string {
    return t(te(`life.pending.will.${name}`) ? `life.pending.will.${name}` : 'life.pending.will.other');
  }

  /** Confirmation after it was performed here. */
  function didWords(name: string): string {
    return isKnownAction(name) && name !== 'edit-again' ? t(`requests.did.${name}`) : t('life.did.other');
  }

  return { actionName, willDo, didWords };
}

/** Parses what was entered in an action's dialog: the chosen option, and texts by parameter. */
export function answersOf(kept: string): { chosen: string; said: Record<string, string> } {
  const found = objectOf(kept);
  return { chosen: typeof found.chosen === 'string' ? found.chosen : '', said: textsIn(found.said) };
}

/** Parses the changed fields of an answer to the librarian. */
export const changesOf = (kept: string): Partial<Draft> => objectOf(kept);
