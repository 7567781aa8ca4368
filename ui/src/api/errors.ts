import type { ErrorCode, Problem, Retry } from './generated';

/** How loud an error is: `calm` is weather (offline, slow), `form` the patron can mend here, `stop` needs help. */
export type Severity = 'calm' | 'form' | 'stop';

/** The one table of errors. The sentence of a code stands in locales/<locale>/errors.json under the same name. */
export const errorTable: Record<ErrorCode, Severity> = {
  UNREACHABLE: 'calm',
  TIMEOUT: 'calm',
  SERVER_ERROR: 'calm',
  BUSY: 'calm',
  NOT_DATA: 'calm',
  BROKEN_ANSWER: 'calm',
  SOURCE_REFUSED: 'calm',
  TEXT_TOO_COMPLEX: 'form',
  BLOCKED: 'calm',
  QUERY_UNSUPPORTED: 'calm',
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
  DOCUMENT_GONE: 'stop',
  VERSION_CONFLICT: 'form',
  ZOTERO_NOT_RUNNING: 'form',
  ZOTERO_REFUSED: 'form',
  BAD_LINK: 'form',
  BAD_ADDRESS: 'form',
  INTERNAL: 'stop',
};

/** Key of a code's sentence in the locales. */
export const errorKey = (code: ErrorCode): string => `errors.${code}`;

/** An error that crossed the seam. `detail` is English for the log and "copy details", never the message. */
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

  /** Key of the sentence. */
  get key(): string {
    return errorKey(this.code);
  }

  get severity(): Severity {
    return errorTable[this.code];
  }
}

/** Problems inside of answers (a failed source, an outbox row) as errors, for `ErrorState`. */
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

/** Whatever was thrown, as an `ApiError`: a problem as it is, anything else as a defect of ours. */
export function normalise(thrown: unknown): ApiError {
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
