import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the first one has an entry in the navigation rail. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/account',
    name: 'account',
    component: () => import('./AccountPage.vue'),
    meta: { title: 'app.nav.account' },
  },
];
