//! Access to JSON of unknown shape: missing members and wrong types give empty values.

use std::cell::Cell;
use std::{fmt, io};

use hongyan_model::text::clip;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::markup::strip_html;
use crate::{Budget, Fault, ReadError};

/// Parses a document within the budget. serde_json limits nesting to 128; the memory of the tree is
/// charged before it is built.
pub(crate) fn open(bytes: &[u8], budget: &Budget) -> Result<Value, ReadError> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    budget.take_bytes(bytes.len(), 0)?;
    let refused = Cell::new(None);
    let mut document = serde_json::Deserializer::from_slice(bytes);
    let read = Tree { budget, refused: &refused }.deserialize(&mut document);
    read.and_then(|value| document.end().map(|()| value)).map_err(|error| {
        let line_start: usize = bytes
            .split_inclusive(|b| *b == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let at = line_start + error.column().saturating_sub(1);
        match refused.take() {
            Some(fault) => ReadError::over(at, fault),
            None => ReadError::at(at, format!("not JSON: {error}")),
        }
    })
}

/// Nodes charged for an object: serde_json's maps allocate eleven slots at once.
const OBJECT: usize = 8;
/// Number of members after which a map allocates more.
const ROOM: usize = 11;
/// Nodes charged for an array, which allocates four slots.
const ARRAY: usize = 2;

/// Builds a tree within a budget.
#[derive(Clone, Copy)]
struct Tree<'b> {
    budget: &'b Budget,
    refused: &'b Cell<Option<Fault>>,
}

impl Tree<'_> {
    fn take<E: de::Error>(self, nodes: usize) -> Result<(), E> {
        self.budget.take_nodes(nodes, 0).map_err(|error| {
            self.refused.set(Some(error.fault));
            E::custom(error.what)
        })
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.take(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            if array.is_empty() {
                self.take(ARRAY)?;
            }
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.is_empty() || object.len() >= ROOM && object.len().is_multiple_of(ROOM / 2) {
                self.take(OBJECT)?;
            }
            let value = members.next_value_seed(self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// Maximum length of the raw view, in characters.
const MAX_RAW: usize = 50_000;

/// A value as JSON for display, truncated.
pub(crate) fn raw(value: &Value) -> String {
    let mut written = Cut(Vec::new());
    // fails at the limit, which is intended
    let _ = serde_json::to_writer(&mut written, value);
    clip(&String::from_utf8_lossy(&written.0), MAX_RAW)
}

/// A writer that stops at a limit.
struct Cut(Vec<u8>);

impl io::Write for Cut {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // a character has at most four bytes
        let room = (4 * (MAX_RAW + 1)).saturating_sub(self.0.len());
        if room == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let taken = bytes.get(..bytes.len().min(room)).unwrap_or_default();
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A string, number or boolean as cleaned text without markup; for an array, its first non-empty item;
/// empty for everything else.
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

/// The text of the first of these members that is not empty.
pub(crate) fn member(value: &Value, names: &[&str]) -> String {
    names
        .iter()
        .filter_map(|name| value.get(name))
        .map(text)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// All texts of a member that may be a value or an array.
pub(crate) fn texts(value: &Value, name: &str) -> Vec<String> {
    match value.get(name) {
        Some(Value::Array(items)) => items.iter().map(scalar).filter(|text| !text.is_empty()).collect(),
        Some(other) => Some(scalar(other)).filter(|text| !text.is_empty()).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A count, as a number or a string of digits.
pub(crate) fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The text under a JSON pointer.
pub(crate) fn at(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).map(text).unwrap_or_default()
}

/// The records in a list. A single one may stand without the list, where it has one of these names.
pub(crate) fn listed<'a>(list: Option<&'a Value>, names: &[&str]) -> Option<&'a [Value]> {
    match list? {
        Value::Array(items) => Some(items),
        one @ Value::Object(members) if names.iter().any(|name| members.contains_key(*name)) => {
            Some(std::slice::from_ref(one))
        }
        _ => None,
    }
}

/// The items of an array, or a single value as one item; empty for null.
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    match value.get(name) {
        Some(Value::Array(items)) => items,
        None | Some(Value::Null) => &[],
        Some(one) => std::slice::from_ref(one),
    }
}
