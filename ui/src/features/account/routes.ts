import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the frame shows an entry in the rail for the first. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/account',
    name: 'account',
    component: () => import('./AccountPage.vue'),
    meta: { title: 'app.nav.account' },
  },
];
