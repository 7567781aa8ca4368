import { flushPromises } from '@vue/test-utils';
import { expect, it, vi } from 'vitest';
import type { ListenerView } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import BrowserSection from './BrowserSection.vue';

async function section(view: Partial<ListenerView> = {}, shared = false, taken: number[] = []) {
  let listener: ListenerView = { on: false, port: 23190, problem: null, offered: true, ...view };
  const set = vi.fn();
  usePlatform(
    fakePlatform({
      listener_get: () => listener,
      listener_set: (request) => {
        set(request);
        if (request.on && taken.includes(request.port))
          throw problem('PORT_UNUSABLE', { params: { port: String(request.port) } });
        return (listener = { ...listener, ...request, problem: null });
      },
    }),
  );
  return { page: await show(BrowserSection, { shared }), set };
}
const field = () => document.querySelector<HTMLInputElement>('[data-port]');
const toggle = async () => {
  document.querySelector<HTMLInputElement>('[role=switch]')!.click();
  await flushPromises();
};
async function port(value: string) {
  field()!.value = value;
  field()!.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
  field()!.dispatchEvent(new FocusEvent('blur'));
  await flushPromises();
}

it('is off, and shows the port once it is on', async () => {
  const { set } = await section();
  expect(field()).toBeNull();
  await toggle();
  expect(set).toHaveBeenCalledWith({ on: true, port: 23190 });
  expect(field()!.value).toBe('23190');
  await port('40000');
  expect(set).toHaveBeenLastCalledWith({ on: true, port: 40000 });
});

it.each(['80', '99999', '12a4', ''])('does not keep %s for a port', async (value) => {
  const { page, set } = await section({ on: true });
  await port(value);
  expect(set).not.toHaveBeenCalled();
  expect(page.text()).toContain('1024 到 65535');
  // switching off works all the same
  await toggle();
  expect(set).toHaveBeenCalledExactlyOnceWith({ on: false, port: 23190 });
});

it('says that a port is in use, and tries another', async () => {
  const { page, set } = await section({}, false, [23190]);
  await toggle();
  expect(page.text()).toContain('端口 23190 打不开');
  expect(document.querySelector<HTMLInputElement>('[role=switch]')!.checked).toBe(false);
  await port('23191');
  await toggle();
  expect(set).toHaveBeenLastCalledWith({ on: true, port: 23191 });
  expect(document.querySelector('[role=alert]')).toBeNull();
});

it('says after a start why it is not open', async () => {
  const { page } = await section({
    on: true,
    problem: problem('PORT_UNUSABLE', { params: { port: '23190' } }),
  });
  expect(page.text()).toContain('端口 23190 打不开');
});

it('is not offered on a shared computer; bookmark and address are', async () => {
  const { page } = await section({ offered: false }, true);
  expect(document.querySelector('[role=switch]')).toBeNull();
  expect(page.text()).toContain('公共电脑');
  const href = document.querySelector('[data-bookmark]')!.getAttribute('href')!;
  expect(href.startsWith('javascript:')).toBe(true);
  // complete in itself: nothing of a bundle, no text of ours but keys
  expect(decodeURIComponent(href)).not.toMatch(/import|require|__vi/);
  expect(page.text()).toContain('hongyan://request');
});
