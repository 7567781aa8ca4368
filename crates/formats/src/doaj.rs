//! Responses of the Directory of Open Access Journals: open-access articles.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use serde_json::Value;

use crate::answer::{ResultPage, add_creator, add_link, add_once, page_range, parsed, records};
use crate::{Budget, Parsed, ReadError, json, lang};

/// Parses a page of results, or a single article.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or other JSON.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    if let (Some(results), Some(total)) =
        (answer.get("results").and_then(Value::as_array), answer.get("total").and_then(json::count))
    {
        return Ok(ResultPage { total: Some(total), records: records(results, budget, article)? });
    }
    match article(&answer) {
        Some(one) => Ok(ResultPage { total: Some(1), records: vec![one] }),
        None => Err(ReadError::at(
            0,
            "JSON, but not a response of DOAJ: neither `results` with `total` nor `bibjson`",
        )),
    }
}

fn article(item: &Value) -> Option<Parsed> {
    let work = item.get("bibjson")?;
    let text = |pointer: &str| json::at(work, pointer);
    let mut record = Record {
        id: json::member(item, &["id"]),
        kind: Kind::Article,
        title: text("/title"),
        publisher: text("/journal/publisher"),
        date: date(&text("/year"), &text("/month")),
        container: text("/journal/title"),
        volume: text("/journal/volume"),
        issue: text("/journal/number"),
        pages: page_range(&text("/start_page"), &text("/end_page")),
        language: lang::code(&text("/journal/language")),
        summary: text("/abstract"),
        ..Record::default()
    };
    record.year = year_of(&text("/year"));
    for author in json::items(work, "author") {
        add_creator(&mut record, json::member(author, &["name"]), Role::Author);
    }
    for subject in json::texts(work, "keywords") {
        add_once(&mut record.subjects, subject);
    }
    for subject in json::items(work, "subject") {
        add_once(&mut record.subjects, json::member(subject, &["term"]));
        let (scheme, code) = (json::member(subject, &["scheme"]), json::member(subject, &["code"]));
        if !scheme.is_empty() && !code.is_empty() {
            add_once(&mut record.classification, format!("{scheme}:{code}"));
        }
    }
    for identifier in json::items(work, "identifier") {
        let value = json::member(identifier, &["id"]);
        match json::member(identifier, &["type"]).to_lowercase().as_str() {
            "doi" => record.add_identifier(IdentifierKind::Doi, &value),
            "issn" | "pissn" | "eissn" => record.add_identifier(IdentifierKind::Issn, &value),
            _ => {}
        }
    }
    for issn in work.get("journal").into_iter().flat_map(|journal| json::texts(journal, "issns")) {
        record.add_identifier(IdentifierKind::Issn, &issn);
    }
    for link in json::items(work, "link") {
        let open = json::member(link, &["type"]) == "fulltext";
        add_link(&mut record, &json::member(link, &["url"]), &json::member(link, &["content_type"]), open);
    }
    Some(parsed(record, item, "doaj"))
}

/// `2020-04` from year and month; the month may be a number or a name.
fn date(year: &str, month: &str) -> String {
    match month.parse::<u8>() {
        Ok(month @ 1..=12) => format!("{year}-{month:02}"),
        _ => year.to_owned(),
    }
}
