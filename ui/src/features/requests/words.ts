import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useApp } from '@/api/app';
import type { Check, CheckCode, Clock, RequestRow, RequestState, Service } from '@/api/generated';
import { day, daysUntil } from '@/lib/dates';

/** States for which there are texts; unknown states of a newer platform are shown by their own label. */
export const knownStates = [
  'DRAFT',
  'QUEUED',
  'SENDING',
  'UNKNOWN',
  'REJECTED',
  'SUBMITTED',
  'LOCAL_REVIEW',
  'NEEDS_INFO',
  'DUPLICATE_REVIEW',
  'LOCALLY_AVAILABLE',
  'DECLINED',
  'SENT_TO_SUPPLIER',
  'WILL_SUPPLY',
  'CONDITION_PENDING',
  'SHIPPED',
  'AWAITING_PICKUP',
  'ON_LOAN',
  'OVERDUE',
  'RECALLED',
  'RETURNED',
  'RETURN_SHIPPED',
  'DELIVERED',
  'DELIVERY_PROBLEM',
  'COMPLETED',
  'UNFILLED',
  'CANCEL_REQUESTED',
  'CANCELLED',
  'EXPIRED',
  'LOST',
] as const;
export type KnownState = (typeof knownStates)[number];

/** Reason codes for which there are texts; for others the librarian's text is shown. */
export const knownReasons = [
  'HELD_LOCALLY',
  'NOT_PICKED_UP',
  'DUPLICATE_OPEN_REQUEST',
  'COPYRIGHT_LIMIT_EXCEEDED',
  'COPYRIGHT_DECLARATION_REQUIRED',
  'QUOTA_EXCEEDED',
  'LIMIT_REACHED',
  'ACCOUNT_NOT_ACTIVE',
  'ACCOUNT_BLOCKED',
  'MAX_COST_TOO_LOW',
  'TITLE_REQUIRED',
  'IDENTIFIER_INVALID',
  'PAGES_INVALID',
  'NEED_BEFORE_PAST',
  'PICKUP_LOCATION_NOT_ALLOWED',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_CONFLICT',
  'REQUEST_DELETED',
  'STATE_CONFLICT',
  'ACTION_NOT_ALLOWED',
  'VERSION_CONFLICT',
] as const;

/** Every check in display order, which never changes. */
export const checkCodes: readonly CheckCode[] = [
  'TITLE_REQUIRED',
  'AUTHOR_OR_ISBN_REQUIRED',
  'IDENTIFIER_INVALID',
  'DETAILS_MISSING',
  'PAGES_INVALID',
  'PAGES_REQUIRED',
  'COPYRIGHT_LIMIT_EXCEEDED',
  'HELD_LOCALLY',
  'OPEN_ACCESS',
  'DUPLICATE_OPEN_REQUEST',
  'DUPLICATE_CLOSED_REQUEST',
  'PICKUP_LOCATION_REQUIRED',
  'DELIVERY_MAIL',
  'COPYRIGHT_DECLARATION_REQUIRED',
  'NEED_BEFORE_PAST',
  'MAX_COST_TOO_LOW',
  'NOTE_TOO_LONG',
  'ACCOUNT_NOT_ACTIVE',
  'LIMIT_REACHED',
  'QUOTA_EXCEEDED',
];

/** Values without which a check's text makes no sense; the platform may leave them out. */
const needed: Partial<Record<CheckCode, string>> = {
  IDENTIFIER_INVALID: 'kind',
  COPYRIGHT_LIMIT_EXCEEDED: 'limit',
  DUPLICATE_OPEN_REQUEST: 'title',
  MAX_COST_TOO_LOW: 'estimate',
};

/** Locale key of a check's text: the full one, or a plain one if values are missing. */
export function checkKey(check: Check): string {
  const lacks = needed[check.code];
  const bad = check.verdict === 'blocker' || check.verdict === 'warning';
  const plainWarning = check.code === 'COPYRIGHT_LIMIT_EXCEEDED' && check.verdict === 'warning';
  if (bad && lacks && !plainWarning && !check.params[lacks]) return `requests.reason.${check.code}`;
  return `requests.check.${check.code}.${check.verdict}`;
}

/** Whether a check only says that the limit of open requests is reached: such a request may wait. */
export const isAboutRoom = (code: CheckCode): boolean =>
  code === 'LIMIT_REACHED' || code === 'QUOTA_EXCEEDED';

const isKnown = (state: string): state is KnownState => (knownStates as readonly string[]).includes(state);

export interface ClockWords {
  text: string;
  /** late, expired or soon: shown emphasised */
  care: boolean;
}

/** Texts about a request, with the library's usual times and places filled in. */
export function useRequestWords() {
  const { t, te, locale } = useI18n();
  const app = useApp();
  const usual = computed(() => {
    const library = app.value?.library;
    const chinese = locale.value.startsWith('zh');
    return {
      reviewDays: library?.usual.reviewWorkingDays ?? 2,
      copyDays: library?.usual.copyWorkingDays ?? 3,
      loanDays: library?.usual.loanDays ?? 7,
      keepDays: library?.loanDays ?? 20,
      place: (chinese ? library?.contact.place : library?.contact.placeEn) ?? '',
    };
  });

  /** The name of a state. `label` is the platform's own, for unknown states. */
  function stateName(state: RequestState, label = ''): string {
    // with filing by hand nothing is sent by the program
    if (state === 'QUEUED' && app.value?.handsOver) return t('handover.unfiled');
    return isKnown(state) ? t(`requests.state.${state}.name`) : label || t('requests.state.OTHER.name');
  }

  /** A text about a state: the promise, what comes next, what to do. */
  function sentence(
    part: 'promise' | 'next' | 'todo',
    state: RequestState,
    service: Service,
    label = '',
    place = '',
  ): string {
    // with filing by hand no platform reports the state, so that the texts differ
    const told = `handover.said.${state}.${part}`;
    const own = app.value?.handsOver && te(told) ? told : undefined;
    const key = own ?? `requests.state.${isKnown(state) ? state : 'OTHER'}.${part}`;
    const chosen = service === 'Loan' && te(`${key}Loan`) ? `${key}Loan` : key;
    return t(chosen, { ...usual.value, place: place || usual.value.place, label: label || state });
  }

  /** The text of the clock; empty if there is none. */
  function clockWords(clock: Clock): ClockWords {
    const date = clock.date ? day(clock.date, locale.value) : '';
    const days = clock.days ?? (clock.date ? daysUntil(clock.date) : 0);
    switch (clock.kind) {
      case 'expected':
        return {
          text: t(clock.estimated ? 'requests.clock.expectedEstimated' : 'requests.clock.expected', { date }),
          care: false,
        };
      case 'late':
        return days > 0
          ? { text: t('requests.clock.late', { count: days }), care: true }
          : { text: t('requests.clock.lateToday'), care: false };
      case 'pickupBy': {
        const over = clock.date !== null && daysUntil(clock.date) < 0;
        return {
          text: t(over ? 'requests.clock.pickupOver' : 'requests.clock.pickupBy', { date }),
          care: over,
        };
      }
      case 'due':
        if (days < 0) return { text: t('requests.clock.overdue', { count: -days }), care: true };
        if (days === 0) return { text: t('requests.clock.dueToday'), care: true };
        if (days > 7 && date) return { text: t('requests.clock.dueOn', { date }), care: false };
        return { text: t('requests.clock.due', { count: days }), care: days <= 3 };
      case 'whenPlaceFree':
        return { text: t('places.clock'), care: false };
      case 'whenOnline':
        return { text: app.value?.handsOver ? '' : t('requests.clock.whenOnline'), care: false };
      default:
        return { text: '', care: false };
    }
  }

  /** A local change that the platform has not confirmed yet. */
  const pendingWords = (action: string): string =>
    action === '' ? '' : t(action === 'cancel' ? 'requests.pending.cancel' : 'requests.pending.other');

  /** How prominently a state is shown in a list. */
  function tone(row: RequestRow): 'seal' | 'done' | 'neutral' {
    if (row.group === 'needsYou') return 'seal';
    return row.state === 'COMPLETED' || row.state === 'DELIVERED' ? 'done' : 'neutral';
  }

  return { stateName, sentence, clockWords, pendingWords, tone, usual };
}
