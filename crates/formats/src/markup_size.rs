//! Estimates the size of the tree of an XML text before it is parsed. The parser takes quadratic time in
//! the attributes of an element, and cubic time in nested namespace declarations (roxmltree#153).

use crate::{Budget, ReadError};

/// Inherited namespaces per node of the budget.
const INHERITED: usize = 16;

/// Charges the budget for the tree of a text. Malformed text is scanned as far as possible; the parser
/// reports the errors.
///
/// # Errors
/// A fault of the budget ([`Fault`](crate::Fault)): `TooLarge`, `TooMany` or `TooDeep` when a limit is
/// exceeded, `Stopped` when the parsing was cancelled.
pub(crate) fn check(text: &str, budget: &Budget) -> Result<(), ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let bytes = text.as_bytes();
    // the parser allocates a node for every `<` and an attribute for every `=`, wherever they occur;
    // every tag may be followed by a text
    let tags = memchr::memchr_iter(b'<', bytes).count();
    budget.take_nodes(2 * tags + memchr::memchr_iter(b'=', bytes).count(), 0)?;
    let mut open: Vec<usize> = Vec::new();
    // namespaces in scope
    let mut scope = 0;
    let mut at = 0;
    while let Some(start) = find(bytes, at, b"<") {
        budget.look(start)?;
        let inner = bytes.get(start + 1..).unwrap_or_default();
        let end = match inner {
            [b'!', b'-', b'-', ..] => find(bytes, start + 4, b"-->").map(|end| end + 3),
            [b'!', b'[', ..] => find(bytes, start + 3, b"]]>").map(|end| end + 3),
            [b'?', ..] => find(bytes, start + 2, b"?>").map(|end| end + 2),
            // the parser rejects it
            [b'!', ..] => None,
            [b'/', ..] => {
                scope -= open.pop().unwrap_or_default();
                find(bytes, start + 2, b">").map(|end| end + 1)
            }
            _ => {
                let tag = Tag::scan(inner);
                budget.check_attributes(tag.attributes, start)?;
                if tag.namespaces > 0 {
                    budget.check_namespaces(scope + tag.namespaces, start)?;
                    budget.take_nodes((scope + tag.namespaces) / INHERITED, start)?;
                }
                if !tag.empty {
                    scope += tag.namespaces;
                    open.push(tag.namespaces);
                    budget.check_depth(open.len(), start)?;
                }
                tag.length.map(|length| start + 1 + length)
            }
        };
        match end {
            Some(end) => at = end,
            None => break,
        }
    }
    Ok(())
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, what).map(|at| from + at)
}

/// Properties of a start tag.
#[derive(Default)]
struct Tag {
    attributes: usize,
    namespaces: usize,
    empty: bool,
    /// length including `>`; none when it is not terminated
    length: Option<usize>,
}

impl Tag {
    /// Scans a tag after its `<`.
    fn scan(inner: &[u8]) -> Tag {
        let mut tag = Tag::default();
        let mut at = 0;
        let mut name = 0;
        while let Some(sign) = inner.get(at) {
            match sign {
                b'>' => {
                    tag.empty = at > 0 && inner.get(at - 1) == Some(&b'/');
                    tag.length = Some(at + 1);
                    return tag;
                }
                b'=' => {
                    let named = inner.get(name..at).unwrap_or_default();
                    if named.starts_with(b"xmlns") {
                        tag.namespaces += 1;
                    } else {
                        tag.attributes += 1;
                    }
                }
                b'"' | b'\'' => match inner.get(at + 1..).and_then(|rest| memchr::memchr(*sign, rest)) {
                    Some(length) => at += 1 + length,
                    None => return tag,
                },
                _ => {}
            }
            at += 1;
            // a name begins after white space or after a value
            if matches!(sign, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'') {
                name = at;
            }
        }
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::{Budget, Fault};

    fn refused(text: &str) -> Option<Fault> {
        check(text, &Budget::answer()).err().map(|error| error.fault)
    }

    #[test]
    fn what_no_record_has_is_refused_before_a_tree_is_made() {
        let nested: String = (0..8000).map(|n| format!("<a xmlns:n{n}=\"u{n}\">")).collect();
        assert_eq!(refused(&nested), Some(Fault::TooMany));
        let attributes: String = (0..80_000).map(|n| format!(" a{n:x}=\"\"")).collect();
        assert_eq!(refused(&format!("<record{attributes}/>")), Some(Fault::TooMany));
        let namespaces: String = (0..40_000).map(|n| format!(" xmlns:a{n:x}='u'")).collect();
        assert_eq!(refused(&format!("<record{namespaces}/>")), Some(Fault::TooMany));
        assert_eq!(refused(&"<a>".repeat(1_000)), Some(Fault::TooDeep));
        assert_eq!(refused(&"<a/>".repeat(2_000_000)), Some(Fault::TooMany));
        assert_eq!(refused(&format!("<a>{}</a>", "=".repeat(2_000_000))), Some(Fault::TooMany));
        assert_eq!(refused(&" ".repeat(20_000_000)), Some(Fault::TooLarge));
    }

    #[test]
    fn what_records_have_is_not() {
        let record = "<record xmlns=\"http://www.loc.gov/MARC21/slim\" xmlns:xsi='x'><!-- <a> --><![CDATA[<b>]]>\
            <datafield tag=\"245\" ind1='1' ind2=\"0\"><subfield code=\"a\">红楼梦 a=b</subfield></datafield></record>";
        let text = format!("<?xml version='1.0'?><r xmlns:z='>'>{}</r>", record.repeat(2_000));
        assert_eq!(refused(&text), None);
        // malformed text is left to the parser
        for text in ["<", "<a", "<a b='", "</a></a>", "<!", "<!--", "<?", "<a b=\"c\"d='e'/>", ""] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
