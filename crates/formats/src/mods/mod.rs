//! MODS 3 (Library of Congress), as XML and as LibraryCloud's JSON.

mod map;
mod names;
mod related;
mod tree;

use hongyan_model::record::RawRecord;
use hongyan_model::text;
use roxmltree::Node;
use serde_json::Value;

use crate::{Budget, Parsed, ReadError, json, xml};
use tree::Element;

/// Namespace of all versions 3.x.
pub(crate) const NAMESPACE: &str = "http://www.loc.gov/mods/v3";
/// Maximum length of the raw view, in characters.
const MAX_RAW: usize = 50_000;

/// Parses all MODS records of a document: the root itself, or every `mods` element in it.
///
/// # Errors
/// [`ReadError`] when the text is not well-formed or contains no MODS.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    let mut records: Vec<Parsed> = Vec::new();
    // nested records count as one, because each would be copied once per level
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if is_record(node) {
            budget.take_record(node.range().start)?;
            records.push(from_xml(node, text));
        } else {
            open.extend(node.children().rev().filter(Node::is_element));
        }
    }
    if records.is_empty() {
        return Err(ReadError::at(0, "XML without a MODS record"));
    }
    Ok(records)
}

/// Whether this is `<mods>`, in its namespace or in none (some systems lose it).
pub(crate) fn is_record(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node.tag_name().name() == "mods"
        && node.tag_name().namespace().is_none_or(|namespace| namespace == NAMESPACE)
}

/// Maps a record; `source` is the text that the tree was parsed from.
pub(crate) fn from_xml(node: Node<'_, '_>, source: &str) -> Parsed {
    let range = node.range();
    let raw = text::clip(source.get(range.clone()).unwrap_or_default(), MAX_RAW);
    parsed(&Element::of_xml(node), RawRecord { format: "mods".to_owned(), text: raw }, range.start)
}

/// Maps a record in JSON; none unless it is an object.
pub(crate) fn from_json(value: &Value) -> Option<Parsed> {
    value.is_object().then(|| {
        let raw = json::raw(value);
        parsed(&Element::of_json("mods", value), RawRecord { format: "json".to_owned(), text: raw }, 0)
    })
}

fn parsed(element: &Element, raw: RawRecord, offset: usize) -> Parsed {
    let (mut record, mut warnings) = map::map(element);
    record.raw = Some(raw);
    for warning in &mut warnings {
        warning.offset = (offset > 0).then_some(offset);
    }
    Parsed { record, format: "mods", profile: "mods", charset: "utf-8", offset, warnings }
}
