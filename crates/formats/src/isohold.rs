//! ISO 20775 holdings, as in Alma's SRU responses (`isohold`): copies and their availability.

use hongyan_model::holding::Holding;
use hongyan_model::record::Record;
use hongyan_model::text::clean;
use roxmltree::Node;

use crate::{Parsed, Warning, xml};

/// Namespace of the schema.
pub const NAMESPACE: &str = "http://www.loc.gov/standards/iso20775/";
/// Maximum number of holdings of a record.
const MAX: usize = 500;

/// Whether this is a `holdings` element of the schema.
pub(crate) fn is_holdings(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node.tag_name().name() == "holdings"
        && node.tag_name().namespace().is_none_or(|namespace| namespace.contains("20775"))
}

/// A record with holdings only and no title; the bibliographic record is a separate one.
pub(crate) fn from_xml(node: Node<'_, '_>) -> Parsed {
    let mut record = Record::default();
    for holding in node.children().filter(|child| child.tag_name().name() == "holding").take(MAX) {
        let holding = one(holding);
        if holding != Holding::default() && !record.holdings.contains(&holding) {
            record.holdings.push(holding);
        }
    }
    let mut warnings = Vec::new();
    if record.holdings.is_empty() {
        warnings.push(Warning::at("holdings", node.range().start, "empty holdings"));
    }
    Parsed {
        record,
        format: "isohold",
        profile: "isohold",
        charset: "utf-8",
        offset: node.range().start,
        warnings,
    }
}

fn one(node: Node<'_, '_>) -> Holding {
    // the institution's `value` is empty in catalogues of a single library
    let library = xml::child(node, "institutionIdentifier").map(|id| first(id, "value")).unwrap_or_default();
    let available = node
        .descendants()
        .find(|part| part.tag_name().name() == "availableCount")
        .and_then(|count| xml::text_of(count).parse::<u32>().ok())
        .map(|count| count > 0)
        .or_else(|| match first(node, "availabilityStatus").as_str() {
            "1" => Some(true),
            "2" => Some(false),
            _ => None,
        });
    Holding {
        library,
        location: first(node, "physicalLocation"),
        call_number: first(node, "shelfLocator"),
        available,
    }
}

/// Text of the first descendant with a name; empty if there is none.
fn first(node: Node<'_, '_>, name: &str) -> String {
    let found = node.descendants().find(|part| part.is_element() && part.tag_name().name() == name);
    found.map(|part| clean(&xml::text_of(part))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::from_xml;
    use crate::xml;

    #[test]
    fn copies_and_where_they_are() {
        let text = "<holdings xmlns=\"http://www.loc.gov/standards/iso20775/\"><holding><institutionIdentifier><value/>\
            <typeOrSource><text>ISIL</text></typeOrSource></institutionIdentifier><physicalLocation>相思湖馆</physicalLocation>\
            <holdingSimple><copiesSummary><status><availableCount>0</availableCount></status></copiesSummary><copyInformation>\
            <shelfLocator>I242.4/红</shelfLocator></copyInformation></holdingSimple></holding><holding/></holdings>";
        let document = xml::open(text, &crate::Budget::answer()).unwrap();
        let parsed = from_xml(document.root_element());
        assert_eq!(parsed.record.holdings.len(), 1);
        let holding = &parsed.record.holdings[0];
        assert_eq!((holding.location.as_str(), holding.call_number.as_str()), ("相思湖馆", "I242.4/红"));
        assert_eq!((holding.library.as_str(), holding.available), ("", Some(false)));
    }
}
