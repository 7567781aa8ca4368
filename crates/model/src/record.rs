//! A record: a work as one source describes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::holding::Holding;
use crate::identifier::{Identifier, IdentifierKind};

/// What kind of work a record describes. The only mapping between the Reader API's `publicationType` and
/// the kinds of works is [`Kind::publication_type`], so that the two lists cannot drift apart.
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
    /// anything else, and where a source gives no kind
    #[default]
    Other,
}

impl Kind {
    /// Every kind, in the order of the UI.
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

    /// The Reader API's `publicationType` for this kind (docs/reader-api.yaml).
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

    /// The kind for a `publicationType`. `Chapter` maps to book, because a chapter is requested through
    /// its book; unknown values map to [`Kind::Other`].
    pub fn from_publication_type(value: &str) -> Kind {
        if value == "Chapter" {
            return Kind::Book;
        }
        Kind::ALL.into_iter().find(|kind| kind.publication_type() == value).unwrap_or(Kind::Other)
    }
}

/// The role of a creator.
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
    /// 机构, an organisation named as creator
    Supervisor,
    /// 机构, a body named as creator
    Organisation,
    /// any other role
    Contributor,
}

/// A person or organisation with its role. The name is kept as the source writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Creator {
    /// as the source writes it: `鲁迅`, `Knuth, Donald E.`
    pub name: String,
    /// role in the work
    pub role: Role,
}

impl Creator {
    /// A creator in the role of author.
    pub fn author(name: impl Into<String>) -> Creator {
        Creator { name: name.into(), role: Role::Author }
    }
}

/// An address where the work, or information about it, can be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// absolute http(s) address
    pub url: String,
    /// label that the source gives it; empty if it gives none
    pub label: String,
    /// whether the source declares the full text there to be open access
    pub open_access: bool,
}

/// The record as received, shown to librarians.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RawRecord {
    /// `marc`, `marcxml`, `dc`, `json` …
    pub format: String,
    /// readable text: MARC as one field per line, others as received
    pub text: String,
}

/// What a record says of the publication in the script of the work, beside a romanised statement (880 of
/// MARC 21, `altRepGroup` of MODS). A field is empty where the record has it in one script only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Original {
    /// publisher's name
    pub publisher: String,
    /// place of publication
    pub place: String,
    /// edition statement
    pub edition: String,
    /// series
    pub series: String,
    /// journal or host book
    pub container: String,
}

/// A work as one source describes it. Texts are NFC and free of markup; empty when the source gives none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Record {
    /// id of the source in sources.toml
    pub source: String,
    /// the record's number in the source (MARC 001, `rid`, `ukey`)
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
    /// year of publication, if the date contains one
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
    /// number of a standard, patent or report: `GB/T 7714—2015`
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(optional, as = "Option<String>"))]
    pub number: String,
    /// what [`Kind`] does not tell apart, as a type of CSL: `webpage`, `dataset`, `map`, `software`,
    /// `article` (a preprint) …; empty where the kind says it all
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(optional, as = "Option<String>"))]
    pub form: String,
    /// what a citation may need and no other field has, by the name of its CSL variable: `version`,
    /// `scale`, `archive`, `event-title` …; names are separated by semicolons
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "export", ts(optional, as = "Option<BTreeMap<String, String>>"))]
    pub more: BTreeMap<String, String>,
    /// day on which a cited online copy was seen, ISO 8601, where the source says so
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(optional, as = "Option<String>"))]
    pub accessed: String,
    /// publication in the script of the work, beside the romanised one above
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub original: Option<Box<Original>>,
    /// ISO 639-2/B code: `chi`, `eng`, `jpn`
    pub language: String,
    /// validated and in normal form
    pub identifiers: Vec<Identifier>,
    /// abstract or summary
    pub summary: String,
    /// subject headings
    pub subjects: Vec<String>,
    /// series
    pub series: String,
    /// class numbers with their scheme: `CLC:I210.6`, `DDC:895.1`
    pub classification: Vec<String>,
    /// libraries that have it
    pub holdings: Vec<Holding>,
    /// addresses where it can be read
    pub links: Vec<Link>,
    /// the record as received
    pub raw: Option<RawRecord>,
}

impl Record {
    /// The record without what only a catalogue needs: holdings, subjects, summary, the record as received.
    pub fn description(&self) -> Record {
        Record {
            subjects: Vec::new(),
            summary: String::new(),
            classification: Vec::new(),
            holdings: Vec::new(),
            raw: None,
            creators: self.creators.iter().take(100).cloned().collect(),
            variant_titles: self.variant_titles.iter().take(5).cloned().collect(),
            identifiers: self.identifiers.iter().take(20).cloned().collect(),
            links: self.links.iter().take(5).cloned().collect(),
            ..self.clone()
        }
    }

    /// The first identifier of a kind.
    pub fn identifier(&self, kind: IdentifierKind) -> Option<&str> {
        self.identifiers.iter().find(|id| id.kind == kind).map(|id| id.value.as_str())
    }

    /// Adds an identifier unless it is present, up to 500. Invalid identifiers are dropped; the raw
    /// record keeps them.
    pub fn add_identifier(&mut self, kind: IdentifierKind, value: &str) {
        const MOST: usize = 500;
        if self.identifiers.len() < MOST
            && let Some(id) = Identifier::parse(kind, value)
            && !self.identifiers.contains(&id)
        {
            self.identifiers.push(id);
        }
    }

    /// Whether a link leads to an open-access full text.
    pub fn open_access(&self) -> bool {
        self.links.iter().any(|link| link.open_access)
    }
}

/// The first plausible year (1000 to 2099) in a date as sources write it. Full-width digits count; `清光绪三年
/// [1877]` is 1877, `20180731` is 2018, `c2004` is 2004, `[19--]` is none.
pub fn year_of(date: &str) -> Option<i32> {
    let mut digits = String::new();
    for c in date.chars().map(crate::text::half_width).chain(Some(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        // four digits are a year; six or eight are a year with month, or month and day
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
