/**
 * The page with a made-up engine, for work on the screens without Rust: `npm run ui:dev`, then
 * /dev/index.html. Not part of any build. `?theme=dark&locale=en&found=0` choose what is shown.
 */
import { start } from '../src/app/start';
import { fakePlatform, type FakePlatform } from '../src/platform/fake';
import { usePlatform } from '../src/platform';
import { catalogues } from './catalogues';
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
};
const app: AppView = {
  version: '0.1.0',
  demo: true,
  demoHints: { username: '20210001', password: 'hongyan-2026' },
  keyPlace: 'keyring',
  keyProblem: null,
  tray: true,
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
    },
    desks: [{ id: 'xsh-904', name: '相思湖馆 904', nameEn: 'Xiangsihu 904' }],
    fees: { loan: 4000, page: 30, patronPays: false },
    loanDays: 20,
    usual: { registrationWorkingDays: 2, reviewWorkingDays: 2, copyWorkingDays: 3, loanDays: 7 },
  },
} as AppView;
const status: StatusView = {
  connection: (wanted.get('connection') ?? 'online') as StatusView['connection'],
  outbox: 1,
  needsYou: 2,
  unread: 3,
  lastSync: ago(4),
  syncing: false,
  problem: null,
  signedIn: true,
};

const platform: FakePlatform = fakePlatform({
  ...patron(wanted),
  app_start: () => app,
  app_ready: () => ({}),
  status_get: () => status,
  sync_now: () => ({}),
  ...search((changed) => platform.tell({ changed })),
  ...catalogues((changed) => platform.tell({ changed }), wanted.has('empty')),
  settings_change: (change) =>
    Object.assign(settings, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null))),
  link_open: () => ({}),
});
usePlatform(platform);
void start();
