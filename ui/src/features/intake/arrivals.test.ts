import { flushPromises } from '@vue/test-utils';
import { expect, it, vi } from 'vitest';
import { effectScope, h, ref } from 'vue';
import type { ArrivalsView, ArrivalView } from '@/api/generated';
import { invalidate } from '@/api/queries';
import { countWhileOpen } from '@/components/openDialogs';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import ArrivalDialog from './ArrivalDialog.vue';

const id = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const article = (number: number, more: Partial<ArrivalView> = {}): ArrivalView => ({
  id: id(number),
  way: 'extension',
  wish: 'request',
  title: `铜鼓之${number}`,
  by: '韦某; 李某某',
  container: '广西民族研究',
  date: '2019',
  number: '10.1000/tonggu',
  works: 1,
  service: 'Copy',
  search: '10.1000/tonggu',
  ...more,
});

/** A window with this waiting; `state` is what the engine has, `changed()` tells of it. */
async function opened(
  waiting: ArrivalView[],
  options: { at?: string; ready?: boolean; fails?: boolean } = {},
) {
  const state: ArrivalsView = { waiting, dropped: 0, refused: 0 };
  const said = { take: vi.fn(), drop: vi.fn(), dropAll: vi.fn() };
  const without = (gone: string) => (state.waiting = state.waiting.filter((one) => one.id !== gone));
  usePlatform(
    fakePlatform({
      arrival_list: () => ({ ...state, waiting: [...state.waiting] }),
      arrival_take: (request) => {
        said.take(request);
        if (options.fails) throw problem('DISK_FULL');
        const taken = state.waiting.find((one) => one.id === request.id);
        without(request.id);
        return (taken?.works ?? 1) > 1 ? { draft: null, list: id(8) } : { draft: id(9), list: null };
      },
      arrival_drop: (request) => (said.drop(request), without(request.id), {}),
      arrival_drop_all: () => (said.dropAll(), (state.waiting = []), {}),
    }),
  );
  const empty = { render: () => h('div') };
  const routes = [
    { path: '/search/:searchId?', name: 'search', component: empty },
    { path: '/requests/new/:draftId', name: 'requestForm', component: empty },
    { path: '/requests/list/:batchId?', name: 'requestBatch', component: empty },
    { path: '/:rest(.*)*', component: empty },
  ];
  const ready = options.ready ?? true;
  const page = await show(ArrivalDialog, { ready }, { routes, at: options.at ?? '/' });
  const changed = async () => {
    await invalidate(page.client, ['arrivals']);
    await flushPromises();
  };
  return { state, said, page, changed, at: () => page.router.currentRoute.value.fullPath };
}
const dialog = () => document.querySelector<HTMLElement>('[role=dialog]');
const button = (words: string) =>
  [...(dialog()?.querySelectorAll('button') ?? [])].find((each) => each.textContent?.trim() === words)!;
const press = async (words: string) => {
  button(words).click();
  await flushPromises();
};

it('shows what an extension sent, and makes a form of it only when the patron says so', async () => {
  const { said, at } = await opened([article(1)]);
  for (const part of ['来自浏览器：《铜鼓之1》', '韦某; 李某某', '广西民族研究', '2019', '10.1000/tonggu'])
    expect(dialog()!.textContent).toContain(part);
  expect(said.take).not.toHaveBeenCalled();
  await press('填写申请');
  expect(said.take).toHaveBeenCalledWith({ id: id(1), service: null });
  expect(at()).toBe(`/requests/new/${id(9)}`);
  expect(dialog()).toBeNull();
});

it('goes through those that wait one by one; refuses one, and all', async () => {
  const { state, said, changed, at } = await opened([article(1), article(2), article(3), article(4)]);
  expect(dialog()!.textContent).toContain('后面还有 3 条');
  await press('不要');
  expect(said.drop).toHaveBeenCalledWith({ id: id(1) });
  expect(dialog()!.textContent).toContain('铜鼓之2');
  await press('检索');
  expect(at()).toBe('/search?q=10.1000/tonggu');
  expect(dialog()!.textContent).toContain('铜鼓之3');
  state.dropped = 7;
  await changed();
  expect(dialog()!.textContent).toContain('另有 7 条没有收下');
  await press('全部不要');
  expect(said.dropAll).toHaveBeenCalledOnce();
  expect(dialog()).toBeNull();
});

it('opens the form of an address at once, but not over another dialog or form, nor before the library is chosen', async () => {
  const called = article(1, { way: 'address' });
  const alone = await opened([called]);
  expect(dialog()).toBeNull();
  expect(alone.said.take).toHaveBeenCalledExactlyOnceWith({ id: id(1), service: null });
  expect(alone.at()).toBe(`/requests/new/${id(9)}`);
  // the next one comes while the form is open
  alone.state.waiting = [article(2, { way: 'address' })];
  await alone.changed();
  expect(alone.said.take).toHaveBeenCalledOnce();
  expect(dialog()!.textContent).toContain('铜鼓之2');
  alone.page.unmount();

  const early = await opened([called], { ready: false });
  expect([dialog(), early.said.take.mock.calls]).toEqual([null, []]);
  early.page.unmount();

  const other = ref(true);
  const scope = effectScope();
  scope.run(() => countWhileOpen(other));
  const behind = await opened([called]);
  expect([dialog(), behind.said.take.mock.calls]).toEqual([null, []]);
  other.value = false;
  await flushPromises();
  expect(behind.said.take).toHaveBeenCalledOnce();
  behind.page.unmount();
  scope.stop();

  const several = await opened([called, article(2, { way: 'address' })]);
  expect(several.said.take).not.toHaveBeenCalled();
  expect(dialog()).not.toBeNull();
});

it('fills the search box with words of an address, and says what it could not understand', async () => {
  const words = article(1, {
    way: 'address',
    wish: 'search',
    title: '铜鼓 纹饰',
    search: '铜鼓 纹饰',
    works: 0,
  });
  const { state, changed, at, page } = await opened([words]);
  expect(page.router.currentRoute.value.query.q).toBe('铜鼓 纹饰');
  expect(at()).toContain('/search?q=');
  state.refused = 1;
  await changed();
  const { default: Toaster } = await import('@/components/Toaster.vue');
  const toaster = await show(Toaster);
  expect(toaster.text()).toContain('看不懂');
});

it('is led about by no page: once by itself, then only after the patron has used the window', async () => {
  const words = (number: number) =>
    article(number, {
      way: 'address',
      wish: 'search',
      search: `词${number}`,
      title: `词${number}`,
      works: 0,
    });
  const { state, changed, page } = await opened([words(1)]);
  const box = () => page.router.currentRoute.value.query.q;
  expect(box()).toBe('词1');
  state.waiting = [words(2)];
  await changed();
  expect(box()).toBe('词1');
  expect(dialog()!.textContent).toContain('检索“词2”');
  await press('不要');
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab' }));
  state.waiting = [words(3)];
  await changed();
  expect(box()).toBe('词3');
});

it('keeps what could not be made into a form, and says why; several works become a list', async () => {
  const failing = await opened([article(1, { way: 'address' })], { fails: true });
  expect(failing.said.take).toHaveBeenCalledOnce();
  expect(dialog()!.querySelector('[data-code=DISK_FULL]')).not.toBeNull();
  failing.page.unmount();
  const { at } = await opened([article(1, { works: 12 })]);
  expect(dialog()!.textContent).toContain('来自浏览器：12 部文献');
  expect(button('检索')).toBeUndefined();
  await press('做成清单');
  expect(at()).toBe(`/requests/list/${id(8)}`);
});
