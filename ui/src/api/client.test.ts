import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { defineComponent, h, ref } from 'vue';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import { ApiError, call } from './client';
import { followEvents } from './events';
import { invalidateCommand, makeQueryClient, useAction, useCommand } from './queries';
import type { LibraryPlace, StatusView } from './generated';

const status = (outbox: number) => ({ outbox, connection: 'online' }) as StatusView;

/** Runs a composable inside a component that has a query cache. */
function within<T>(setup: () => T, client: QueryClient = makeQueryClient()) {
  let made!: T;
  const wrapper = mount(
    defineComponent({
      setup() {
        made = setup();
        return () => h('div');
      },
    }),
    { global: { plugins: [[VueQueryPlugin, { queryClient: client }]] } },
  );
  return { made, wrapper, client };
}

describe('call', () => {
  it('rejects with the problem of the engine', async () => {
    usePlatform(
      fakePlatform({
        sync_now: () => Promise.reject(problem('REFUSED', { params: { message: '账户已停用' } })),
      }),
    );
    const error = await call('sync_now', {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'REFUSED',
      key: 'errors.REFUSED',
      params: { message: '账户已停用' },
      severity: 'form',
    });
  });

  it.each([new TypeError('网络断了'), 'text', { code: 'NO_SUCH_CODE' }, null, undefined])(
    'makes a defect of %s',
    async (thrown) => {
      usePlatform({ ...fakePlatform({}), rpc: () => Promise.reject(thrown) });
      await expect(call('sync_now', {})).rejects.toMatchObject({ code: 'INTERNAL' });
    },
  );
});

describe('what the engine says has changed', () => {
  async function reading() {
    let outbox = 0;
    let recent = 0;
    const platform = fakePlatform({
      status_get: () => status(++outbox),
      search_recent: () => (recent++, []),
      settings_change: () => ({}) as never,
      sync_now: () => ({}),
    });
    usePlatform(platform);
    const { made, client } = within(() => ({
      status: useCommand('status_get', {}),
      recent: useCommand('search_recent', {}),
      sync: useAction('sync_now'),
    }));
    await flushPromises();
    const notices: unknown[] = [];
    const stop = await followEvents(client, (some) => notices.push(...some));
    return { platform, made, stop, notices, reads: () => ({ status: outbox, recent }) };
  }

  it('is read again, and nothing else', async () => {
    const { platform, reads } = await reading();
    expect(reads()).toEqual({ status: 1, recent: 1 });
    platform.tell({ changed: ['status', 'drafts'] });
    await flushPromises();
    expect(reads()).toEqual({ status: 2, recent: 1 });
  });

  it('is everything when events were lost', async () => {
    const { platform, reads } = await reading();
    platform.tell({ seq: 4 });
    await flushPromises();
    expect(reads()).toEqual({ status: 1, recent: 1 });
    platform.tell({ seq: 9 });
    await flushPromises();
    expect(reads()).toEqual({ status: 2, recent: 2 });
  });

  it('is read again also where the first answer was on its way', async () => {
    const answers: ((outbox: number) => void)[] = [];
    const platform = fakePlatform({
      status_get: () => new Promise<StatusView>((done) => answers.push((outbox) => done(status(outbox)))),
    });
    usePlatform(platform);
    const { made, client } = within(() => useCommand('status_get', {}));
    await followEvents(client);
    await flushPromises();
    platform.tell({ changed: ['status'] });
    platform.tell({ changed: ['status'] });
    await flushPromises();
    expect(answers).toHaveLength(1);
    // an answer from before the change: it is shown, and fetched once more
    answers[0]!(4);
    await flushPromises();
    expect(made.data.value?.outbox).toBe(4);
    expect(answers).toHaveLength(2);
    answers[1]!(0);
    await flushPromises();
    expect(made.data.value?.outbox).toBe(0);
    expect(answers).toHaveLength(2);
  });

  it('is what an action changes, without waiting for the event', async () => {
    const { made, reads } = await reading();
    await made.sync.mutateAsync({});
    await flushPromises();
    expect(reads()).toEqual({ status: 2, recent: 1 });
  });

  it('hands on notices, and is silent after the end', async () => {
    const { platform, notices, stop, reads } = await reading();
    platform.tell({ notices: [{ id: 1, kind: 'arrived', title: '呐喊' } as never] });
    stop();
    platform.tell({ changed: ['status'], notices: [{ id: 2 } as never] });
    await flushPromises();
    expect(notices).toHaveLength(1);
    expect(reads().status).toBe(1);
  });
});

describe('useCommand', () => {
  it('asks again when the request changes, and keeps the former answer meanwhile', async () => {
    const platform = fakePlatform({ search_work: ({ workId }) => ({ work: { id: workId } }) as never });
    usePlatform(platform);
    const workId = ref('甲');
    const { made } = within(() =>
      useCommand('search_work', () => ({ searchId: 's', workId: workId.value }), { keepPrevious: true }),
    );
    await flushPromises();
    expect(made.data.value?.work.id).toBe('甲');
    workId.value = '乙';
    await Promise.resolve();
    expect(made.data.value?.work.id).toBe('甲');
    await flushPromises();
    expect(made.data.value?.work.id).toBe('乙');
    expect(platform.calls.map((entry) => entry.payload)).toEqual([
      { searchId: 's', workId: '甲' },
      { searchId: 's', workId: '乙' },
    ]);
  });

  it('asks again when something changed while it was asked for the first time', async () => {
    const answers: ((place: LibraryPlace) => void)[] = [];
    usePlatform(fakePlatform({ companion_place: () => new Promise((done) => answers.push(done)) }));
    const { made, client } = within(() => useCommand('companion_place', {}));
    await flushPromises();
    void invalidateCommand(client, 'companion_place');
    answers[0]!({ loaded: false } as LibraryPlace);
    await flushPromises();
    expect(answers.length).toBe(2);
    answers[1]!({ loaded: true } as LibraryPlace);
    await flushPromises();
    expect(made.data.value?.loaded).toBe(true);
  });

  it('asks although the browser believes to be offline', async () => {
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    window.dispatchEvent(new Event('offline'));
    usePlatform(fakePlatform({ status_get: () => status(3) }));
    const { made } = within(() => useCommand('status_get', {}));
    await flushPromises();
    expect(made.data.value?.outbox).toBe(3);
    Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });
    window.dispatchEvent(new Event('online'));
  });
});
