import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the first one has an entry in the navigation rail. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/notices',
    name: 'notices',
    component: () => import('./NoticesPage.vue'),
    meta: { title: 'app.nav.notices' },
  },
];
