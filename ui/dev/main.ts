/**
 * The page with a made-up engine, for work on the screens without Rust: `npm run ui:dev`, then
 * /dev/index.html. Not part of any build. `?theme=dark&locale=en&found=0` choose what is shown.
 */
import { start } from '../src/app/start';
import { fakePlatform, problem, type FakePlatform } from '../src/platform/fake';
import { usePlatform } from '../src/platform';
import { catalogues } from './catalogues';
import { history } from './history';
import { life } from './life';
import { library } from './library';
import { patron } from './patron';
import { search } from './search';
import type { AppView, Settings, StatusView } from '../src/api/generated';
import '../src/styles/base.css';
import '../src/styles/tokens.css';
import '../src/styles/controls.css';

const wanted = new URLSearchParams(location.search);
const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const settings: Settings = {
  locale: wanted.get('locale') ?? 'zh-CN',
  theme: (wanted.get('theme') ?? 'light') as Settings['theme'],
  onClose: 'ask',
  toasts: true,
  toastTitles: false,
  notices: { quiet: wanted.has('quiet'), quietFrom: '22:00:00', quietTo: '07:30:00', muted: ['late'] },
};
const app: AppView = {
  version: '0.1.0',
  demo: !wanted.has('library'),
  libraryChosen: wanted.get('library') !== 'first',
  handsOver: wanted.has('library'),
  demoHints: { username: '20210001', password: 'hongyan-2026' },
  keyPlace: (wanted.get('key') ?? 'keyring') as AppView['keyPlace'],
  keyProblem: wanted.has('untouched') ? problem('NO_KEYRING', { params: { untouched: 'true' } }) : null,
  keyringReady: wanted.has('ready'),
  readingOnly: null,
  recovery: wanted.has('loss')
    ? {
        loss: wanted.get('loss') as 'restored',
        at: ago(1),
        from: wanted.get('loss') === 'emptied' ? null : ago(34),
        kept: wanted.get('loss') === 'logCut' ? '' : 'hongyan.db.damaged-20261125T080200Z',
        rescued: 2,
        unreadable: 1,
        uncertain: true,
        unsent: [
          { id: 'a', title: '壮族铜鼓文化的空间分布与历史变迁', service: 'Loan', draft: false },
          {
            id: 'b',
            title: 'Zomia and the Uplands of Southeast Asia: A Critical Reappraisal',
            service: 'Copy',
            draft: false,
          },
        ],
      }
    : null,
  tray: true,
  termsHeard: wanted.has('library') ? null : ago(Number(wanted.get('terms') ?? 170)),
  settings,
  library: {
    name: '广西民族大学图书馆',
    nameEn: 'Guangxi Minzu University Library',
    tenant: 'a001962',
    portal: 'https://smart.calis.edu.cn/',
    contact: {
      phone: '0771-3265392',
      qqGroups: ['232107886', '908898525'],
      place: '相思湖馆 904',
      placeEn: 'Xiangsihu library, room 904',
      hours: '',
      hoursEn: '',
      more: [],
    },
    desks: [{ id: 'xsh-904', name: '相思湖馆 904', nameEn: 'Xiangsihu 904' }],
    fees: { loan: 4000, page: 30, patronPays: false },
    loanDays: 20,
    copyrightFraction: '1/3',
    gateway: { kind: 'hand-over', page: 'https://smart.calis.edu.cn/', resolver: null },
    usual: { registrationWorkingDays: 2, reviewWorkingDays: 2, copyWorkingDays: 3, loanDays: 7 },
    calendar: { years: [], holidays: [], workingWeekends: [] },
  },
} as AppView;
const status: StatusView = {
  connection: (wanted.get('connection') ?? 'online') as StatusView['connection'],
  outbox: wanted.has('library') ? 0 : 1,
  needsYou: wanted.has('library') ? 5 : 4,
  waiting: 0,
  unread: 3,
  lastSync: ago(4),
  syncing: false,
  problem: null,
  signedIn: true,
};

const platform: FakePlatform = fakePlatform({
  ...patron(wanted),
  ...history(wanted),
  ...life(wanted),
  ...library(wanted, app.library, app.termsHeard),
  app_start: () => app,
  app_ready: () => ({}),
  status_get: () => status,
  sync_now: () => ({}),
  ...search((changed) => platform.tell({ changed })),
  ...catalogues((changed) => platform.tell({ changed }), wanted.has('empty')),
  settings_change: (change) =>
    Object.assign(settings, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null))),
  link_open: () => ({}),
  vault_unlock: ({ passphrase }) => {
    if (passphrase !== '长风破浪会有时') throw problem('WRONG_PASSPHRASE');
    app.keyPlace = 'passphrase';
    return {};
  },
  vault_set_passphrase: () => ((app.keyPlace = 'passphrase'), {}),
  vault_keep_nothing: () => ((app.keyPlace = 'memory'), {}),
  vault_start_anew: () => ((app.keyPlace = 'ask'), {}),
  vault_to_keyring: () => ((app.keyPlace = 'keyring'), {}),
  recovery_seen: () => ((app.recovery = null), {}),
  account_unsent: () => [{ id: 'a', title: '论壮族的稻作文化与“那”地名', service: 'Copy', draft: false }],
});
usePlatform(platform);
void start();
