//! Responses of the Crossref REST API (`/works`, `/works/{doi}`): publishers' metadata as JSON.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use serde_json::Value;

use crate::answer::{ResultPage, add_creator, add_link, add_once, page_range, parsed, person, records};
use crate::{Budget, Parsed, ReadError, json, lang};

/// Parses a list of works or a single one.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or other JSON.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    let message = answer.get("message").unwrap_or(&Value::Null);
    if let Some(items) = message.get("items").and_then(Value::as_array) {
        let total = message.get("total-results").and_then(json::count);
        return Ok(ResultPage { total, records: records(items, budget, work)? });
    }
    match work(message) {
        Some(one) => Ok(ResultPage { total: Some(1), records: vec![one] }),
        None => Err(ReadError::at(0, "JSON, but not a response of Crossref: neither `items` nor a `DOI`")),
    }
}

fn work(item: &Value) -> Option<Parsed> {
    item.get("DOI")?;
    let word = json::member(item, &["type"]);
    let mut record = Record {
        id: json::member(item, &["DOI"]).to_lowercase(),
        kind: kind(&word),
        title: json::member(item, &["title"]),
        subtitle: json::member(item, &["subtitle"]),
        publisher: json::member(item, &["publisher"]),
        place: json::member(item, &["publisher-location"]),
        date: date(item),
        edition: json::member(item, &["edition-number"]),
        volume: json::member(item, &["volume"]),
        issue: json::member(item, &["issue"]),
        pages: json::member(item, &["page", "article-number"]),
        language: lang::code(&json::member(item, &["language"])),
        summary: summary(item),
        ..Record::default()
    };
    if record.pages.is_empty() {
        record.pages = page_range(&json::at(item, "/journal-issue/page"), "");
    }
    record.year = year_of(&record.date);
    for title in json::texts(item, "title").into_iter().skip(1).chain(json::texts(item, "original-title")) {
        if title != record.title {
            add_once(&mut record.variant_titles, title);
        }
    }
    creators(&mut record, item);
    container(&mut record, item, &word);
    for subject in json::texts(item, "subject") {
        add_once(&mut record.subjects, subject);
    }
    identifiers(&mut record, item);
    links(&mut record, item);
    Some(parsed(record, item, "crossref"))
}

fn creators(record: &mut Record, item: &Value) {
    for (name, role) in [
        ("author", Role::Author),
        ("editor", Role::Editor),
        ("translator", Role::Translator),
        ("chair", Role::Contributor),
    ] {
        let people = json::items(item, name);
        let beside = people.iter().any(|one| !json::member(one, &["family"]).is_empty());
        for creator in people {
            let name = person(&json::member(creator, &["family"]), &json::member(creator, &["given"]));
            let suffix = json::member(creator, &["suffix"]);
            if name.is_empty() {
                // a group that signs beside people is an author as they are
                let role = if beside { role } else { Role::Organisation };
                add_creator(record, json::member(creator, &["name", "literal"]), role);
            } else if suffix.is_empty() || name == suffix {
                add_creator(record, name, role);
            } else {
                add_creator(record, format!("{name}, {suffix}"), role);
            }
        }
    }
}

/// Sets the container: a chapter may list its series before its book; a thesis has its university.
fn container(record: &mut Record, item: &Value, word: &str) {
    let titles = json::texts(item, "container-title");
    match titles.as_slice() {
        [] if record.kind == Kind::Thesis => record.container = json::at(item, "/institution/0/name"),
        [] if record.kind == Kind::Conference => record.container = json::at(item, "/event/name"),
        [] => {}
        // for a whole book it is the series
        [series, ..] if record.kind == Kind::Book && !is_part(word) => record.series.clone_from(series),
        [one] => record.container.clone_from(one),
        [series, .., book] => {
            record.series.clone_from(series);
            record.container.clone_from(book);
        }
    }
}

fn is_part(word: &str) -> bool {
    matches!(
        word,
        "book-chapter"
            | "book-section"
            | "book-part"
            | "book-track"
            | "reference-entry"
            | "proceedings-article"
    )
}

fn identifiers(record: &mut Record, item: &Value) {
    for (name, kind) in [
        ("DOI", IdentifierKind::Doi),
        ("ISBN", IdentifierKind::Isbn),
        ("ISSN", IdentifierKind::Issn),
        ("PMID", IdentifierKind::Pmid),
    ] {
        for value in json::texts(item, name) {
            // old records have http://id.crossref.org/isbn/9787020002207
            let value = if kind == IdentifierKind::Doi {
                value.as_str()
            } else {
                value.rsplit('/').next().unwrap_or_default()
            };
            record.add_identifier(kind, value);
        }
    }
    for typed in json::items(item, "isbn-type").iter().chain(json::items(item, "issn-type")) {
        let value = json::member(typed, &["value"]);
        record.add_identifier(IdentifierKind::Isbn, &value);
        record.add_identifier(IdentifierKind::Issn, &value);
    }
}

/// Only a Creative Commons licence counts as open access.
fn links(record: &mut Record, item: &Value) {
    let open = json::items(item, "license")
        .iter()
        .any(|license| json::member(license, &["URL"]).contains("creativecommons.org"));
    add_link(record, &json::member(item, &["URL"]), "DOI", open);
    for link in json::items(item, "link") {
        if open && json::member(link, &["content-type"]) == "application/pdf" {
            add_link(record, &json::member(link, &["URL"]), "PDF", true);
        }
    }
}

/// Abstracts are JATS, often with a heading like "Abstract".
fn summary(item: &Value) -> String {
    let text = json::member(item, &["abstract"]);
    let jats = item.get("abstract").and_then(Value::as_str).unwrap_or_default();
    for heading in ["Abstract", "ABSTRACT", "摘要", "要旨", "Summary"] {
        if jats.contains(&format!("title>{heading}<"))
            && let Some(rest) = text.strip_prefix(heading)
        {
            return rest.trim_start().to_owned();
        }
    }
    text
}

/// `2019-07-18`, `2019-07` or `2019`, from the first date that has a year. `issued` is the earliest, which
/// for a work that came online first is not the date of its issue.
fn date(item: &Value) -> String {
    for name in [
        "/published-print",
        "/journal-issue/published-print",
        "/issued",
        "/published",
        "/published-online",
        "/approved",
    ] {
        let parts =
            item.pointer(name).and_then(|date| date.pointer("/date-parts/0")).and_then(Value::as_array);
        let numbers: Vec<u64> = parts.into_iter().flatten().map_while(json::count).take(3).collect();
        if let Some((year, rest)) = numbers.split_first() {
            return rest.iter().fold(format!("{year:04}"), |date, part| format!("{date}-{part:02}"));
        }
    }
    String::new()
}

/// Maps Crossref's types; a preprint counts as an article, a chapter as book.
fn kind(word: &str) -> Kind {
    match word {
        "journal-article" | "posted-content" => Kind::Article,
        "book" | "monograph" | "edited-book" | "reference-book" | "book-set" | "book-series" => Kind::Book,
        "proceedings-article" | "proceedings" | "proceedings-series" => Kind::Conference,
        "dissertation" => Kind::Thesis,
        "report" | "report-series" | "report-component" => Kind::Report,
        "standard" | "standard-series" => Kind::Standard,
        "journal" | "journal-issue" | "journal-volume" => Kind::Journal,
        other if is_part(other) => Kind::Book,
        _ => Kind::Other,
    }
}
