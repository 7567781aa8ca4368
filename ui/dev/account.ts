/** The account of the made-up engine: `?account=in|out|change|expired|registered`. */
import { problem, type fakePlatform } from '../src/platform/fake';
import type { Account, AccountView } from '../src/api/generated';
import { ago } from './times';

type Handlers = Parameters<typeof fakePlatform>[0];

export const activeAccount: Account = {
  username: '20210001',
  displayName: '韦小雁',
  state: 'ACTIVE',
  canRequest: true,
  problems: [],
  registeredEmail: 'w***@gxmzu.edu.cn',
  quota: {
    unit: 'CALIS_COIN',
    granted: 200 as never,
    reserved: 40 as never,
    used: 20 as never,
    available: 140 as never,
    asOf: ago(12),
  },
  limits: { maxActive: 10, active: 7 },
  asOf: ago(12),
};

export function account(wanted: URLSearchParams): Handlers {
  const kind = wanted.get('account') ?? 'in';
  let view: AccountView = {
    signedIn: kind === 'in' || kind === 'change',
    needsSignIn: kind === 'expired',
    cutOff: false,
    mustChangePassword: kind === 'change',
    username: kind === 'out' ? '' : '20210001',
    account: kind === 'in' ? activeAccount : null,
    registration:
      kind === 'registered'
        ? { username: '20260117', state: 'REG_REVIEW', note: '', submittedAt: ago(1600) }
        : null,
    desks: [],
  };
  return {
    account_get: () => view,
    account_refresh: () => view,
    account_register: ({ registration }) =>
      (view = {
        ...view,
        registration: {
          username: registration.username,
          state: 'REG_SUBMITTED',
          note: '',
          submittedAt: new Date().toISOString(),
        },
      }),
    account_sign_in: ({ username, password }) => {
      if (password === 'locked') throw problem('ACCOUNT_LOCKED');
      if (password !== 'hongyan-2026') throw problem('WRONG_PASSWORD');
      return (view = { ...view, signedIn: true, needsSignIn: false, username, account: activeAccount });
    },
    account_change_password: () => (view = { ...view, mustChangePassword: false, account: activeAccount }),
    account_sign_out: () => (view = { ...view, signedIn: false, account: null, username: '' }),
  };
}
