//! DOIs in a text, and where they end (ISO 26324 sets no end: the surroundings have to tell).

use super::kinds::Span;
use crate::identifier::{Identifier, IdentifierKind};

/// Places that are looked at in a text.
const MOST: usize = 200;
/// Longest DOI, in characters.
const LONGEST: usize = 300;

/// The DOIs of a plain text, in lower case, in their order.
pub(crate) fn in_plain(text: &str) -> Vec<String> {
    hits(text).into_iter().map(|hit| hit.value).collect()
}

/// The DOIs of a plain text with their places.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let is = |value| Ok(Identifier { kind: IdentifierKind::Doi, value });
    hits(text).into_iter().map(|hit| Span { start: hit.start, end: hit.end, is: is(hit.value) }).collect()
}

struct Hit {
    /// with its label or address
    start: usize,
    /// with what the address has behind it
    end: usize,
    value: String,
}

fn hits(text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for (at, _) in text.match_indices("10.").take(MOST) {
        if hits.last().is_some_and(|hit| at < hit.end) {
            continue;
        }
        hits.extend(hit(text, at));
    }
    hits
}

fn hit(text: &str, at: usize) -> Option<Hit> {
    let (head, rest) = text.split_at_checked(at)?;
    let nested = ends_with(head, &["%2f", "%3a", "%3d"]);
    // in `110.1000/x` the digits before it belong to the number
    let joined = head.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
    if joined && !nested && !ends_with(head, &["doi"]) {
        return None;
    }
    let registrant = rest.get("10.".len()..)?;
    let length = registrant.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (registrant, suffix) = registrant.split_at_checked(length)?;
    let sound = (4..=20).contains(&length)
        && registrant.split('.').next().is_some_and(|first| first.len() >= 4)
        && !registrant.ends_with('.')
        && !registrant.contains("..");
    let suffix = match suffix.strip_prefix('/') {
        Some(suffix) => suffix,
        None => {
            suffix.get(..3).filter(|sign| sign.eq_ignore_ascii_case("%2f")).and_then(|_| suffix.get(3..))?
        }
    };
    if !sound {
        return None;
    }
    let word = head.rsplit(|c: char| c.is_whitespace() || is_end(c)).next().unwrap_or_default();
    let in_address = word.contains("://") || word.starts_with("www.") || word.starts_with("doi.org/");
    let taken = suffix.char_indices().take(LONGEST).find(|(_, c)| is_end(*c)).map(|(end, _)| end);
    let limit = suffix.char_indices().nth(LONGEST).map_or(suffix.len(), |(end, _)| end);
    let token = suffix.get(..taken.unwrap_or(limit))?;
    let raw = before_next(before_key(token, in_address));
    let decoded = decoded(raw);
    let mut value = decoded.as_deref().unwrap_or(raw);
    if nested {
        value = value.split(['?', '&', '#']).next().unwrap_or(value);
    }
    if let Some((inside, _)) = value.split_once("</") {
        value = inside;
    }
    if in_address || nested {
        value = ended(value);
        for tail in TAILS {
            let at = value.len().checked_sub(tail.len());
            let same = |end: &str| end.eq_ignore_ascii_case(tail);
            value = at
                .filter(|at| value.get(*at..).is_some_and(same))
                .and_then(|at| value.get(..at))
                .unwrap_or(value);
        }
    }
    let value = ended(value);
    if value.is_empty() || value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    // of an address all belongs to the number, else what was taken and the label before it
    let end_of_raw = at + (rest.len() - suffix.len()) + if in_address { token.len() } else { raw.len() };
    let start = if in_address { at - word.len() } else { at - label(head) };
    Some(Hit { start, end: end_of_raw, value: format!("10.{registrant}/{value}").to_lowercase() })
}

/// Length of a label right before the number: `doi:`, `DOI `, `info:doi/`.
fn label(head: &str) -> usize {
    let cut = head.trim_end_matches([':', '：', ' ', '/', '=', '<']);
    let names = ["https://dx.doi.org", "info:doi", "doi号", "doi"];
    let lower = cut.get(cut.len().saturating_sub(24)..).unwrap_or(cut).to_ascii_lowercase();
    let name = names.into_iter().find(|name| lower.ends_with(name));
    name.map_or(0, |name| head.len() - cut.len() + name.len())
}

fn ends_with(head: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| {
        let at = head.len().checked_sub(end.len());
        at.and_then(|at| head.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    })
}

/// Where no DOI goes on: white space, quotation marks, Chinese punctuation and any letter of East Asia.
fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '“' | '”' | '‘' | '|' | '`' | '{' | '}' | '^' | '\\')
        || matches!(c, '！' | '（' | '）' | '，' | '：' | '；' | '？' | '［' | '］')
        || matches!(c, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Up to the next key of an address: `10.1000/a&rft.genre=article`.
fn before_key(token: &str, in_address: bool) -> &str {
    if in_address {
        return token.split(['?', '&', '#']).next().unwrap_or(token);
    }
    let key = token.match_indices('&').find(|(at, _)| {
        let rest = token.get(at + 1..).unwrap_or_default();
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'));
        name.is_some_and(|end| end > 0 && rest.get(end..).is_some_and(|rest| rest.starts_with('=')))
    });
    key.and_then(|(at, _)| token.get(..at)).unwrap_or(token)
}

/// Up to another DOI behind a comma: `10.1000/a,10.1000/b`.
fn before_next(token: &str) -> &str {
    let next = token.match_indices([',', ';']).find(|(at, _)| {
        let mut rest = token.get(at + 1..).unwrap_or_default();
        for prefix in ["https://", "http://", "dx.doi.org/", "doi.org/", "doi:", "DOI:"] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        let digits = rest.strip_prefix("10.").unwrap_or_default();
        digits.chars().take_while(char::is_ascii_digit).count() >= 4
    });
    next.and_then(|(at, _)| token.get(..at)).unwrap_or(token)
}

/// Suffixes that publishers append to the DOI in their addresses, in the order in which they are stripped.
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
        let cut = token.trim_end_matches(['.', ',', ';', ':', '\'', '’', '*', '!', '?', '·']);
        let count = |bracket: char| cut.matches(bracket).count();
        let unopened = |open: char, close: char| count(close) > count(open);
        let shorter = match cut.chars().next_back() {
            Some(')') if unopened('(', ')') => cut.strip_suffix(')'),
            Some(']') if unopened('[', ']') => cut.strip_suffix(']'),
            Some('>') if unopened('<', '>') => cut.strip_suffix('>'),
            _ => None,
        };
        match shorter {
            Some(rest) => token = rest,
            None => return cut,
        }
    }
}

/// Decodes percent escapes (`%3C`); none when there are none, or they are no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut any = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(), digit()) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                bytes = ahead;
                any = true;
            }
            _ => out.push(byte),
        }
    }
    any.then(|| String::from_utf8(out).ok()).flatten()
}
