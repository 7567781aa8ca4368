//! A record: one work as one source describes it.

use serde::{Deserialize, Serialize};

use crate::holding::Holding;
use crate::identifier::{Identifier, IdentifierKind};

/// What kind of thing a record describes. `publicationType` of the Reader API and the kinds of
/// works meet here ([`Kind::publication_type`]) and nowhere else (DESIGN §10.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// 图书, monograph
    Book,
    /// 期刊, a serial as a whole
    Journal,
    /// 期刊论文, a paper in a serial
    Article,
    /// 学位论文
    Thesis,
    /// 会议论文
    Conference,
    /// 专利
    Patent,
    /// 标准
    Standard,
    /// 报告
    Report,
    /// 古籍, printed or written before 1912
    AncientBook,
    /// 报纸
    Newspaper,
    /// anything else, and what a source does not say
    #[default]
    Other,
}

impl Kind {
    /// Every kind, in the order the UI lists them.
    pub const ALL: [Kind; 11] = [
        Kind::Book,
        Kind::Journal,
        Kind::Article,
        Kind::Thesis,
        Kind::Conference,
        Kind::Patent,
        Kind::Standard,
        Kind::Report,
        Kind::AncientBook,
        Kind::Newspaper,
        Kind::Other,
    ];

    /// The Reader API's `publicationType` (`reference` A.2) for this kind.
    pub fn publication_type(self) -> &'static str {
        match self {
            Kind::Book => "Book",
            Kind::Journal => "Journal",
            Kind::Article => "Article",
            Kind::Thesis => "Thesis",
            Kind::Conference => "ConferenceProc",
            Kind::Patent => "Patent",
            Kind::Standard => "Standard",
            Kind::Report => "Report",
            Kind::AncientBook => "AncientBook",
            Kind::Newspaper => "Newspaper",
            Kind::Other => "Other",
        }
    }

    /// The kind for a `publicationType`; `Chapter` is part of a book, the unknown is [`Kind::Other`].
    pub fn from_publication_type(value: &str) -> Kind {
        if value == "Chapter" {
            return Kind::Book;
        }
        Kind::ALL.into_iter().find(|kind| kind.publication_type() == value).unwrap_or(Kind::Other)
    }
}

/// What a creator did for the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// 著, author
    #[default]
    Author,
    /// 编, editor or compiler
    Editor,
    /// 译, translator
    Translator,
    /// 注, annotator of a classical text
    Annotator,
    /// 导师, supervisor of a thesis
    Supervisor,
    /// 机构, a body named as creator
    Organisation,
    /// any other part
    Contributor,
}

/// A person or body with its part in the work. The name stands as the source writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Creator {
    /// as the source writes it: `鲁迅`, `Knuth, Donald E.`
    pub name: String,
    /// the part in the work
    pub role: Role,
}

impl Creator {
    /// A creator in the role of author.
    pub fn author(name: impl Into<String>) -> Creator {
        Creator { name: name.into(), role: Role::Author }
    }
}

/// A place where the work, or more about it, can be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// absolute http(s) address
    pub url: String,
    /// what the source calls it; empty if it does not say
    pub label: String,
    /// the source says that anybody may read the full text there
    pub open_access: bool,
}

/// The record as it came, for the eyes of librarians.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RawRecord {
    /// `marc`, `marcxml`, `dc`, `json` …
    pub format: String,
    /// readable text: MARC as one field a line, others as they came
    pub text: String,
}

/// A work as one source describes it. Texts are NFC, without markup; empty when not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Record {
    /// id of the source in sources.toml
    pub source: String,
    /// the record's own number there (MARC 001, `rid`, `ukey`)
    pub id: String,
    /// kind of work
    pub kind: Kind,
    /// title proper
    pub title: String,
    /// other title information (MARC 245 $b, 200 $e)
    pub subtitle: String,
    /// parallel titles, titles in other scripts (880), variant titles
    pub variant_titles: Vec<String>,
    /// in the source's order, main creator first
    pub creators: Vec<Creator>,
    /// publisher's name
    pub publisher: String,
    /// place of publication
    pub place: String,
    /// year of publication, when one can be read from the date
    pub year: Option<i32>,
    /// the date as the source writes it: `清光绪三年 [1877]`
    pub date: String,
    /// edition statement
    pub edition: String,
    /// number or name of the part of a set (245 $n $p, 200 $h $i): `上册`, `v. 2`
    pub part: String,
    /// journal or host book of an article, institution of a thesis
    pub container: String,
    /// volume of the container
    pub volume: String,
    /// issue of the container
    pub issue: String,
    /// pages in the container, or extent of the book
    pub pages: String,
    /// ISO 639-2/B code: `chi`, `eng`, `jpn`
    pub language: String,
    /// validated and normalised
    pub identifiers: Vec<Identifier>,
    /// abstract or summary
    pub summary: String,
    /// subject headings
    pub subjects: Vec<String>,
    /// series
    pub series: String,
    /// class numbers with their scheme: `CLC:I210.6`, `DDC:895.1`
    pub classification: Vec<String>,
    /// who has it
    pub holdings: Vec<Holding>,
    /// where it can be read
    pub links: Vec<Link>,
    /// as it came
    pub raw: Option<RawRecord>,
}

impl Record {
    /// The first identifier of a kind.
    pub fn identifier(&self, kind: IdentifierKind) -> Option<&str> {
        self.identifiers.iter().find(|id| id.kind == kind).map(|id| id.value.as_str())
    }

    /// Adds an identifier once, up to a number that no work has; what does not validate is dropped (the raw
    /// record keeps it).
    pub fn add_identifier(&mut self, kind: IdentifierKind, value: &str) {
        const MOST: usize = 500;
        if self.identifiers.len() < MOST
            && let Some(id) = Identifier::parse(kind, value)
            && !self.identifiers.contains(&id)
        {
            self.identifiers.push(id);
        }
    }

    /// True when the source links an openly readable full text.
    pub fn open_access(&self) -> bool {
        self.links.iter().any(|link| link.open_access)
    }
}

/// The first plausible year (1000 … 2099) in a date as sources write it. Full-width digits count;
/// `清光绪三年 [1877]` is 1877, `20180731` is 2018, `c2004` is 2004, `[19--]` is none.
pub fn year_of(date: &str) -> Option<i32> {
    let mut digits = String::new();
    for c in date.chars().map(crate::text::half_width).chain(Some(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        // four digits are a year; six or eight are a year with month and day
        if matches!(digits.len(), 4 | 6 | 8)
            && let Some(Ok(year)) = digits.get(..4).map(str::parse::<i32>)
            && (1000..2100).contains(&year)
        {
            return Some(year);
        }
        digits.clear();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Kind, year_of};

    #[test]
    fn years_as_sources_write_them() {
        for (date, year) in [
            ("清光绪三年 [1877]", Some(1877)),
            ("２０１８年５月", Some(2018)),
            ("20180731", Some(2018)),
            ("c2004.", Some(2004)),
            ("[19--]", None),
            ("民国三十六年", None),
            ("", None),
            ("12345", None),
        ] {
            assert_eq!(year_of(date), year, "{date}");
        }
    }

    #[test]
    fn kinds_survive_the_wire() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_publication_type(kind.publication_type()), kind);
        }
        assert_eq!(Kind::from_publication_type("Chapter"), Kind::Book);
        assert_eq!(Kind::from_publication_type("全新类型"), Kind::Other);
    }
}
