//! Identifiers inside longer text: a pasted reference or a publisher's address that names its work
//! exactly.

use crate::identifier::{Identifier, IdentifierKind};

/// Finds an identifier in text: a DOI anywhere; else one with its label before it, or in an address of a
/// known form. An ISSN is not taken, because in a reference it names the journal and not the work.
pub(super) fn within(text: &str) -> Option<Identifier> {
    let lower = text.to_lowercase();
    if let Some(doi) = doi(&lower).or_else(|| doi(&decoded(&lower)?)) {
        return Some(doi);
    }
    for (name, kind) in [
        ("arxiv.org/abs/", IdentifierKind::Arxiv),
        ("arxiv.org/pdf/", IdentifierKind::Arxiv),
        ("arxiv:", IdentifierKind::Arxiv),
        ("pubmed.ncbi.nlm.nih.gov/", IdentifierKind::Pmid),
        ("ncbi.nlm.nih.gov/pubmed/", IdentifierKind::Pmid),
        ("pmid:", IdentifierKind::Pmid),
        ("isbn", IdentifierKind::Isbn),
    ] {
        for (at, _) in lower.match_indices(name) {
            let rest = lower.get(at + name.len()..).unwrap_or_default();
            if let Some(found) = behind(kind, rest) {
                return Some(found);
            }
        }
    }
    None
}

/// Formats an identifier so that the box recognises it again.
pub(super) fn display(identifier: &Identifier) -> String {
    match identifier.kind {
        IdentifierKind::Pmid => format!("PMID: {}", identifier.value),
        IdentifierKind::Arxiv => format!("arXiv:{}", identifier.value),
        _ => identifier.value.clone(),
    }
}

/// Parses an identifier right after its label.
fn behind(kind: IdentifierKind, rest: &str) -> Option<Identifier> {
    let rest = rest.trim_start_matches([':', '：', ' ', '-']);
    let part: String = match kind {
        IdentifierKind::Isbn => rest.chars().take(24).collect(),
        IdentifierKind::Pmid => rest.chars().take_while(char::is_ascii_digit).collect(),
        _ => {
            let end = |c: &char| !c.is_whitespace() && !matches!(c, '?' | '#' | '[' | ']' | '，' | ',' | ';');
            let part: String = rest.chars().take(40).take_while(end).collect();
            let part = part.trim_end_matches(['.', '。', '/']);
            part.strip_suffix(".pdf").unwrap_or(part).to_owned()
        }
    };
    Identifier::parse(kind, &part)
}

/// The first DOI in a lower-case text.
fn doi(lower: &str) -> Option<Identifier> {
    lower
        .match_indices("10.")
        .filter(|(at, _)| {
            // in `110.1000/x` the digits before it belong to the number
            let before = lower.get(..*at).and_then(|head| head.chars().next_back());
            !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
        })
        .take(50)
        .find_map(|(at, _)| {
            let in_address = lower
                .get(..at)
                .and_then(|head| head.split_whitespace().next_back())
                .is_some_and(|word| word.contains("://") || word.starts_with("www."));
            let ends = |c: char| {
                c.is_whitespace()
                    || matches!(c, '，' | '。' | '；' | '、' | '"' | '”' | '“' | '）' | '】' | '」' | '》')
                    || in_address && matches!(c, '?' | '&' | '#')
            };
            let token: String = lower.get(at..)?.chars().take(300).take_while(|c| !ends(*c)).collect();
            let mut token = token.as_str();
            if in_address {
                for tail in TAILS {
                    token = token.strip_suffix(tail).unwrap_or(token);
                }
            }
            Identifier::parse(IdentifierKind::Doi, ended(token))
        })
}

/// Suffixes that publishers append to the DOI in their addresses, in the order in which they are
/// stripped.
const TAILS: [&str; 12] = [
    "/",
    "/fulltext.html",
    "/fulltext",
    "/full/html",
    "/full",
    "/abstract",
    "/summary",
    "/epdf",
    "/pdf",
    "/html",
    "/meta",
    ".pdf",
];

/// Strips the punctuation of the surrounding sentence; a closing bracket stays if it is opened inside.
fn ended(token: &str) -> &str {
    let mut token = token;
    loop {
        let cut = token.trim_end_matches(['.', ',', ';', ':', '\'', '’', '>']);
        let open = |bracket: char| cut.matches(bracket).count();
        let shorter = match cut.chars().next_back() {
            Some(')') if open(')') > open('(') => cut.strip_suffix(')'),
            Some(']') if open(']') > open('[') => cut.strip_suffix(']'),
            _ => None,
        };
        match shorter {
            Some(rest) => token = rest,
            None => return cut,
        }
    }
}

/// Decodes percent escapes (`%2F`); none when there are none.
fn decoded(text: &str) -> Option<String> {
    if !text.contains("%2f") {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(), digit()) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}
