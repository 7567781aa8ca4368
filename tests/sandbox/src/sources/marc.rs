//! MARC records and their XML form (MARCXML, Library of Congress).

use std::fmt::Write;

use super::xml;

/// A field with subfields.
pub(crate) struct Field {
    tag: &'static str,
    indicators: [char; 2],
    subfields: Vec<(char, String)>,
}

impl Field {
    /// A field; `indicators` are two characters, blank = undefined.
    pub(crate) fn new(tag: &'static str, indicators: [char; 2]) -> Field {
        Field { tag, indicators, subfields: Vec::new() }
    }

    /// Adds a subfield unless its value is empty.
    pub(crate) fn sub(mut self, code: char, value: impl Into<String>) -> Field {
        let value = value.into();
        if !value.is_empty() {
            self.subfields.push((code, value));
        }
        self
    }
}

/// A record under construction.
pub(crate) struct Marc {
    leader: String,
    control: Vec<(&'static str, String)>,
    fields: Vec<Field>,
}

impl Marc {
    pub(crate) fn new(leader: String) -> Marc {
        Marc { leader, control: Vec::new(), fields: Vec::new() }
    }

    pub(crate) fn control(&mut self, tag: &'static str, value: impl Into<String>) {
        self.control.push((tag, value.into()));
    }

    /// Adds a field unless it has no subfields (other than a link).
    pub(crate) fn field(&mut self, field: Field) {
        if field.subfields.iter().any(|(code, _)| *code != '6') {
            self.fields.push(field);
        }
    }

    /// Serialises as `<record>` in the MARCXML namespace, fields sorted by tag.
    pub(crate) fn to_xml(&self) -> String {
        let mut out = String::from("<record xmlns=\"http://www.loc.gov/MARC21/slim\">");
        // writing to a String cannot fail
        let _ = write!(out, "<leader>{}</leader>", xml(&self.leader));
        for (tag, value) in &self.control {
            let _ = write!(out, "<controlfield tag=\"{tag}\">{}</controlfield>", xml(value));
        }
        let mut fields: Vec<&Field> = self.fields.iter().collect();
        fields.sort_by_key(|field| field.tag);
        for field in fields {
            let [one, two] = field.indicators;
            let _ = write!(out, "<datafield tag=\"{}\" ind1=\"{one}\" ind2=\"{two}\">", field.tag);
            for (code, value) in &field.subfields {
                let _ = write!(out, "<subfield code=\"{code}\">{}</subfield>", xml(value));
            }
            out.push_str("</datafield>");
        }
        out.push_str("</record>");
        out
    }
}

/// Whether a text is in Latin script.
pub(crate) fn is_latin(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).all(|c| (c as u32) < 0x250)
}
