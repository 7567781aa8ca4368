import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { CarriedLibrary, LibraryView, SourceSetting } from '@/api/generated';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import LibraryPage from './LibraryPage.vue';
import { routes } from './routes';

const carried: CarriedLibrary[] = [
  {
    tenant: 'a001962',
    name: '广西民族大学图书馆',
    nameEn: 'Guangxi Minzu University Library',
    pages: [{ page: 'https://smart.calis.edu.cn/', name: '', nameEn: '' }],
  },
  {
    tenant: 'a001634',
    name: '华中师范大学图书馆',
    nameEn: 'Central China Normal University Library',
    pages: [{ page: 'https://ill.calis.edu.cn/reader/', name: '', nameEn: '' }],
  },
];
const view = {
  carried,
  chosen: false,
  given: false,
  atNextStart: null,
  handsOver: true,
} as unknown as LibraryView;

async function open(slip: unknown = null) {
  const chosen = vi.fn();
  usePlatform(
    fakePlatform({
      library_list: () => view,
      library_find: ({ text }) =>
        carried.filter((one) => text === '' || (text === 'hzsf' && one.tenant === 'a001634')),
      sources_list: () =>
        [
          { enabled: true },
          { enabled: true, access: 'key', hasKey: true },
          { enabled: true, access: 'key', hasKey: false },
          { enabled: true, protocol: 'page' },
          { enabled: false },
        ] as unknown as SourceSetting[],
      library_choose: (choice) => (chosen(choice), { slip, view } as never),
    }),
  );
  const search = { path: '/search', name: 'search', component: { render: () => null } };
  const page = await show(LibraryPage, {}, { routes: [...routes, search], at: '/library' });
  await flushPromises();
  return { page, chosen };
}
const button = (page: Awaited<ReturnType<typeof open>>['page'], text: string) =>
  page.findAll('button').find((one) => one.text() === text)!;

describe('the first thing to ask', () => {
  it('says in three sentences what is done for this library, and chooses it', async () => {
    const { page, chosen } = await open();
    expect(page.get('[data-does] h3').text()).toContain('广西民族大学图书馆');
    const said = page.findAll('[data-does] li').map((one) => one.text());
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('2 个');
    expect(said[1]).toContain('smart.calis.edu.cn');
    await page.findAll('input[type=radio]')[1]!.setValue(true);
    expect(page.get('[data-does] h3').text()).toContain('华中师范大学图书馆');
    expect(page.findAll('[data-does] li')[1]!.text()).toContain('ill.calis.edu.cn');
    await button(page, '选这所').trigger('click');
    expect(chosen).toHaveBeenCalledWith({ tenant: 'a001634', profile: null, typed: null });
  });

  it('finds a library as it is typed, and says where there is none', async () => {
    const { page } = await open();
    await page.get('[role=searchbox], input[type=search], input').setValue('hzsf');
    await flushPromises();
    expect(page.findAll('input[type=radio]')).toHaveLength(1);
    expect(page.get('[data-does] h3').text()).toContain('华中师范大学图书馆');
    await page.get('[role=searchbox], input[type=search], input').setValue('没有');
    await flushPromises();
    expect(page.find('[data-does]').exists()).toBe(false);
    expect(page.text()).toContain('没有找到“没有”');
  });

  it('takes a library that is not here by a short form, and says what a page without encryption means', async () => {
    const { page, chosen } = await open();
    await button(page, '没有我的图书馆').trigger('click');
    const field = (label: string) =>
      page
        .findAll('form .field')
        .find((one) => one.text().includes(label))!
        .get('input');
    await field('馆名').setValue('相思湖学院图书馆');
    await field('提交申请的网页').setValue('ftp://ill.example.edu.cn/');
    expect(button(page, '用这所图书馆').attributes('disabled')).toBeDefined();
    expect(page.text()).toContain('请填完整的网址，或者租户号。');
    await field('提交申请的网页').setValue('http://ill.example.edu.cn/apply.asp');
    expect(button(page, '用这所图书馆').attributes('disabled')).toBeUndefined();
    expect(page.text()).toContain('这个网址没有加密');
    await field('提交申请的网页').setValue(' ill.example.edu.cn/new');
    expect(page.text()).not.toContain('没有加密');
    await field('收申请的邮箱').setValue('ill@lib.example.edu.cn');
    await field('借期').setValue('30');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(chosen).toHaveBeenCalledWith({
      tenant: null,
      profile: null,
      typed: {
        name: '相思湖学院图书馆',
        page: 'https://ill.example.edu.cn/new',
        phone: '',
        catalogue: '',
        mail: 'ill@lib.example.edu.cn',
        loanDays: 30,
      },
    });
  });

  it('shows the short form where it opens below the window, and goes on in its first field', async () => {
    const shown: Element[] = [];
    const { scrollIntoView } = Element.prototype;
    Element.prototype.scrollIntoView = function () {
      shown.push(this);
    };
    const { page } = await open();
    button(page, '没有我的图书馆').element.focus();
    await button(page, '没有我的图书馆').trigger('click');
    await flushPromises();
    const first = page.get('form input').element;
    expect(document.activeElement).toBe(first);
    expect(shown.some((part) => part.contains(first) && part.querySelector('h2') !== null)).toBe(true);
    Element.prototype.scrollIntoView = scrollIntoView;
  });

  it('says at its field what the engine refused', async () => {
    const { page } = await open({ line: 3, key: 'deskMail', kind: 'wrongValue', expected: '' });
    await button(page, '没有我的图书馆').trigger('click');
    const field = (label: string) =>
      page
        .findAll('form .field')
        .find((one) => one.text().includes(label))!
        .get('input');
    await field('馆名').setValue('相思湖学院图书馆');
    await field('提交申请的网页').setValue('Ａ００１９６２');
    expect(page.text()).not.toContain('请填完整的网址');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(page.text()).toContain('这不是一个邮箱地址。');
    expect(page.text()).not.toContain('第 3 行');
  });
});
