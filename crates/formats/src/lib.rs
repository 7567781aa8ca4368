//! Bibliographic formats to model records. Pure: bytes or text in, [`Record`]s with warnings out; no
//! I/O, no clock. Every reader takes hostile input: it answers with an error or with a warning, never
//! with a panic; its time grows as the length of what it was given, its memory stays within the
//! [`Budget`] that the caller gives it, and it ends soon after it was told to stop.
//!
//! | what | where |
//! |---|---|
//! | ISO 2709 (MARC21, UNIMARC, CNMARC, KORMARC) | [`marc::iso2709::Records`], [`marc::parse`] |
//! | encodings of records and queries: MARC-8, GB 18030, EUC-KR … | [`marc::Charset`] |
//! | MARC-in-JSON, MARC as text from a page | [`marc::json::parse`], [`marc::text::parse`] |
//! | MARCXML | [`marc::xml::Records`], [`marc::xml::parse`] |
//! | simple Dublin Core | [`dc::parse`] |
//! | SRU 1.1, 1.2, 2.0 answers | [`sru::parse`] |
//! | MODS, as XML | [`mods::parse`] |
//! | SUTRS, text for terminals | [`sutrs::parse`] |
//! | CALIS 联合目录 and e读 answers | [`opac2::parse`], [`yidu::parse`] |
//! | answers of NSTL, Harvard LibraryCloud, RISS, Shanghai Library | [`nstl::parse`], [`librarycloud::parse`], [`riss::parse`], [`shanghai::parse`] |
//! | CSL-JSON, collections of the Reader API | [`csl::parse`], [`csl::answer`] |
//! | Crossref, OpenAlex, DOAJ, CiNii answers | [`crossref::parse`], [`openalex::parse`], [`doaj::parse`], [`cinii::parse`] |
//! | Atom feeds, those of arXiv and CiNii among them | [`atom::parse`], [`arxiv::parse`] |
//! | OAI-PMH lists of arXiv and DOAJ; Crossref XML | [`oai::parse`], [`unixref::parse`] |
//! | OpenURL, as an address or as XML | [`openurl::parse`] |
//! | RIS, Refer; BibTeX | [`ris::parse`], [`bibtex::parse`] |
//! | a pasted reference | [`reference::read`] |
//! | a list of wanted works, whatever it is written in | [`list::read`] |
//! | anything of these but lists | [`read::Reading`] |
//! | tables as CSV, days as iCalendar (written only) | [`table::Table`], [`calendar::calendar`] |
//!
//! [`Record::source`] stays empty: the connector that asked knows where an answer came from.

pub mod answer;
pub mod arxiv;
pub mod atom;
pub mod bibtex;
pub mod budget;
pub mod calendar;
pub mod cinii;
pub mod cite;
pub mod crossref;
pub mod csl;
pub mod dc;
mod detect;
pub mod doaj;
pub mod isohold;
mod json;
pub mod lang;
pub mod librarycloud;
pub mod list;
pub mod marc;
pub mod markup;
mod markup_size;
pub mod mods;
pub mod nstl;
pub mod oai;
pub mod opac2;
pub mod openalex;
pub mod openurl;
pub mod openurl_out;
mod other;
pub mod read;
pub mod reference;
pub mod ris;
pub mod riss;
mod roles;
pub mod shanghai;
pub mod sru;
pub mod sutrs;
pub mod table;
pub mod unixref;
pub mod xml;
pub mod yidu;

pub use budget::{Budget, Limits, Stop};
use hongyan_model::record::Record;

/// Something that a reader put right or left out; the record is usable all the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// stable short name: `directory`, `length`, `charset` …
    pub code: &'static str,
    /// where in the input, in bytes, if it has a place
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// what was found, in English, for a maintainer
    pub detail: String,
}

impl Warning {
    /// A warning without a place.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Warning {
        Warning { code, offset: None, detail: detail.into() }
    }

    /// A warning at a byte of the input.
    pub fn at(code: &'static str, offset: usize, detail: impl Into<String>) -> Warning {
        Warning { code, offset: Some(offset), detail: detail.into() }
    }
}

/// Warnings of one record; a record that has more has said enough.
const MAX_WARNINGS: usize = 100;

/// Adds a warning, up to a number.
pub(crate) fn warn(warnings: &mut Vec<Warning>, warning: impl FnOnce() -> Warning) {
    if warnings.len() < MAX_WARNINGS {
        warnings.push(warning());
    }
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// it is not what it should be
    Unreadable,
    /// it has more bytes than the [`Budget`] allows
    TooLarge,
    /// it has more parts (elements, attributes, records …) than the budget allows
    TooMany,
    /// its parts stand deeper in one another than the budget allows
    TooDeep,
    /// the reader was told to stop ([`Stop`])
    Stopped,
}

/// What could not be read at all, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {what}")]
pub struct ReadError {
    /// byte of the input at which reading stopped
    pub offset: usize,
    /// what was found, in English, for a maintainer
    pub what: String,
    /// what kind of reason it is
    pub fault: Fault,
}

impl ReadError {
    /// An error at a byte of the input.
    pub fn at(offset: usize, what: impl Into<String>) -> ReadError {
        ReadError { offset, what: what.into(), fault: Fault::Unreadable }
    }

    /// An error because a limit was met, or the stop flag.
    pub fn over(offset: usize, fault: Fault) -> ReadError {
        let what = match fault {
            Fault::Unreadable => "unreadable",
            Fault::TooLarge => "too large",
            Fault::TooMany => "too many parts",
            Fault::TooDeep => "too deep",
            Fault::Stopped => "told to stop",
        };
        ReadError { offset, what: what.to_owned(), fault }
    }

    /// True when nothing is wrong with this record alone: the reading as a whole has to end.
    pub fn ends_all(&self) -> bool {
        self.fault == Fault::Stopped
    }
}

/// A record as read, with what the reader noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// the record; `source` is empty
    pub record: Record,
    /// the name of the reader: `iso2709`, `marcxml`, `dc`, `mods`, `opac2`, `nstl` …
    pub format: &'static str,
    /// dialect: `marc21`, `unimarc`, `cnmarc`, `kormarc`; else the same as `format`
    pub profile: &'static str,
    /// the encoding the text was read with: `utf-8`, `gbk` …
    pub charset: &'static str,
    /// byte of the input at which the record starts
    pub offset: usize,
    /// what was put right or left out
    pub warnings: Vec<Warning>,
}
