//! MODS 3 (Library of Congress), as XML and as the JSON that LibraryCloud makes of it.

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

/// The namespace of every version 3.
pub(crate) const NAMESPACE: &str = "http://www.loc.gov/mods/v3";
/// The raw view is for eyes.
const MAX_RAW: usize = 50_000;

/// All MODS records of a document: the root itself, or every `mods` element in it.
///
/// # Errors
/// When the text is not well-formed or holds no MODS.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    let mut records: Vec<Parsed> = Vec::new();
    // records in records are one: each would be copied as often as it is wrapped
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

/// True for `<mods>`, in its namespace or in none (some systems lose it).
pub(crate) fn is_record(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node.tag_name().name() == "mods"
        && node.tag_name().namespace().is_none_or(|namespace| namespace == NAMESPACE)
}

/// Maps one record; `source` is the text that the tree was made of.
pub(crate) fn from_xml(node: Node<'_, '_>, source: &str) -> Parsed {
    let range = node.range();
    let raw = text::clip(source.get(range.clone()).unwrap_or_default(), MAX_RAW);
    parsed(&Element::of_xml(node), RawRecord { format: "mods".to_owned(), text: raw }, range.start)
}

/// Maps one record of JSON; none for what is no object.
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
