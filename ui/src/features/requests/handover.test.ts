import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { HandOverView } from '@/api/generated';
import { choose, show } from '@/lib/testing';
import { useToasts } from '@/components/toasts';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import HandOver from './HandOver.vue';

const id = '00000000-0000-4000-8000-000000000001';
const view: HandOverView = {
  id,
  mark: 'HY-7K3M9QX',
  sent: false,
  number: '',
  page: 'https://smart.calis.edu.cn/',
  pages: [{ page: 'https://smart.calis.edu.cn/', name: 'CALIS 智慧服务平台', nameEn: 'CALIS' }],
  deskMail: '',
  form: '',
  text: '您好，我想申请文献传递（复制）：',
  resolver: null,
  fields: [
    { name: 'title', value: '广西民族研究' },
    { name: 'pages', value: '68-78' },
  ],
  steps: [],
};

async function open(over: Partial<HandOverView> = {}, libraryWindow = false) {
  const said = { sent: vi.fn(), state: vi.fn(), link: vi.fn() };
  const shell = fakePlatform({
    handover_get: () => ({ ...view, ...over }),
    handover_sent: (request) => said.sent(request) as never,
    handover_state: (request) => said.state(request) as never,
    link_open: (request) => (said.link(request), {}),
  });
  usePlatform({ ...shell, capabilities: { ...shell.capabilities, libraryWindow } });
  return { page: await show(HandOver, { id }), said };
}

describe('carrying a request over', () => {
  it('copies a field with its number, and not while something is typed', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    const { page } = await open();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true }));
    await flushPromises();
    expect(writeText).toHaveBeenCalledWith('68-78');
    await page.get('input').trigger('keydown', { key: '1' });
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '1', isComposing: true }));
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '9' }));
    expect(writeText).toHaveBeenCalledTimes(1);
  });

  it('opens the page and marks the request as filed under its number', async () => {
    const { page, said } = await open();
    await page
      .findAll('button')
      .find((one) => one.text() === '打开平台网页')!
      .trigger('click');
    expect(said.link).toHaveBeenCalledWith({ url: 'https://smart.calis.edu.cn/' });
    await page.get('input').setValue('CALIS-77');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(said.sent).toHaveBeenCalledWith({ id, number: 'CALIS-77' });
  });

  it('prefers a resolver and says a state with its day', async () => {
    const { page, said } = await open({
      sent: true,
      number: 'CALIS-77',
      steps: [{ state: 'ON_LOAN', dated: true, usual: '2026-12-15' }],
    });
    // the state that is chosen beforehand is named by the button: a click notes what it says
    expect(page.findAll('button').map((one) => one.text())).toContain('记为借阅中');
    await page.findAll('form')[1]!.trigger('submit');
    await flushPromises();
    expect(said.state).toHaveBeenCalledWith({ id, state: 'ON_LOAN', day: '2026-12-15', note: '' });
    const { page: other, said: heard } = await open({
      resolver: 'https://resolver.example.edu.cn/?rft.btitle=x',
    });
    await other
      .findAll('button')
      .find((one) => one.text() === '打开已填好的页面')!
      .trigger('click');
    expect(heard.link).toHaveBeenCalledWith({ url: 'https://resolver.example.edu.cn/?rft.btitle=x' });
  });

  it('opens a page without encryption in the own browser only, and says why', async () => {
    const page = 'http://ill.example.edu.cn/apply.asp';
    for (const [address, inWindow] of [
      [page, false],
      ['https://ill.example.edu.cn/', true],
    ] as const) {
      const { page: shown, said } = await open({ page: address }, true);
      const buttons = shown.findAll('button').map((one) => one.text());
      expect(buttons.includes('在窗口中填写')).toBe(inWindow);
      expect(buttons).toContain('用自己的浏览器，小窗口逐项复制');
      expect(shown.text().includes('没有加密')).toBe(!inWindow);
      await shown
        .findAll('button')
        .find((one) => one.text() === '打开平台网页')!
        .trigger('click');
      expect(said.link).toHaveBeenCalledWith({ url: address });
      shown.unmount();
    }
    const sent = await open(
      { page, sent: true, steps: [{ state: 'ON_LOAN', dated: true, usual: null }] },
      true,
    );
    expect(sent.page.text()).not.toContain('打开网页，查看进度');
    expect(sent.page.text()).toContain('打开平台网页');
  });

  it('copies the whole request with one key, and opens it as a mail where the desk takes mails', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    const { page } = await open();
    expect(page.text()).not.toContain('用邮件发送');
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 't', bubbles: true }));
    await flushPromises();
    expect(writeText).toHaveBeenCalledWith(view.text);
    page.unmount();
    writeText.mockClear();
    const mailed = vi.fn();
    usePlatform(
      fakePlatform({
        handover_get: () => ({ ...view, deskMail: 'ill@lib.example.edu.cn' }),
        handover_mail: (request) => (mailed(request), { address: 'mailto:…', cut: true }),
      }),
    );
    const mail = await show(HandOver, { id });
    await mail
      .findAll('button')
      .find((one) => one.text() === '用邮件发送')!
      .trigger('click');
    await flushPromises();
    expect(mailed).toHaveBeenCalledWith({ id });
    expect(writeText, 'what found no room is there to be pasted').toHaveBeenCalledWith(view.text);
    expect(mail.text()).toContain('全文已复制');
  });

  it('saves the request in the form of the library, where it has one', async () => {
    const { page } = await open();
    const words = '存成图书馆的申请表';
    expect(page.text()).not.toContain(words);
    page.unmount();
    const filled = vi.fn();
    usePlatform(
      fakePlatform({
        handover_get: () => ({ ...view, form: '申请表.docx' }),
        handover_form: (request) => (filled(request), { path: '/下载/申请表 HY-7K3M9QX.docx' }),
      }),
    );
    const desk = await show(HandOver, { id });
    await desk
      .findAll('button')
      .find((one) => one.text() === words)!
      .trigger('click');
    await flushPromises();
    expect(filled).toHaveBeenCalledWith({ id });
    expect(useToasts().at(-1)!.text()).toBe('已存到 /下载/申请表 HY-7K3M9QX.docx');
  });

  it('remembers which of the pages is used', async () => {
    const chosen = vi.fn();
    const pages = [
      { page: 'https://smart.calis.edu.cn/', name: 'CALIS 智慧服务平台', nameEn: '' },
      { page: 'https://ill.calis.edu.cn/reader/', name: '', nameEn: '' },
    ];
    usePlatform(
      fakePlatform({
        handover_get: () => ({ ...view, pages }),
        handover_page: (request) => (chosen(request), {}),
      }),
    );
    const page = await show(HandOver, { id });
    await choose(page.get('[role=combobox]').element, 'ill.calis.edu.cn');
    expect(chosen).toHaveBeenCalledWith({ page: 'https://ill.calis.edu.cn/reader/' });
  });
});
