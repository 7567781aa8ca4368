import { useI18n } from 'vue-i18n';
import type { RequestState } from '@/api/generated';

/** Which day belongs to a state that the patron notes: a key of the locale's `handover.state`. */
export function dayOfState(state: RequestState | string | null): 'pickupBy' | 'dueDate' | 'expectedBy' {
  if (state === 'AWAITING_PICKUP') return 'pickupBy';
  return state === 'ON_LOAN' || state === 'RECALLED' ? 'dueDate' : 'expectedBy';
}

/** Returns a function that names a state of our own table; another code is shown as it is. */
export function useStateName(): (state: unknown) => string {
  const { t, te } = useI18n();
  return (state) => {
    const key = `requests.state.${String(state)}.name`;
    return te(key) ? t(key) : String(state);
  };
}
