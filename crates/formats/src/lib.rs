//! Parsers from bibliographic formats to model records. Pure: bytes or text in, [`Record`]s with warnings
//! out; no I/O, no clock. Input is hostile: a parser returns an error or a warning and never panics; its
//! time is linear in the length of the input, its memory bounded by the caller's [`Budget`], and it ends
//! soon after it is cancelled.
//!
//! | what | where |
//! |---|---|
//! | ISO 2709 (MARC 21, UNIMARC, CNMARC, KORMARC) | [`marc::iso2709::Records`], [`marc::parse`] |
//! | character sets of records and queries: MARC-8, GB 18030, EUC-KR … | [`marc::Charset`] |
//! | MARC-in-JSON, MARC as displayed text | [`marc::json::parse`], [`marc::text::parse`] |
//! | MARCXML | [`marc::xml::Records`], [`marc::xml::parse`] |
//! | simple Dublin Core | [`dc::parse`] |
//! | SRU 1.1, 1.2, 2.0 responses | [`sru::parse`] |
//! | MODS, as XML | [`mods::parse`] |
//! | SUTRS | [`sutrs::parse`] |
//! | CALIS 联合目录 and e读 responses | [`opac2::parse`], [`yidu::parse`] |
//! | responses of NSTL, Harvard LibraryCloud, RISS, Shanghai Library | [`nstl::parse`], [`librarycloud::parse`], [`riss::parse`], [`shanghai::parse`] |
//! | where the parts of such a response stand | [`envelope::look`], [`envelope::rearrange`] |
//! | CSL-JSON, collections of the Reader API | [`csl::parse`], [`csl::answer`] |
//! | Crossref, OpenAlex, DOAJ, CiNii responses | [`crossref::parse`], [`openalex::parse`], [`doaj::parse`], [`cinii::parse`] |
//! | Atom feeds, including arXiv and CiNii | [`atom::parse`], [`arxiv::parse`] |
//! | OAI-PMH lists of arXiv and DOAJ; Crossref XML | [`oai::parse`], [`unixref::parse`] |
//! | OpenURL, as a URL or as XML | [`openurl::parse`] |
//! | RIS, Refer, NoteExpress, CNKI 知网研学, RefWorks, MEDLINE, Web of Science | [`tagged::parse`] |
//! | BibTeX, EndNote XML, Zotero RDF | [`bibtex::parse`], [`endnote::parse`], [`zotero::parse`] |
//! | mails and what comes with them | [`mail::parse`], [`mail::pasted`] |
//! | a pasted reference | [`reference::parse`] |
//! | a list of wanted works in any of these formats | [`list::read`] |
//! | any of these formats except lists | [`read::records`] |
//! | a form as a Word document with names where values belong (filled only) | [`docx::fill`] |
//! | tables as CSV, dates as iCalendar (written only) | [`table::Table`], [`calendar::calendar`] |
//!
//! [`Record::source`] is left empty; the connector sets it.

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
pub mod docx;
pub mod endnote;
pub mod envelope;
pub mod isohold;
mod json;
pub mod lang;
pub mod librarycloud;
pub mod list;
pub mod mail;
pub mod mailto;
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
mod plain;
pub mod read;
pub use hongyan_model::reference;
pub mod riss;
mod roles;
pub mod shanghai;
pub mod sru;
pub mod sutrs;
pub mod table;
pub mod tagged;
pub mod unixref;
pub mod xml;
pub mod yidu;
pub mod zotero;

pub use budget::{Budget, Limits, Stop};
use hongyan_model::record::Record;

/// A problem that a parser corrected or skipped; the record is usable.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// stable short code: `directory`, `length`, `charset` …
    pub code: &'static str,
    /// byte offset in the input, if it has one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// description in English, for a maintainer
    pub detail: String,
}

impl Warning {
    /// A warning without a position.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Warning {
        Warning { code, offset: None, detail: detail.into() }
    }

    /// A warning at a byte offset of the input.
    pub fn at(code: &'static str, offset: usize, detail: impl Into<String>) -> Warning {
        Warning { code, offset: Some(offset), detail: detail.into() }
    }
}

/// Maximum number of warnings per record.
const MAX_WARNINGS: usize = 100;

/// Adds a warning, up to the limit.
pub(crate) fn warn(warnings: &mut Vec<Warning>, warning: impl FnOnce() -> Warning) {
    if warnings.len() < MAX_WARNINGS {
        warnings.push(warning());
    }
}

/// Why parsing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// the input is invalid
    Unreadable,
    /// the input has more bytes than the [`Budget`] allows
    TooLarge,
    /// the input has more parts (elements, attributes, records …) than the budget allows
    TooMany,
    /// the input is nested deeper than the budget allows
    TooDeep,
    /// the parsing was cancelled ([`Stop`])
    Stopped,
}

/// Input that could not be parsed, with its position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {what}")]
pub struct ReadError {
    /// byte offset in the input at which parsing stopped
    pub offset: usize,
    /// description in English, for a maintainer
    pub what: String,
    /// kind of failure
    pub fault: Fault,
}

impl ReadError {
    /// An error at a byte offset of the input.
    pub fn at(offset: usize, what: impl Into<String>) -> ReadError {
        ReadError { offset, what: what.into(), fault: Fault::Unreadable }
    }

    /// An error because a limit was exceeded or the parsing cancelled.
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

    /// Whether parsing the whole input must end, and not only this record's.
    pub fn ends_all(&self) -> bool {
        self.fault == Fault::Stopped
    }
}

/// A parsed record with warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// the record; `source` is empty
    pub record: Record,
    /// name of the parser: `iso2709`, `marcxml`, `dc`, `mods`, `opac2`, `nstl` …
    pub format: &'static str,
    /// MARC dialect: `marc21`, `unimarc`, `cnmarc`, `kormarc`; else the same as `format`
    pub profile: &'static str,
    /// character set of the input: `utf-8`, `gbk` …
    pub charset: &'static str,
    /// byte offset in the input at which the record starts
    pub offset: usize,
    /// problems that were corrected or skipped
    pub warnings: Vec<Warning>,
}
