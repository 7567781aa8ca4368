//! Responses of 上海图书馆 open data (`{result, data, pager}`, or JSON-LD). No complete response has been
//! published: member names are known from clients' code, all may be missing, and values may be strings,
//! arrays, or JSON-LD's `{"@value", "@language"}`.

use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, Role, year_of};
use hongyan_model::text;
use serde_json::Value;

use crate::answer::records;
use crate::markup::strip_html;
use crate::{Budget, Parsed, ReadError, Warning, dc, json, roles};

/// Maximum number of rows; the API sends at most 20.
const MAX_ROWS: usize = 500;

/// Names of the members of a record that are read.
pub const NAMES: &[&str] = &[
    "title",
    "name",
    "nameS",
    "nameChs",
    "nameT",
    "nameCht",
    "nameEn",
    "label",
    "alternativeTitle",
    "otherName",
    "type",
    "category",
    "resourceType",
    "creator",
    "author",
    "contributor",
    "publisher",
    "place",
    "address",
    "road",
    "dateLabel",
    "date",
    "temporalValue",
    "temporal",
    "year",
    "begin",
    "start",
    "end",
    "edition",
    "extent",
    "description",
    "des",
    "abstract",
    "summary",
    "note",
    "briefBiography",
    "subject",
    "keyword",
    "uri",
    "@id",
    "noteOfSource",
];

/// A page of objects, or an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// result code: `0` is success; empty where not given
    pub result: String,
    /// message
    pub message: String,
    /// total number of objects, if reported
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

impl ResultPage {
    /// Whether the service does not report an error.
    pub fn ok(&self) -> bool {
        matches!(self.result.as_str(), "" | "0" | "200" | "true")
    }
}

/// Parses a response: the envelope, a bare list, or a JSON-LD graph.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or contain no list.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    let result = match answer.get("result").or_else(|| answer.get("code")) {
        Some(Value::Bool(worked)) => worked.to_string(),
        Some(value) => json::text(value),
        None => String::new(),
    };
    let message = json::member(&answer, &["msg", "message", "error"]);
    let rows = answer.as_array().or_else(|| {
        ["data", "@graph", "resultList", "rows"].iter().find_map(|name| answer.get(name)?.as_array())
    });
    // a single JSON-LD object
    let single =
        (rows.is_none() && (answer.get("@id").is_some() || answer.get("uri").is_some())).then_some(&answer);
    if rows.is_none() && single.is_none() && result.is_empty() && message.is_empty() {
        return Err(ReadError::at(0, "JSON, but neither a list nor an object of the Shanghai Library"));
    }
    let total = ["rowCount", "totalCount", "total", "count"]
        .iter()
        .find_map(|name| answer.pointer(&format!("/pager/{name}")).and_then(json::count));
    let records = records(rows.into_iter().flatten().chain(single).take(MAX_ROWS), budget, object)?;
    Ok(ResultPage { result, message, total, records })
}

/// Values with their language: `康健书局@chs`, `{"@value": "康健书局", "@language": "chs"}`.
fn values(object: &Value, names: &[&str]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for name in names {
        // JSON-LD uses prefixes (`dc:title`) or full URIs
        let found = object.as_object().into_iter().flatten().find(|(key, _)| {
            let local = key.rsplit([':', '/', '#']).next().unwrap_or(key);
            local == *name
        });
        let Some((_, value)) = found else { continue };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items.iter().take(100) {
            let (text, language) = match item {
                Value::Object(_) => {
                    (json::member(item, &["@value", "label", "name"]), json::member(item, &["@language"]))
                }
                Value::String(text) => match text.rsplit_once('@') {
                    Some((head, tail)) if is_language(tail) => (strip_html(head), tail.to_owned()),
                    _ => (strip_html(text), String::new()),
                },
                other => (json::text(other), String::new()),
            };
            if !text.is_empty() && !out.iter().any(|(known, _)| *known == text) {
                out.push((text, language));
            }
        }
    }
    out
}

fn is_language(tail: &str) -> bool {
    matches!(tail, "chs" | "cht" | "en" | "zh" | "eng" | "zh-cn" | "zh-hans" | "zh-hant" | "jp" | "ja")
}

fn value(object: &Value, names: &[&str]) -> String {
    values(object, names).into_iter().next().map(|(text, _)| text).unwrap_or_default()
}

fn object(item: &Value) -> Option<Parsed> {
    if !item.is_object() {
        return None;
    }
    let mut titles = values(
        item,
        &[
            "title",
            "name",
            "nameS",
            "nameChs",
            "nameT",
            "nameCht",
            "nameEn",
            "label",
            "alternativeTitle",
            "otherName",
        ],
    );
    // 简体 first: the object's page uses it as its title
    titles.sort_by_key(|(_, language)| !matches!(language.as_str(), "chs" | "zh-cn" | "zh-hans" | ""));
    let mut titles = titles.into_iter().map(|(text, _)| text);
    let mut record = Record {
        title: titles.next().unwrap_or_default(),
        variant_titles: titles.take(20).collect(),
        kind: dc::kind_of(&value(item, &["type", "category", "resourceType"])).unwrap_or(Kind::Other),
        creators: creators(item),
        publisher: value(item, &["publisher"]),
        place: value(item, &["place", "address", "road"]),
        date: date(item),
        edition: value(item, &["edition"]),
        pages: value(item, &["extent"]),
        summary: value(item, &["description", "des", "abstract", "summary", "note", "briefBiography"]),
        subjects: values(item, &["subject", "keyword"]).into_iter().map(|(text, _)| text).collect(),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    let uri = value(item, &["uri", "@id"]);
    record.id = text::clip(if uri.is_empty() { &record.title } else { &uri }, 300);
    if uri.starts_with("http://") || uri.starts_with("https://") {
        let label = value(item, &["noteOfSource"]);
        record.links.push(Link { url: uri, label, open_access: false });
    }
    let missing = record.title.is_empty().then(|| Warning::new("title", "no title"));
    record.raw = Some(RawRecord { format: "json".to_owned(), text: json::raw(item) });
    let warnings = missing.into_iter().collect();
    Some(Parsed { record, format: "shanghai", profile: "shanghai", charset: "utf-8", offset: 0, warnings })
}

/// The date for display; else the range.
fn date(item: &Value) -> String {
    let said = value(item, &["dateLabel", "date", "temporalValue", "temporal", "year"]);
    if !said.is_empty() {
        return said;
    }
    match (value(item, &["begin", "start"]), value(item, &["end"])) {
        (begin, end) if !begin.is_empty() && !end.is_empty() => format!("{begin}–{end}"),
        (begin, _) => begin,
    }
}

fn creators(item: &Value) -> Vec<Creator> {
    values(item, &["creator", "author", "contributor"])
        .into_iter()
        .flat_map(|(names, _)| names.split([';', '；', '|']).map(roles::split_role).collect::<Vec<_>>())
        .filter(|(name, _)| !name.is_empty())
        .take(100)
        .map(|(name, role)| Creator { name, role: role.unwrap_or(Role::Author) })
        .collect()
}
