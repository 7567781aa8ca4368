import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import type { CompanionFill, CompanionRows, HandOverView, LibraryPlace } from '@/api/generated';
import { useToasts } from '@/components/toasts';
import { show } from '@/lib/testing';
import { usePlatform } from '@/platform';
import { fakePlatform } from '@/platform/fake';
import FillPage from './FillPage.vue';
import RowsPage from './RowsPage.vue';

const id = '00000000-0000-4000-8000-000000000001';
const place: LibraryPlace = {
  open: true,
  loaded: true,
  coming: false,
  host: 'ill.calis.edu.cn',
  path: '/reader/index.html',
  secure: true,
  refused: '',
  failed: null,
  sending: false,
  unsure: '',
  back: true,
  forward: false,
  download: null,
  saved: '',
};
const view: HandOverView = {
  id,
  mark: 'HY-7K3M9QX',
  sent: false,
  number: '',
  page: 'https://ill.calis.edu.cn/',
  pages: [],
  deskMail: '',
  form: '',
  text: '',
  resolver: null,
  fields: [
    { name: 'title', value: '广西民族研究' },
    { name: 'pages', value: '68-78' },
    { name: 'note', value: 'HY-7K3M9QX' },
  ],
  steps: [],
};
const filled: CompanionFill = {
  filled: true,
  complete: true,
  other: null,
  found: [
    { field: 'title', label: '刊名：', taken: 'filled' },
    { field: 'pages', label: '页码', taken: 'refused' },
  ],
  missing: [{ name: 'note', value: 'HY-7K3M9QX' }],
  left: [{ label: '验证码：', because: 'forbidden', field: null }],
  free: ['您的要求'],
};

const press = async (page: VueWrapper, words: string) => {
  await page
    .findAll('button')
    .find((one) => one.text() === words)!
    .trigger('click');
  await flushPromises();
};

async function strip(
  over: Partial<LibraryPlace> = {},
  alone = false,
  numbers = ['ILL-42'],
  sent = false,
  fills = filled,
) {
  const said = {
    correct: vi.fn(),
    sent: vi.fn(),
    download: vi.fn(),
    fill: vi.fn(),
    keep: vi.fn(),
    go: vi.fn(),
    looked: vi.fn(),
  };
  usePlatform(
    fakePlatform({
      handover_get: () => ({ ...view, sent }),
      companion_place: () => ({ ...place, ...over }),
      companion_fill: (request) => (said.fill(request), fills),
      companion_go: (request) => (said.go(request), place),
      companion_looked: () => (said.looked(), { ...place, ...over, unsure: '' }),
      companion_correct: (request) => (said.correct(request), {}),
      companion_number: () => ({ numbers }),
      companion_keep: (request) => (said.keep(request), { request: over.saved === '壮锦.pdf' ? null : id }),
      library_export: () => ({ path: '/下载/hongyan-library-a001962.toml' }),
      companion_download: (request) => (said.download(request), place),
      handover_sent: (request) => (said.sent(request), {}) as never,
    }),
  );
  return { page: await show(FillPage, { id, alone }), said };
}

describe('the strip beside the form', () => {
  it('says what the page took, what it did not take, and what found no place', async () => {
    const { page, said } = await strip();
    await press(page, '填入');
    expect(said.fill).toHaveBeenCalledWith({ id, fill: true, anyway: false });
    expect(page.text()).toContain('填入 1 项，1 项没有找到位置');
    expect(page.text()).toContain('填入“刊名”');
    expect(page.text()).toContain('网页没有收下');
    expect(page.text()).toContain('验证码：属于你个人，鸿雁不碰');
    expect(page.text()).toContain('HY-7K3M9QX');
  });

  it.each(['article', 'loan'] as const)('says that the form is for the other kind: %s', async (other) => {
    const held: CompanionFill = { ...filled, other, found: [], missing: view.fields, left: [], free: [] };
    const { page, said } = await strip({}, false, [], false, held);
    await press(page, '填入');
    expect(page.get('[role=alert]').text()).toContain('什么也没有填');
    expect(page.text()).not.toContain('companion.');
    expect(page.text()).not.toContain('没有找到位置');
    await press(page, '就是这张表，仍然填入');
    expect(said.fill).toHaveBeenLastCalledWith({ id, fill: true, anyway: true });
    expect(page.text()).toContain('请逐项核对');
    expect(page.find('[role=alert]').exists()).toBe(false);
  });

  it('does not blame the network for a page that does not end or does not answer', async () => {
    vi.useFakeTimers();
    const { page } = await strip({ loaded: false, coming: true });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.get('[role=alert]').text()).toContain('脚本停不下来');
    expect(page.text()).not.toContain('没有回答');
    vi.useRealTimers();
    const silent = (await strip({ failed: 'silent' })).page.get('[role=alert]').text();
    expect(silent).toContain('不是网络的问题');
  });

  it('remembers that a field was the wrong one, and fills again', async () => {
    const { page, said } = await strip();
    await press(page, '填入');
    await press(page, '不是题名或刊名');
    expect(said.correct).toHaveBeenCalledWith({ label: '刊名：', field: null });
    expect(said.fill).toHaveBeenCalledTimes(2);
  });

  it('does not invite to submit a second time', async () => {
    const { page } = await strip({}, false, [], true);
    expect(page.text()).toContain('这件申请已记为提交。');
    const button = page.findAll('button').find((one) => one.text() === '填入')!;
    expect(button.classes()).not.toContain('primary');
    const before = (await strip()).page.findAll('button').find((one) => one.text() === '填入')!;
    expect(before.classes()).toContain('primary');
  });

  it('says what was refused, and not that it is still opening', async () => {
    const { page } = await strip({ loaded: false, refused: 'example.com' });
    expect(page.text()).toContain('example.com');
    expect(page.text()).not.toContain('正在打开');
  });

  it('goes back and loads again at a click, and forward only where there is a page', async () => {
    const { page, said } = await strip();
    const named = (label: string) => page.get<HTMLButtonElement>(`[aria-label="${label}"]`);
    await named('后退').trigger('click');
    await named('重新载入').trigger('click');
    expect(said.go.mock.calls).toEqual([[{ to: 'back' }], [{ to: 'reload' }]]);
    expect(named('前进').element.disabled).toBe(true);
    expect(said.fill).not.toHaveBeenCalled();
  });

  it.each(['noHost', 'unreachable', 'certificate', 'maybeSent', 'ended', 'silent', 'port'] as const)(
    'says why a page did not come, and tries again: %s',
    async (failed) => {
      const { page, said } = await strip({ loaded: false, failed });
      const note = page.get('[role=alert]').text();
      if (failed !== 'ended' && failed !== 'silent') expect(note).toContain('ill.calis.edu.cn');
      expect(note).not.toContain('companion.');
      expect(page.text()).not.toContain('正在打开');
      expect(note.includes('再试一次') && failed === 'maybeSent').toBe(false);
      await press(page, failed === 'maybeSent' ? '重新打开网页' : '再试一次');
      expect(said.go).toHaveBeenCalledWith({ to: 'reload' });
    },
  );

  it('says that a page is slow, and offers to try again', async () => {
    vi.useFakeTimers();
    const { page } = await strip({ loaded: false });
    expect(page.text()).toContain('正在打开');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.text()).toContain('ill.calis.edu.cn 还没有回答');
    vi.useRealTimers();
  });

  it('says that a form is under way, and does not offer to try again when that is slow', async () => {
    vi.useFakeTimers();
    const { page } = await strip({ loaded: false, sending: true });
    expect(page.get('[role=status]').text()).toContain('先不要再提交');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.get('[role=alert]').text()).toContain('可能已经收到');
    expect(page.text()).not.toContain('再试一次');
    expect(page.text()).not.toContain('没有丢');
    vi.useRealTimers();
  });

  it.each([
    { loaded: true },
    { loaded: false },
    { loaded: false, failed: 'unreachable' },
    { loaded: false, failed: 'maybeSent' },
  ] as const)('keeps saying that a form may have arrived until the patron has looked: %o', async (over) => {
    vi.useFakeTimers();
    const { page, said } = await strip({ ...over, unsure: 'ill.calis.edu.cn' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.get('[role=alert]').text()).toContain('先不要再提交');
    expect(page.text()).not.toContain('没有丢');
    expect(page.text()).not.toContain('再试一次');
    await press(page, '看过了，不再提醒');
    expect(said.looked).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it('asks no more about a form once its submission is noted', async () => {
    const { page, said } = await strip({ unsure: 'ill.calis.edu.cn' });
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(said.sent).toHaveBeenCalled();
    expect(said.looked).toHaveBeenCalledTimes(1);
  });

  it('fills nothing before the page has loaded', async () => {
    const { page } = await strip({ loaded: false });
    const button = page.findAll('button').find((one) => one.text() === '填入')!;
    expect(button.attributes('disabled')).toBeDefined();
  });

  it('offers the number of the page and records it only when the patron says so', async () => {
    const { page, said } = await strip();
    await press(page, '从网页找申请号');
    expect(said.sent).not.toHaveBeenCalled();
    expect(page.get<HTMLInputElement>('form input').element.value).toBe('ILL-42');
    await page.get('form').trigger('submit');
    await flushPromises();
    expect(said.sent).toHaveBeenCalledWith({ id, number: 'ILL-42' });
  });

  const submit = async (page: VueWrapper) => {
    await page.get('form').trigger('submit');
    await flushPromises();
  };

  it('notes the submission with the one number of the page at one click', async () => {
    const { page, said } = await strip();
    await submit(page);
    expect(said.sent.mock.calls).toEqual([[{ id, number: 'ILL-42' }]]);
    expect(useToasts().at(-1)!.text()).toContain('申请号 ILL-42 取自网页');
  });

  it('leaves the choice among several numbers to the patron', async () => {
    const { page, said } = await strip({}, false, ['ILL-42', 'ILL-43']);
    await submit(page);
    expect(said.sent).not.toHaveBeenCalled();
    await press(page, 'ILL-43');
    expect(said.sent.mock.calls).toEqual([[{ id, number: 'ILL-43' }]]);
  });

  it('notes the submission without a number where the page has none, or none of those is it', async () => {
    for (const numbers of [[], ['ILL-42', 'ILL-43']]) {
      const { page, said } = await strip({}, false, numbers);
      await submit(page);
      if (numbers.length > 0) await submit(page);
      expect(said.sent.mock.calls).toEqual([[{ id, number: '' }]]);
      page.unmount();
    }
  });

  it('keeps a downloaded file with the request at a click, and not one that bears the mark of another', async () => {
    const { page, said } = await strip({ saved: '铜鼓.pdf' });
    expect(said.keep).not.toHaveBeenCalled();
    await press(page, '收到这件申请下');
    expect(said.keep).toHaveBeenCalledWith({ id });
    expect(page.text()).toContain('“铜鼓.pdf”已收到申请下');
    const other = await strip({ saved: '壮锦.pdf' });
    await press(other.page, '收到这件申请下');
    expect(other.page.text()).toContain('“壮锦.pdf”写着另一件申请的标记，没有收下');
  });

  it('offers what was corrected as a profile', async () => {
    const { page } = await strip();
    expect(page.text()).not.toContain('存成图书馆配置文件');
    await press(page, '填入');
    await press(page, '不是题名或刊名');
    await press(page, '存成图书馆配置文件');
    expect(useToasts().at(-1)!.text()).toContain('/下载/hongyan-library-a001962.toml');
  });

  it('asks about a download', async () => {
    const { page, said } = await strip({ download: { name: '铜鼓.pdf', host: 'files.example.edu.cn' } });
    expect(page.text()).toContain('网页要下载“铜鼓.pdf”。来自 files.example.edu.cn');
    await press(page, '不要');
    expect(said.download).toHaveBeenCalledWith({ take: false });
  });

  it('copies one value after the other with the space bar beside the own browser', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    await strip({ open: false }, true);
    for (const value of ['广西民族研究', '68-78', 'HY-7K3M9QX', '广西民族研究']) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
      await flushPromises();
      expect(writeText).toHaveBeenLastCalledWith(value);
    }
  });
});

describe('the strip beside the list', () => {
  it('says what to do where the page names none of the requests', async () => {
    usePlatform(
      fakePlatform({ companion_place: () => place, companion_rows: () => ({ rows: [], absent: 2 }) }),
    );
    const page = await show(RowsPage, {});
    expect(page.text()).not.toContain('翻到有这件申请的一页');
    await press(page, '读取这一页');
    expect(page.text()).toContain('翻到有这件申请的一页');
  });

  it('notes a state only when it is confirmed', async () => {
    const rows: CompanionRows = {
      rows: [
        {
          id,
          title: '铜鼓',
          state: 'SUBMITTED',
          text: '铜鼓 | 已传递',
          step: 'DELIVERED',
          because: '已传递',
          dated: false,
          day: null,
        },
        {
          id: id.replace('1', '2'),
          title: '壮锦',
          state: 'SUBMITTED',
          text: '壮锦',
          step: null,
          because: '',
          dated: false,
          day: null,
        },
      ],
      absent: 3,
    };
    const noted = vi.fn();
    usePlatform(
      fakePlatform({
        companion_place: () => place,
        companion_rows: () => rows,
        companion_state: (request) => (noted(request), {}) as never,
      }),
    );
    const page = await show(RowsPage, {});
    await press(page, '读取这一页');
    expect(page.text()).toContain('这一页提到 2 件申请，3 件没有提到');
    expect(page.text()).toContain('没有看出新的进展');
    expect(noted).not.toHaveBeenCalled();
    await press(page, '记为电子版已送达');
    expect(noted).toHaveBeenCalledWith({ id, state: 'DELIVERED', day: null, words: '已传递' });
    expect(page.text()).toContain('已记为电子版已送达');
    Object.assign(rows.rows[0]!, { step: 'ON_LOAN', dated: true, day: '2026-12-20' });
    await press(page, '读取这一页');
    expect(page.text()).toContain('先按通常的借期填');
    await press(page, '记为借阅中');
    expect(noted).toHaveBeenLastCalledWith({ id, state: 'ON_LOAN', day: '2026-12-20', words: '已传递' });
  });
});
