import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the frame shows an entry in the rail for the first. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/statistics',
    name: 'statistics',
    component: () => import('./StatisticsPage.vue'),
    meta: { title: 'app.nav.statistics' },
  },
];
