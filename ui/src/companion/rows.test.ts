import { describe, expect, it } from 'vitest';
import type { NumberAnswer, Row, RowRequest, RowsAnswer } from './contract';
import { page } from './page.testing';
import { number, rows } from './rows';

const ask = (html: string, ...requests: Partial<RowRequest>[]): Row[] => {
  page(html);
  const answer = JSON.parse(
    rows({ requests: requests.map((request, i) => ({ id: `${i}`, ...request })) }),
  ) as RowsAnswer;
  expect(answer).toMatchObject({ ok: true, complete: true });
  return answer.rows;
};

const table = (...cells: string[][]) =>
  `<table>${cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`;

describe('a request is known by', () => {
  it('its mark, as people write it', () => {
    const html = table(
      ['甲', '处理中', 'hy-7k3m9ox'],
      ['乙', '已完成', 'ＨＹ－ＡＢＣＤＥＦＧ'],
      ['丙', '已取消', 'HY-7K3M9QXX'],
    );
    const [one, two, three] = ask(
      html,
      { mark: 'HY-7K3M90X' },
      { mark: 'HY-ABCDEFG' },
      { mark: 'HY-7K3M9QX' },
    );
    expect(one).toMatchObject({ by: 'mark', row: true, text: '甲 | 处理中 | hy-7k3m9ox' });
    expect(two).toMatchObject({ by: 'mark', text: expect.stringContaining('已完成') });
    expect(three).toMatchObject({ by: '', text: '', why: 'absent' });
  });

  it('its number, which stands alone', () => {
    const html = table(
      ['20260012', '处理中'],
      ['120260012', '已完成'],
      ['20260012-3', '已取消'],
      ['费用 20260012.50', '-'],
    );
    expect(ask(html, { number: '20260012' })).toMatchObject([{ by: 'number', text: '20260012 | 处理中' }]);
    expect(
      ask(table(['2026', '已完成'], ['12', '已取消']), { number: '2026' }, { number: '12' }),
    ).toMatchObject([{ why: 'short' }, { why: 'short' }]);
  });

  it('its title, which is a whole text', () => {
    const html = table(
      ['中国近代史研究', '已完成'],
      ['评《中国近代史》', '已取消'],
      ['中国近代史：1840—1949', '已完成'],
      ['中国近代史（下）', '已到馆'],
      ['新编中国近代史', '已完成'],
      ['<b>中国近代史</b>研究', '已完成'],
      ['《中國近代史》', '处理中'],
    );
    expect(ask(html, { title: '中国近代史' })).toMatchObject([
      { by: 'title', text: '《中國近代史》 | 处理中' },
    ]);
  });

  it.each([
    '题名：中国近代史',
    '3. 中国近代史',
    '中国近代史 / 范文澜',
    '中国近代史[M]',
    '中国<em>近代</em>史',
    '中国近代史（第2版）',
  ])('its title in «%s»', (cell) => {
    expect(ask(table([cell, '处理中', '2026-11-30']), { title: '中国近代史' })).toMatchObject([
      { by: 'title' },
    ]);
  });
});

describe('what the page says of a request', () => {
  it.each([
    ['spans', '<tr><td>铜鼓艺术研究<span>审核中</span><span>2026-11-30</span></td><td>HY-7K3M9QX</td></tr>'],
    [
      'roles',
      '<tr><td><a>铜鼓艺术研究</a><span role="cell">审核中</span><span role="cell">2026-11-30</span></td><td>HY-7K3M9QX</td></tr>',
    ],
  ])('is not glued together: %s', (_, html) => {
    const [row] = ask(`<table>${html}</table>`, { mark: 'HY-7K3M9QX' });
    expect(row!.text).toBe('铜鼓艺术研究 审核中 2026-11-30 | HY-7K3M9QX');
  });

  it('has no gap where a word is marked', () => {
    const html =
      '<table><tr><td>铜<em>鼓</em>艺<span class="hl">术</span>研究</td><td>HY-7K3M9QX</td></tr></table>';
    expect(ask(html, { mark: 'HY-7K3M9QX' })[0]!.text).toBe('铜鼓艺术研究 | HY-7K3M9QX');
  });
});

describe('no row is shown', () => {
  it('for a title of fewer than four signs, unless its number is there', () => {
    const html = table(['三体', '20260012', '处理中']);
    expect(ask(html, { title: '三体' })).toMatchObject([{ text: '', why: 'short' }]);
    expect(ask(html, { title: '三体', number: '20260012' })).toMatchObject([{ by: 'number' }]);
  });

  it('for a title that two requests or two rows have', () => {
    const html = table(['中国近代史', '1', '处理中'], ['中国近代史', '2', '已完成']);
    expect(ask(html, { title: '中国近代史' })).toMatchObject([{ text: '', why: 'ambiguous' }]);
    expect(
      ask(table(['中国近代史', '处理中']), { title: '中国近代史' }, { title: '中国近代史' }),
    ).toMatchObject([{ why: 'absent' }, { why: 'absent' }]);
  });

  it('by a title where another mark stands', () => {
    expect(
      ask(table(['中国近代史', '已完成', 'HY-0000000']), { title: '中国近代史', mark: 'HY-7K3M9QX' }),
    ).toMatchObject([{ why: 'ambiguous' }]);
  });

  it('in another request’s row that names the title as its source', () => {
    const html = table(['论铜鼓', '广西民族研究', '20260012', '处理中']);
    const [article, journal] = ask(
      html,
      { title: '论铜鼓研究', number: '20260012' },
      { title: '广西民族研究' },
    );
    expect(article).toMatchObject({ by: 'number' });
    expect(journal).toMatchObject({ text: '', why: 'ambiguous' });
  });

  it('for what is not seen', () => {
    expect(
      ask(`<div hidden>${table(['中国近代史', '处理中'])}</div>`, { title: '中国近代史' }),
    ).toMatchObject([{ why: 'absent' }]);
  });
});

describe('the block', () => {
  it('is the card, not the line of it', () => {
    const card = (title: string, state: string) =>
      `<div class="card"><p>题名：${title}</p><p>作者：韦明华</p><p>状态：${state}</p></div>`;
    const html = `<main>${card('论壮族的铜鼓', '处理中')}${card('铜鼓艺术研究', '已完成')}</main>`;
    expect(ask(html, { title: '论壮族的铜鼓' })[0]!.text).toBe(
      '题名：论壮族的铜鼓 | 作者：韦明华 | 状态：处理中',
    );
  });

  it('is what follows a heading, up to the next one', () => {
    const html = '<h4>论壮族的铜鼓</h4><p>处理中</p><p>备注：HY-7K3M9QX</p><h4>另一篇文章</h4><p>已完成</p>';
    expect(ask(html, { mark: 'HY-7K3M9QX' })[0]!.text).toBe('论壮族的铜鼓 | 处理中 | 备注：HY-7K3M9QX');
  });

  it('of a single request on a page of its own is the page’s part that speaks of it', () => {
    const html =
      '<nav>首页</nav><div id="d"><h3>申请详情</h3><div><b>论壮族的铜鼓</b></div><div>已发往文献提供馆</div></div>';
    expect(ask(html, { title: '论壮族的铜鼓' })[0]).toMatchObject({
      row: false,
      text: expect.stringContaining('已发往文献提供馆'),
    });
  });

  it('does not reach over another request', () => {
    const html = '<div><div><b>论壮族的铜鼓</b> 处理中</div><div><b>铜鼓艺术研究</b> 已完成</div></div>';
    const [one, two] = ask(html, { title: '论壮族的铜鼓' }, { title: '铜鼓艺术研究' });
    expect([one!.text, two!.text]).toEqual(['论壮族的铜鼓 处理中', '铜鼓艺术研究 已完成']);
  });
});

describe('the number after submitting', () => {
  it.each([
    ['<p>您的申请已提交，申请号：ILL20260012，请记住。</p>', ['ILL20260012']],
    ['<p>提交成功！您的订单编号为 <b>2026113000017</b></p>', ['2026113000017']],
    [
      '<table><tr><td>申请编号</td><td>20260012</td></tr><tr><td>联系电话</td><td>07713260000</td></tr></table>',
      ['20260012'],
    ],
    ['<dl><dt>Transaction Number</dt><dd>123456</dd><dt>Due date</dt><dd>2026-12-01</dd></dl>', ['123456']],
    ['<p>請求號：A-20260012</p>', ['A-20260012']],
    ['<p>索书号：K892.318/1234</p><p>证件号：450101199001011234</p><p>学号：2026001234</p>', []],
    ['<p>备案号：桂ICP备05000001号</p><p>第 2026 期</p><p>编号：2026-11-30</p>', []],
    ['<p>申请号：20250001</p>', []],
    ['<p hidden>申请号：20260012</p>', []],
  ])('%s', (html, numbers) => {
    page(html);
    const answer = JSON.parse(number({ known: ['20250001'] })) as NumberAnswer;
    expect(answer).toMatchObject({ ok: true, numbers });
  });
});
