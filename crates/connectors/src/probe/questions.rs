//! What is open about the sources, as data: docs/SOURCES.md lists the same.

use super::Said;
use crate::source::Protocol::{
    self, Arxiv, Cinii, Crossref, Doaj, Librarycloud, Nstl, Opac2, Openalex, Reader, Riss, Shanghai, Sru,
    Yidu, Z3950,
};

/// An open question about the sources of some protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenQuestion {
    /// stable short name, as in docs/SOURCES.md
    pub id: &'static str,
    /// protocols that it concerns
    pub protocols: &'static [Protocol],
    /// the question in 简体中文
    pub zh: &'static str,
    /// the question in English
    pub en: &'static str,
    /// key of sources.toml that settles it; empty when there is none
    pub setting: &'static str,
    /// whether the check asks it
    pub asked: bool,
}

impl OpenQuestion {
    /// The question in both languages.
    pub fn said(&self) -> Said {
        Said::new(self.zh, self.en)
    }
}

/// The open questions of a protocol, in the order in which they are reported.
pub fn of(protocol: Protocol) -> impl Iterator<Item = &'static OpenQuestion> {
    OPEN.iter().filter(move |question| question.protocols.contains(&protocol))
}

const UNDOCUMENTED: &[Protocol] = &[Opac2, Yidu, Nstl, Shanghai];
const PAGED: &[Protocol] = &[Reader, Librarycloud, Crossref, Openalex, Doaj, Arxiv, Cinii, Riss, Shanghai];
const BY_NUMBER: &[Protocol] = &[Nstl, Reader, Librarycloud, Crossref, Openalex, Doaj, Arxiv, Cinii];

const fn ask(
    id: &'static str,
    protocols: &'static [Protocol],
    setting: &'static str,
    zh: &'static str,
    en: &'static str,
) -> OpenQuestion {
    OpenQuestion { id, protocols, zh, en, setting, asked: true }
}

const fn leave(
    id: &'static str,
    protocols: &'static [Protocol],
    setting: &'static str,
    zh: &'static str,
    en: &'static str,
) -> OpenQuestion {
    OpenQuestion { id, protocols, zh, en, setting, asked: false }
}

/// All open questions.
pub const OPEN: &[OpenQuestion] = &[
    ask(
        "segment",
        &[Opac2],
        "segment",
        "地址里的一段是 true 还是 simple",
        "whether a part of the path is true or simple",
    ),
    ask(
        "offset-base",
        &[Opac2, Yidu],
        "offsetBase",
        "offset 从 0 还是从 1 数起",
        "whether offset counts from 0 or from 1",
    ),
    ask(
        "offset-counts",
        &[Opac2, Yidu],
        "offsetCounts",
        "offset 数的是记录还是页",
        "whether offset counts records or pages",
    ),
    ask("or", &[Opac2], "withoutOr", "“或”（or）是否有效", "whether `or` works"),
    ask(
        "isbn",
        &[Opac2, Sru, Z3950],
        "indexes.isbn",
        "按 ISBN 检索的索引名",
        "the name of the index for ISBNs",
    ),
    ask("status", UNDOCUMENTED, "success", "表示成功的状态词", "the status word that means success"),
    ask(
        "records",
        UNDOCUMENTED,
        "records",
        "记录列表在答案里的位置",
        "where the list of records stands in the answer",
    ),
    ask(
        "total",
        UNDOCUMENTED,
        "total",
        "命中数在答案里的位置",
        "where the number of hits stands in the answer",
    ),
    ask("charset", UNDOCUMENTED, "charset", "答案的字符编码", "the encoding of the answer"),
    ask("members", UNDOCUMENTED, "", "记录里各项的名称", "the names of the members of a record"),
    ask(
        "numbers",
        &[Yidu, Riss],
        "",
        "答案里有没有 ISBN、ISSN、DOI",
        "whether answers bring ISBN, ISSN, DOI",
    ),
    ask("title-code", &[Nstl], "indexes.title", "题名字段的代码", "the code of the field for titles"),
    ask("number", BY_NUMBER, "", "按号码能否查到", "whether a work is found by its number"),
    ask("paging", PAGED, "", "第二页是否接着第一页", "whether the second page follows the first"),
    ask(
        "key",
        &[Cinii, Openalex, Reader, Shanghai],
        "access",
        "不填密钥能否检索，密钥被拒时怎样回答",
        "whether it answers without a key, and how a key is refused",
    ),
    ask("version", &[Sru], "version", "协议版本", "the version of the protocol"),
    ask("schema", &[Sru], "schema", "记录格式（schema）", "the record schema"),
    ask(
        "indexes",
        &[Sru],
        "indexes",
        "所设的索引名它有没有",
        "whether it has the indexes that are configured",
    ),
    ask("syntax", &[Z3950], "syntax", "记录格式（syntax）", "the record syntax"),
    leave("and", &[Opac2], "", "“与”（and）是否有效", "whether `and` works"),
    leave(
        "subject",
        &[Opac2],
        "indexes.subject",
        "主题的索引名（dc.subject 曾一无所获）",
        "the index for subjects (`dc.subject` once found nothing)",
    ),
    leave("fields", &[Yidu], "", "题名以外的字段怎样检索", "how fields other than the title are asked"),
    leave("people-code", &[Nstl], "indexes.creator", "责任者字段的代码", "the code of the field for people"),
    leave("operators", &[Nstl], "", "OR 和 NOT 是否有效", "whether OR and NOT work"),
    leave("years", &[Nstl, Librarycloud], "", "年份范围怎样检索", "how a range of years is asked"),
    leave("types", &[Nstl], "", "专利和标准怎样检索", "how patents and standards are asked"),
    leave(
        "quota",
        &[Riss],
        "",
        "每天可检索多少次，image 和 charge 的意思",
        "the daily quota, and what image and charge mean",
    ),
    leave(
        "brackets",
        &[Openalex],
        "",
        "title.search 里的括号是否都有效",
        "whether brackets work everywhere in title.search",
    ),
    leave("quotes", &[Arxiv], "", "引号怎样转义", "how quotes are escaped"),
];
