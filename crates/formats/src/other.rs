//! Describes inputs that are not bibliographic records, for maintainers.

use hongyan_model::text::clip;
use serde_json::Value;

use crate::detect::root_name;
use crate::xml;

const NO_RECORD: &str = "not a bibliographic record";

/// What an unsupported input seems to be, as a sentence.
pub(crate) fn refusal(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(65_536)).unwrap_or_default();
    let source = xml::decode(head);
    let text = source.text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']);
    if !text.starts_with('<') {
        return format!("{}: {NO_RECORD}", of_text(head, text));
    }
    let root = root_name(text);
    let name = match root {
        "ISO18626Message" => "ISO 18626 message",
        "context-objects" | "context-object" => "OpenURL context object",
        "context_object" => "OpenURL resolver answer",
        "OAI-PMH" if text.contains("<error") => return "OAI-PMH error: no record".to_owned(),
        "OAI-PMH" => "OAI-PMH answer of a format that is not read",
        "crossref_result" => "Crossref unixref XML, not read (its JSON is)",
        "html" | "HTML" => "HTML page",
        _ => return format!("XML of a kind that is not read: <{}>", clip(root, 60)),
    };
    format!("{name}: {NO_RECORD}")
}

/// The same for JSON.
pub(crate) fn refusal_of_json(value: &Value) -> String {
    let has = |name: &str| value.get(name).is_some();
    let first = |name: &str| value.get(0).is_some_and(|item| item.get(name).is_some());
    let name = if has("$schema") {
        "JSON schema"
    } else if has("requestType") || has("requests") || has("requestingInstitutionSymbol") || has("batchId") {
        "FOLIO or ReShare request"
    } else if has("totalLoans") || has("loans") {
        "FOLIO account"
    } else if has("resultInfo") && has("items") {
        "directory of institutions"
    } else if first("input") || first("type") && first("items") {
        "test cases of a translator"
    } else if first("expected") {
        "expected citations"
    } else {
        "JSON of a kind that is not read"
    };
    format!("{name}: {NO_RECORD}")
}

/// The name of a file that is no text, as its users call it; none for a text or MARC.
pub(crate) fn binary(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 9] = [
        (b"%PDF-", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"Rar!", "RAR"),
        (b"7z\xBC\xAF", "7z"),
        (b"\x1F\x8B", "GZIP"),
        (b"{\\rtf", "RTF"),
        (b"\xD0\xCF\x11\xE0", "Word 97"),
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
    ];
    let head = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    SIGNS.iter().find(|(sign, _)| head.starts_with(sign)).map(|(_, name)| *name)
}

/// The name of a structured text, as its users call it: `HTML`, `XML`, `JSON`, `MARC`.
pub(crate) fn title(text: &str) -> String {
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']);
    match text.chars().next() {
        Some('<') => {
            let root = root_name(text.get(..floor(text, 65_536)).unwrap_or_default());
            match root {
                "html" | "HTML" => "HTML".to_owned(),
                root if root.is_ascii() && !root.is_empty() => format!("XML <{}>", clip(root, 40)),
                _ => "XML".to_owned(),
            }
        }
        Some('{' | '[') => "JSON".to_owned(),
        _ => "MARC".to_owned(),
    }
}

/// The last boundary of a character not after an offset.
fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default()
}

fn of_text(head: &[u8], text: &str) -> &'static str {
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    let line = |word: &str| text.lines().take(40).any(|line| line.trim_start().starts_with(word));
    match head {
        [0x30 | 0x60..=0x7F | 0xA0..=0xBF, ..] if head.contains(&0) => return "BER, protocol data",
        _ => {}
    }
    if starts(&["TY  -"]) || line("TY  - ") {
        "RIS"
    } else if line("@") && text.contains('{') {
        "BibTeX"
    } else if starts(&["HTTP/"]) {
        "HTTP answer with its head"
    } else if text.contains(">>====") && text.contains("MODE") {
        "CSL test"
    } else if text.contains("ctx_ver=") || text.contains("rft.") || text.contains("url_ver=") {
        "OpenURL"
    } else {
        "text that is neither ISO 2709 nor XML nor JSON"
    }
}

#[cfg(test)]
mod tests {
    use super::{refusal, refusal_of_json};

    #[test]
    fn what_is_no_record_has_a_name() {
        for (text, name) in [
            (
                "<?xml version=\"1.0\"?><ISO18626Message xmlns=\"x\"><request/>红</ISO18626Message>",
                "ISO 18626",
            ),
            ("TY  - JOUR\nTI  - 红楼梦\nER  - \n", "RIS"),
            ("% 注\n@book{a, title = {红楼梦}}", "BibTeX"),
            ("https://example.org/?url_ver=Z39.88-2004&rft.title=红", "OpenURL"),
            ("<红/>", "XML of a kind"),
        ] {
            assert!(refusal(text.as_bytes()).starts_with(name), "{}", refusal(text.as_bytes()));
        }
        let request = serde_json::json!({"id": "1", "requestType": "Hold", "item": {"title": "红楼梦"}});
        assert!(refusal_of_json(&request).starts_with("FOLIO"));
    }
}
