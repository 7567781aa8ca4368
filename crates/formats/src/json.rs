//! Reaching into JSON that may have any shape: what is not there, or is something else, is empty.

use serde_json::Value;

use crate::ReadError;
use crate::markup::strip_html;

/// The document, or where it stops being JSON. Nesting is limited by serde_json (128).
pub(crate) fn open(bytes: &[u8]) -> Result<Value, ReadError> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| {
        let line_start: usize = bytes
            .split_inclusive(|b| *b == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        ReadError::at(line_start + error.column().saturating_sub(1), format!("not JSON: {error}"))
    })
}

/// A string, number or truth value as cleaned text without markup; of an array the first that says
/// something; empty for everything else.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(scalar).find(|text| !text.is_empty()).unwrap_or_default(),
        other => scalar(other),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => strip_html(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The text of a member; of the first of several names that says something.
pub(crate) fn member(value: &Value, names: &[&str]) -> String {
    names
        .iter()
        .filter_map(|name| value.get(name))
        .map(text)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// All texts of a member that may be one value or an array of them.
pub(crate) fn texts(value: &Value, name: &str) -> Vec<String> {
    match value.get(name) {
        Some(Value::Array(items)) => items.iter().map(scalar).filter(|text| !text.is_empty()).collect(),
        Some(other) => Some(scalar(other)).filter(|text| !text.is_empty()).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A count that may be a number or a string of digits.
pub(crate) fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The text under a JSON pointer.
pub(crate) fn at(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).map(text).unwrap_or_default()
}

/// The members of an array, or the one value that stands where an array might; nothing for null.
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    match value.get(name) {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => &[],
        Some(one) => std::slice::from_ref(one),
    }
}
