//! A work as a file of references describes it: values by their meaning, which are then a record. The same for
//! all formats.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, Record, Role, year_of};
use hongyan_model::text::is_han;

use super::dates::dated;
use super::types::{Second, Type};
use crate::answer::{add_creator, add_doi, add_link, add_once, page_range};
use crate::lang;

/// Meaning of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// type of the work, in the format's words
    Type,
    Title,
    /// a title in another language
    Variant,
    /// title of the host, or of the series, as the type has it
    Second,
    Journal,
    /// abbreviated title of a journal, where there is no other
    Abbreviated,
    Proceedings,
    Meeting,
    Series,
    Author,
    Organisation,
    /// `A2`, `%E`, "secondary author": editor of the host
    Editor,
    /// `A3`, `%Y`, "tertiary author": supervisor of a thesis, editor of a book
    Tertiary,
    /// `%?`, "subsidiary author": translator of a book, applicant of a patent
    Subsidiary,
    Translator,
    Supervisor,
    Publisher,
    Institution,
    Place,
    /// `C1` of RIS: where a conference was published
    Published,
    Year,
    Date,
    /// month, and perhaps day, beside a year: `AUG 2`
    Month,
    Volume,
    Issue,
    /// supplement, where there is no issue
    Supplement,
    Start,
    End,
    Pages,
    /// number of pages
    Extent,
    /// number of an article that has no pages
    ArticleNumber,
    Edition,
    /// number of a standard, patent or report
    Number,
    Language,
    Summary,
    Keywords,
    /// ISBN or ISSN, or the number of a work that has none
    Serial,
    Doi,
    /// a DOI, or something else
    PerhapsDoi,
    Pmid,
    /// number in PubMed Central: `PMC4004532`
    Pmcid,
    /// a number with its database behind it: `26957754[pmid]`, or anything else
    Marked,
    Url,
    /// day on which it was seen online
    Accessed,
    /// number in a database
    Accession,
    Database,
    /// 博士, Review …
    WorkType,
}

/// The values of one work.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// in the order of the file; none is empty
    pub fields: Vec<(Field, String)>,
    /// the type, if the file says it in a word that is known
    pub kind: Option<Type>,
}

impl Work {
    /// Adds a value unless it is empty.
    pub fn add(&mut self, field: Field, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.fields.push((field, value));
        }
    }

    /// Replaces all values of a field by one; an empty one removes them.
    pub fn replace(&mut self, field: Field, value: &str) {
        self.fields.retain(|(known, _)| *known != field);
        self.add(field, value);
    }

    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(known, _)| *known == field).map(|(_, value)| value.trim())
    }

    /// The first value of the first of these that is there; else empty.
    pub fn first(&self, fields: &[Field]) -> &str {
        fields.iter().find_map(|field| self.all(*field).next()).unwrap_or_default()
    }

    fn has(&self, fields: &[Field]) -> bool {
        !self.first(fields).is_empty()
    }

    /// The type of a work of which the file says none.
    fn guessed(&self) -> Type {
        use Field::{Issue, Journal, Meeting, Proceedings, Publisher, Second, Serial, Volume};
        let is = |kind| self.all(Serial).any(|value| Identifier::parse(kind, value).is_some());
        if self.has(&[Proceedings, Meeting]) {
            Type::CONFERENCE
        } else if self.has(&[Journal, Field::Abbreviated])
            || self.has(&[Second]) && self.has(&[Volume, Issue])
        {
            Type::ARTICLE
        } else if self.has(&[Second]) && self.has(&[Field::Pages, Field::Start]) {
            Type::CHAPTER
        } else if self.has(&[Publisher]) || is(IdentifierKind::Isbn) {
            Type::BOOK
        } else if is(IdentifierKind::Issn) {
            Type::ARTICLE
        } else {
            Type::OTHER
        }
    }

    /// The work as a record.
    pub fn record(&self) -> Record {
        let kind = self.kind.unwrap_or_else(|| self.guessed());
        let one = |fields: &[Field]| self.first(fields).to_owned();
        let mut record = Record {
            kind: kind.kind,
            title: one(&[Field::Title]),
            publisher: one(&[Field::Publisher, Field::Institution]),
            place: one(&[Field::Place]),
            edition: one(&[Field::Edition]),
            volume: one(&[Field::Volume]),
            issue: unpadded(self.first(&[Field::Issue, Field::Supplement])).to_owned(),
            language: lang::code(self.first(&[Field::Language])),
            summary: one(&[Field::Summary]),
            form: super::types::form(self.first(&[Field::Type])).to_owned(),
            accessed: accessed(self.first(&[Field::Accessed])),
            ..Record::default()
        };
        if matches!(record.kind, Kind::Article | Kind::Newspaper) && record.edition.contains('/') {
            // databases of medicine write the day of the electronic print there
            record.edition.clear();
        }
        self.titles(kind, &mut record);
        self.pages(&mut record);
        (record.date, record.year) =
            dated(self.year(), self.first(&[Field::Date]), self.first(&[Field::Month]));
        record.year = record.year.or_else(|| year_of(&record.date));
        self.people(kind, &mut record);
        self.numbers(&mut record);
        for variant in self.all(Field::Variant).filter(|title| **title != record.title) {
            add_once(&mut record.variant_titles, variant.to_owned());
        }
        for word in self.all(Field::Keywords).flat_map(|words| words.split([';', '；'])) {
            add_once(&mut record.subjects, word.trim().to_owned());
        }
        record
    }

    /// The first year, or the day that another value has in it (`2013/04/18`; not `2013/02/15/received`).
    fn year(&self) -> &str {
        let year = self.first(&[Field::Year]);
        let is_day = |day: &&str| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
        let longer = |day: &&str| day.strip_prefix(year).is_some_and(|rest| rest.starts_with('/'));
        let only_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let day = self.all(Field::Year).find(|day| only_year && is_day(day) && longer(day));
        day.unwrap_or(year)
    }

    /// What the second and third titles are.
    fn titles(&self, kind: Type, record: &mut Record) {
        use Field::{
            Abbreviated, Institution, Journal, Meeting, Proceedings, Publisher, Second as Two, Series,
        };
        let one = |fields: &[Field]| self.first(fields).to_owned();
        match kind.second {
            Second::Host => {
                let order: &[Field] = match kind.kind {
                    Kind::Book | Kind::Other => &[Two, Proceedings, Journal, Abbreviated],
                    Kind::Conference => &[Proceedings, Two, Journal, Meeting, Abbreviated],
                    _ => &[Journal, Two, Abbreviated, Proceedings],
                };
                record.container = one(order);
                record.series = one(&[Series]);
                if kind.kind == Kind::Conference && record.container.is_empty() {
                    record.container = std::mem::take(&mut record.series);
                }
            }
            Second::Series => record.series = one(&[Two, Series]),
            Second::Institution => {
                record.publisher = one(&[Institution, Publisher, Journal, Two]);
                record.container.clone_from(&record.publisher);
            }
        }
        if record.title.is_empty() && kind.second != Second::Institution {
            // a whole book in older files has only the title of the "host"
            let whole =
                [&mut record.container, &mut record.series].into_iter().find(|title| !title.is_empty());
            record.title = whole.map(std::mem::take).unwrap_or_default();
        }
        if record.container == record.title && kind.kind == Kind::Book {
            record.container.clear();
        }
    }

    fn pages(&self, record: &mut Record) {
        let (start, end) = (self.first(&[Field::Start]), self.first(&[Field::End]));
        let is_range = |pages: &&str| pages.contains(['-', '–', '—', '+', ',']);
        let divides = |pages: &str| pages.contains(['-', '–', '—']);
        let said = self.all(Field::Pages).find(is_range).unwrap_or_else(|| self.first(&[Field::Pages]));
        let pages = match (start, end) {
            ("", "") => said.to_owned(),
            (start, end) if divides(end) && end.starts_with(start) => end.to_owned(),
            (start, _) if is_range(&start) => {
                let longer = said.starts_with(start).then_some(said);
                longer.unwrap_or(start).to_owned()
            }
            (start, end) => page_range(start, end),
        };
        // an address is where it is read, and no page of it
        let pages = if pages.contains("://") { String::new() } else { pages };
        record.pages = match pages.as_str() {
            "" => self.first(&[Field::ArticleNumber, Field::Extent]).to_owned(),
            page if record.kind == Kind::Newspaper => unpadded(page).to_owned(),
            pages => pages.replace("--", "-"),
        };
    }

    fn people(&self, kind: Type, record: &mut Record) {
        let main = if kind.edited { Role::Editor } else { Role::Author };
        let tertiary = match kind.kind {
            Kind::Thesis => Role::Supervisor,
            Kind::Book if kind.second == Second::Series => Role::Editor,
            _ => Role::Contributor,
        };
        let subsidiary = match kind.kind {
            Kind::Conference => Role::Organisation,
            Kind::Patent => Role::Contributor,
            _ => Role::Translator,
        };
        let series = kind.kind == Kind::Book && kind.second == Second::Series;
        let editor = match kind.kind {
            // of a thesis the "editors" are supervisors too
            Kind::Thesis => Role::Supervisor,
            // EndNote: the secondary authors of a book edit its series where it has editors of its own
            _ if series && (kind.edited || self.has(&[Field::Tertiary])) => Role::Contributor,
            _ => Role::Editor,
        };
        for (field, role) in [
            (Field::Author, main),
            (Field::Organisation, Role::Organisation),
            (Field::Editor, editor),
            (Field::Tertiary, tertiary),
            (Field::Supervisor, Role::Supervisor),
            (Field::Subsidiary, subsidiary),
            (Field::Translator, Role::Translator),
        ] {
            for names in self.all(field) {
                for name in people(names) {
                    add_creator(record, name, role);
                }
            }
        }
    }

    fn numbers(&self, record: &mut Record) {
        let numbered = matches!(record.kind, Kind::Patent | Kind::Standard | Kind::Report);
        let mut number = String::new();
        for value in self.all(Field::Serial) {
            let before = record.identifiers.len();
            for part in value.split([';', ',', '；', '，', '(', '（']).flat_map(apart) {
                record.add_identifier(IdentifierKind::Isbn, part);
                record.add_identifier(IdentifierKind::Issn, part);
            }
            if record.identifiers.len() == before && number.is_empty() {
                value.clone_into(&mut number);
            }
        }
        if number.is_empty() {
            self.first(&[Field::Number]).clone_into(&mut number);
        }
        if numbered && number.is_empty() && record.kind == Kind::Standard {
            // CNKI writes the number of a standard as its volume
            number = std::mem::take(&mut record.volume);
        }
        if numbered && !number.is_empty() && number != record.title {
            record.number.clone_from(&number);
            add_once(&mut record.variant_titles, number);
        }
        for value in self.all(Field::Doi).chain(self.all(Field::PerhapsDoi)) {
            add_doi(record, value);
        }
        let database = self.first(&[Field::Database]);
        let is_pubmed = ["pubmed", "medline"].iter().any(|name| database.eq_ignore_ascii_case(name));
        for value in self.all(Field::Pmid) {
            record.add_identifier(IdentifierKind::Pmid, value);
        }
        for value in self.all(Field::Pmcid).chain(self.all(Field::Accession)) {
            record.add_identifier(IdentifierKind::Pmcid, value);
        }
        for value in self.all(Field::Marked) {
            for (mark, kind) in [("[pmid]", IdentifierKind::Pmid), ("[pmcid]", IdentifierKind::Pmcid)] {
                value.strip_suffix(mark).iter().for_each(|number| record.add_identifier(kind, number));
            }
        }
        for value in self.all(Field::Accession) {
            let number = ["PMID", "MEDLINE"].iter().find_map(|label| value.strip_prefix(label));
            let number = number.map(|rest| rest.trim_start_matches([':', ' ']));
            let number = number.or_else(|| is_pubmed.then_some(value));
            if let Some(number) = number.filter(|number| number.bytes().all(|b| b.is_ascii_digit())) {
                record.add_identifier(IdentifierKind::Pmid, number);
            }
        }
        for value in self.all(Field::Url) {
            record.add_identifier(IdentifierKind::Doi, value);
            add_link(record, value, "", false);
        }
    }
}

/// `2026-11-02` from `2026/11/02/`; empty for anything else.
fn accessed(value: &str) -> String {
    let day = value.trim_matches(['/', ' ']).replace('/', "-");
    crate::cite::item::read_day(&day).map(|day| day.iso()).unwrap_or_default()
}

/// A value and, where it has several numbers with spaces between them, each.
fn apart(value: &str) -> impl Iterator<Item = &str> {
    std::iter::once(value).chain(value.split_whitespace().filter(move |part| *part != value))
}

/// `02` as `2`: databases pad issues and pages.
pub(crate) fn unpadded(value: &str) -> &str {
    let bare = value.trim_start_matches('0');
    if value.bytes().all(|b| b.is_ascii_digit()) && !bare.is_empty() { bare } else { value }
}

/// The names in a value, divided by semicolons, or by commas where they are Chinese or Japanese.
fn people(value: &str) -> Vec<String> {
    let mut people = Vec::new();
    for list in value.split([';', '；']).take(500) {
        let list = list.trim().trim_end_matches([',', '，']);
        let names = || list.split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty());
        if names().count() > 1 && names().all(is_eastern) {
            people.extend(names().take(500).map(str::to_owned));
        } else if !list.is_empty() {
            people.push(divided(list));
        }
    }
    people
}

/// Whether the text can be a whole name in Chinese or Japanese.
fn is_eastern(name: &str) -> bool {
    let letters = name.chars().take(7).count();
    (2..=6).contains(&letters)
        && name.chars().all(|c| is_han(c) || matches!(c, '\u{3040}'..='\u{30FF}' | '·'))
}

/// `Baldwin,S.A.` as `Baldwin, S.A.`
fn divided(name: &str) -> String {
    let name = name.trim().trim_end_matches(',');
    match name.split_once(',') {
        Some((family, given)) => {
            format!("{}, {}", family.trim(), given.trim()).trim_end_matches(", ").to_owned()
        }
        None => name.to_owned(),
    }
}
