// Lists of requests as libraries show them, made from a seed: tables, cards, tables of component libraries, with
// titles that are contained in others, of two signs, and rows of requests that are not ours.
import { random } from './random.mjs';

const PLACES = [
  '壮族',
  '广西',
  '岭南',
  '明清',
  '民国',
  '西南',
  '百越',
  '中国',
  '东南亚',
  '红水河流域',
  '左江',
  '瑶族',
];
const THINGS = [
  '铜鼓',
  '歌圩',
  '土司制度',
  '花山岩画',
  '近代史',
  '民间文学',
  '稻作文化',
  '干栏建筑',
  '语言接触',
  '古籍',
];
const ENDS = [
  '研究',
  '考略',
  '述论',
  '概论',
  '新探',
  '综述',
  '的传承与保护',
  '史料辑录',
  '与社会变迁',
  '田野调查报告',
];
const SHORT = ['三体', '围城', '边城', '论语', '家', '活着', '雷雨'];
const ENGLISH = [
  'Bronze Drums of the Zhuang',
  'Rice and Ritual',
  'A History of Lingnan',
  'Language Contact in Guangxi',
];
const PEOPLE = ['韦明华', '黄志强', '覃丽娟', '莫云山', '陆海燕', '蒙文斌'];
const STATES = [
  '已提交',
  '处理中',
  '馆员审核中',
  '已发往文献提供馆',
  '已完成',
  '已取消',
  '未满足',
  '待取书',
  '已到馆',
];
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, '');
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** Titles that are near to a title: longer ones, reviews, other volumes. */
const near = (r, title) =>
  r.pick([
    `${title}研究`,
    `评《${title}》`,
    `新编${title}`,
    `${title}：1840—1949`,
    `${title} 下册`,
    `论${title}的流变`,
    `${title}（下）`,
  ]);

function titleOf(r) {
  if (r.chance(0.1)) return r.pick(SHORT);
  if (r.chance(0.1)) return r.pick(ENGLISH);
  return r.pick(PLACES) + r.pick(THINGS) + (r.chance(0.8) ? r.pick(ENDS) : '');
}

const markOf = (r) => `HY-${Array.from({ length: 7 }, () => BASE32[r.below(32)]).join('')}`;

/** The rows of one list. `own` rows are requests of ours; `token` stands in the row and nowhere else. */
function rowsOf(r) {
  const rows = [];
  const count = 3 + r.below(12);
  const numbers = 20260000 + r.below(9000);
  for (let i = 0; i < count; i++) {
    const from = rows.length > 0 && r.chance(0.3) ? near(r, r.pick(rows).title) : titleOf(r);
    rows.push({
      title: from,
      author: r.pick(PEOPLE),
      number: r.chance(0.5) ? `${numbers + i * 7}` : `ILL${numbers + i * 3}`,
      mark: r.chance(0.6) ? markOf(r) : '',
      day: `2026-${String(1 + r.below(12)).padStart(2, '0')}-${String(1 + r.below(28)).padStart(2, '0')}`,
      token: `经办${100 + i}${BASE32[10 + r.below(22)]}${BASE32[10 + r.below(22)]}`,
      state: r.pick(STATES),
      own: r.chance(0.45),
    });
  }
  if (!rows.some(({ own }) => own)) rows[0].own = true;
  return r.shuffle(rows);
}

const note = (row) => (row.mark === '' ? '' : `备注：${row.mark}`);
const quoted = (r, title) => (r.chance(0.3) ? `《${title}》` : escape(title));

/** Each draws rows as one kind of page does. */
const LAYOUTS = {
  table: (r, rows) =>
    `<table><tr><th>申请号</th><th>题名</th><th>作者</th><th>状态</th><th>备注</th></tr>${rows
      .map(
        (row) =>
          `<tr><td>${row.number}</td><td>${quoted(r, row.title)}</td><td>${row.author}</td><td>${row.state}（${row.token}）</td><td>${row.mark}</td></tr>`,
      )
      .join('')}</table>`,
  tableOfTitles: (r, rows) =>
    `<table class="list"><thead><tr><th>文献</th><th>日期</th><th>状态</th></tr></thead><tbody>${rows
      .map(
        (row) =>
          `<tr><td><a href="#${row.number}">${quoted(r, row.title)}</a><br><small>${row.author} 申请号 ${row.number} ${row.mark}</small></td><td>${row.day}</td><td><span class="badge">${row.state}</span> ${row.token}</td></tr>`,
      )
      .join('')}</tbody></table>`,
  cards: (r, rows) =>
    rows
      .map(
        (row) =>
          `<div class="card ${r.pick(['open', 'done'])}"><div class="card-header"><h5>${quoted(r, row.title)}</h5></div><div class="card-body"><p>作者：${row.author}</p><p>申请号：${row.number}</p><p>状态：${row.state} ${row.token}</p><p>${note(row)}</p></div></div>`,
      )
      .join(''),
  cardsOfTerms: (r, rows) =>
    `<div class="requests">${rows
      .map(
        (row) =>
          `<section class="request"><dl><dt>题名</dt><dd>${quoted(r, row.title)}</dd><dt>申请编号</dt><dd>${row.number}</dd><dt>当前状态</dt><dd>${row.state} ${row.token}</dd><dt>备注</dt><dd>${row.mark || '无'}</dd></dl></section>`,
      )
      .join('')}</div>`,
  cardsOfRows: (r, rows) =>
    rows
      .map(
        (row) =>
          `<table class="item" border="1"><tr><td>题名：</td><td>${escape(row.title)}</td></tr><tr><td>申请号：</td><td>${row.number}</td></tr><tr><td>状态：</td><td>${row.state} ${row.token}</td></tr><tr><td>备注：</td><td>${row.mark}</td></tr></table>`,
      )
      .join(''),
  antd: (r, rows) =>
    `<div class="ant-table-wrapper"><div class="ant-table"><div class="ant-table-container"><div class="ant-table-content"><table style="table-layout:auto"><thead class="ant-table-thead"><tr><th class="ant-table-cell">单号</th><th class="ant-table-cell">文献题名</th><th class="ant-table-cell">状态</th><th class="ant-table-cell">操作</th></tr></thead><tbody class="ant-table-tbody">${rows
      .map(
        (row) =>
          `<tr class="ant-table-row ant-table-row-level-0"><td class="ant-table-cell">${row.number}</td><td class="ant-table-cell ant-table-cell-ellipsis" title="${escape(row.title)}">${escape(row.title)}</td><td class="ant-table-cell"><span class="ant-tag">${row.state}</span>${row.token}<div>${note(row)}</div></td><td class="ant-table-cell"><a>查看</a></td></tr>`,
      )
      .join('')}</tbody></table></div></div></div></div>`,
  elementFixed(r, rows) {
    const cells = (row) => [row.number, escape(row.title), `${row.state} ${row.token}`, row.mark];
    const table = (count) =>
      `<table class="el-table__body"><tbody>${rows
        .map(
          (row) =>
            `<tr class="el-table__row">${cells(row)
              .map(
                (text, i) =>
                  `<td class="el-table_1_column_${i}${i < count ? '' : ' is-hidden'}"><div class="cell">${i < count ? text : ''}</div></td>`,
              )
              .join('')}</tr>`,
        )
        .join('')}</tbody></table>`;
    return `<div class="el-table"><div class="el-table__body-wrapper">${table(4)}</div><div class="el-table__fixed">${table(2)}</div></div>`;
  },
  items: (r, rows) =>
    `<ul class="list">${rows
      .map(
        (row) =>
          `<li><a href="#">${quoted(r, row.title)}</a> <span>${row.number}</span> <span>${row.state}</span> <em>${row.token}</em> <i>${row.mark}</i></li>`,
      )
      .join('')}</ul>`,
  grid: (r, rows) =>
    `<div class="rows">${rows
      .map(
        (row) =>
          `<div class="flex-row" style="display:flex"><div class="td" style="width:120px">${row.number}</div><div class="td" style="width:400px">${escape(row.title)}</div><div class="td" style="width:200px">${row.state} ${row.token}</div><div class="td">${row.mark}</div></div>`,
      )
      .join('')}</div>`,
  paragraphs: (r, rows) =>
    `<div id="main">${rows
      .map(
        (row) =>
          `<p><b>${quoted(r, row.title)}</b> <span>${row.author}</span> <span>申请号：${row.number}</span> <span>${row.state} ${row.token}</span> <span>${row.mark}</span></p>`,
      )
      .join('')}</div>`,
  headings: (r, rows) =>
    `<div id="main">${rows
      .map(
        (row) =>
          `<h4>${quoted(r, row.title)}</h4><p>申请号：${row.number}</p><p>${row.state} ${row.token}</p><p>${note(row)}</p>`,
      )
      .join('')}</div>`,
  roles: (r, rows) =>
    `<div role="table">${rows
      .map(
        (row) =>
          `<div role="row"><div role="cell">${row.number}</div><div role="cell"><span>${escape(row.title)}</span><span>${row.author}</span></div><div role="cell">${row.state} ${row.token}</div><div role="cell">${row.mark}</div></div>`,
      )
      .join('')}</div>`,
};

export const layoutNames = Object.keys(LAYOUTS);

/**
 * List number `seed`: its page, what the program asks, and for each request the token of its row (undefined where
 * the page has none), whether its mark or number stands there, and the tokens of all rows.
 */
export function makeList(seed) {
  const r = random(seed * 7919 + 17);
  const layout = layoutNames[seed % layoutNames.length];
  const rows = rowsOf(r);
  const page = `<header><nav><a href="#">首页</a> <a href="#">我的申请</a> <a href="#">个人信息</a></nav></header><main><h2>我的文献传递申请</h2>${LAYOUTS[layout](r, rows)}</main><footer>© 2026 图书馆 共 ${rows.length} 条</footer>`;
  const requests = [];
  const truth = [];
  for (const row of rows.filter(({ own }) => own)) {
    const knows = r.below(3);
    const request = {
      id: `r${requests.length}`,
      title: row.title,
      mark: row.mark || markOf(r),
      number: knows === 0 ? '' : row.number,
    };
    requests.push(request);
    truth.push({ token: row.token, certain: row.mark !== '' || request.number !== '' });
  }
  // requests that this page does not have, some of them with a title that is contained in a row's
  for (let i = r.below(3); i > 0; i--) {
    const longer = r.pick(rows).title;
    const title =
      longer.length > 6 && r.chance(0.5)
        ? longer.slice(0, 4 + r.below(longer.length - 5))
        : `${titleOf(r)}补编`;
    if (rows.some((row) => letters(row.title) === letters(title))) continue;
    requests.push({ id: `r${requests.length}`, title, mark: markOf(r), number: '' });
    truth.push({ token: undefined, certain: false });
  }
  return { seed, layout, page, requests, truth, tokens: rows.map(({ token }) => token) };
}
