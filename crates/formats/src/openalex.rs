//! Responses of OpenAlex (`/works`): an index that aggregates Crossref, repositories and others.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use serde_json::Value;

use crate::answer::{ResultPage, add_creator, add_link, add_once, page_range, parsed, records, running_text};
use crate::markup::strip_html;
use crate::{Budget, Parsed, ReadError, json, lang};

/// Maximum number of words of an abstract; articles have a few hundred.
const MAX_WORDS: usize = 20_000;
/// Maximum size of an abstract in bytes.
const MAX_ABSTRACT: usize = 200_000;

/// Parses a list of works or a single one.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or other JSON.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    if let Some(results) = answer.get("results").and_then(Value::as_array) {
        let total = answer.pointer("/meta/count").and_then(json::count);
        return Ok(ResultPage { total, records: records(results, budget, work)? });
    }
    match work(&answer) {
        Some(one) => Ok(ResultPage { total: Some(1), records: vec![one] }),
        None => Err(ReadError::at(0, "JSON, but not a response of OpenAlex: neither `results` nor a work")),
    }
}

fn work(item: &Value) -> Option<Parsed> {
    let id = json::member(item, &["id"]);
    if id.is_empty() || item.get("title").is_none() && item.get("display_name").is_none() {
        return None;
    }
    let text = |pointer: &str| json::at(item, pointer);
    let word = text("/type");
    let raw_type = text("/primary_location/raw_type");
    let mut record = Record {
        id: id.rsplit('/').next().unwrap_or_default().to_owned(),
        kind: kind(&word, &raw_type),
        title: json::member(item, &["title", "display_name"]),
        date: json::member(item, &["publication_date", "publication_year"]),
        volume: text("/biblio/volume"),
        issue: text("/biblio/issue"),
        pages: page_range(&text("/biblio/first_page"), &text("/biblio/last_page")),
        language: lang::code(&text("/language")),
        summary: item.get("abstract_inverted_index").map(abstract_of).unwrap_or_default(),
        ..Record::default()
    };
    record.year = year_of(&text("/publication_year")).or_else(|| year_of(&record.date));
    for authorship in json::items(item, "authorships") {
        let name = json::at(authorship, "/author/display_name");
        let name = if name.is_empty() { json::member(authorship, &["raw_author_name"]) } else { name };
        add_creator(&mut record, name, Role::Author);
    }
    source(&mut record, item, &word);
    for (name, field) in
        [("keywords", "display_name"), ("topics", "display_name"), ("mesh", "descriptor_name")]
    {
        for subject in json::items(item, name) {
            add_once(&mut record.subjects, json::member(subject, &[field]));
        }
    }
    identifiers(&mut record, item);
    links(&mut record, item);
    Some(parsed(record, item, "openalex"))
}

/// Sets the container. A repository or an e-book platform is not a journal.
fn source(record: &mut Record, item: &Value, word: &str) {
    let Some(location) = item.get("primary_location") else {
        return;
    };
    let kind = json::at(location, "/source/type");
    let name = json::at(location, "/source/display_name");
    let name = if name.is_empty() { json::member(location, &["raw_source_name"]) } else { name };
    match kind.as_str() {
        "repository" | "metadata" => {}
        "ebook platform" => record.publisher = json::at(location, "/source/host_organization_name"),
        "book series" if word == "book" => record.series = name,
        _ => {
            record.publisher = json::at(location, "/source/host_organization_name");
            record.container = name;
        }
    }
    if kind != "repository" {
        for issn in location.get("source").into_iter().flat_map(|source| json::texts(source, "issn")) {
            record.add_identifier(IdentifierKind::Issn, &issn);
        }
        record.add_identifier(IdentifierKind::Issn, &json::at(location, "/source/issn_l"));
    }
}

fn identifiers(record: &mut Record, item: &Value) {
    record.add_identifier(IdentifierKind::Doi, &json::member(item, &["doi"]));
    record.add_identifier(IdentifierKind::Doi, &json::at(item, "/ids/doi"));
    let pmid = json::at(item, "/ids/pmid");
    record.add_identifier(
        IdentifierKind::Pmid,
        pmid.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
    );
    for location in json::items(item, "locations").iter().take(50) {
        let url = json::member(location, &["landing_page_url"]);
        if let Some((_, id)) = url.split_once("arxiv.org/abs/") {
            record.add_identifier(IdentifierKind::Arxiv, id);
        }
    }
}

fn links(record: &mut Record, item: &Value) {
    let open = item.pointer("/open_access/is_oa").and_then(Value::as_bool).unwrap_or(false);
    if open {
        add_link(record, &json::at(item, "/best_oa_location/pdf_url"), "PDF", true);
        add_link(record, &json::at(item, "/open_access/oa_url"), "", true);
    }
    let here = item.pointer("/primary_location/is_oa").and_then(Value::as_bool).unwrap_or(false);
    add_link(record, &json::at(item, "/primary_location/landing_page_url"), "", here);
}

/// Rebuilds the abstract from its inverted index (words with their positions).
fn abstract_of(index: &Value) -> String {
    let mut words: Vec<(u64, &str)> = Vec::new();
    let mut room = MAX_ABSTRACT;
    for (word, places) in index.as_object().into_iter().flatten() {
        for place in places.as_array().into_iter().flatten().filter_map(Value::as_u64) {
            // a word is stored once and may have a thousand positions
            if let Some(rest) = room.checked_sub(word.len())
                && words.len() < MAX_WORDS
            {
                room = rest;
                words.push((place, word));
            }
        }
    }
    words.sort_by_key(|(place, _)| *place);
    strip_html(&running_text(words.into_iter().map(|(_, word)| word)))
}

fn kind(word: &str, raw: &str) -> Kind {
    if raw.contains("proceedings") {
        return Kind::Conference;
    }
    match word {
        "article" | "review" | "letter" | "editorial" | "preprint" | "erratum" | "retraction" => {
            Kind::Article
        }
        "book" | "book-chapter" | "reference-entry" => Kind::Book,
        "dissertation" => Kind::Thesis,
        "report" => Kind::Report,
        "standard" => Kind::Standard,
        _ => Kind::Other,
    }
}
