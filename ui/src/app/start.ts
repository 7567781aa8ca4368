import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import { followEvents } from '@/api/events';
import type { Notice } from '@/api/generated';
import { invalidateCommand, makeQueryClient, prefetch } from '@/api/queries';
import { toast } from '@/components/toasts';
import { refuseStrayFiles, shellDragged, shellDropped } from '@/lib/dropZone';
import { isOwnNews } from '@/lib/ownNews';
import { i18n, setLocale } from '@/locales';
import App from './App.vue';
import { closeAsked } from './closing';
import { makeRouter } from './router';
import { waitingForKeyring } from './waiting';

/** Mounts the program. */
export async function start(root: string | Element = '#app'): Promise<void> {
  const client = makeQueryClient();
  // prefetched while the locale loads
  void prefetch(client, 'app_start', {});
  await setLocale('');
  const router = makeRouter();
  const app = createApp(App);
  app.use(i18n);
  app.use(router);
  app.use(VueQueryPlugin, { queryClient: client });
  app.mount(root);
  refuseStrayFiles();
  const onNotices = (notices: readonly Notice[]) => {
    const news = notices.filter((notice) => !isOwnNews(notice.request));
    if (news.length === 0 || !router.hasRoute('notices')) return;
    toast(() => i18n.global.t('app.newNotice'), {
      label: () => i18n.global.t('app.look'),
      run: () => void router.push({ name: 'notices' }),
    });
  };
  await followEvents(client, onNotices, (word) => {
    if ('navigate' in word) void router.push(word.navigate);
    else if ('closeAsked' in word) closeAsked.value = true;
    else if ('waitingForKeyring' in word) waitingForKeyring.value = word.waitingForKeyring;
    else if ('libraryChanged' in word) void invalidateCommand(client, 'companion_place');
    else if ('drag' in word) shellDragged(word.drag);
    else shellDropped(word.dropped);
  });
}
