import type { ErrorCode, Problem, Retry } from './generated';

/**
 * How prominently an error is shown: `calm` passes by itself (offline, slow), `form` can be corrected here,
 * `stop` needs help.
 */
export type Severity = 'calm' | 'form' | 'stop';

/** The severity of every error code. Its text is in locales/<locale>/errors.json under the code. */
export const errorTable: Record<ErrorCode, Severity> = {
  UNREACHABLE: 'calm',
  TIMEOUT: 'calm',
  SERVER_ERROR: 'calm',
  BUSY: 'calm',
  NOT_DATA: 'calm',
  BROKEN_ANSWER: 'calm',
  SOURCE_REFUSED: 'calm',
  FILE_EMPTY: 'form',
  TEXT_TOO_COMPLEX: 'form',
  REFERENCES_UNREAD: 'form',
  BLOCKED: 'calm',
  QUERY_UNSUPPORTED: 'calm',
  QUERY_EMPTY: 'form',
  QUERY_TOO_LONG: 'form',
  QUERY_MISPRINT: 'form',
  QUERY_NUMBERS: 'form',
  QUERY_ADDRESS: 'form',
  QUERY_GROUPS: 'form',
  NO_CERTIFICATES: 'stop',
  NEEDS_KEY: 'calm',
  NO_PLATFORM: 'form',
  WRONG_PASSWORD: 'form',
  WRONG_PASSPHRASE: 'form',
  ACCOUNT_LOCKED: 'stop',
  NEEDS_SIGN_IN: 'form',
  MUST_CHANGE_PASSWORD: 'form',
  WEAK_PASSWORD: 'form',
  ACCOUNT_NOT_ACTIVE: 'stop',
  REFUSED: 'form',
  IDEMPOTENCY_CONFLICT: 'stop',
  DELETED_AT_LIBRARY: 'stop',
  NOT_ACCEPTED: 'stop',
  STILL_WANTED: 'form',
  UNCONFIRMED: 'form',
  CHECKS_FAILED: 'form',
  NOT_FOUND: 'form',
  NOT_ALLOWED: 'form',
  BAD_CALL: 'stop',
  DISK_FULL: 'stop',
  DISK_READ_ONLY: 'stop',
  DISK_FAILED: 'stop',
  DISK_BUSY: 'stop',
  DATABASE_NEWER: 'stop',
  DATABASE_KEY: 'stop',
  DATABASE_DAMAGED: 'stop',
  DATABASE_UNREAD: 'stop',
  DATABASE_CLOSED: 'stop',
  ALREADY_RUNNING: 'stop',
  KEYRING_LOCKED: 'stop',
  KEYRING_SILENT: 'stop',
  FOLDER_UNUSABLE: 'stop',
  NO_KEYRING: 'stop',
  FILE_NOT_SAVED: 'form',
  NOT_VERIFIED: 'stop',
  FILE_LOST: 'form',
  FILE_NOT_OPENED: 'form',
  FORM_UNUSABLE: 'form',
  DOCUMENT_GONE: 'stop',
  VERSION_CONFLICT: 'form',
  ZOTERO_NOT_RUNNING: 'form',
  ZOTERO_REFUSED: 'form',
  PAGE_NOT_OPEN: 'form',
  PAGE_SILENT: 'form',
  BAD_LINK: 'form',
  BAD_ADDRESS: 'form',
  PORT_UNUSABLE: 'form',
  MAIL_CODE_REFUSED: 'form',
  MAIL_UNSAFE: 'form',
  MAIL_OAUTH_ONLY: 'form',
  MAIL_REFUSED: 'calm',
  MAIL_DROPPED: 'calm',
  MAIL_CERTIFICATE: 'form',
  MAIL_OLD_TLS: 'form',
  MAIL_UNREACHABLE: 'calm',
  MAIL_TOO_LARGE: 'form',
  NOT_MAIL_SERVER: 'form',
  INTERNAL: 'stop',
};

/** Locale key of a code's text. */
export const errorKey = (code: ErrorCode): string => `errors.${code}`;

/**
 * A `Problem` from the engine as an exception. `detail` is English for the log and "copy details"; it is
 * never the message.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly params: Record<string, string>;
  readonly detail: string;
  readonly retry: Retry;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.params = problem.params as Record<string, string>;
    this.detail = problem.detail;
    this.retry = problem.retry;
  }

  /** Locale key of the text. */
  get key(): string {
    return errorKey(this.code);
  }

  get severity(): Severity {
    return errorTable[this.code];
  }
}

/** A problem that is part of an answer (a failed source, an outbox row), for `ErrorState`. */
export const asError = (problem: Problem): ApiError => new ApiError(problem);

function isProblem(value: unknown): value is Partial<Problem> & { code: ErrorCode } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    Object.hasOwn(errorTable, value.code)
  );
}

/** Converts anything thrown to an `ApiError`: a problem is kept, everything else becomes `INTERNAL`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isProblem(thrown)) {
    return new ApiError({
      code: thrown.code,
      params: thrown.params ?? {},
      detail: thrown.detail ?? '',
      retry: thrown.retry ?? { kind: 'never' },
    });
  }
  const detail =
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(JSON.stringify(thrown));
  return new ApiError({ code: 'INTERNAL', params: {}, detail, retry: { kind: 'never' } });
}
