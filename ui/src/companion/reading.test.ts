import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { read } from './reading';
import { LONGEST, wordTable } from './words';

const said = (caption: string) => {
  const { targets, joined, never, other } = read(caption);
  return never ? 'never' : other ? 'other' : targets.join(joined ? '+' : '|');
};

describe('words', () => {
  it('are folded as captions are', () => {
    for (const word of wordTable().keys()) {
      expect(fold(word), word).toBe(word);
      expect(word.length, word).toBeLessThanOrEqual(LONGEST);
    }
  });
});

describe('a caption', () => {
  const cases: [string, string][] = [
    ['Article Title', 'componentTitle'],
    ['Title of Article, Chapter, Paper, etc. *', 'componentTitle'],
    ['Title of Journal, Book, etc. in which article or chapter appears. *', 'title'],
    ['Article or Book Chapter Title', 'componentTitle'],
    ['Title (Journal, Conference Proceedings, Anthology) (required)', 'title'],
    ['Author of Paper', 'componentAuthor'],
    ['Book Author/Editor', 'author|editor'],
    ['Author(s) / Editor(s)', 'author|editor'],
    [
      'ISSN/ISBN (International Standard Serial/Book Number)\nIf given will speed request processing',
      'issn|isbn',
    ],
    ['ISBN or OCLC Number', 'isbn'],
    ['OCLC or Docline UI Number', 'other'],
    ['Will you accept an alternate edition of this item?', 'other'],
    ['Where did you find this item cited?', 'other'],
    ['Not Wanted After Date (MM/DD/YYYY)', 'neededBy'],
    ['Issue Number or Designation', 'issue'],
    ['Number', 'issue'],
    ['Account Number', 'other'],
    ['Notes Put any information here that may help us: your telephone number', 'note'],
    ['Publisher', 'publisher'],
    ['Source', 'title'],
    ['Title', 'title'],
    ['篇名', 'componentTitle'],
    // words that are spaced out, with blanks of any kind
    ['篇 名：', 'componentTitle'],
    ['书　　名', 'title'],
    ['作 者', 'author'],
    ['第一责任者', 'author'],
    ['出 版 社', 'publisher'],
    ['出\u00a0版\u00a0年', 'date'],
    ['版 次', 'edition'],
    ['书 号', 'isbn'],
    ['備 註', 'note'],
    ['附　言', 'note'],
    ['年 卷 期', 'date+volume+issue'],
    ['姓 名', 'other'],
    ['密 码', 'never'],
    ['验 证 码', 'never'],
    ['文章题名：', 'componentTitle'],
    ['論文名', 'componentTitle'],
    ['論文所在期刊名稱', 'title'],
    ['学位论文题名', 'title'],
    ['刊名', 'title'],
    ['書名', 'title'],
    ['雑誌名', 'title'],
    ['文章作者', 'componentAuthor'],
    ['作者单位', 'other'],
    ['出版单位', 'publisher'],
    ['卷(期)', 'volume+issue'],
    ['卷期页码', 'volume+issue+pages'],
    ['年、卷、期', 'date+volume+issue'],
    ['出版地、出版者', 'place+publisher'],
    ['起始页码', 'firstPage'],
    ['【篇名】', 'componentTitle'],
    ['题名（篇名）', 'componentTitle'],
    ['篇名/书名', 'componentTitle|title'],
    ['* 請輸入出版年', 'date'],
    ['需要日期（最迟）', 'neededBy'],
    ['可接受的最高费用', 'maximumCost'],
    ['取书地点', 'pickupLocation'],
    ['备注', 'note'],
    ['连絡事項', 'note'],
    ['姓名', 'other'],
    ['验证码', 'never'],
    ['联系电话', 'never'],
    ['E-mail', 'never'],
    ['索书号', 'other'],
    ['丛书名', 'other'],
    ['月份', 'other'],
    ['Last date material will be useful', 'neededBy'],
    ['Date of your visit', ''],
    ['Place, publisher, date', 'place+publisher+date'],
    ['Date', 'date'],
    ['Please note that requests take a week', ''],
    ['Page(s)', 'pages'],
    ['Title of component', 'componentTitle'],
    ['副题名', 'other'],
    ['读者备注', 'note'],
    ['文献名称', 'title'],
    ['论文出处', 'title'],
    ['发表年代', 'date'],
    ['年(卷)期', 'date+issue+volume'],
    ['著者/编者', 'author|editor'],
    ['你好', ''],
    ['', ''],
  ];
  it.each(cases)('%s means %s', (caption, meaning) => {
    expect(said(caption)).toBe(meaning);
  });
});
