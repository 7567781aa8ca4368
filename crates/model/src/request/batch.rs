//! A list of works that are requested together: how each line was interpreted, and which service suits
//! it.

use serde::{Deserialize, Serialize};

use super::{Draft, RequestId, Service};
use crate::identifier::IdentifierKind;
use crate::record::{Kind, Record};

/// How a line of a list, or pasted text, was interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ReadAs {
    /// an identifier alone: DOI, ISBN, ISSN, PMID, arXiv
    Number,
    /// a reference
    Reference,
    /// an entry of a file: RIS, Refer, BibTeX, CSL-JSON, MARC …
    File,
    /// an OpenURL
    OpenUrl,
    /// words, used as the title
    Title,
    /// a work chosen from search results
    Search,
}

/// State of the catalogue look-up for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum LookUp {
    /// not looked up yet
    Waiting,
    /// a catalogue has it
    Found,
    /// no catalogue has it, or none could be reached
    Absent,
}

/// The service that suits a work: loan for a whole book, copy for everything else.
pub fn service_for(record: &Record) -> Service {
    let chapter = !record.container.is_empty() && record.container != record.title;
    match record.kind {
        Kind::Book if !chapter => Service::Loan,
        _ => Service::Copy,
    }
}

/// The kind of work that a lone identifier denotes.
pub fn kind_of_number(record: &Record) -> Kind {
    match record.identifiers.first().map(|id| id.kind) {
        Some(IdentifierKind::Isbn) => Kind::Book,
        Some(IdentifierKind::Issn) => Kind::Journal,
        _ => Kind::Article,
    }
}

impl Draft {
    /// The form for a line of a list or for pasted text. Without `service`, the one that suits the work
    /// is used.
    pub fn from_line(
        record: &Record,
        read_as: ReadAs,
        service: Option<Service>,
        id: RequestId,
        now: jiff::Timestamp,
    ) -> Draft {
        let mut record = record.clone();
        if read_as == ReadAs::Number && record.title.is_empty() {
            record.kind = kind_of_number(&record);
        }
        let mut draft = Draft::from_record(&record, id, service.unwrap_or_else(|| service_for(&record)), now);
        if record.source.is_empty() {
            draft.source = None;
        }
        draft
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{ReadAs, service_for};
    use crate::record::{Kind, Record};
    use crate::request::{Draft, RequestId, Service};
    use crate::{Identifier, IdentifierKind};

    fn form(record: &Record, read_as: ReadAs) -> Draft {
        Draft::from_line(record, read_as, None, RequestId(Uuid::nil()), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_number_says_what_it_is() {
        let record = |kind, value: &str| Record {
            identifiers: Identifier::parse(kind, value).into_iter().collect(),
            ..Record::default()
        };
        let isbn = form(&record(IdentifierKind::Isbn, "978-7-02-000872-8"), ReadAs::Number);
        assert_eq!((isbn.kind, isbn.service), (Kind::Book, Service::Loan));
        let doi = form(&record(IdentifierKind::Doi, "10.1000/abc"), ReadAs::Number);
        assert_eq!((doi.kind, doi.service, doi.doi.as_str()), (Kind::Article, Service::Copy, "10.1000/abc"));
        assert_eq!(doi.source, None);
    }

    #[test]
    fn a_chapter_is_copied_and_a_book_lent() {
        let chapter = Record {
            kind: Kind::Book,
            title: "铜鼓纹饰".into(),
            container: "铜鼓研究文集".into(),
            pages: "33-40".into(),
            ..Record::default()
        };
        let draft = form(&chapter, ReadAs::Reference);
        assert_eq!((draft.title.as_str(), draft.component_title.as_str()), ("铜鼓研究文集", "铜鼓纹饰"));
        assert_eq!((draft.service, draft.pages.as_str()), (Service::Copy, "33-40"));
        let book = Record { kind: Kind::Book, title: "红楼梦".into(), ..Record::default() };
        assert_eq!(service_for(&book), Service::Loan);
    }
}
