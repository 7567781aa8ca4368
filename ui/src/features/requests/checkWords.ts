import { useI18n } from 'vue-i18n';
import type { Check } from '@/api/generated';
import { day } from '@/lib/dates';
import { checkKey, useRequestWords } from './words';

/** Locale key of the text with more detail, if the check has the values for it. */
export function sentenceKey(check: Check): string {
  const { code, verdict, params } = check;
  const bad = verdict === 'warning' || verdict === 'blocker';
  if (code === 'HELD_LOCALLY' && bad && params.from === 'catalogue')
    return params.available === 'false' ? 'form.check.heldOut' : 'form.check.held';
  if (code === 'NEED_BEFORE_PAST' && verdict !== 'blocker' && params.workingDays !== undefined) {
    if (verdict === 'ok') return 'form.check.neededFine';
    return params.estimated === 'true' ? 'form.check.neededTightEstimated' : 'form.check.neededTight';
  }
  if (code === 'DUPLICATE_OPEN_REQUEST' && verdict === 'blocker' && params.delivered === 'true')
    return 'form.check.delivered';
  if (code === 'DUPLICATE_CLOSED_REQUEST' && verdict === 'warning' && params.delivered === 'true')
    return 'form.check.deliveredBefore';
  if (code === 'COPYRIGHT_LIMIT_EXCEEDED' && verdict === 'blocker' && Number(params.before) > 0)
    return 'form.check.thirdWithBefore';
  if (code === 'PAGES_INVALID' && verdict === 'warning') return 'form.check.pagesUncounted';
  return checkKey(check);
}

/** The text of a check, with numbers, dates and names formatted as elsewhere. */
export function useCheckWords() {
  const { t, te, locale } = useI18n();
  const { stateName } = useRequestWords();

  return (check: Check): string => {
    const params: Record<string, string> = { ...(check.params as Record<string, string>) };
    for (const name of ['usual', 'changed'] as const)
      if (params[name]) params[name] = day(params[name], locale.value);
    if (params.state) params.state = stateName(params.state as never);
    if (params.changed) params.date = params.changed;
    const label = `requests.form.field.${check.code === 'DETAILS_MISSING' && check.field === 'publisher' ? 'institution' : check.field}`;
    if (check.code === 'DETAILS_MISSING') params.label = te(label) ? t(label) : check.field;
    return t(sentenceKey(check), params);
  };
}
