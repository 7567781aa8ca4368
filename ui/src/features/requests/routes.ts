import type { RouteRecordRaw } from 'vue-router';

/** The screens of this feature; the first one has an entry in the navigation rail. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/requests/:id?',
    name: 'requests',
    component: () => import('./RequestsPage.vue'),
    meta: { title: 'app.nav.requests' },
  },
  {
    path: '/requests/list/:batchId?',
    name: 'requestBatch',
    component: () => import('./BatchPage.vue'),
    meta: { title: 'app.nav.requests' },
  },
  {
    path: '/requests/:id/slip',
    name: 'requestSlip',
    component: () => import('./RequestSlip.vue'),
    meta: { title: 'history.slip.title' },
  },
  {
    path: '/requests/new/:draftId',
    name: 'requestForm',
    component: () => import('./RequestForm.vue'),
    meta: { title: 'app.nav.requests' },
  },
];
