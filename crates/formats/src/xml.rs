//! Decodes bytes to XML text and parses text to a tree, handling the usual traps: byte order marks, wrong
//! declarations, forbidden control characters, document type declarations (required for entity bombs),
//! huge trees.

use std::borrow::Cow;

use crate::{Budget, ReadError, Warning};

/// Decoded XML.
#[derive(Debug, Clone)]
pub struct XmlText<'a> {
    /// the text; for UTF-8 input, byte offsets are unchanged
    pub text: Cow<'a, str>,
    /// the encoding, in lower case: `utf-8`, `gbk`, `utf-16le`
    pub charset: &'static str,
    /// problems that were corrected
    pub warnings: Vec<Warning>,
}

/// Decodes bytes as XML text: by byte order mark, as UTF-8 if valid, else by the declaration. Forbidden
/// control characters become spaces.
pub fn decode(bytes: &[u8]) -> XmlText<'_> {
    let mut warnings = Vec::new();
    let (text, charset) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding != encoding_rs::UTF_8 => {
            (encoding.decode_with_bom_removal(bytes).0, charset_name(encoding))
        }
        _ => by_content(bytes, &mut warnings),
    };
    let text = if let Some(at) = text.bytes().position(forbidden) {
        warnings.push(Warning::at("control", at, "control characters, read as spaces"));
        Cow::Owned(text.chars().map(|c| if c.is_ascii() && forbidden(c as u8) { ' ' } else { c }).collect())
    } else {
        text
    };
    XmlText { text, charset, warnings }
}

fn by_content<'a>(bytes: &'a [u8], warnings: &mut Vec<Warning>) -> (Cow<'a, str>, &'static str) {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (Cow::Borrowed(text), "utf-8"),
        Err(error) => error,
    };
    match declared(bytes) {
        Some(encoding) if encoding != encoding_rs::UTF_8 => {
            let (text, _, broken) = encoding.decode(bytes);
            if broken {
                warnings.push(Warning::new("charset", format!("not all of it is {}", encoding.name())));
            }
            (text, charset_name(encoding))
        }
        _ => {
            let detail = "broken UTF-8, shown as \u{FFFD}";
            warnings.push(Warning::at("charset", error.valid_up_to(), detail));
            (String::from_utf8_lossy(bytes), "utf-8")
        }
    }
}

/// The encoding declared in `<?xml … encoding="…"?>`.
fn declared(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(256))?).into_owned();
    let declaration = head.split("?>").next()?.split("encoding").nth(1)?;
    let quote = declaration.find(['"', '\''])?;
    let label = declaration.get(quote + 1..)?.split(['"', '\'']).next()?;
    encoding_rs::Encoding::for_label(label.as_bytes())
}

fn charset_name(encoding: &'static encoding_rs::Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "GBK" => "gbk",
        "EUC-KR" => "euc-kr",
        "EUC-JP" => "euc-jp",
        "Shift_JIS" => "shift_jis",
        "Big5" => "big5",
        other => other,
    }
}

fn forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Parses a document to a tree.
///
/// # Errors
/// [`ReadError`] when the text is not well-formed, has a document type declaration, or its tree would
/// exceed the budget, which is checked before it is built.
pub fn open<'a>(text: &'a str, budget: &Budget) -> Result<roxmltree::Document<'a>, ReadError> {
    crate::markup_size::check(text, budget)?;
    let nodes_limit = u32::try_from(budget.limits().nodes).unwrap_or(u32::MAX);
    let options = roxmltree::ParsingOptions { nodes_limit, ..Default::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        let place = error.pos();
        let line_start: usize =
            text.split_inclusive('\n').take((place.row as usize).saturating_sub(1)).map(str::len).sum();
        let line = text.get(line_start..).unwrap_or_default();
        let column: usize =
            line.chars().take((place.col as usize).saturating_sub(1)).map(char::len_utf8).sum();
        ReadError::at(line_start + column, format!("not well-formed XML: {error}"))
    })
}

/// Nodes in document order, without those that contain other nodes of the list: the records, where
/// envelopes have the same name.
pub(crate) fn innermost<'a, 'input>(
    nodes: impl Iterator<Item = roxmltree::Node<'a, 'input>>,
) -> Vec<roxmltree::Node<'a, 'input>> {
    let mut inner: Vec<roxmltree::Node<'a, 'input>> = Vec::new();
    for node in nodes {
        if inner.last().is_some_and(|last| node.range().start < last.range().end) {
            inner.pop();
        }
        inner.push(node);
    }
    inner
}

/// First child element with a local name, in any namespace.
pub(crate) fn child<'a, 'input>(
    node: roxmltree::Node<'a, 'input>,
    name: &str,
) -> Option<roxmltree::Node<'a, 'input>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The text directly inside an element, trimmed.
pub(crate) fn text_of(node: roxmltree::Node<'_, '_>) -> String {
    let text: String =
        node.children().filter_map(|child| child.is_text().then(|| child.text()).flatten()).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{decode, open};

    #[test]
    fn encodings_of_xml() {
        let gbk = b"<?xml version=\"1.0\" encoding=\"gb2312\"?><t>\xba\xec\xc2\xa5\xc3\xce</t>";
        let read = decode(gbk);
        assert_eq!(
            (read.charset, open(&read.text, &crate::Budget::answer()).unwrap().root_element().text()),
            ("gbk", Some("红楼梦"))
        );
        let utf16: Vec<u8> = "\u{FEFF}<t>红楼梦</t>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).text, "<t>红楼梦</t>");
        let control = decode("<t>红\u{1F}楼</t>".as_bytes());
        assert_eq!((control.text.as_ref(), control.warnings.len()), ("<t>红 楼</t>", 1));
    }

    #[test]
    fn bombs_are_refused() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>"#;
        assert!(open(bomb, &crate::Budget::answer()).is_err());
        let deep = "<a>".repeat(300_000);
        assert!(open(&deep, &crate::Budget::answer()).is_err());
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        // either result is fine as long as it returns
        let _ = open(&deep, &crate::Budget::answer()).is_ok();
    }

    #[test]
    fn errors_have_a_place() {
        let error = open("<a>\n<b>红楼梦</c></a>", &crate::Budget::answer()).unwrap_err();
        assert!(error.offset > 4 && error.offset <= 26, "{error}");
    }
}
