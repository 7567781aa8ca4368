import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the first one has an entry in the navigation rail. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/statistics',
    name: 'statistics',
    component: () => import('./StatisticsPage.vue'),
    meta: { title: 'app.nav.statistics' },
  },
];
