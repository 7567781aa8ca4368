import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import KeySetting from './KeySetting.vue';

describe('where the key is', () => {
  it('is only said where there is nothing to choose', async () => {
    usePlatform(fakePlatform({}));
    const page = await show(KeySetting, { place: 'keyring', keyringReady: true });
    expect(page.text()).toContain('系统钥匙串');
    expect(page.find('button').exists()).toBe(false);
  });

  it('can move to a keyring that has appeared', async () => {
    const platform = fakePlatform({ vault_to_keyring: () => ({}) });
    usePlatform(platform);
    const without = await show(KeySetting, { place: 'passphrase', keyringReady: false });
    expect(without.find('[data-move]').exists()).toBe(false);
    const page = await show(KeySetting, { place: 'passphrase', keyringReady: true });
    await page.get('[data-move]').trigger('click');
    expect(platform.calls.map((call) => call.name)).toEqual(['vault_to_keyring']);
  });

  it('takes another passphrase only with the one in force', async () => {
    const platform = fakePlatform({
      vault_set_passphrase: ({ current }) => {
        if (current !== '旧的一句口令在此') throw problem('WRONG_PASSPHRASE');
        return {};
      },
    });
    usePlatform(platform);
    const page = await show(KeySetting, { place: 'passphrase', keyringReady: false });
    await page.get('[data-change]').trigger('click');
    await flushPromises();
    const fields = [...document.querySelectorAll<HTMLInputElement>('#passphrase input')];
    const type = async (...texts: string[]) => {
      fields.forEach((field, n) => {
        field.value = texts[n]!;
        field.dispatchEvent(new Event('input'));
      });
      document.querySelector('#passphrase')!.dispatchEvent(new Event('submit', { cancelable: true }));
      await flushPromises();
    };
    await type('猜的一句口令在此', '新的一句口令在此', '新的一句口令在彼');
    expect(platform.calls).toEqual([]);
    expect(document.body.textContent).toContain('两遍输入的不一样');
    await type('猜的一句口令在此', '新的一句口令在此', '新的一句口令在此');
    expect(document.body.textContent).toContain('口令不对');
    await type('旧的一句口令在此', '新的一句口令在此', '新的一句口令在此');
    expect(platform.calls).toHaveLength(2);
    expect(document.querySelector('#passphrase')).toBeNull();
  });
});
