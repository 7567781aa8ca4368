//! The form that a patron fills in. Any draft can be saved; only sending requires it to be valid.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::checks::third_applies;
use super::fill::Catalogued;
use super::{RequestId, Service};
use crate::holding::Holding;
use crate::identifier::{Identifier, IdentifierKind};
use crate::money::Fen;
use crate::record::{Kind, Record, Role};
use crate::text::fold;

/// Longest list of names in one field, in characters.
const NAMES: usize = 1_000;

/// The form. Fields hold what was typed and are empty when not filled in; a stored form may omit empty
/// fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// becomes the id of the request; a new request after a rejection needs a new id
    pub id: RequestId,
    /// copy or loan
    pub service: Service,
    /// kind of work
    pub kind: Kind,
    /// title of the book or thesis, or of the journal that contains the article
    #[serde(default)]
    pub title: String,
    /// authors of the book or thesis, separated by semicolons; not its editors or translators
    #[serde(default)]
    pub author: String,
    /// title of the article or chapter
    #[serde(default)]
    pub component_title: String,
    /// authors of the article or chapter
    #[serde(default)]
    pub component_author: String,
    /// editors or compilers of the book; for a part, of the book that contains it
    #[serde(default)]
    pub editor: String,
    /// translators of the article or chapter, if one is requested, else of the book
    #[serde(default)]
    pub translator: String,
    /// other contributors: annotators, organisations besides authors
    #[serde(default)]
    pub contributor: String,
    /// publisher, or institution of a thesis
    #[serde(default)]
    pub publisher: String,
    /// place of publication
    #[serde(default)]
    pub place: String,
    /// year or date of publication
    #[serde(default)]
    pub date: String,
    /// edition
    #[serde(default)]
    pub edition: String,
    /// volume of the journal
    #[serde(default)]
    pub volume: String,
    /// issue of the journal
    #[serde(default)]
    pub issue: String,
    /// pages wanted, as typed
    #[serde(default)]
    pub pages: String,
    /// number of pages of the whole book, if known
    pub total_pages: Option<u32>,
    /// ISO 639-2 code of the language
    #[serde(default)]
    pub language: String,
    /// as typed; normalised when sent
    #[serde(default)]
    pub isbn: String,
    /// as typed
    #[serde(default)]
    pub issn: String,
    /// as typed
    #[serde(default)]
    pub doi: String,
    /// as typed
    #[serde(default)]
    pub pmid: String,
    /// the record that the form was filled from
    pub source: Option<SourceRef>,
    /// needed-by date: the last day on which the work is useful
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub needed_by: Option<Date>,
    /// whether another edition is acceptable
    #[serde(default)]
    pub any_edition: bool,
    /// 加急
    #[serde(default)]
    pub urgent: bool,
    /// maximum cost
    pub maximum_cost: Option<Fen>,
    /// id of the pickup desk of a loan
    #[serde(default)]
    pub pickup_location: String,
    /// note to the librarian, at most 1000 characters
    #[serde(default)]
    pub note: String,
    /// whether the patron accepts the copyright terms (copies only)
    #[serde(default)]
    pub declaration_accepted: bool,
    /// whether to send although a duplicate is open
    #[serde(default)]
    pub override_duplicate: bool,
    /// what the search knew about the work when the form was filled from it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub known: Option<Known>,
    /// what a catalogue added to the form, and where the two differ
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub catalogued: Option<Catalogued>,
    /// the description that the form was filled from, without what only a catalogue needs; cited as long as
    /// the form names the same work
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub origin: Option<Box<Record>>,
    /// the earlier request of the patron that this one repeats
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "export", ts(optional))]
    pub preceded_by: Option<RequestId>,
    /// when it was last saved
    pub updated_at: Timestamp,
}

/// What the search knew about a work. Lets the checks for holdings and open access run offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// the work it is about ([`Draft::about`]); not used once the form describes another work
    pub about: String,
    /// copies in the patron's own library, from its catalogue
    pub own_holdings: Vec<Holding>,
    /// addresses of open-access copies
    pub open_access: Vec<String>,
}

/// A reference to a record in a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SourceRef {
    /// id of the source
    pub source: String,
    /// the record's number in the source
    pub record: String,
}

impl Draft {
    /// An empty form.
    pub fn blank(id: RequestId, service: Service, now: Timestamp) -> Draft {
        Draft {
            id,
            service,
            kind: if service == Service::Loan { Kind::Book } else { Kind::Article },
            title: String::new(),
            author: String::new(),
            component_title: String::new(),
            component_author: String::new(),
            editor: String::new(),
            translator: String::new(),
            contributor: String::new(),
            publisher: String::new(),
            place: String::new(),
            date: String::new(),
            edition: String::new(),
            volume: String::new(),
            issue: String::new(),
            pages: String::new(),
            total_pages: None,
            language: String::new(),
            isbn: String::new(),
            issn: String::new(),
            doi: String::new(),
            pmid: String::new(),
            source: None,
            needed_by: None,
            any_edition: false,
            urgent: false,
            maximum_cost: None,
            pickup_location: String::new(),
            note: String::new(),
            declaration_accepted: false,
            override_duplicate: false,
            known: None,
            catalogued: None,
            origin: None,
            preceded_by: None,
            updated_at: now,
        }
    }

    /// A form filled from a source's record. Of an article, the journal becomes the title, and the
    /// article's own title the component title.
    pub fn from_record(record: &Record, id: RequestId, service: Service, now: Timestamp) -> Draft {
        let mut draft = Draft::blank(id, service, now);
        let people = People::of(record);
        let mut title = record.title.clone();
        if !record.subtitle.is_empty() {
            title = format!("{title}: {}", record.subtitle);
        }
        if !record.part.is_empty() {
            title = format!("{title} {}", record.part);
        }
        // a standard, patent or report is found by its number
        let numbered = matches!(record.kind, Kind::Standard | Kind::Patent | Kind::Report);
        if numbered && !record.number.is_empty() && !title.contains(&record.number) {
            title = format!("{} {title}", record.number).trim().to_owned();
        }
        // a chapter is requested by the title of its book
        let hosted = !record.container.is_empty() && record.container != record.title;
        let component = matches!(record.kind, Kind::Article | Kind::Newspaper)
            || matches!(record.kind, Kind::Conference | Kind::Book) && hosted;
        if component {
            draft.title.clone_from(&record.container);
            draft.component_title = title;
            draft.component_author = people.authors;
            draft.pages.clone_from(&record.pages);
        } else {
            draft.title = title;
            draft.author = people.authors;
            draft.total_pages = extent(&record.pages);
            if draft.total_pages.is_none() && service == Service::Copy && third_applies(record.kind) {
                // a reference may give the pages of a part of a book
                record.pages.trim_start_matches(['p', '.', ' ']).clone_into(&mut draft.pages);
            }
        }
        draft.editor = people.editors;
        draft.translator = people.translators;
        draft.contributor = people.others;
        draft.kind = record.kind;
        draft.publisher = if record.publisher.is_empty() && record.kind == Kind::Thesis {
            record.container.clone()
        } else {
            record.publisher.clone()
        };
        draft.place.clone_from(&record.place);
        draft.date = match record.year {
            // an article in a newspaper is found by its day
            Some(_) if record.kind == Kind::Newspaper && component && is_day(&record.date) => {
                record.date.clone()
            }
            Some(year) => year.to_string(),
            None => record.date.clone(),
        };
        draft.edition.clone_from(&record.edition);
        draft.volume.clone_from(&record.volume);
        draft.issue.clone_from(&record.issue);
        draft.language.clone_from(&record.language);
        let first = |kind| record.identifier(kind).unwrap_or_default().to_owned();
        draft.isbn = first(IdentifierKind::Isbn);
        draft.issn = first(IdentifierKind::Issn);
        draft.doi = first(IdentifierKind::Doi);
        draft.pmid = first(IdentifierKind::Pmid);
        draft.source = Some(SourceRef { source: record.source.clone(), record: record.id.clone() });
        draft.origin = Some(Box::new(record.description()));
        draft
    }

    /// The valid identifiers; the checks report invalid ones.
    pub fn identifiers(&self) -> Vec<Identifier> {
        [
            (IdentifierKind::Isbn, &self.isbn),
            (IdentifierKind::Issn, &self.issn),
            (IdentifierKind::Doi, &self.doi),
            (IdentifierKind::Pmid, &self.pmid),
        ]
        .into_iter()
        .filter_map(|(kind, text)| Identifier::parse(kind, text))
        .collect()
    }

    /// Identifies the work that the form describes: its first identifier, else its titles.
    pub fn about(&self) -> String {
        match self.identifiers().first() {
            Some(id) => format!("{}:{}", id.kind.code(), id.value),
            None => format!("{}|{}", fold(&self.title), fold(&self.component_title)),
        }
    }

    /// Stores what the search knew: holdings of the own library, and open-access addresses.
    pub fn set_known(&mut self, own_holdings: Vec<Holding>, open_access: Vec<String>) {
        let nothing = own_holdings.is_empty() && open_access.is_empty();
        self.known = (!nothing).then(|| Known { about: self.about(), own_holdings, open_access });
    }

    /// What the search knew, unless the form describes another work by now.
    pub fn known(&self) -> Option<&Known> {
        self.known.as_ref().filter(|known| known.about == self.about())
    }

    /// The first author of the book, else its first editor. Forms of older versions list translators and
    /// editors after the authors, so comparisons use the first name only.
    pub fn first_named(&self) -> &str {
        first_name(self.authors_or_editors())
    }

    /// The authors of the book for display in a list, else its editors.
    pub fn authors_or_editors(&self) -> &str {
        if self.author.trim().is_empty() { &self.editor } else { &self.author }
    }

    /// The title of this request in a list: the component's title, else the title.
    pub fn display_title(&self) -> &str {
        if self.component_title.trim().is_empty() { &self.title } else { &self.component_title }
    }

    /// Whether the form identifies a work well enough to look it up: a title or an identifier.
    pub fn names_a_work(&self) -> bool {
        !self.display_title().trim().is_empty() || !self.identifiers().is_empty()
    }

    /// Whether nothing has been written that is worth saving.
    pub fn is_blank(&self) -> bool {
        [
            &self.title,
            &self.author,
            &self.component_title,
            &self.isbn,
            &self.issn,
            &self.doi,
            &self.pmid,
            &self.note,
        ]
        .iter()
        .all(|text| text.trim().is_empty())
    }
}

/// The people of a work, by field of the form.
struct People {
    authors: String,
    editors: String,
    translators: String,
    others: String,
}

impl People {
    /// Assigns people as a citation would: an organisation is the author if no person is. The supervisor
    /// of a thesis is omitted, because it does not help to find the work.
    fn of(record: &Record) -> People {
        let names = |roles: &[Role]| {
            let mut text = String::new();
            let of = record.creators.iter().filter(|creator| roles.contains(&creator.role));
            for name in of.map(|creator| creator.name.trim()).filter(|name| !name.is_empty()) {
                if text.chars().count() + name.chars().count() > NAMES {
                    break;
                }
                if !text.is_empty() {
                    text.push_str("; ");
                }
                text.push_str(name);
            }
            text
        };
        let authors = names(&[Role::Author]);
        let (authors, others) = if authors.is_empty() {
            (names(&[Role::Organisation]), names(&[Role::Annotator, Role::Contributor]))
        } else {
            (authors, names(&[Role::Organisation, Role::Annotator, Role::Contributor]))
        };
        People { authors, editors: names(&[Role::Editor]), translators: names(&[Role::Translator]), others }
    }
}

/// Splits the names of a field: `马什; 白露`.
pub fn split_names(field: &str) -> impl Iterator<Item = &str> {
    field.split([';', '；']).map(str::trim).filter(|name| !name.is_empty())
}

/// The first name of a field; empty if there is none.
pub fn first_name(field: &str) -> &str {
    split_names(field).next().unwrap_or_default()
}

/// Whether a date has a day: `2009-05-01`.
fn is_day(date: &str) -> bool {
    let parts: Vec<&str> = date.split('-').collect();
    matches!(parts.as_slice(), [year, _, _] if year.len() == 4)
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Total pages from an extent statement: the largest number before 页, p or pages.
fn extent(text: &str) -> Option<u32> {
    let half: String = text.chars().map(crate::text::half_width).collect();
    // `p. 12` is a place in the book
    if !half.contains(['页', '頁', 'p', 's']) || half.starts_with("p. ") || half.starts_with("pp. ") {
        return None;
    }
    half.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).filter(|n| *n < 20_000).max()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{Draft, RequestId, Service};
    use crate::record::{Creator, Kind, Record, Role};

    fn form(record: &Record) -> Draft {
        Draft::from_record(record, RequestId(Uuid::nil()), Service::Copy, Timestamp::UNIX_EPOCH)
    }

    fn by(people: &[(&str, Role)]) -> Vec<Creator> {
        people.iter().map(|(name, role)| Creator { name: (*name).to_owned(), role: *role }).collect()
    }

    #[test]
    fn who_translated_or_edited_is_no_author() {
        let people = by(&[("马什", Role::Author), ("白露", Role::Translator)]);
        let book =
            Record { kind: Kind::Book, title: "雁行集".into(), creators: people, ..Record::default() };
        let draft = form(&book);
        assert_eq!((draft.author.as_str(), draft.translator.as_str()), ("马什", "白露"));
        // a chapter has its own author, and its book an editor
        let people = by(&[("李承", Role::Editor), ("白书", Role::Author)]);
        let chapter = Record {
            kind: Kind::Book,
            title: "植物研究".into(),
            container: "植物科学进展".into(),
            creators: people,
            ..Record::default()
        };
        let draft = form(&chapter);
        assert_eq!((draft.component_author.as_str(), draft.author.as_str()), ("白书", ""));
        assert_eq!((draft.title.as_str(), draft.editor.as_str()), ("植物科学进展", "李承"));
        // an edited volume has no author
        let people = by(&[("林一舟", Role::Editor), ("远山读书会", Role::Organisation)]);
        let volume = Record { creators: people[..1].to_vec(), container: String::new(), ..chapter.clone() };
        let draft = form(&volume);
        assert_eq!(
            (draft.author.as_str(), draft.editor.as_str(), draft.first_named()),
            ("", "林一舟", "林一舟")
        );
        // an organisation is the author if no person is
        let of_body = Record { creators: people, container: String::new(), ..chapter };
        assert_eq!(form(&of_body).author, "远山读书会");
    }

    #[test]
    fn a_request_keeps_who_did_what() {
        let people = [
            ("马什", Role::Author),
            ("Le Guin, Ursula K.", Role::Author),
            ("第三人", Role::Author),
            ("第四人", Role::Author),
            ("林一舟", Role::Editor),
            ("白露", Role::Translator),
            ("周某", Role::Contributor),
        ];
        let mut record =
            Record {
                kind: Kind::Book, title: "雁行集".into(), creators: by(&people), ..Record::default()
            };
        assert_eq!(form(&record).record().creators, record.creators);
        record.container = "渡口文集".into();
        assert_eq!(form(&record).record().creators, record.creators);
    }

    #[test]
    fn a_form_of_an_older_version_is_read() {
        let old = r#"{"id":"00000000-0000-0000-0000-000000000007","service":"Loan","kind":"book","title":"雁行集",
            "author":"马什; 白露","totalPages":null,"source":null,"neededBy":null,"maximumCost":null,
            "updatedAt":"2026-11-22T02:42:00Z"}"#;
        let draft: Draft = serde_json::from_str(old).unwrap();
        assert_eq!((draft.author.as_str(), draft.translator.as_str()), ("马什; 白露", ""));
        assert_eq!(draft.catalogued, None);
    }

    #[test]
    fn an_article_fills_the_component() {
        let record = Record {
            kind: Kind::Article,
            title: "论壮族的铜鼓文化".into(),
            container: "广西民族研究".into(),
            pages: "12-20".into(),
            year: Some(2009),
            creators: vec![Creator::author("黄某")],
            ..Record::default()
        };
        let draft = Draft::from_record(&record, RequestId(Uuid::nil()), Service::Copy, Timestamp::UNIX_EPOCH);
        assert_eq!(
            (draft.title.as_str(), draft.component_title.as_str()),
            ("广西民族研究", "论壮族的铜鼓文化")
        );
        assert_eq!((draft.pages.as_str(), draft.date.as_str()), ("12-20", "2009"));
        assert_eq!(draft.display_title(), "论壮族的铜鼓文化");
    }

    #[test]
    fn a_book_keeps_part_and_extent() {
        let record = Record {
            kind: Kind::Book,
            title: "资本论".into(),
            subtitle: "政治经济学批判".into(),
            part: "第一卷".into(),
            pages: "xvi, 812页".into(),
            ..Record::default()
        };
        let draft = Draft::from_record(&record, RequestId(Uuid::nil()), Service::Loan, Timestamp::UNIX_EPOCH);
        assert_eq!(draft.title, "资本论: 政治经济学批判 第一卷");
        assert_eq!(draft.total_pages, Some(812));
    }
}
