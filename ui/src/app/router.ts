import { createRouter, createWebHashHistory, type Router } from 'vue-router';
import { routes as account } from '@/features/account/routes';
import { routes as companion } from '@/features/companion/routes';
import { routes as help } from '@/features/help/routes';
import { routes as library } from '@/features/library/routes';
import { routes as notices } from '@/features/notices/routes';
import { routes as requests } from '@/features/requests/routes';
import { routes as search } from '@/features/search/routes';
import { routes as settings } from '@/features/settings/routes';
import { routes as statistics } from '@/features/statistics/routes';

declare module 'vue-router' {
  interface RouteMeta {
    /** locale key of the screen's title */
    title?: string;
    /** shown without the frame: a window of its own */
    bare?: boolean;
  }
}

/** Creates the router with all screens. Unknown routes show a page that says so. */
export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: { name: 'search' } },
      ...search,
      ...requests,
      ...notices,
      ...statistics,
      ...account,
      ...help,
      ...companion,
      ...library,
      ...settings,
      {
        path: '/:rest(.*)*',
        name: 'notFound',
        component: () => import('./NotFound.vue'),
        meta: { title: 'app.notFound.title' },
      },
    ],
  });

  // returning to 检索 from another screen restores the last search; from a search, it starts a new one
  let left = '';
  router.beforeEach((to, from) => {
    if (from.name === 'search' && from.params.searchId) left = from.fullPath;
    if (to.name === 'search' && from.name === 'search' && !to.params.searchId) left = '';
    // words that came from a browser go into an empty box
    const given = to.query.q !== undefined;
    if (to.name === 'search' && !to.params.searchId && !given && from.name !== 'search' && left !== '')
      return left;
    return true;
  });
  return router;
}
