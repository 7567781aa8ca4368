import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./SettingsPage.vue'),
    meta: { title: 'app.nav.settings' },
  },
  {
    path: '/settings/sources',
    name: 'sources',
    component: () => import('./SourcesPage.vue'),
    meta: { title: 'settings.sources.title' },
  },
];
