//! Conversion of times and JSON to stored values.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// Milliseconds since 1970 UTC.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time from milliseconds since 1970 UTC.
pub(crate) fn at(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|e| StoreError::row("time", e))
}

/// Serialises to JSON.
pub(crate) fn json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::row(what, e))
}

/// Endings of a member with an empty value. A string value cannot end like this, because quotes in it are
/// escaped.
const EMPTY: [&str; 4] = [r#":"""#, ":null", ":[]", ":false"];

/// Serialises to JSON without empty members. Most fields of a form are empty, so a row has half the size,
/// and half the pages have to be decrypted, encrypted and written. Only for types whose missing members
/// default to empty.
pub(crate) fn lean_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    // enough for a whole request
    let mut full = Vec::with_capacity(4096);
    serde_json::to_writer(&mut full, value).map_err(|e| StoreError::row(what, e))?;
    let full = String::from_utf8(full).map_err(|e| StoreError::row(what, e))?;
    let Some(members) = full.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Ok(full);
    };
    let mut lean = String::with_capacity(full.len());
    let mut keep = |member: &str| {
        if !EMPTY.iter().any(|end| member.ends_with(end)) {
            lean.push(if lean.is_empty() { '{' } else { ',' });
            lean.push_str(member);
        }
    };
    let (mut from, mut depth, mut in_text, mut escaped) = (0, 0_u32, false, false);
    for (at, byte) in members.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => {
                keep(members.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    keep(members.get(from..).unwrap_or_default());
    lean.push_str(if lean.is_empty() { "{}" } else { "}" });
    Ok(lean)
}

/// Parses JSON.
pub(crate) fn parse<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::row(what, e))
}

/// Parses JSON; an empty text gives none.
pub(crate) fn parse_optional<T: DeserializeOwned>(
    what: &'static str,
    text: &str,
) -> Result<Option<T>, StoreError> {
    if text.is_empty() { Ok(None) } else { parse(what, text).map(Some) }
}

/// The name of an enum value that serialises to a string (`RequestState`, `NoticeKind`).
pub(crate) fn name<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        Ok(_) => Err(StoreError::row(what, "not a name")),
        Err(error) => Err(StoreError::row(what, error)),
    }
}

/// Parses an enum value from its name.
pub(crate) fn named<T: DeserializeOwned>(what: &'static str, name: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(|e| StoreError::row(what, e))
}

/// Parses the id column of a request.
pub(crate) fn request_id(text: &str) -> Result<hongyan_model::RequestId, StoreError> {
    text.parse().map(hongyan_model::RequestId).map_err(|e: uuid::Error| StoreError::row("request id", e))
}
