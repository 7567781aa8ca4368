import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/search/:searchId?',
    name: 'search',
    component: () => import('./SearchPage.vue'),
    meta: { title: 'app.nav.search' },
  },
];
