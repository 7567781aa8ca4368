import { flushPromises } from '@vue/test-utils';
import { expect, it, vi } from 'vitest';
import type { IntakeCandidate, IntakeView } from '@/api/generated';
import { shellDropped, useDropZone } from '@/lib/dropZone';
import { askIntake, isForRequest } from '@/lib/intake';
import { expectNews, isOwnNews } from '@/lib/ownNews';
import { choose, show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import { defineComponent, h, ref } from 'vue';
import IntakeDialog from './IntakeDialog.vue';

const one: IntakeCandidate = {
  id: '00000000-0000-4000-8000-000000000001',
  title: '论壮族的铜鼓',
  mark: 'HY-7K3M9QX',
  service: 'Copy',
  state: 'SUBMITTED',
  by: 'mark',
  step: { state: 'DELIVERED', day: null, dated: false, sure: true },
};
const book: IntakeCandidate = {
  ...one,
  id: '00000000-0000-4000-8000-000000000002',
  title: '红楼梦',
  mark: 'HY-0000000',
  service: 'Loan',
  by: null,
  step: { state: 'AWAITING_PICKUP', day: '2026-12-20', dated: true, sure: false },
};
const view: IntakeView = {
  id: '00000000-0000-4000-8000-0000000000aa',
  kind: 'mail',
  fromName: '馆际互借',
  fromAddress: 'ill@lib.example.edu.cn',
  subject: '文献传递结果',
  sent: '2026-12-01T00:00:00Z',
  says: { kind: 'fileCame' },
  files: [
    { name: '铜鼓.pdf', mediaType: 'application/pdf', kind: 'document', size: 120_000 },
    { name: 'winmail.dat', mediaType: 'application/ms-tnef', kind: 'tnef', size: 900 },
  ],
  links: [
    { address: 'https://evil.cn/a', host: 'evil.cn', pretends: 'lib.edu.cn', large: null },
    {
      address: 'https://mail.qq.com/cgi-bin/ftnExs_download?k=1',
      host: 'mail.qq.com',
      pretends: '',
      large: 'qq',
    },
  ],
  filesLeft: 0,
  linksLeft: 0,
  keptUntil: '2026-12-30',
  tie: 'tied',
  request: one.id,
  candidates: [one, book],
};

async function recognised(over: Partial<IntakeView> = {}) {
  const said = { look: vi.fn(), take: vi.fn(), drop: vi.fn(), link: vi.fn() };
  usePlatform(
    fakePlatform({
      intake_look: (request) => (said.look(request), { ...view, ...over }),
      intake_take: (request) => (said.take(request), { row: { id: request.request } }) as never,
      intake_drop: (request) => (said.drop(request), {}),
      jotting_get: () => ({ text: '' }),
      jotting_keep: () => ({}),
      link_open: (request) => (said.link(request), {}),
    }),
  );
  const routes = [
    { path: '/requests/:id?', name: 'requests', component: { render: () => h('div') } },
    { path: '/:rest(.*)*', component: { render: () => h('div') } },
  ];
  const page = await show(IntakeDialog, {}, { routes });
  return { said, page };
}
const dialog = () => document.querySelector<HTMLElement>('.dialog')!;
const button = (words: string) =>
  [...dialog().querySelectorAll('button')].find((each) => each.textContent?.trim() === words)!;
const drop = async () => {
  askIntake({ dropped: { held: 7, name: '信.eml' }, on: null });
  await flushPromises();
};

it('shows what was recognised and why, opens no link, and keeps it with one key', async () => {
  const { said, page } = await recognised();
  await drop();
  expect(said.look).toHaveBeenCalledWith({ name: '信.eml', bytes: null, held: 7, text: null, on: null });
  const words = dialog().textContent!;
  for (const part of [
    '馆际互借',
    'ill@lib.example.edu.cn',
    '文献传递结果',
    '铜鼓.pdf',
    'Outlook 打的包',
    'evil.cn',
    '文字写的是 lib.edu.cn',
    'QQ 邮箱文件中转站',
    '写着这条申请的标记 HY-7K3M9QX。',
    '收下后，这条申请记为「电子版已送达」。',
  ])
    expect(words).toContain(part);
  expect(dialog().querySelectorAll('a, img, iframe')).toHaveLength(0);
  expect(said.link).not.toHaveBeenCalled();
  button('收下').click();
  await flushPromises();
  expect(said.take).toHaveBeenCalledWith({ id: view.id, request: one.id, step: false, day: null });
  expect(said.drop).not.toHaveBeenCalled();
  expect(isOwnNews(one.id), 'its notice is no second message').toBe(true);
  expect(page.router.currentRoute.value.params.id).toBe(one.id);
});

it('what is tied to nothing waits for a choice; an offered step waits for a tick', async () => {
  const { said } = await recognised({ tie: 'unknown', request: null, candidates: [book] });
  await drop();
  expect(dialog().textContent).toContain('没有认出属于哪条申请');
  expect(button('收下').disabled).toBe(true);
  await choose(dialog().querySelector('[role=combobox]')!, '红楼梦 · HY-0000000');
  expect(button('收下').disabled).toBe(false);
  const tick = dialog().querySelector<HTMLInputElement>('input[type=checkbox]')!;
  expect(dialog().textContent).toContain('同时记为「到馆待取」');
  tick.click();
  await flushPromises();
  button('收下').click();
  await flushPromises();
  expect(said.take).toHaveBeenCalledWith({
    id: view.id,
    request: book.id,
    step: true,
    day: '2026-12-20',
  });
});

it('不是 forgets it; a mail can be pasted', async () => {
  const { said } = await recognised();
  await drop();
  button('不是').click();
  await flushPromises();
  expect(said.drop).toHaveBeenCalledWith({ id: view.id });
  expect(said.take).not.toHaveBeenCalled();

  askIntake({ paste: true, on: one.id });
  await flushPromises();
  const area = dialog().querySelector('textarea')!;
  expect(button('识别').disabled).toBe(true);
  area.value = '您申请的文献已传';
  area.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
  button('识别').click();
  await flushPromises();
  expect(said.look).toHaveBeenLastCalledWith({
    name: '',
    bytes: null,
    held: null,
    text: '您申请的文献已传',
    on: one.id,
  });
});

it('the innermost place takes what is dropped; the window takes mails and documents only', async () => {
  usePlatform(fakePlatform({}));
  const outer = vi.fn();
  const inner = vi.fn();
  const Inside = defineComponent({
    setup() {
      const element = ref<HTMLElement | null>(null);
      useDropZone(element, inner);
      return () => h('div', { ref: element, class: 'inside' });
    },
  });
  const Window = defineComponent({
    setup() {
      const element = ref<HTMLElement | null>(null);
      useDropZone(element, outer, true);
      return () => h('div', { ref: element, class: 'outside' }, [h(Inside), h('p')]);
    },
  });
  const page = await show(Window);
  const dropped = { x: 1, y: 1, name: '很大.pdf', bytes: null, held: 3, text: '' };
  document.elementFromPoint = () => page.get('.inside').element;
  shellDropped(dropped);
  expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([1, 0]);
  document.elementFromPoint = () => page.get('p').element;
  shellDropped(dropped);
  expect(outer).toHaveBeenCalledWith({ held: 3, name: '很大.pdf' });
  // in a browser alike
  const event = () => {
    const made = new Event('drop', { bubbles: true, cancelable: true });
    const files = [new File(['x'], '信.eml')];
    return Object.assign(made, { dataTransfer: { files, types: ['Files'], getData: () => '' } });
  };
  page.get('.inside').element.dispatchEvent(event());
  expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([2, 1]);
  expect(isForRequest({ held: 1, name: '信.EML' })).toBe(true);
  expect(isForRequest({ file: new File(['x'], '书单.ris') })).toBe(false);
  expect(isForRequest({ text: 'https://a.cn' })).toBe(false);
});

it('shows the first of a thousand attachments and links, and all of them at a click', async () => {
  const files = Array.from({ length: 1000 }, (_, at) => ({ ...view.files[0]!, name: `附件${at}.pdf` }));
  const links = Array.from({ length: 300 }, (_, at) => ({
    ...view.links[0]!,
    address: `https://evil.cn/${at}`,
  }));
  await recognised({ files, links });
  await drop();
  const shown = () => [
    dialog().querySelectorAll('.files li').length,
    dialog().querySelectorAll('.where').length,
  ];
  expect(shown()).toEqual([8, 8]);
  const more = [...dialog().querySelectorAll('button')].filter((one) => one.textContent.includes('全部显示'));
  expect(more.map((one) => one.textContent.trim())).toEqual([
    '还有 992 个，全部显示',
    '还有 292 个，全部显示',
  ]);
  for (const one of more) one.click();
  await flushPromises();
  expect(shown()).toEqual([1000, 300]);
});

it('says how many files and links of a mail were left out', async () => {
  await recognised();
  await drop();
  expect(dialog().textContent).not.toContain('另有');
  button('不是').click();
  await flushPromises();
  await recognised({ filesLeft: 900, linksLeft: 150 });
  await drop();
  expect(dialog().textContent).toContain('另有 900 个文件没有读入');
  expect(dialog().textContent).toContain('另有 150 个链接没有列出');
});

it('expects the notice of an own change once, and not for ever', async () => {
  vi.useFakeTimers();
  expectNews('r1');
  expect([isOwnNews('r2'), isOwnNews(null), isOwnNews('r1'), isOwnNews('r1')]).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expectNews('r1');
  await vi.advanceTimersByTimeAsync(3000);
  expect(isOwnNews('r1')).toBe(false);
  vi.useRealTimers();
});
