import { afterEach } from 'vitest';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { TooltipProvider } from 'reka-ui';
import { defineComponent, h } from 'vue';
import { createMemoryHistory, createRouter, type RouteRecordRaw } from 'vue-router';
import { makeQueryClient } from '@/api/queries';
import { i18n, setLocale } from '@/locales';

enableAutoUnmount(afterEach);

// jsdom has no layout: every element gets the size of a small window, so that virtual lists render rows
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: () => 960 },
  clientHeight: { configurable: true, get: () => 640 },
});

/** The options of the open list. For tests only. */
export const choices = () => [...document.querySelectorAll('.select-list [role=option]')];

/** Opens a Select.vue by keyboard and chooses the option with this text. For tests only. */
export async function choose(control: Element, words: string): Promise<void> {
  control.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await flushPromises();
  const option = choices().find((one) => one.textContent?.trim() === words);
  if (!option) throw new Error(`no choice has the words ${words}`);
  option.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await flushPromises();
}

/** Mounts a component with language, cache and router, as the frame does. For tests only. */
export async function show(
  component: unknown,
  props: Record<string, unknown> = {},
  options: { slots?: Record<string, unknown>; routes?: RouteRecordRaw[]; at?: string; locale?: string } = {},
): Promise<
  VueWrapper & { router: ReturnType<typeof createRouter>; client: ReturnType<typeof makeQueryClient> }
> {
  await setLocale(options.locale ?? 'zh-CN');
  const empty = { render: () => h('div') };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: options.routes ?? [{ path: '/:rest(.*)*', component: empty }],
  });
  await router.push(options.at ?? '/');
  const client = makeQueryClient();
  const wrapper = mount(
    defineComponent({
      render: () => h(TooltipProvider, () => h(component as never, props, options.slots as never)),
    }),
    {
      attachTo: document.body,
      global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient: client }]] },
    },
  );
  await flushPromises();
  return Object.assign(wrapper, { router, client }) as never;
}
