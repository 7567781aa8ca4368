//! BibTeX and BibLaTeX files, by the `biblatex` crate. One broken entry does not take the others with it.

use std::collections::HashMap;

use biblatex::{Bibliography, ChunksExt, Entry, EntryType, Person};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use hongyan_model::text::clean;

use crate::answer::{add_creator, person};
use crate::{Parsed, ReadError, Warning, lang};

/// More works than anybody puts into one file.
const MAX_RECORDS: usize = 10_000;
/// A larger text is no list of references.
const MAX_TEXT: usize = 20_000_000;

/// True for a text with an entry: `@article{` at the beginning of a line.
pub fn looks_like(text: &str) -> bool {
    text.lines().any(|line| begins_entry(line.trim_start_matches('\u{FEFF}').trim_start()))
}

fn begins_entry(line: &str) -> bool {
    let Some((name, rest)) = line.strip_prefix('@').and_then(|rest| rest.split_once(['{', '('])) else {
        return false;
    };
    let name = name.trim_end();
    !name.is_empty()
        && name.len() < 30
        && name.bytes().all(|b| b.is_ascii_alphabetic())
        && !rest.trim_start().starts_with('@')
}

/// Reads every entry of a file that can be read.
///
/// # Errors
/// When there is none.
pub fn parse(text: &str) -> Result<Vec<Parsed>, ReadError> {
    if text.len() > MAX_TEXT {
        return Err(ReadError::at(0, "too large for a list of references"));
    }
    let text = text.trim_start_matches('\u{FEFF}');
    if let Ok(whole) = Bibliography::parse(text) {
        return some(whole.iter().take(MAX_RECORDS).map(|entry| read(entry, 0)).collect());
    }
    let mut works = Vec::new();
    let mut strings = String::new();
    for (offset, piece) in pieces(text).take(MAX_RECORDS) {
        let lower = piece.get(..8).unwrap_or_default().to_ascii_lowercase();
        if lower.starts_with("@string") {
            strings.push_str(piece);
        } else if let Ok(one) = Bibliography::parse(piece) {
            works.extend(one.iter().map(|entry| read(entry, offset)));
        } else if let Ok(one) = Bibliography::parse(&format!("{strings}{piece}")) {
            works.extend(one.iter().map(|entry| read(entry, offset)));
        }
    }
    some(works)
}

fn some(works: Vec<Parsed>) -> Result<Vec<Parsed>, ReadError> {
    if works.is_empty() { Err(ReadError::at(0, "no entry of BibTeX could be read")) } else { Ok(works) }
}

/// The text cut before each line that begins an entry.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if begins_entry(line.trim_start()) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(from, to)| Some((from, text.get(from..to)?)))
}

fn read(entry: &Entry, offset: usize) -> Parsed {
    let fields: HashMap<&str, String> = entry
        .fields
        .iter()
        .map(|(name, chunks)| (name.as_str(), clean(&chunks.format_verbatim())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let first = |names: &[&str]| names.iter().find_map(|name| fields.get(name)).cloned().unwrap_or_default();
    let kind = kind(&entry.entry_type, &first(&["type"]));
    let institution = first(&["school", "institution", "organization"]);
    let mut record = Record {
        id: clean(&entry.key),
        kind,
        title: first(&["title"]),
        subtitle: first(&["subtitle"]),
        container: first(&["journaltitle", "journal", "booktitle", "maintitle"]),
        publisher: first(&["publisher"]),
        place: first(&["location", "address"]),
        date: first(&["date", "year"]),
        edition: first(&["edition"]),
        volume: first(&["volume"]),
        issue: first(&["number", "issue"]),
        pages: first(&["pages", "eid"]).replace("--", "-").replace('–', "-"),
        language: lang::code(&first(&["langid", "language"])),
        summary: first(&["abstract"]),
        series: first(&["series"]),
        ..Record::default()
    };
    if record.publisher.is_empty() {
        record.publisher.clone_from(&institution);
    }
    if kind == Kind::Thesis {
        record.container = institution;
    }
    record.year = year_of(&record.date);
    for (name, role) in [("author", Role::Author), ("editor", Role::Editor), ("translator", Role::Translator)]
    {
        for one in entry.get_as::<Vec<Person>>(name).unwrap_or_default().iter().take(500) {
            let family = [one.prefix.as_str(), one.name.as_str()].join(" ");
            add_creator(&mut record, clean(&person(family.trim(), &one.given_name)), role);
        }
    }
    for (name, kind) in [
        ("doi", IdentifierKind::Doi),
        ("isbn", IdentifierKind::Isbn),
        ("issn", IdentifierKind::Issn),
        ("pmid", IdentifierKind::Pmid),
        ("url", IdentifierKind::Doi),
    ] {
        for value in fields.get(name).into_iter().flat_map(|value| value.split([',', ';'])) {
            record.add_identifier(kind, value);
        }
    }
    let missing = (record.title.is_empty() && record.identifiers.is_empty())
        .then(|| Warning::at("title", offset, "neither title nor number"));
    let warnings = missing.into_iter().collect();
    Parsed { record, format: "bibtex", profile: "bibtex", charset: "utf-8", offset, warnings }
}

fn kind(entry: &EntryType, said: &str) -> Kind {
    match entry {
        EntryType::Article | EntryType::SuppPeriodical => Kind::Article,
        EntryType::Book
        | EntryType::Booklet
        | EntryType::MvBook
        | EntryType::BookInBook
        | EntryType::SuppBook
        | EntryType::Collection
        | EntryType::MvCollection
        | EntryType::Reference
        | EntryType::InBook
        | EntryType::InCollection
        | EntryType::InReference => Kind::Book,
        EntryType::InProceedings | EntryType::Proceedings | EntryType::MvProceedings => Kind::Conference,
        EntryType::MastersThesis | EntryType::PhdThesis | EntryType::Thesis => Kind::Thesis,
        EntryType::TechReport | EntryType::Report => Kind::Report,
        EntryType::Periodical => Kind::Journal,
        EntryType::Patent => Kind::Patent,
        EntryType::Unknown(name) if name.eq_ignore_ascii_case("newspaper") => Kind::Newspaper,
        EntryType::Unknown(name) if name.eq_ignore_ascii_case("standard") => Kind::Standard,
        _ if said.eq_ignore_ascii_case("standard") => Kind::Standard,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::identifier::IdentifierKind;
    use hongyan_model::record::Kind;

    use super::{looks_like, parse};

    #[test]
    fn entries_with_chinese_and_with_tex() {
        let text = r#"
            % 注
            @article{huang2009, author = {黄某 and van der Berg, Jan}, title = {论壮族的{铜鼓}文化},
              journal = {广西民族研究}, year = 2009, number = {2}, pages = {12--20}, doi = {10.1000/ABC}}
            @inbook{b, title = {\"Uber Trommeln}, booktitle = {Bronze}, isbn = {978-7-02-000872-8}, pages = {3-9}}
        "#;
        assert!(looks_like(text));
        let works = parse(text).unwrap();
        let one = &works[0].record;
        assert_eq!((one.title.as_str(), one.container.as_str()), ("论壮族的铜鼓文化", "广西民族研究"));
        assert_eq!((one.kind, one.pages.as_str(), one.issue.as_str()), (Kind::Article, "12-20", "2"));
        assert_eq!(one.creators[0].name, "黄某");
        assert_eq!(one.creators[1].name, "van der Berg, Jan");
        assert_eq!(one.identifier(IdentifierKind::Doi), Some("10.1000/abc"));
        assert_eq!((works[1].record.title.as_str(), works[1].record.kind), ("Über Trommeln", Kind::Book));
    }

    #[test]
    fn a_broken_entry_does_not_take_the_others_with_it() {
        let text = "@book{a, title = {红楼梦}}\n@book{b, title = {三国 \n@book{c, title = {水浒传}}\n";
        let titles: Vec<String> = parse(text).unwrap().into_iter().map(|p| p.record.title).collect();
        assert!(titles.contains(&"红楼梦".to_owned()) && titles.contains(&"水浒传".to_owned()), "{titles:?}");
        assert!(parse("@book{b, title = {三国 ").is_err());
        assert!(!looks_like("联系 a@b.cn {某}"));
    }
}
