/** Account states for which there are texts. */
export const knownAccountStates = [
  'REG_SUBMITTED',
  'REG_REVIEW',
  'REG_NEEDS_INFO',
  'REG_REJECTED',
  'ACTIVE_MUST_CHANGE_PASSWORD',
  'ACTIVE',
  'SUSPENDED',
  'EXPIRED',
] as const;

/** Locale key of a state; unknown states of a newer platform are shown by their code. */
export const stateKey = (state: string): string =>
  `account.state.${(knownAccountStates as readonly string[]).includes(state) ? state : 'OTHER'}`;

/** Obstacles to requests for which there are texts. */
export const knownProblems = [
  'ACCOUNT_NOT_ACTIVE',
  'ACCOUNT_BLOCKED',
  'QUOTA_EXCEEDED',
  'LIMIT_REACHED',
  'MUST_CHANGE_PASSWORD',
] as const;

/** The rules of a new password in display order. They mirror the engine's, which decides. */
export type PasswordRule = 'ruleLength' | 'ruleSame' | 'ruleName' | 'ruleCommon' | 'ruleNew';
const common = ['12345678', '123456789', '1234567890', 'password', '88888888'];

export function passwordRules(
  password: string,
  username: string,
  old: string,
): { rule: PasswordRule; met: boolean }[] {
  const letters = [...password];
  const lower = password.toLowerCase();
  const some = password !== '';
  return [
    { rule: 'ruleLength', met: letters.length >= 8 },
    { rule: 'ruleSame', met: some && new Set([...lower]).size > 1 },
    { rule: 'ruleName', met: some && lower !== username.toLowerCase() },
    { rule: 'ruleCommon', met: some && !common.includes(lower) },
    { rule: 'ruleNew', met: some && password !== old },
  ];
}
