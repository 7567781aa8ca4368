//! Responses of 国家科技图书文献中心 (NSTL). Undocumented; the format is known from observation: a row is a list of
//! `{f, v}` pairs, single values are arrays of one, titles contain `<em>`.

use hongyan_model::holding::Holding;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, year_of};
use hongyan_model::text;
use serde_json::Value;

use crate::answer::records;
use crate::{Budget, Parsed, ReadError, Warning, json, lang, roles};

/// Address of the pages of single works.
pub const SITE: &str = "https://www.nstl.gov.cn";
/// Maximum number of rows; the site requests fewer.
const MAX_ROWS: usize = 1_000;

/// Names of the members of a record that are read.
pub const NAMES: &[&str] = &[
    "id",
    "type",
    "tit",
    "yea",
    "vol",
    "iss",
    "stpa",
    "lan",
    "abs",
    "key",
    "hasAut",
    "hasSo",
    "hasCrOr",
    "hasHol",
    "doi",
    "issn",
    "isbn",
    "acty",
    "availableOrderType",
];

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// application code; `0` is success. As text, because it occurs as string and as number
    pub code: String,
    /// message; usually empty
    pub message: String,
    /// total number of hits, if reported
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

impl ResultPage {
    /// Whether the application reports success.
    pub fn ok(&self) -> bool {
        matches!(self.code.as_str(), "" | "0" | "200")
    }
}

/// Parses a list; `site` is the address of the pages of single works ([`SITE`]).
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or have no member of such a response.
pub fn parse(bytes: &[u8], site: &str, budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    let code = json::member(&answer, &["code"]);
    let message = json::member(&answer, &["message", "msg"]);
    let rows = json::listed(answer.get("data"), NAMES);
    if code.is_empty() && rows.is_none() {
        return Err(ReadError::at(0, "JSON, but not a response of NSTL: neither `code` nor `data`"));
    }
    let records = records(rows.into_iter().flatten().take(MAX_ROWS), budget, |row| work(row, site))?;
    Ok(ResultPage { code, message, total: answer.get("total").and_then(json::count), records })
}

/// The value of a field in a row of `{f, v}` pairs, or in an object.
fn field<'a>(row: &'a Value, name: &str) -> Option<&'a Value> {
    match row {
        Value::Array(pairs) => {
            let named = |pair: &&Value| pair.get("f").and_then(Value::as_str) == Some(name);
            pairs.iter().find(named).and_then(|pair| pair.get("v"))
        }
        Value::Object(members) => members.get(name),
        _ => None,
    }
}

fn one(row: &Value, name: &str) -> String {
    field(row, name).map(json::text).unwrap_or_default()
}

fn many(row: &Value, name: &str) -> Vec<String> {
    match field(row, name) {
        Some(Value::Array(items)) => {
            items.iter().map(json::text).filter(|t| !t.is_empty()).take(200).collect()
        }
        Some(other) => Some(json::text(other)).filter(|t| !t.is_empty()).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The rows in a field: people, sources, holdings.
fn rows<'a>(row: &'a Value, name: &str) -> Vec<&'a Value> {
    match field(row, name) {
        Some(Value::Array(items)) if items.iter().all(|item| item.get("f").is_some()) => {
            field(row, name).into_iter().collect()
        }
        Some(Value::Array(items)) => {
            items.iter().filter(|item| item.is_array() || item.is_object()).take(500).collect()
        }
        Some(object @ Value::Object(_)) => vec![object],
        _ => Vec::new(),
    }
}

/// A field of a row, also within nested rows.
fn within(row: &Value, name: &str) -> String {
    let direct = one(row, name);
    match row {
        Value::Array(inner) if direct.is_empty() => {
            inner.iter().map(|item| one(item, name)).find(|text| !text.is_empty()).unwrap_or_default()
        }
        _ => direct,
    }
}

fn work(row: &Value, site: &str) -> Option<Parsed> {
    if !row.is_array() && !row.is_object() {
        return None;
    }
    let mut record = Record {
        id: one(row, "id"),
        kind: kind(&one(row, "type")),
        title: one(row, "tit"),
        date: one(row, "yea"),
        volume: one(row, "vol"),
        issue: one(row, "iss"),
        pages: one(row, "stpa"),
        language: lang::code(&one(row, "lan")),
        summary: many(row, "abs").into_iter().next().unwrap_or_default(),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    // titles in the other language of a bilingual journal
    for title in many(row, "tit").into_iter().skip(1).take(10) {
        if title != record.title && !record.variant_titles.contains(&title) {
            record.variant_titles.push(title);
        }
    }
    for word in many(row, "key").iter().flat_map(|words| words.split([';', '；'])).map(str::trim) {
        if !word.is_empty()
            && record.subjects.len() < 100
            && !record.subjects.iter().any(|known| known == word)
        {
            record.subjects.push(word.to_owned());
        }
    }
    for person in rows(row, "hasAut") {
        let name = roles::tidy(&within(person, "nam"));
        if !name.is_empty() && !record.creators.iter().any(|known| known.name == name) {
            record.creators.push(Creator::author(name));
        }
    }
    for source in rows(row, "hasSo") {
        if record.container.is_empty() {
            record.container = within(source, "tit");
        }
        record.add_identifier(IdentifierKind::Issn, &within(source, "issn"));
    }
    let institution =
        || rows(row, "hasCrOr").iter().map(|body| within(body, "nam")).find(|name| !name.is_empty());
    if record.kind == Kind::Thesis && record.container.is_empty() {
        record.container = institution().unwrap_or_default();
    }
    for (name, kind) in
        [("doi", IdentifierKind::Doi), ("issn", IdentifierKind::Issn), ("isbn", IdentifierKind::Isbn)]
    {
        record.add_identifier(kind, &one(row, name));
    }
    available(row, site, &mut record);
    let missing = record.title.is_empty().then(|| Warning::new("title", "no title"));
    record.raw = Some(RawRecord { format: "json".to_owned(), text: json::raw(row) });
    let warnings = missing.into_iter().collect();
    Some(Parsed { record, format: "nstl", profile: "nstl", charset: "utf-8", offset: 0, warnings })
}

/// Holdings, whether the work can be ordered, and the page for ordering or reading it.
fn available(row: &Value, site: &str, record: &mut Record) {
    // `全文申请单`: the centre supplies a copy
    // repeated with each of the holdings
    let order = text::clip(&many(row, "availableOrderType").join("、"), 200);
    for holding in rows(row, "hasHol").into_iter().take(100) {
        let library = within(holding, "lico");
        if !library.is_empty() {
            record.holdings.push(Holding {
                library,
                location: order.clone(),
                call_number: within(holding, "honu"),
                available: None,
            });
        }
    }
    if record.holdings.is_empty() && !order.is_empty() {
        let library = "国家科技图书文献中心".to_owned();
        record.holdings.push(Holding { library, location: order.clone(), ..Holding::default() });
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !record.id.is_empty() && record.id.chars().all(plain) {
        record.links.push(Link {
            url: format!("{}/paper_detail.html?id={}", site.trim_end_matches('/'), record.id),
            label: if order.is_empty() { "NSTL".to_owned() } else { order },
            open_access: one(row, "acty").eq_ignore_ascii_case("oa"),
        });
    }
}

/// `JournalPaper`, `DegreePaper`, `ProceedingsPaper`, `BookMatrix`, `ReportMatrix` …
fn kind(word: &str) -> Kind {
    let lower = word.to_lowercase();
    for (part, kind) in [
        ("journalpaper", Kind::Article),
        ("journalmatrix", Kind::Journal),
        ("degree", Kind::Thesis),
        ("proceeding", Kind::Conference),
        ("conference", Kind::Conference),
        ("patent", Kind::Patent),
        ("standard", Kind::Standard),
        ("report", Kind::Report),
        ("book", Kind::Book),
    ] {
        if lower.contains(part) {
            return kind;
        }
    }
    crate::dc::kind_of(word).unwrap_or_default()
}
