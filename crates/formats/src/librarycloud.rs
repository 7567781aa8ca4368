//! Responses of Harvard LibraryCloud (`items.json`: MODS as JSON; `items.dc.json`: Dublin Core as JSON).
//! Both are XML converted to JSON, so every element may be a value, an array, or missing.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{Budget, Parsed, ReadError, answer, dc, json, mods};

/// Maximum number of records; the API sends at most 250.
const MAX_RECORDS: usize = 1_000;

/// A page of results, or an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// total number of hits
    pub total: Option<u64>,
    /// last position that can be requested; further hits need a cursor
    pub pageable: Option<u64>,
    /// positions that this page consumed, including records that could not be parsed
    pub taken: u64,
    /// the records of this page
    pub records: Vec<Parsed>,
    /// error of the API
    pub error: Option<Complaint>,
}

/// An error: `{"status": 400, "message": "Incorrect query syntax"}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Complaint {
    /// status as text, usually the HTTP status
    pub status: String,
    /// error text
    pub message: String,
}

/// Parses a search response, or an error in JSON or XML.
///
/// # Errors
/// [`ReadError`] when the bytes are neither JSON nor XML, or have no member of such a response.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let start = bytes.trim_ascii_start();
    if start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).first() == Some(&b'<') {
        return xml_error(bytes, budget);
    }
    let document = json::open(bytes, budget)?;
    let complaint = document.get("error").filter(|error| error.is_object()).unwrap_or(&document);
    let (status, message) =
        (json::member(complaint, &["status", "code"]), json::member(complaint, &["message"]));
    let pagination = document.get("pagination").unwrap_or(&Value::Null);
    let items = document.get("items");
    if pagination.is_null() && items.is_none() {
        if status.is_empty() && message.is_empty() {
            let what = "JSON, but not a response of LibraryCloud: neither `pagination` nor `items`";
            return Err(ReadError::at(0, what));
        }
        return Ok(ResultPage { error: Some(Complaint { status, message }), ..ResultPage::default() });
    }
    let count = |name: &str| pagination.get(name).and_then(json::count);
    // one object with all the records, or a list of objects with one or more each
    let parts = items.map(several).unwrap_or_default();
    let named = |name: &str| -> Vec<&Value> {
        parts.iter().filter_map(|part| part.get(name)).flat_map(several).take(MAX_RECORDS).collect()
    };
    let mut mods: Vec<&Value> = named("mods");
    let dublin: Vec<&Value> = named("dc");
    mods.extend(parts.iter().filter(|part| part.get("titleInfo").is_some()));
    let taken = (mods.len() + dublin.len()) as u64;
    let mut records = answer::records(mods, budget, mods::from_json)?;
    records.extend(answer::records(dublin, budget, |item| dublin_core(item, budget))?);
    Ok(ResultPage {
        total: count("numFound"),
        pageable: count("maxPageableSet"),
        taken,
        records,
        error: None,
    })
}

/// A value or an array as a list.
fn several(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().filter(|item| !item.is_null()).take(MAX_RECORDS).collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// `<error><status>…</status><message>…</message></error>`
fn xml_error(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let source = crate::xml::decode(bytes);
    let document = crate::xml::open(&source.text, budget)?;
    let root = document.root_element();
    if root.tag_name().name() != "error" {
        return Err(ReadError::at(root.range().start, "XML, but not an error of LibraryCloud"));
    }
    let part = |name| crate::xml::child(root, name).map(crate::xml::text_of).unwrap_or_default();
    let message = match part("message") {
        said if said.is_empty() => crate::xml::text_of(root),
        said => said,
    };
    Ok(ResultPage { error: Some(Complaint { status: part("status"), message }), ..ResultPage::default() })
}

/// Converts Dublin Core in JSON back to XML, so that one parser handles both.
fn dublin_core(item: &Value, budget: &Budget) -> Option<Parsed> {
    let members = item.as_object()?;
    let mut xml = String::from("<dc xmlns:dc=\"http://purl.org/dc/elements/1.1/\">");
    for (name, value) in members {
        let name = name.rsplit(':').next().unwrap_or(name);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphabetic()) {
            continue;
        }
        for value in several(value) {
            let value = value.get("#text").unwrap_or(value);
            let (Value::String(_) | Value::Number(_)) = value else { continue };
            // writing to a string cannot fail
            let _ = write!(xml, "<dc:{name}>{}</dc:{name}>", escape(&json::text(value)));
        }
    }
    xml.push_str("</dc>");
    let mut parsed = dc::parse(&xml, budget).ok()?.into_iter().next()?;
    if let Some(raw) = &mut parsed.record.raw {
        "json".clone_into(&mut raw.format);
        raw.text = json::raw(item);
    }
    Some(parsed)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
