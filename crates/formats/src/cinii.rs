//! Responses of CiNii Research, and of its predecessor CiNii Books (OpenSearch, JSON-LD): articles,
//! books, theses of Japan. Numbers may be strings, and lists of one value may be bare values.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, Record, Role, year_of};
use serde_json::Value;

use crate::answer::{ResultPage, add_creator, add_link, add_once, page_range, parsed, records};
use crate::{Budget, Parsed, ReadError, json, lang, roles};

/// Parses a page of results.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or other JSON.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    // CiNii Books has its channel inside a graph
    let channel = answer.pointer("/@graph/0").unwrap_or(&answer);
    let total = channel.get("opensearch:totalResults").and_then(json::count);
    let items = channel.get("items").and_then(Value::as_array);
    if total.is_none() && items.is_none() {
        return Err(ReadError::at(
            0,
            "JSON, but not a response of CiNii: neither `opensearch:totalResults` nor `items`",
        ));
    }
    Ok(ResultPage { total, records: records(items.into_iter().flatten(), budget, item)? })
}

fn item(item: &Value) -> Option<Parsed> {
    if !item.is_object() {
        return None;
    }
    let text = |names: &[&str]| json::member(item, names);
    let address = text(&["@id"]);
    let mut record = Record {
        id: address.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned(),
        kind: kind(&text(&["dc:type", "dcterms:type"]), item),
        title: value(item, "title").or_else(|| value(item, "dc:title")).unwrap_or_default(),
        publisher: text(&["dc:publisher"]),
        date: text(&["prism:publicationDate", "dc:date", "dcterms:issued"]),
        container: text(&["prism:publicationName"]),
        volume: text(&["prism:volume"]),
        issue: text(&["prism:number"]),
        pages: page_range(&text(&["prism:startingPage", "prism:pageRange"]), &text(&["prism:endingPage"])),
        language: lang::code(&text(&["dc:language"])),
        summary: text(&["description", "dc:description"]),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    if record.kind == Kind::Thesis && record.container.is_empty() {
        // the institution
        record.container.clone_from(&record.publisher);
    }
    for names in json::texts(item, "dc:creator") {
        // 有吉佐和子著, or a list in one string
        for name in names.split([';', '；']) {
            let (name, role) = roles::split_role(name);
            add_creator(&mut record, name, role.unwrap_or(Role::Author));
        }
    }
    for subject in json::texts(item, "dc:subject") {
        add_once(&mut record.subjects, subject);
    }
    identifiers(&mut record, item);
    let link = json::at(item, "/link/@id");
    add_link(&mut record, if link.is_empty() { &address } else { &link }, "CiNii", false);
    Some(parsed(record, item, "cinii"))
}

/// A text, or the `@value` of an object, or of the first object in a list.
fn value(item: &Value, name: &str) -> Option<String> {
    let first = json::items(item, name).first()?;
    let text = if first.is_object() { json::member(first, &["@value"]) } else { json::text(first) };
    Some(text).filter(|text| !text.is_empty())
}

fn identifiers(record: &mut Record, item: &Value) {
    for identifier in json::items(item, "dc:identifier") {
        let value = json::member(identifier, &["@value"]);
        let word = json::member(identifier, &["@type"]);
        match word.rsplit(':').next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "DOI" => record.add_identifier(IdentifierKind::Doi, &value),
            "ISBN" => record.add_identifier(IdentifierKind::Isbn, &value),
            "ISSN" | "EISSN" | "PISSN" | "ISSN_L" => record.add_identifier(IdentifierKind::Issn, &value),
            "PMID" => record.add_identifier(IdentifierKind::Pmid, &value),
            // as text: info:doi/10.…
            _ if identifier.is_string() => {
                if let Some(known) = Identifier::recognise(&json::text(identifier)) {
                    record.add_identifier(known.kind, &known.value);
                }
            }
            _ => {}
        }
    }
    for (name, kind) in [
        ("prism:issn", IdentifierKind::Issn),
        ("prism:eIssn", IdentifierKind::Issn),
        ("prism:isbn", IdentifierKind::Isbn),
        ("prism:doi", IdentifierKind::Doi),
    ] {
        for text in json::texts(item, name) {
            record.add_identifier(kind, &text);
        }
    }
    for part in json::items(item, "dcterms:hasPart") {
        let urn = if part.is_object() { json::member(part, &["@id"]) } else { json::text(part) };
        if let Some(isbn) = urn.to_lowercase().strip_prefix("urn:isbn:") {
            record.add_identifier(IdentifierKind::Isbn, isbn);
        }
    }
}

fn kind(word: &str, item: &Value) -> Kind {
    let lower = word.to_lowercase();
    match lower.rsplit([':', '/']).next().unwrap_or_default() {
        "dissertation" => Kind::Thesis,
        "article" => Kind::Article,
        "book" => Kind::Book,
        "" if item.get("prism:publicationName").is_some() => Kind::Article,
        // CiNii Books omits the type where all its items are of one kind
        "" if json::member(item, &["@id"]).contains("/ncid/") => Kind::Book,
        "" => Kind::Other,
        other => crate::dc::kind_of(other).unwrap_or_default(),
    }
}
