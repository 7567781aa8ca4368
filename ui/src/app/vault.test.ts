import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { AppView, RecoveryView } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import App from './App.vue';
import ReadingOnly from './ReadingOnly.vue';
import RecoveryNotice from './RecoveryNotice.vue';
import VaultScreen from './VaultScreen.vue';
import { waitingForKeyring } from './waiting';

const view = (keyPlace: AppView['keyPlace'], keyProblem: AppView['keyProblem'] = null) => ({
  app: { keyPlace, keyProblem } as AppView,
});

describe('the passphrase', () => {
  it('opens, and says at the field when it is another one', async () => {
    const platform = fakePlatform({
      vault_unlock: ({ passphrase }) => {
        if (passphrase !== '长风破浪会有时') throw problem('WRONG_PASSPHRASE');
        return {};
      },
    });
    usePlatform(platform);
    const page = await show(VaultScreen, view('locked'));
    const field = page.get<HTMLInputElement>('[data-field="phrase"]');
    expect(document.activeElement).toBe(field.element);
    expect(field.attributes('type')).toBe('password');
    expect(page.get('[data-open]').attributes('disabled')).toBeDefined();
    await field.setValue('别的');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(page.text()).toContain('口令不对');
    expect(field.attributes('aria-invalid')).toBe('true');
    await field.setValue('长风破浪会有时');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(platform.calls.map((call) => call.payload)).toEqual([
      { passphrase: '别的' },
      { passphrase: '长风破浪会有时' },
    ]);
  });

  it('is not asked for while an input method is composing', async () => {
    usePlatform(fakePlatform({}));
    const page = await show(VaultScreen, view('locked'));
    const event = new KeyboardEvent('keydown', {
      key: 'Enter',
      isComposing: true,
      cancelable: true,
      bubbles: true,
    });
    page.get('[data-field="phrase"]').element.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });

  it('is set once it is long enough and typed twice', async () => {
    const platform = fakePlatform({ vault_set_passphrase: () => ({}) });
    usePlatform(platform);
    const page = await show(VaultScreen, view('ask'));
    const submit = async (phrase: string, again: string) => {
      await page.get('[data-field="phrase"]').setValue(phrase);
      await page.get('[data-field="again"]').setValue(again);
      await page.get('form').trigger('submit');
      await flushPromises();
    };
    await submit('太短', '太短');
    expect(page.text()).toContain('至少 8 个字');
    await submit('长风破浪会有时呀', '长风破浪会有时');
    expect(page.text()).toContain('两遍输入的不一样');
    expect(platform.calls).toEqual([]);
    await submit('长风破浪会有时呀', '长风破浪会有时呀');
    expect(platform.calls).toEqual([
      { name: 'vault_set_passphrase', payload: { current: '', passphrase: '长风破浪会有时呀' } },
    ]);
  });

  it('need not be: nothing is kept then', async () => {
    const platform = fakePlatform({ vault_keep_nothing: () => ({}) });
    usePlatform(platform);
    const page = await show(VaultScreen, view('ask'));
    await page.get('[data-nothing]').trigger('click');
    expect(platform.calls.map((call) => call.name)).toEqual(['vault_keep_nothing']);
  });

  it('that is forgotten leads to a new beginning, after a question', async () => {
    const platform = fakePlatform({ vault_start_anew: () => ({}) });
    usePlatform(platform);
    const page = await show(VaultScreen, view('locked'), { locale: 'en' });
    await page.get('[data-forgot]').trigger('click');
    await flushPromises();
    expect(platform.calls).toEqual([]);
    expect(document.body.textContent).toContain('The files are not deleted');
    document.querySelector<HTMLElement>('[data-confirm]')!.click();
    await flushPromises();
    expect(platform.calls.map((call) => call.name)).toEqual(['vault_start_anew']);
  });

  it('is not offered where a history is under the keyring', async () => {
    usePlatform(fakePlatform({}));
    const untouched = problem('NO_KEYRING', { params: { untouched: 'true' } });
    const away = await show(VaultScreen, view('ask', untouched));
    expect(away.find('[data-field]').exists()).toBe(false);
    expect(away.text()).toContain('系统钥匙串打不开');
    const lost = await show(VaultScreen, view('lost', problem('DATABASE_KEY')));
    expect(lost.find('[data-field]').exists()).toBe(false);
    expect(lost.text()).toContain('找不到打开内容的密钥');
  });
});

describe('a recovery', () => {
  const recovery: RecoveryView = {
    loss: 'restored',
    at: '2026-11-25T00:10:00Z',
    from: '2026-11-24T23:59:00Z',
    kept: 'hongyan.db.damaged-20261125T001000Z',
    rescued: 1,
    unreadable: 2,
    uncertain: true,
    unsent: [{ id: 'a', title: '铜鼓', service: 'Loan', draft: false }],
  };
  it('says what happened, what is here and what is not, until it was read', async () => {
    const platform = fakePlatform({ recovery_seen: () => ({}) });
    usePlatform(platform);
    await show(RecoveryNotice, { recovery });
    const text = document.body.textContent;
    for (const part of ['已经恢复', '找回 1 件', '铜鼓', '另有 2 件读不出来', '可能不全', recovery.kept])
      expect(text).toContain(part);
    document.querySelector<HTMLElement>('[data-seen]')!.click();
    await flushPromises();
    expect(platform.calls.map((call) => call.name)).toEqual(['recovery_seen']);
  });
});

describe('a start that something is in the way of', () => {
  it('says what it waits for, with ways out', async () => {
    const platform = fakePlatform({
      app_start: () => new Promise(() => {}),
      app_ready: () => ({}),
      app_quit: () => ({}),
      vault_keep_nothing: () => ({}),
    });
    usePlatform(platform);
    waitingForKeyring.value = true;
    const page = await show(App);
    expect(page.text()).toContain('正在等系统的钥匙串');
    expect(platform.calls.map((call) => call.name)).toContain('app_ready');
    await page.get('[data-nothing]').trigger('click');
    await page.get('[data-quit]').trigger('click');
    await flushPromises();
    expect(platform.calls.map((call) => call.name)).toEqual(
      expect.arrayContaining(['vault_keep_nothing', 'app_quit']),
    );
    waitingForKeyring.value = false;
    await flushPromises();
    expect(page.find('[data-waiting]').exists()).toBe(false);
  });

  it('names the folder and why', async () => {
    for (const [locale, words] of [
      ['zh-CN', '同名的文件'],
      ['en', 'a file of that name'],
    ] as const) {
      usePlatform(
        fakePlatform({
          app_start: () => {
            throw problem('FOLDER_UNUSABLE', { params: { folder: '/家/鸿雁', why: 'file' } });
          },
          app_ready: () => ({}),
        }),
      );
      const page = await show(App, {}, { locale });
      expect(page.text()).toContain('/家/鸿雁');
      expect(page.text()).toContain(words);
      expect(page.find('[data-quit]').exists()).toBe(true);
      page.unmount();
    }
  });

  it('does not call a keyring that is locked none', async () => {
    usePlatform(fakePlatform({}));
    const page = await show(VaultScreen, view('ask', problem('KEYRING_LOCKED')));
    expect(page.get('h1').text()).toBe('系统钥匙串锁着');
  });

  it('says that files can only be read, and opens them again', async () => {
    const platform = fakePlatform({ vault_reopen: () => ({}) });
    usePlatform(platform);
    const page = await show(ReadingOnly, { problem: problem('DISK_FULL') });
    expect(page.text()).toContain('磁盘已满，只能查看');
    await page.get('[data-reopen]').trigger('click');
    await flushPromises();
    expect(platform.calls.map((call) => call.name)).toEqual(['vault_reopen']);
  });
});
