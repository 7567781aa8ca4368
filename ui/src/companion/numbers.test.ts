import { afterEach, expect, it } from 'vitest';
import { numbers } from './numbers';

const read = (html: string): string[] => {
  document.body.innerHTML = html;
  return (JSON.parse(numbers()) as { numbers: string[] }).numbers;
};
afterEach(() => (document.body.innerHTML = ''));

it('finds the number after its words, in one piece or the next', () => {
  expect(read('<p>提交成功！您的申请号：ILL20261130-0042，请牢记。</p>')).toEqual(['ILL20261130-0042']);
  expect(read('<table><tr><th>申请单编号</th><td>2026113000012</td></tr></table>')).toEqual([
    '2026113000012',
  ]);
  expect(read('<p>Article Request Received. Transaction Number <b>654321</b></p>')).toEqual(['654321']);
  expect(read('<dl><dt>申請編號</dt><dd>：</dd><dd>Ａ－１２３</dd></dl>')).toEqual(['A-123']);
});

it('takes no other number of the page', () => {
  expect(read('<p>电话 0771-3260000，ISBN 9787532500000，2019 年第 3 期</p>')).toEqual([]);
  expect(read('<p>申请号将在审核后发送到您的邮箱</p><p>第 2 页，共 9 页</p>')).toEqual([]);
  expect(read('')).toEqual([]);
});
