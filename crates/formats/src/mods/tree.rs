//! A tree common to MODS as XML and as JSON, so that there is one mapping. The JSON is converted XML:
//! attributes as `@name`, text as `#text`, a repeated element as an array, a single one as an object or a
//! string, an empty one as null.

use hongyan_model::text;
use serde_json::Value;

/// Maximum depth; deeper elements are dropped.
const MAX_DEPTH: usize = 24;
/// Maximum number of elements; further ones are dropped.
const MAX_ELEMENTS: usize = 20_000;

/// An element with its attributes; names have no prefixes.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub fn of_xml(node: roxmltree::Node<'_, '_>) -> Element {
        xml(node, 0, &mut MAX_ELEMENTS.clone())
    }

    pub fn of_json(name: &str, value: &Value) -> Element {
        let mut element = Element { name: local(name).to_owned(), ..Element::default() };
        fill(&mut element, value, 0, &mut MAX_ELEMENTS.clone());
        element
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// An attribute; empty when absent.
    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The element's own text, cleaned.
    pub fn text(&self) -> String {
        text::clean(&self.text)
    }

    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.children.iter()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first non-empty child with this name.
    pub fn text_of(&self, name: &str) -> String {
        self.all(name).map(Element::text).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn xml(node: roxmltree::Node<'_, '_>, depth: usize, left: &mut usize) -> Element {
    let mut element = Element {
        name: node.tag_name().name().to_owned(),
        attributes: node.attributes().map(|a| (a.name().to_owned(), text::clean(a.value()))).collect(),
        ..Element::default()
    };
    for child in node.children() {
        if child.is_text() {
            element.text.push_str(child.text().unwrap_or_default());
        } else if child.is_element() && depth < MAX_DEPTH && *left > 0 {
            *left -= 1;
            element.children.push(xml(child, depth + 1, left));
        }
    }
    element
}

fn fill(element: &mut Element, value: &Value, depth: usize, left: &mut usize) {
    let Value::Object(members) = value else {
        element.text = scalar(value);
        return;
    };
    for (name, value) in members {
        if let Some(attribute) = name.strip_prefix('@') {
            element.attributes.push((local(attribute).to_owned(), text::clean(&scalar(value))));
            continue;
        }
        if matches!(name.as_str(), "#text" | "$" | "content") && !value.is_object() {
            element.text = scalar(value);
            continue;
        }
        let several = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in several.iter().filter(|item| !item.is_null()) {
            if depth >= MAX_DEPTH || *left == 0 {
                return;
            }
            *left -= 1;
            let mut child = Element { name: local(name).to_owned(), ..Element::default() };
            fill(&mut child, item, depth + 1, left);
            element.children.push(child);
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        // text interrupted by markup
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}
