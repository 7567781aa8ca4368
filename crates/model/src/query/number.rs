//! Numbers within a longer text: a pasted reference, or a publisher's address, names its work exactly.

use crate::identifier::{Identifier, IdentifierKind};

/// The number that a text holds: a DOI wherever it stands, else one with its name before it or in an
/// address that is known to hold it. An ISSN names the journal of a reference, not the work, and is
/// not taken.
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

/// A number as it is typed so that it is recognised again.
pub(super) fn display(identifier: &Identifier) -> String {
    match identifier.kind {
        IdentifierKind::Pmid => format!("PMID: {}", identifier.value),
        IdentifierKind::Arxiv => format!("arXiv:{}", identifier.value),
        _ => identifier.value.clone(),
    }
}

/// A number right behind its name.
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

/// The first DOI of a text in lower case.
fn doi(lower: &str) -> Option<Identifier> {
    lower
        .match_indices("10.")
        .filter(|(at, _)| {
            // `110.1000/x` is none
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

/// What publishers put behind the DOI in their addresses, in the order in which it is taken off.
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

/// Without the punctuation of the sentence around it; a bracket stays if its other half is inside.
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

/// The text with `%2F` and its like as characters; none when there are none.
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
