import { describe, expect, it, vi } from 'vitest';
import { structure } from './fill';
import type { StructureAnswer } from './contract';
import { at, filled, page, readBackOf } from './page.testing';

describe('where a caption stands', () => {
  const places: [string, string][] = [
    ['a label by its target', '<label for="x">篇名</label><p>刊名</p><input id="x">'],
    ['a label around it', '<label>篇名 <input id="x"></label>'],
    ['aria-labelledby', '<b id="l">篇</b><i id="m">名</i><div><input id="x" aria-labelledby="l m"></div>'],
    ['aria-label', '<input id="x" aria-label="篇名">'],
    ['the cell before', '<table><tr><td>1</td><td>篇名</td><td><input id="x"></td></tr></table>'],
    [
      'the cell above',
      '<table><tr><th>刊</th><th>篇名</th></tr><tr><td>1</td><td><input id="x"></td></tr></table>',
    ],
    ['the term before', '<dl><dt>篇名</dt><dd><input id="x"></dd></dl>'],
    ['the element before', '<div><span>篇名：</span><div><div><input id="x"></div></div></div>'],
    ['the text before', '<p>请写明篇名： <input id="x"> 姓名 <input></p>'],
    ['the line above', '<p>篇名<br><input id="x"></p>'],
    ['a label drawn over it', '<div><input id="x"><label>篇名</label></div>'],
    ['the placeholder', '<input id="x" placeholder="请输入篇名">'],
    ['the tool tip', '<input id="x" title="篇名">'],
    ['traditional signs', '<label for="x">論文題名</label><input id="x">'],
    ['Japanese', '<label for="x">論文名</label><input id="x">'],
    ['English', '<label for="x">Title of article <em>(required)</em></label><input id="x">'],
  ];
  it.each(places)('%s', (_, html) => {
    page(html);
    expect(filled().found).toMatchObject([{ field: 'componentTitle', filled: true, occupied: false }]);
    expect(at('x')).toBe('论壮族的铜鼓');
  });

  it('a unit behind it', () => {
    page('<p>第 <input id="v"> 卷 第 <input id="i"> 期，第 <input id="p"> 页，出版年 <input id="d"></p>');
    filled();
    expect([at('v'), at('i'), at('p'), at('d')]).toEqual(['12', '3', '101-117', '2019']);
  });

  it('not in another control’s text', () => {
    page('<div>篇名 <input> <input id="x"></div><label>篇名 <select><option>1</option></select></label>');
    filled();
    expect(at('x')).toBe('');
  });

  it('never in a name alone', () => {
    page('<p><input name="title" id="volume"></p>');
    expect(filled().found).toEqual([]);
  });
});

describe('what a form means together', () => {
  it('in a form for a part the plain title and author are those of the part', () => {
    page('<p>标题 <input id="t"></p><p>作者 <input id="a"></p><p>刊名 <input id="j"></p><p>卷 <input></p>');
    filled();
    expect([at('t'), at('a'), at('j')]).toEqual(['论壮族的铜鼓', '韦丹芳', '广西民族研究']);
  });

  it('beside a chapter’s title the plain title is the book’s', () => {
    page('<p>Chapter title <input id="c"></p><p>Title <input id="t"></p><p>ISBN <input id="i"></p>');
    filled();
    expect([at('c'), at('t'), at('i')]).toEqual(['论壮族的铜鼓', '广西民族研究', '9787536300000']);
  });

  it('a loan has no part', () => {
    page('<p>题名 <input id="t"></p><p>作者 <input id="a"></p><p>来源 <input id="s"></p>');
    filled({ service: 'loan' }, { title: '铜鼓艺术研究', author: '蒋廷瑜' });
    expect([at('t'), at('a'), at('s')]).toEqual(['', '蒋廷瑜', '铜鼓艺术研究']);
  });

  it('headings say of what a title is', () => {
    page(
      '<h3>论文信息</h3><p>题名 <input id="t"></p><p>作者 <input id="a"></p><h3>期刊信息</h3><p>题名 <input id="j"></p>',
    );
    filled();
    expect([at('t'), at('a'), at('j')]).toEqual(['论壮族的铜鼓', '韦丹芳', '广西民族研究']);
  });

  it('two authors belong to the titles before them', () => {
    page('<p>章节名 <input></p><p>作者 <input id="a"></p><p>书名 <input></p><p>作者 <input id="b"></p>');
    filled();
    expect([at('a'), at('b')]).toEqual(['韦丹芳', '覃乃昌']);
  });

  it('one box takes whichever number there is', () => {
    page('<p>ISSN/ISBN <input id="x"></p>');
    expect(filled({}, { isbn: '9787536300000' }).found).toMatchObject([{ field: 'isbn' }]);
    expect(at('x')).toBe('9787536300000');
  });

  it('one box takes volume, issue and pages together', () => {
    page('<p>卷期页码 <input id="x"></p><p>出版地、出版者 <input id="y"></p>');
    const { found, noPlace } = filled(
      {},
      { volume: '12', issue: '3', pages: '101-117', place: '南宁', publisher: '民族社' },
    );
    expect(found).toMatchObject([
      { field: 'volume', also: ['issue', 'pages'] },
      { field: 'place', also: ['publisher'] },
    ]);
    expect(noPlace).toEqual([]);
    expect([at('x'), at('y')]).toEqual(['12(3): 101-117', '南宁: 民族社']);
  });

  it('first and last page apart', () => {
    page('<p>起始页 <input id="x"> 结束页 <input id="y"></p>');
    filled();
    expect([at('x'), at('y')]).toEqual(['101', '117']);
  });
});

describe('what is left alone', () => {
  const left: [string, string, string][] = [
    ['a password', '<label>备注 <input type="password" id="x"></label>', 'forbidden'],
    ['an e-mail address', '<label>备注 <input type="email" id="x"></label>', 'forbidden'],
    ['a telephone number', '<label>联系电话 <input id="x"></label>', 'forbidden'],
    ['a captcha', '<label>验证码 <input id="x"></label>', 'forbidden'],
    ['a captcha by its name', '<label>备注 <input id="x" name="vCode"></label>', 'forbidden'],
    ['a one-time code', '<label>期号 <input id="x" autocomplete="one-time-code"></label>', 'forbidden'],
    ['a search', '<div role="search"><label>题名 <input id="x"></label></div>', 'forbidden'],
    ['a file', '<label>备注 <input type="file" id="x"></label>', 'forbidden'],
    ['a read-only one', '<label>刊名 <input readonly id="x"></label>', 'readOnly'],
    ['a disabled one', '<fieldset disabled><label>刊名 <input id="x"></label></fieldset>', 'disabled'],
    [
      'a date picker',
      '<label>需要日期</label><div class="el-date-editor"><input id="x"></div>',
      'datePicker',
    ],
    [
      'a select of a component',
      '<label>取书地点</label><div class="x-select"><input readonly id="x"></div>',
      'componentSelect',
    ],
    [
      'a select that is no input',
      '<label id="l">取书地点</label><div id="x" role="combobox" aria-labelledby="l"></div>',
      'componentSelect',
    ],
    [
      'an editor',
      '<label id="l">备注</label><div contenteditable="true" aria-labelledby="l" id="x"></div>',
      'editor',
    ],
    ['one that submits', '<label>刊名 <input id="x" onchange="this.form.submit()"></label>', 'submits'],
    ['a number that is none', '<label>页码 <input type="number" id="x"></label>', 'kind'],
    [
      'a select without the value',
      '<label>取书地点 <select id="x"><option>总馆</option></select></label>',
      'noOption',
    ],
  ];
  it.each(left)('%s', (_, html, reason) => {
    page(html);
    const before = at('x');
    expect(filled()).toMatchObject({ found: [], left: [{ reason }] });
    expect(at('x')).toBe(before);
  });

  it.each([
    ['hidden', '<label>篇名</label><input type="hidden" id="x">'],
    ['not shown', '<div hidden><label>篇名 <input id="x"></label></div>'],
    ['transparent', '<div style="opacity: 0"><label>篇名 <input id="x"></label></div>'],
    ['a box to tick', '<label>备注 <input type="checkbox" id="x"></label>'],
  ])('%s: not even named', (_, html) => {
    page(html);
    const before = at('x');
    expect(filled()).toMatchObject({ found: [], left: [] });
    expect(at('x')).toBe(before);
  });

  it('a frame of another origin and a closed component are named', () => {
    customElements.define('closed-form', class extends HTMLElement {});
    page('<iframe src="https://pay.example.edu.cn/form" title="缴费"></iframe><closed-form></closed-form>');
    const frame = document.querySelector('iframe')!;
    Object.defineProperty(frame, 'contentDocument', { get: () => null });
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentDocument', {
      get: () => null,
      configurable: true,
    });
    expect(filled().left).toEqual([
      { field: '', label: '缴费', reason: 'frame' },
      { field: '', label: 'closed-form', reason: 'shadow' },
    ]);
  });

  it('nothing is submitted, pressed or focused', () => {
    page('<form><label>篇名 <input id="x"></label><button>提交</button></form>');
    const heard: string[] = [];
    for (const name of ['submit', 'click', 'focus', 'focusin', 'keydown', 'reset'])
      document.addEventListener(name, () => heard.push(name), true);
    filled();
    expect(heard).toEqual([]);
    expect(document.activeElement).toBe(document.body);
  });
});

describe('values', () => {
  it('are set past what a framework put on the element, and told by both events', () => {
    page('<label>篇名 <input id="x"></label>');
    const input = document.getElementById('x') as HTMLInputElement;
    const own = vi.fn();
    Object.defineProperty(input, 'value', { set: own, get: () => 'seen by React', configurable: true });
    const heard: string[] = [];
    for (const name of ['input', 'change']) document.body.addEventListener(name, () => heard.push(name));
    filled();
    expect(own).not.toHaveBeenCalled();
    expect(heard).toEqual(['input', 'change']);
    delete (input as unknown as Record<string, unknown>).value;
    expect(at('x')).toBe('论壮族的铜鼓');
  });

  it('choose the option of a select', () => {
    page(
      '<label>取书地点 <select id="x"><option value="1">总馆</option><option value="2">西校区图书馆</option></select></label>',
    );
    expect(filled().found).toMatchObject([{ field: 'pickupLocation', filled: true }]);
    expect(at('x')).toBe('2');
    expect(readBackOf().read.find(({ field }) => field === 'pickupLocation')?.took).toBe(true);
  });

  it('are only looked for without `fill`, and need not be told', () => {
    page('<label>篇名 <input id="x"></label><label>取书地点 <select><option>1</option></select></label>');
    const { found, noPlace } = filled({
      fields: [{ name: 'componentTitle' }, { name: 'pickupLocation' }, { name: 'doi' }],
      fill: false,
    });
    expect(found.map(({ field, filled }) => [field, filled])).toEqual([
      ['componentTitle', false],
      ['pickupLocation', false],
    ]);
    expect(noPlace).toEqual(['doi']);
    expect(at('x')).toBe('');
  });

  it('are cut where the page takes fewer signs, which is said', () => {
    page('<label>篇名 <input id="x" maxlength="3"></label>');
    expect(filled().found).toMatchObject([{ cut: true }]);
    expect(at('x')).toBe('论壮族');
    expect(readBackOf().read[0]).toMatchObject({ field: 'componentTitle', took: false, why: 'cut' });
  });

  it('say when a text of the patron was there', () => {
    page('<label>篇名 <input id="x" value="自己写的"></label>');
    expect(filled().found).toMatchObject([{ occupied: true, filled: true }]);
  });
});

describe('reading back', () => {
  it('says what the page did not take', () => {
    page(
      '<label>篇名 <input id="x"></label><label>卷 <input id="v"></label><label>期 <input id="i"></label>',
    );
    filled();
    (document.getElementById('x') as HTMLInputElement).value = '';
    (document.getElementById('v') as HTMLInputElement).value = '第12卷';
    const { read } = readBackOf(
      {},
      { componentTitle: '论壮族的铜鼓', volume: '12', issue: '3', doi: '10.1/x' },
    );
    expect(read.map(({ field, took, why }) => [field, took, why])).toEqual([
      ['componentTitle', false, 'empty'],
      ['volume', false, 'changed'],
      ['issue', true, undefined],
      ['doi', false, 'gone'],
    ]);
  });
});

describe('corrections', () => {
  it('win over the rules', () => {
    page('<p>文献线索 <input id="x"></p><p>期号 <input id="y"></p>');
    const corrections = [
      { label: '文献线索', field: 'title' },
      { label: '期号：', field: 'none' },
    ];
    expect(filled({ corrections }).left).toMatchObject([{ label: '期号', reason: 'correction' }]);
    expect([at('x'), at('y')]).toEqual(['广西民族研究', '']);
  });

  it('fill nothing that is forbidden', () => {
    page('<p>验证码 <input id="x"></p>');
    expect(filled({ corrections: [{ label: '验证码', field: 'note' }] }).found).toEqual([]);
    expect(at('x')).toBe('');
  });
});

describe('a page that is a trap by accident', () => {
  it('a form whose inputs are called as its properties', () => {
    page(
      '<form><input name="parentNode"><input name="nextSibling"><input name="tagName"><label for="t">篇名</label>' +
        '<input id="t" name="title"><input name="getAttribute"></form><img name="querySelector">',
    );
    filled();
    expect(at('t')).toBe('论壮族的铜鼓');
  });

  it('an open shadow root and a frame of the same origin', () => {
    page('<open-form></open-form><iframe></iframe>');
    const root = document.querySelector('open-form')!.attachShadow({ mode: 'open' });
    root.innerHTML = '<label for="x">篇名</label><input id="x">';
    delete (HTMLIFrameElement.prototype as unknown as Record<string, unknown>).contentDocument;
    filled();
    expect(root.querySelector('input')!.value).toBe('论壮族的铜鼓');
  });
});

describe('the structure of a page', () => {
  it('has captions and nothing typed or shown to this patron', () => {
    page(
      '<p>欢迎您，韦明华（2026001234）</p><form action="/x"><table><tr><td>姓名</td><td>韦明华</td></tr>' +
        '<tr><td>篇名</td><td><input name="f1" value="私人内容" class="a"></td></tr>' +
        '<tr><td>备注</td><td><textarea>写了什么</textarea></td></tr></table><input type="hidden" name="token" value="秘密">' +
        '<select><option>张三的地址</option></select><script>1</script></form>',
    );
    (document.querySelector('input') as HTMLInputElement).value = '又一个';
    const { html, controls } = JSON.parse(structure()) as StructureAnswer;
    expect(controls).toBe(3);
    expect(html).toContain('<td>篇名</td><td><input name="f1" class="a"></td>');
    expect(html).toContain('<textarea></textarea>');
    for (const text of [
      '韦明华',
      '2026001234',
      '私人',
      '写了什么',
      '秘密',
      '张三',
      '又一个',
      'token',
      'script',
    ])
      expect(html).not.toContain(text);
    // it is a test page afterwards
    page(html);
    expect(filled().found.map(({ field }) => field)).toEqual(['componentTitle', 'note']);
  });
});

describe('a form of the other kind', () => {
  const ARTICLE =
    '<p>题名 <input id="t"></p><p>作者 <input id="a"></p><p>刊名 <input id="j"></p><p>卷 <input id="v"></p>' +
    '<p>期 <input id="i"></p><p>ISSN <input id="s"></p><p>备注 <input id="n"></p>';
  const LOAN =
    '<p>书名 <input id="b"></p><p>作者 <input id="a"></p><p>出版社 <input id="p"></p><p>ISBN <input id="s"></p>' +
    '<p>备注 <input id="n"></p>';
  const BOOK = { title: '铜鼓艺术研究', author: '蒋廷瑜', publisher: '广西人民出版社', note: 'HY-7K3M9QX' };
  const PAPER = {
    componentTitle: '论壮族的铜鼓',
    title: '广西民族研究',
    issue: '3',
    issn: '1004-454X',
    note: 'HY-7K3M9QX',
  };
  const values = () => [...document.querySelectorAll('input')].map(({ value }) => value).join('');

  it('a book is not put into an article’s form before the patron says so, and never into the journal’s place', () => {
    page(ARTICLE);
    const answer = filled({ service: 'loan', of: 'book' }, BOOK);
    expect(answer).toMatchObject({ other: 'article', found: [], free: [] });
    expect(answer.noPlace).toEqual(Object.keys(BOOK));
    expect(values()).toBe('');
    expect(readBackOf({ service: 'loan', of: 'book' }, BOOK).read.every(({ took }) => !took)).toBe(true);
    filled({ service: 'loan', of: 'book', anyway: true }, BOOK);
    expect([at('j'), at('n')]).toEqual(['', 'HY-7K3M9QX']);
  });

  it('an article is not put into a loan’s form', () => {
    page(LOAN);
    expect(filled({ of: 'journal' }, PAPER)).toMatchObject({ other: 'loan', found: [] });
    expect(values()).toBe('');
    filled({ of: 'journal', anyway: true }, PAPER);
    expect([at('b'), at('n')]).toEqual(['', 'HY-7K3M9QX']);
  });

  it.each([
    ['an article in an article’s form', ARTICLE, { of: 'journal' }, PAPER],
    ['a bound journal that is borrowed', ARTICLE, { service: 'loan', of: 'journal' }, PAPER],
    ['a book in a loan’s form', LOAN, { service: 'loan', of: 'book' }, BOOK],
    ['a form for both', `${ARTICLE}${LOAN}`, { service: 'loan', of: 'book' }, BOOK],
    ['a box for either number', '<p>书刊名 <input></p><p>ISBN/ISSN <input></p><p>卷期 <input></p>', { service: 'loan', of: 'book' }, BOOK], // prettier-ignore
    ['a chapter’s form', '<p>章节名 <input></p><p>书名 <input></p><p>ISBN <input></p><p>页码 <input></p>', { of: 'journal' }, PAPER], // prettier-ignore
    ['a form that asks for little', '<p>题名 <input></p><p>作者 <input></p><p>卷 <input></p>', { service: 'loan', of: 'book' }, BOOK], // prettier-ignore
  ] as const)('is not seen in %s', (_, html, over, fields) => {
    page(html);
    const answer = filled(over, fields);
    expect(answer.other).toBeUndefined();
    expect(answer.found.length).toBeGreaterThan(0);
  });

  it.each([
    ['刊名', 'book'],
    ['期刊名称', 'book'],
    ['来源刊', 'book'],
    ['Journal title', 'book'],
    ['书名', 'journal'],
    ['图书名', 'journal'],
    ['Book title', 'journal'],
  ] as const)('«%s» never has the title of a %s, unless the patron says so', (label, of) => {
    page(`<p>${label} <input id="x"></p><p>备注 <input></p>`);
    const service = of === 'book' ? 'loan' : 'copy';
    filled({ of, service }, { title: '铜鼓', note: 'HY' });
    expect(at('x')).toBe('');
    filled({ of, service, corrections: [{ label, field: 'title' }] }, { title: '铜鼓', note: 'HY' });
    expect(at('x')).toBe('铜鼓');
  });

  it.each(['书刊名', '来源', '题名'])('«%s» has either', (label) => {
    for (const of of ['book', 'journal'] as const) {
      page(`<p>${label} <input id="x"></p>`);
      filled({ of, service: 'loan' }, { title: '铜鼓' });
      expect(at('x')).toBe('铜鼓');
    }
  });
});
