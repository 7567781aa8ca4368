//! Labels in words: NoteExpress (`{Title}: …`), CNKI 知网研学 (`Title-题名: …`), and the plain labels of other
//! Chinese databases (`题名：…`).

use super::lines::{Grammar, Tag};
use super::types;
use super::work::{Field, Work};

pub(super) const NOTEEXPRESS: Grammar =
    Grammar { tag: braced, start: "Reference Type", end: "", around: &[], lists: &[] };
pub(super) const ESTUDY: Grammar =
    Grammar { tag: double, start: "DataType", end: "", around: &[], lists: &[] };
pub(super) const PLAIN: Grammar = Grammar { tag: plain, start: "", end: "", around: &[], lists: &[] };

/// Longest label in bytes.
const MAX_LABEL: usize = 60;

/// Plain labels that are read and not used.
const SKIPPED: &[&str] = &[
    "机构",
    "单位",
    "作者单位",
    "作者机构",
    "基金",
    "基金项目",
    "备注",
    "分类号",
    "中图分类号",
    "CN",
    "国内刊号",
    "被引频次",
    "下载频次",
    "专辑",
    "专题",
    "学科专业",
    "Organ",
    "Address",
    "Notes",
    "Fund",
];

/// `{Title}: …`; CNKI leaves scraps of its page before the first.
pub(super) fn braced(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches(['\u{FEFF}', ' ', '\t']);
    let line = match line.find("{Reference Type}") {
        Some(at) => line.get(at..)?,
        None => line,
    };
    let (label, rest) = line.strip_prefix('{')?.split_once('}')?;
    let value = rest.trim_start().strip_prefix([':', '：'])?;
    (!label.is_empty() && label.len() <= MAX_LABEL && !label.contains('{')).then_some((label.trim(), value))
}

/// `Title-题名: …`, and `DataType: 1`.
pub(super) fn double(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches(['\u{FEFF}', ' ', '\t']);
    let (label, value) = line.split_once([':', '：']).filter(|(label, _)| label.len() <= MAX_LABEL)?;
    let label = label.trim();
    let (english, chinese) = label.split_once('-').unwrap_or((label, ""));
    let known = english.eq_ignore_ascii_case("DataType")
        || english.bytes().all(|b| b.is_ascii_alphabetic())
            && !english.is_empty()
            && (field(chinese).is_some() || field(english).is_some() || !chinese.is_ascii());
    known.then_some((label, value))
}

/// `题名：…` with a label that is known, perhaps in 【】 or [].
pub(super) fn plain(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches(['\u{FEFF}', ' ', '\t']);
    let (label, value) = match line.strip_prefix(['【', '[']) {
        Some(inner) => {
            let (label, rest) = inner.split_once(['】', ']'])?;
            (label, rest.trim_start_matches([':', '：', ' ']))
        }
        None => line.split_once([':', '：'])?,
    };
    let label = label.trim();
    let known = label.len() <= MAX_LABEL && (field(label).is_some() || SKIPPED.contains(&label));
    known.then_some((label, value))
}

/// The meaning of a label, in English or Chinese or both.
pub(super) fn field(label: &str) -> Option<Field> {
    if let Some((english, chinese)) = label.split_once('-') {
        // 页码 is a number of pages where the English half says so
        let counted = english.eq_ignore_ascii_case("PageCount").then_some(Field::Extent);
        return counted.or_else(|| field(chinese)).or_else(|| field(english));
    }
    let key: String =
        label.chars().filter(|c| !c.is_whitespace()).take(40).flat_map(char::to_lowercase).collect();
    Some(match key.as_str() {
        "referencetype" | "文献类型" | "题录类型" | "类型" | "datatype" => Field::Type,
        "title" | "题名" | "标题" | "篇名" | "题目" | "文献题名" | "论文题名" | "专利名称" | "标准名称"
        | "书名" | "文献标题" | "论文标题" => Field::Title,
        "translatedtitle" | "alternatetitle" | "英文题名" | "外文题名" | "英文标题" | "其他题名" => {
            Field::Variant
        }
        "secondarytitle" | "booktitle" | "书名(析出)" | "所在文集" | "文集名" => Field::Second,
        "journal" | "newspaper" | "source" | "刊名" | "期刊" | "期刊名" | "期刊名称" | "来源"
        | "文献来源" | "来源刊名" | "来源期刊" | "出处" | "报纸" | "报纸名称" | "报纸名" | "来源出版物"
        | "刊名(或书名)" => Field::Journal,
        "tertiarytitle" | "series" | "丛书" | "丛书名" => Field::Series,
        "proceedingstitle" | "会议论文集" | "会议录名称" | "论文集名称" | "论文集" => {
            Field::Proceedings
        }
        "conferencename" | "meeting" | "conference" | "会议名称" | "会议" => Field::Meeting,
        "author" | "authors" | "作者" | "著者" | "责任者" | "发明人" | "主要责任者" | "论文作者"
        | "第一责任人" | "inventor" => Field::Author,
        "secondaryauthor" | "editor" | "编者" | "主编" => Field::Editor,
        "tertiaryauthor" => Field::Tertiary,
        "subsidiaryauthor" | "applicant" | "申请人" | "专利权人" | "专利申请人" => {
            Field::Subsidiary
        }
        "translator" | "译者" => Field::Translator,
        "advisor" | "supervisor" | "导师" | "导师姓名" | "指导教师" | "tutor" => Field::Supervisor,
        "publisher" | "出版社" | "出版者" | "出版单位" | "标准发布单位" | "发布单位" => {
            Field::Publisher
        }
        "university" | "学位授予单位" | "授予单位" | "学校" | "授予学位单位" | "学位单位" => {
            Field::Institution
        }
        "placepublished" | "place" | "出版地" | "会议地点" | "city" => Field::Place,
        "year" | "年" | "年份" | "出版年" | "年鉴年份" | "学位年度" | "发表年度" | "publicationyear" => {
            Field::Year
        }
        "date" | "pubtime" | "出版时间" | "发表时间" | "出版日期" | "发表日期" | "公开日" | "公开日期"
        | "日期" | "会议时间" | "出版年月" | "发布日期" => Field::Date,
        "volume" | "roll" | "卷" | "卷号" => Field::Volume,
        "issue" | "period" | "期" | "期号" | "刊期" => Field::Issue,
        "pages" | "page" | "页码" | "页" | "起止页码" | "起止页" | "版次号" | "版号" => {
            Field::Pages
        }
        "numberofpages" | "pagecount" | "页数" | "总页数" => Field::Extent,
        "edition" | "版次" | "版本" => Field::Edition,
        "number" | "patentnumber" | "standardnumber" | "reportnumber" | "专利号" | "公开号" | "申请号"
        | "标准号" | "标准编号" | "公开(公告)号" | "报告号" => Field::Number,
        "language" | "语种" | "语言" | "文献语种" => Field::Language,
        "abstract" | "summary" | "摘要" | "文摘" | "内容提要" => Field::Summary,
        "keywords" | "keyword" | "关键词" | "主题词" | "关键字" => Field::Keywords,
        "isbn/issn" | "isbn" | "issn" | "国际刊号" | "国际标准书号" => Field::Serial,
        "doi" => Field::Doi,
        "pmid" => Field::Pmid,
        "url" | "link" | "链接" | "网址" | "原文链接" | "论文链接" => Field::Url,
        "accessionnumber" => Field::Accession,
        "srcdatabase" | "databaseprovider" | "来源库" | "数据库" | "来源数据库" => Field::Database,
        "typeofwork" | "学位" | "授予学位" | "学位级别" => Field::WorkType,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    // a number of CNKI's data types, or words
    let said = work.first(&[Field::Type]);
    let numbered = match said {
        "1" => types::named("期刊"),
        "2" => types::named("学位论文"),
        "3" => types::named("会议"),
        "4" => types::named("报纸"),
        "6" => types::named("年鉴"),
        _ => None,
    };
    let database = work.first(&[Field::Database]);
    let by_word = ["期刊", "硕士", "博士", "会议", "报纸", "专利", "标准", "成果", "年鉴", "图书"]
        .into_iter()
        .find(|word| database.contains(word));
    work.kind = types::named(said).or(by_word.and_then(types::named)).or(numbered);
}
