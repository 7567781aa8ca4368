//! MARC-in-JSON: `{"leader":"…","fields":[{"001":"…"},{"245":{"ind1":"1","subfields":[{"a":"…"}]}}]}`,
//! alone, in a list, one per line, or as a string inside another response (CALIS 联合目录: `data.MARC`).

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{DELIMITER, Marc, profile, to_record};
use crate::{Budget, Fault, Parsed, ReadError, Warning, json, warn};

/// Maximum nesting of documents in strings.
const MAX_DEPTH: usize = 4;

/// Parses all records of an input in order. A record that cannot be parsed is an error in its place.
///
/// # Errors
/// [`ReadError`] when the input does not begin with JSON, or contains no MARC.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Vec<Result<Parsed, ReadError>>, ReadError> {
    let mut records = Vec::new();
    for (offset, document) in documents(bytes) {
        match document.and_then(|document| json::open(document, budget)) {
            Ok(value) => collect(&value, offset, 0, &mut records, budget)?,
            Err(error) => {
                let error = ReadError { offset: offset + error.offset, ..error };
                if records.is_empty() || error.ends_all() {
                    return Err(error);
                }
                records.push(Err(error));
                break;
            }
        }
    }
    if records.is_empty() {
        return Err(ReadError::at(0, "JSON without a MARC record"));
    }
    Ok(records)
}

/// The first document of an input, which may have several, one per line.
pub(crate) fn first(bytes: &[u8], budget: &Budget) -> Option<Value> {
    json::open(documents(bytes).next()?.1.ok()?, budget).ok()
}

/// Offset and bytes of each document; the last may be an error.
fn documents(bytes: &[u8]) -> impl Iterator<Item = (usize, Result<&[u8], ReadError>)> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
    let mut broken = false;
    std::iter::from_fn(move || {
        let from = documents.byte_offset();
        let document = documents.next().filter(|_| !broken)?;
        broken = document.is_err();
        let part = bytes.get(from..documents.byte_offset()).unwrap_or_default();
        Some((from, document.map(|_| part).map_err(|error| ReadError::at(0, format!("not JSON: {error}")))))
    })
}

/// Whether this is a record, or a response that contains one.
pub(crate) fn is_marc(value: &Value) -> bool {
    let listed = value.get(0).unwrap_or(value);
    let fields = listed.get("fields").and_then(Value::as_array);
    fields.is_some_and(|fields| fields.iter().any(|field| single(field).is_some_and(|(tag, _)| good(tag))))
        || value.pointer("/data/MARC").is_some()
}

fn collect(
    value: &Value,
    offset: usize,
    depth: usize,
    out: &mut Vec<Result<Parsed, ReadError>>,
    budget: &Budget,
) -> Result<(), ReadError> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    match value {
        Value::Array(items) => {
            items.iter().try_for_each(|item| collect(item, offset, depth + 1, out, budget))?;
        }
        Value::String(text) => match json::open(text.as_bytes(), budget) {
            Ok(inner) if !inner.is_string() => collect(&inner, offset, depth + 1, out, budget)?,
            Err(error) if error.fault != Fault::Unreadable => return Err(error),
            _ => out.push(Err(ReadError::at(offset, "a string that holds no JSON"))),
        },
        _ => match value.pointer("/data/MARC").or_else(|| value.get("MARC")) {
            Some(inner) => collect(inner, offset, depth + 1, out, budget)?,
            None => {
                budget.take_record(offset)?;
                out.push(record(value, offset));
            }
        },
    }
    Ok(())
}

fn record(value: &Value, offset: usize) -> Result<Parsed, ReadError> {
    let Some(fields) = value.get("fields").and_then(Value::as_array) else {
        return Err(ReadError::at(offset, "JSON without `fields`"));
    };
    let mut warnings = Vec::new();
    let leader = value.get("leader").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut marc = Marc::with_capacity(leader, fields.len(), 1024);
    for field in fields {
        // a repeated field may be one member with a list
        let Some((tag, body)) = single(field).filter(|(tag, _)| good(tag)) else {
            warn(&mut warnings, || Warning::at("tag", offset, "a field without a tag was left out"));
            continue;
        };
        let Ok(tag) = <[u8; 3]>::try_from(tag.as_bytes()) else { continue };
        let more = match body {
            Value::Array(bodies) => bodies.iter().all(|body| push(&mut marc, tag, body)),
            body => push(&mut marc, tag, body),
        };
        if !more {
            break;
        }
    }
    if marc.is_empty() {
        return Err(ReadError::at(offset, "a MARC record without any field"));
    }
    let profile = profile::detect(&marc);
    let (record, more) = to_record(&marc, profile);
    warnings.extend(more);
    Ok(Parsed { record, format: "marcjson", profile: profile.name(), charset: "utf-8", offset, warnings })
}

/// Name and value of the only member of an object.
fn single(value: &Value) -> Option<(&str, &Value)> {
    let mut members = value.as_object()?.iter();
    let (name, value) = members.next()?;
    members.next().is_none().then_some((name.as_str(), value))
}

fn good(tag: &str) -> bool {
    tag.len() == 3 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Adds a control field (a string) or a data field. False when the record is over the limit.
fn push(marc: &mut Marc<'_>, tag: [u8; 3], body: &Value) -> bool {
    let mut text = String::with_capacity(64);
    if let Some(value) = body.as_str() {
        if !tag.starts_with(b"00") {
            text.push_str("  \u{1F}a");
        }
        append(&mut text, value);
        return marc.push(tag, &text);
    }
    for name in ["ind1", "ind2"] {
        let indicator = body.get(name).and_then(Value::as_str).and_then(|value| value.chars().next());
        text.push(indicator.filter(|c| !c.is_control()).unwrap_or(' '));
    }
    match body.get("subfields") {
        Some(Value::Array(items)) => {
            for (code, value) in items.iter().filter_map(Value::as_object).flatten() {
                subfield(&mut text, code, value);
            }
        }
        Some(Value::Object(items)) => items.iter().for_each(|(code, value)| subfield(&mut text, code, value)),
        _ => {}
    }
    marc.push(tag, &text)
}

/// Adds a subfield for each value; skips codes that are not one character.
fn subfield(text: &mut String, code: &str, value: &Value) {
    let mut letters = code.chars();
    let (Some(code), None) = (letters.next().filter(|c| !c.is_control()), letters.next()) else { return };
    let mut add = |value: &str| {
        text.push(DELIMITER);
        text.push(code);
        append(text, value);
    };
    match value {
        Value::String(value) => add(value),
        Value::Array(values) => values.iter().filter_map(Value::as_str).for_each(add),
        other => add(&json::text(other)),
    }
}

/// Appends text without the control characters that delimit fields.
fn append(text: &mut String, value: &str) {
    text.extend(value.chars().map(|c| if ('\u{1C}'..='\u{1F}').contains(&c) { ' ' } else { c }));
}

#[cfg(test)]
mod tests {
    use super::parse;

    const RECORD: &str = r#"{"leader":"00000nam0 22","fields":[{"001":"CAL 1"},{"200":{"ind1":"1","ind2":" ","subfields":[{"a":"红楼梦"},{"f":"曹雪芹著"}]}}]}"#;

    #[test]
    fn four_wrappings() {
        let string = serde_json::Value::String(RECORD.to_owned());
        for (text, count) in [
            (RECORD.to_owned(), 1),
            (format!("{RECORD}\n{RECORD}\n"), 2),
            (format!("[{RECORD},{RECORD}]"), 2),
            (format!(r#"{{"status":"200","data":{{"MARC":{string}}}}}"#), 1),
        ] {
            let records = parse(text.as_bytes(), &crate::Budget::answer()).unwrap();
            assert_eq!(records.len(), count, "{text}");
            for parsed in records {
                let parsed = parsed.unwrap();
                assert_eq!((parsed.record.title.as_str(), parsed.format), ("红楼梦", "marcjson"));
                assert_eq!(parsed.record.creators[0].name, "曹雪芹");
            }
        }
    }

    #[test]
    fn odd_shapes_cost_what_is_odd() {
        let text = r#"{"fields":[{"245":{"subfields":{"a":"红楼梦","b":["上","下"]}}},{"a":1,"b":2},{"7":"x"},{"700":[{"subfields":[{"a":"高鹗"}]}]},{"650":"小说"}]}"#;
        let parsed = parse(text.as_bytes(), &crate::Budget::answer()).unwrap().remove(0).unwrap();
        assert_eq!((parsed.record.title.as_str(), parsed.record.subtitle.as_str()), ("红楼梦", "上 : 下"));
        assert_eq!((parsed.record.subjects, parsed.warnings.len()), (vec!["小说".to_owned()], 2));
        assert!(parse(b"{}", &crate::Budget::answer()).is_ok_and(|records| records[0].is_err()));
        assert!(parse(b"", &crate::Budget::answer()).is_err());
        let half = format!("{RECORD}\n{{\"fields\":[");
        assert_eq!(
            parse(half.as_bytes(), &crate::Budget::answer())
                .unwrap()
                .iter()
                .map(Result::is_ok)
                .collect::<Vec<_>>(),
            [true, false]
        );
    }
}
