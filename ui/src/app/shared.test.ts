import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatusView } from '@/api/generated';
import SharedComputer from '@/components/SharedComputer.vue';
import { startOver } from '@/lib/startOver';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import IdleWatch from './IdleWatch.vue';
import StatusLine from './StatusLine.vue';

vi.mock('@/lib/startOver', () => ({ startOver: vi.fn() }));

const MINUTE = 60_000;
const dialog = () => document.querySelector('[role=dialog]');
const press = (name: string) => dialog()!.querySelector<HTMLButtonElement>(`[data-${name}]`)!.click();

describe('a shared computer that nobody uses', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const open = async (failing = false) => {
    const erased = vi.fn();
    const platform = fakePlatform({
      account_sign_out: () => {
        if (failing) throw problem('DISK_FAILED');
        return {} as never;
      },
    });
    usePlatform(platform);
    await show(IdleWatch, { onErased: erased });
    return { platform, erased };
  };

  it('asks after nine minutes, and erases in the tenth', async () => {
    const { platform, erased } = await open();
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(8 * MINUTE);
    window.dispatchEvent(new Event('keydown'));
    await vi.advanceTimersByTimeAsync(8.9 * MINUTE);
    expect(dialog()).toBeNull();
    await vi.advanceTimersByTimeAsync(0.2 * MINUTE);
    expect(dialog()!.textContent).toContain('还在用吗');
    // moving the pointer is no answer: it may be somebody else
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(MINUTE);
    await flushPromises();
    expect(platform.calls.map((call) => call.payload)).toEqual([{ discardUnsent: true }]);
    expect(erased).toHaveBeenCalledOnce();
    // nothing is erased again until there is new input
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(platform.calls).toHaveLength(1);
    expect(dialog()).toBeNull();
  });

  it('goes on when somebody says so, and says when it could not erase', async () => {
    const { platform, erased } = await open(true);
    window.dispatchEvent(new Event('wheel'));
    await vi.advanceTimersByTimeAsync(9.5 * MINUTE);
    press('stay');
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect([dialog(), platform.calls]).toEqual([null, []]);
    // the computer slept over night
    vi.setSystemTime(Date.now() + 600 * MINUTE);
    await vi.advanceTimersByTimeAsync(2000);
    await flushPromises();
    expect(platform.calls).toHaveLength(1);
    expect(erased).not.toHaveBeenCalled();
    expect(dialog()!.textContent).toContain('请关闭鸿雁');
  });
});

describe('the switch', () => {
  it('says what is lost, and takes effect only when that was ticked', async () => {
    const platform = fakePlatform({
      account_unsent: () => [{ id: 'a', title: '论壮族的铜鼓文化', service: 'Copy', draft: false }],
      vault_share: () => ({}),
    });
    usePlatform(platform);
    const page = await show(SharedComputer, { shared: false });
    await page.get('[data-shared]').trigger('click');
    await flushPromises();
    const confirm = dialog()!.querySelector<HTMLButtonElement>('[data-confirm]')!;
    expect(dialog()!.textContent).toContain('论壮族的铜鼓文化');
    expect(confirm.disabled).toBe(true);
    dialog()!.querySelector<HTMLInputElement>('input[type=checkbox]')!.click();
    await flushPromises();
    confirm.click();
    await flushPromises();
    expect(platform.calls).toContainEqual({
      name: 'vault_share',
      payload: { shared: true, discardUnsent: true },
    });
    expect(startOver).toHaveBeenCalledOnce();
  });
});

describe('the status line', () => {
  const status = { connection: 'online', signedIn: true, outbox: 0, lastSync: null } as StatusView;
  it.each([
    ['shared', '公共电脑 · 不保留内容'],
    ['memory', '只用这一次 · 退出后不保留'],
    ['keyring', undefined],
  ] as const)('says where nothing is kept: %s', async (keyPlace, words) => {
    usePlatform(fakePlatform({ app_start: () => ({}) as never }));
    const page = await show(StatusLine, { status, keyPlace });
    const part = page.find('[data-part=keeps]');
    expect(part.exists() ? part.text() : undefined).toBe(words);
  });

  it.each([
    ['DISK_FULL', '磁盘已满'],
    ['DISK_BUSY', '磁盘写不进去'],
    ['TIMEOUT', '已连接'],
  ] as const)('says on its face when the disk takes nothing: %s', async (code, words) => {
    usePlatform(fakePlatform({ app_start: () => ({}) as never }));
    const problem = { code, params: {}, detail: '', retry: { kind: 'now' } } as StatusView['problem'];
    const page = await show(StatusLine, { status: { ...status, problem }, keyPlace: 'keyring' });
    expect(page.find('[data-part=connection]').text()).toBe(words);
  });
});
