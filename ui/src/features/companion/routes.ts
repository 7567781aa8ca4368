import type { RouteRecordRaw } from 'vue-router';

/** The strip beside the library's page. It has no frame: it is a narrow window of its own. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/companion',
    name: 'companionRows',
    component: () => import('./RowsPage.vue'),
    meta: { title: 'companion.rows.title', bare: true },
  },
  {
    path: '/companion/:id',
    name: 'companion',
    component: () => import('./FillPage.vue'),
    props: (route) => ({ id: String(route.params.id), alone: route.query.alone === '1' }),
    meta: { title: 'companion.title', bare: true },
  },
];
