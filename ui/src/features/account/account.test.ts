import { flushPromises } from '@vue/test-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Account, AccountView, UnsentView } from '@/api/generated';
import { show } from '@/lib/testing';
import en from '@/locales/en/account.json';
import zh from '@/locales/zh-CN/account.json';
import { usePlatform } from '@/platform';
import { fakePlatform, problem } from '@/platform/fake';
import AccountPage from './AccountPage.vue';
import RegisterForm from './RegisterForm.vue';
import { knownAccountStates, passwordRules } from './words';

type Handlers = Parameters<typeof fakePlatform>[0];

const library = {
  name: '广西民族大学图书馆',
  nameEn: 'Guangxi Minzu University Library',
  contact: { phone: '0771-0000000', qqGroups: ['100', '200'], place: '相思湖馆 904', placeEn: 'room 904' },
  fees: { loan: 4000, page: 30, patronPays: false },
  usual: { registrationWorkingDays: 2, reviewWorkingDays: 2, copyWorkingDays: 3, loanDays: 7 },
};
const out: AccountView = {
  signedIn: false,
  needsSignIn: false,
  cutOff: false,
  mustChangePassword: false,
  username: '',
  account: null,
  registration: null,
  desks: [],
};
const account: Account = {
  username: '20210001',
  displayName: '韦小雁',
  state: 'ACTIVE',
  canRequest: true,
  problems: [],
  registeredEmail: 'w***@gxmzu.edu.cn',
  quota: {
    unit: 'CALIS_COIN',
    granted: 200 as never,
    reserved: 40 as never,
    used: 20 as never,
    available: 140 as never,
    asOf: '2026-11-22T02:00:00Z',
  },
  limits: { maxActive: 10, active: 2 },
  asOf: '2026-11-22T02:00:00Z',
};
const within: AccountView = { ...out, signedIn: true, username: '20210001', account };
const routes = [
  { path: '/account', name: 'account', component: { render: () => null } },
  { path: '/requests/new/:draftId', name: 'requestForm', component: { render: () => null } },
];

async function open(view: AccountView, more: Handlers = {}, at = '/account', app: object = {}) {
  const platform = fakePlatform({
    app_start: () => ({ library, demo: false, demoHints: {}, ...app }) as never,
    account_get: () => view,
    status_get: () => ({ connection: 'online' }) as never,
    ...more,
  });
  usePlatform(platform);
  return { page: await show(AccountPage, {}, { routes, at }), platform };
}
type Page = Awaited<ReturnType<typeof open>>['page'];
const field = (page: Page, name: string) => page.get<HTMLInputElement>(`[data-field="${name}"]`);
const send = async (page: Page) => {
  await page.get('form').trigger('submit');
  await flushPromises();
};

describe('signing in', () => {
  it('warns about locking after a wrong password, and keeps what was typed', async () => {
    const { page } = await open(out, {
      account_sign_in: () => {
        throw problem('WRONG_PASSWORD');
      },
    });
    await field(page, 'username').setValue('20210001');
    await field(page, 'password').setValue('湖畔-904');
    await send(page);
    expect(page.text()).toContain('用户名或密码不对');
    expect(page.text()).toContain('已输错 1 次。连续输错 5 次');
    expect([field(page, 'username').element.value, field(page, 'password').element.value]).toEqual([
      '20210001',
      '湖畔-904',
    ]);
    expect(document.activeElement).toBe(field(page, 'password').element);
  });

  it('shows whom to call when the account is locked', async () => {
    const { page } = await open(out, {
      account_sign_in: () => {
        throw problem('ACCOUNT_LOCKED');
      },
    });
    await field(page, 'username').setValue('20210001');
    await field(page, 'password').setValue('x');
    await send(page);
    expect(page.get('.library-card.care').text()).toContain('0771-0000000');
  });

  it('does not ask the platform with half a form', async () => {
    const signIn = vi.fn();
    const { page } = await open(out, { account_sign_in: signIn });
    await field(page, 'username').setValue('20210001');
    await send(page);
    expect(signIn).not.toHaveBeenCalled();
    expect(page.text()).toContain('请填写密码');
  });

  it('does not submit with the Enter of a composition', async () => {
    const { page } = await open(out);
    const event = new KeyboardEvent('keydown', {
      key: 'Enter',
      bubbles: true,
      cancelable: true,
      isComposing: true,
    });
    field(page, 'username').element.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });

  it('goes back to the form it came from', async () => {
    const { page } = await open(out, { account_sign_in: () => within }, '/account?back=/requests/new/n1');
    expect(page.text()).toContain('登录后回到刚才的申请单');
    await field(page, 'username').setValue(' 20210001 ');
    await field(page, 'password').setValue('湖畔-904-借书');
    await send(page);
    expect(page.router.currentRoute.value.fullPath).toBe('/requests/new/n1');
  });

  it('goes nowhere else than inside', async () => {
    const { page } = await open(out, { account_sign_in: () => within }, '/account?back=//evil.example/');
    await field(page, 'username').setValue('20210001');
    await field(page, 'password').setValue('湖畔-904-借书');
    await send(page);
    expect(page.router.currentRoute.value.path).toBe('/account');
  });

  it('fills in the demo account by one click', async () => {
    const { page } = await open(out, {}, '/account', {
      demo: true,
      demoHints: { username: '20210001', password: '演示-904' },
    });
    await page.get('[data-demo]').trigger('click');
    expect([field(page, 'username').element.value, field(page, 'password').element.value]).toEqual([
      '20210001',
      '演示-904',
    ]);
  });

  it('says that another patron’s requests are here, and how to go on', async () => {
    const { page } = await open(out, {
      account_sign_in: () => {
        throw problem('NOT_ALLOWED', { params: { username: '20190007' } });
      },
    });
    await field(page, 'username').setValue('20210001');
    await field(page, 'password').setValue('湖畔-904-借书');
    await send(page);
    expect(page.text()).toContain('本机保存着 20190007 的申请');
    expect(page.find('[data-sign-out]').exists()).toBe(true);
  });

  it('says that nothing is lost when the session has ended', async () => {
    const { page } = await open({ ...out, needsSignIn: true, username: '20210001' });
    expect(page.text()).toContain('已保存的申请和草稿都在');
    expect(field(page, 'username').element.value).toBe('20210001');
  });

  it('says why when a renewal was cut off', async () => {
    const { page } = await open({ ...out, needsSignIn: true, cutOff: true, username: '20210001' });
    expect(page.text()).toContain('续期登录时连接中断');
    expect(page.text()).toContain('已保存的申请和草稿都在');
  });
});

describe('registering', () => {
  const toRegister = async (more: Handlers = {}) => {
    const opened = await open(out, more);
    const tab = opened.page.findAll('[role=tab]')[1]!;
    await tab.trigger('mousedown', { button: 0 });
    await flushPromises();
    return opened;
  };

  it('sends a complete form only, and says what happens then', async () => {
    const register = vi.fn(() => out);
    const { page } = await toRegister({ account_register: register });
    expect(page.text()).toContain('通常 2 个工作日');
    await field(page, 'username').setValue('２０２６０１１７');
    await field(page, 'name').setValue('韦小雁');
    await field(page, 'email').setValue('wei(at)gxmzu');
    await send(page);
    expect(register).not.toHaveBeenCalled();
    expect(page.text()).toContain('请填写完整的邮箱地址');
    await field(page, 'email').setValue('wei@example.edu.cn');
    await send(page);
    expect(register).toHaveBeenCalledWith({
      registration: { username: '20260117', name: '韦小雁', email: 'wei@example.edu.cn', phone: '' },
    });
  });

  it('shows where a registration stands, with the librarian’s words', async () => {
    const { page } = await open({
      ...out,
      registration: {
        username: '20260117',
        state: 'REG_NEEDS_INFO',
        note: '请补充院系',
        submittedAt: '2026-11-20T02:00:00Z',
      },
    });
    const card = page.get('.registration');
    expect(card.text()).toContain('资料待补');
    expect(card.get('blockquote').text()).toBe('请补充院系');
    expect(card.get('[aria-current=step]').text()).toContain('本馆审核');
  });
});

describe('the first password', () => {
  const must = { ...within, mustChangePassword: true };

  it('has to be changed before anything else', async () => {
    const { page } = await open(must);
    expect(page.get('[data-forced]').text()).toContain('请先修改初始密码');
    expect(page.find('[data-sign-out]').exists()).toBe(false);
    expect(page.text()).not.toContain('虚拟币额度');
  });

  it('is not changed to one that everybody knows', async () => {
    const change = vi.fn(() => within);
    const { page } = await open(must, { account_change_password: change });
    await field(page, 'old').setValue('calis-initial');
    for (const weak of ['short', '88888888', '20210001', 'Password', 'calis-initial']) {
      await field(page, 'new').setValue(weak);
      await field(page, 'again').setValue(weak);
      await send(page);
      expect(change, weak).not.toHaveBeenCalled();
    }
    expect(page.text()).toContain('新密码还不符合要求');
    await field(page, 'new').setValue('湖畔-904-借书');
    await field(page, 'again').setValue('湖畔-904-借');
    await send(page);
    expect(page.text()).toContain('两遍输入的不一样');
    await field(page, 'again').setValue('湖畔-904-借书');
    await send(page);
    expect(change).toHaveBeenCalledWith({ old: 'calis-initial', new: '湖畔-904-借书' });
  });

  it('shows the engine’s refusal and keeps what was typed', async () => {
    const { page } = await open(must, {
      account_change_password: () => {
        throw problem('WEAK_PASSWORD');
      },
    });
    await field(page, 'old').setValue('calis-initial');
    await field(page, 'new').setValue('湖畔-904-借书');
    await field(page, 'again').setValue('湖畔-904-借书');
    await send(page);
    expect(page.text()).toContain('太容易被猜到');
    expect(field(page, 'new').element.value).toBe('湖畔-904-借书');
  });

  it('has rules that agree with the engine’s', () => {
    const weak = (password: string) => passwordRules(password, '20210001', '旧').some((rule) => !rule.met);
    for (const bad of ['aaaaaa', 'aaaaaaaaaa', '20210001', '1234567', 'Password', '1234567890'])
      expect(weak(bad), bad).toBe(true);
    expect(weak('湖畔-904-借书')).toBe(false);
  });
});

describe('being signed in', () => {
  it('shows state, allowance with words, mail and library', async () => {
    const { page } = await open(within);
    const text = page.text();
    for (const words of [
      '韦小雁',
      '正式用户',
      '还可以用 140，共 200',
      '已用 20',
      '进行中预留 40',
      'w***@gxmzu.edu.cn',
      '2 件进行中，最多 10 件',
      '0771-0000000',
      '100 · 200',
    ])
      expect(text).toContain(words);
    expect(page.get('rect.used').attributes('width')).toBe('10');
  });

  it('erases unsent requests only when that was ticked', async () => {
    const signOut = vi.fn(() => out);
    let list: (unsent: UnsentView[]) => void = () => undefined;
    const { page } = await open(within, {
      account_sign_out: signOut,
      account_unsent: () => new Promise<UnsentView[]>((done) => (list = done)),
    });
    await page.get('[data-sign-out]').trigger('click');
    await flushPromises();
    const dialog = document.querySelector('[role=dialog]')!;
    const confirm = dialog.querySelector<HTMLButtonElement>('[data-confirm]')!;
    expect(confirm.disabled, 'not before it is known what would be lost').toBe(true);
    list([
      { id: 'a', title: '三体', service: 'Loan', draft: false },
      { id: 'b', title: '狂人日记', service: 'Copy', draft: true },
    ]);
    await flushPromises();
    expect(dialog.textContent).toContain('以下 2 件还没有送到图书馆');
    expect([...dialog.querySelectorAll('[data-unsent] li')].map((line) => line.textContent?.trim())).toEqual([
      '三体',
      '狂人日记 · 草稿',
    ]);
    expect(confirm.disabled).toBe(true);
    dialog.querySelector<HTMLInputElement>('input[type=checkbox]')!.click();
    await flushPromises();
    confirm.click();
    await flushPromises();
    expect(signOut).toHaveBeenCalledWith({ discardUnsent: true });
  });

  it('shows a state and a problem that are new to us by their codes', async () => {
    const { page } = await open({
      ...within,
      account: { ...account, state: 'FROZEN_2027', canRequest: false, problems: ['MOON_PHASE'] },
    });
    expect(page.text()).toContain('平台的新状态（FROZEN_2027）');
    expect(page.text()).toContain('平台说明：MOON_PHASE');
  });
});

describe('a library without an interface', () => {
  it('shows where requests go instead of a sign-in, and what erasing would lose', async () => {
    const gateway = { kind: 'hand-over', page: 'https://ill.example.edu.cn/', resolver: null };
    const app = {
      handsOver: true,
      keyPlace: 'keyring',
      library: { ...library, gateway, portal: 'https://lib.example.edu.cn/' },
    };
    const openLink = vi.fn(() => ({}));
    const { page } = await open(out, { link_open: openLink, account_unsent: () => [] }, '/account', app);
    expect(page.find('input').exists()).toBe(false);
    expect(page.text()).not.toContain('登录后');
    expect(page.text()).toContain('https://ill.example.edu.cn/');
    expect(page.text()).toContain('0771-0000000');
    await page
      .findAll('button')
      .find((one) => one.text() === '打开平台网页')!
      .trigger('click');
    expect(openLink).toHaveBeenCalledWith({ url: 'https://ill.example.edu.cn/' });
    await page.get('[data-sign-out]').trigger('click');
    await flushPromises();
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('清除这台电脑上的全部内容？');
  });
});

describe.each([
  ['zh-CN', zh],
  ['en', en],
])('words in %s', (_, words) => {
  it('exist for every state of an account', () => {
    const source = readFileSync(join(import.meta.dirname, '../../api/generated.ts'), 'utf8');
    const union = /export type AccountState = ([^;]+);/.exec(source)![1]!;
    const states = [...union.matchAll(/"(\w+)"/g)].map((match) => match[1]!);
    expect([...knownAccountStates].sort()).toEqual([...states].sort());
    for (const state of [...states, 'OTHER']) {
      const entry = (words.state as Record<string, Record<string, string>>)[state];
      expect(entry?.name && entry.text, state).toBeTruthy();
    }
  });
});

it('a registration that was begun comes back', async () => {
  let kept = '';
  const open = async () => {
    usePlatform(
      fakePlatform({
        jotting_get: () => ({ text: kept }),
        jotting_keep: ({ text }) => {
          kept = text;
          return {};
        },
      }),
    );
    const page = await show(RegisterForm, { app: { library } });
    await flushPromises();
    return page;
  };
  const first = await open();
  await first.get('[data-field="name"]').setValue('韦小宝');
  first.unmount();
  await flushPromises();
  expect((await open()).get<HTMLInputElement>('[data-field="name"]').element.value).toBe('韦小宝');
});
