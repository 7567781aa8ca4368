/** The screen of sources on the mock page: one of each kind of standing. */
import type { SourceSetting, Tag } from '../src/api/generated';
import { problem, type fakePlatform } from '../src/platform/fake';

type Handlers = Parameters<typeof fakePlatform>[0];

const now = Date.now();
const source = (
  id: string,
  name: string,
  nameEn: string,
  more: Partial<SourceSetting> = {},
): SourceSetting => ({
  id,
  name,
  nameEn,
  protocol: 'sru',
  host: `${id}.example.org`,
  address: `https://${id}.example.org/sru`,
  enabled: true,
  home: false,
  access: 'open',
  keyPage: '',
  hasKey: false,
  custom: false,
  charset: '',
  syntax: '',
  folds: false,
  retryAt: null,
  problem: null,
  answeredAt: null,
  usualMs: null,
  ...more,
});
const well = (usualMs: number) => ({ answeredAt: new Date(now - 600_000).toISOString(), usualMs });

const listed: SourceSetting[] = [
  source('home', '本馆目录', 'Our library', { home: true, ...well(420) }),
  source('opac2', 'CALIS 联合目录', 'CALIS Union Catalogue', { protocol: 'opac2', ...well(1830) }),
  source('yidu', 'CALIS e读', 'CALIS eduread', { protocol: 'yidu', problem: problem('SERVER_ERROR') }),
  source('loc', '美国国会图书馆', 'Library of Congress', {
    retryAt: new Date(now + 90_000).toISOString(),
    problem: problem('TIMEOUT'),
  }),
  source('riss', '韩国 RISS 学术研究情报服务', 'RISS', {
    protocol: 'riss',
    access: 'key',
    keyPage: 'https://riss.example.org/openApi',
  }),
  source('duxiu', '读秀', 'Duxiu', { protocol: 'page' }),
  source('openalex', 'OpenAlex', 'OpenAlex', { protocol: 'openalex', access: 'optional', hasKey: true }),
  source('own-opac', '珞珈书目', '珞珈书目', {
    protocol: 'z3950',
    access: 'optional',
    custom: true,
    ...well(900),
  }),
  source('dnb', '德国国家图书馆', 'German National Library', { enabled: false }),
];

/** What the screen of sources asks. */
export const catalogues = (changed: (tags: Tag[]) => void, empty: boolean): Handlers => ({
  sources_list: () => (empty ? [] : [...listed]),
  source_switch: ({ id, enabled }) => (
    listed.forEach((one, at) => one.id === id && (listed[at] = { ...one, enabled })),
    changed(['sources']),
    {}
  ),
  source_order: ({ ids }) => (
    listed.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)),
    changed(['sources']),
    {}
  ),
  source_test: ({ id }) => {
    if (id === 'loc') throw problem('TIMEOUT');
    const indexes = Array.from({ length: 14 }, (_, at) => `dc.${at}`);
    return {
      title: '珞珈书目',
      version: 'SRU 1.2',
      schemas: ['marcxml', 'mods', 'dc'],
      indexes,
      hits: 48_210,
    };
  },
  source_add: ({ address }) => {
    if (!address.includes(':')) throw problem('BAD_ADDRESS');
    return { id: 'own-opac' };
  },
  source_edit: () => ({}),
  source_remove: () => ({}),
  source_key_set: () => ({}),
  source_key_clear: () => ({}),
});
