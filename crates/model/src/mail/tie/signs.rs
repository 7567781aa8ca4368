//! Numbers and identifiers in a text, as letters write them.

use crate::numbers::{self, dois_in_plain};
use crate::text::half_width;

/// Ordinary width, lower case.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}

/// Whether a text names this number of a request: apart from other letters and digits, and where it is short,
/// behind a word for a number.
pub(super) fn has_number(text: &str, number: &str) -> bool {
    if number.is_empty() {
        return false;
    }
    let long = number.chars().filter(char::is_ascii_alphanumeric).count() >= 9;
    text.match_indices(number).take(100).any(|(at, _)| {
        let (head, tail) =
            (text.get(..at).unwrap_or_default(), text.get(at + number.len()..).unwrap_or_default());
        let joins = |c: char| c.is_ascii_alphanumeric();
        if head.chars().next_back().is_some_and(joins) || tail.chars().next().is_some_and(joins) {
            return false;
        }
        let mut near: Vec<char> = head.chars().rev().take(16).collect();
        near.reverse();
        let near: String = near.into_iter().collect();
        // a telephone number is none
        let words = [
            "号",
            "號",
            "no",
            "number",
            "id",
            "#",
            "request",
            "pat-",
            "申请",
            "申請",
            "编码",
            "編碼",
            "transaction",
        ];
        let calls = ["电话", "電話", "tel", "phone", "qq", "邮编", "郵編", "fax", "传真", "傳真"];
        if calls.iter().any(|word| near.contains(word)) {
            return false;
        }
        long || words.iter().any(|word| near.contains(word))
    })
}

/// The DOIs of a text, as they stand there.
pub(super) fn dois_in(text: &str) -> Vec<String> {
    dois_in_plain(&numbers::plain(text))
}

/// Whether what a text has is this DOI, with what addresses and sentences add behind it.
pub(super) fn is_doi(found: &str, wanted: &str) -> bool {
    let Some(rest) = found.strip_prefix(wanted) else { return false };
    let rest = rest.trim_end_matches([')', ']', '}', '\'', '.', ',', ';', ':', '!', '*']);
    rest.is_empty()
        || rest.starts_with(['?', '#', '&', ')', ']'])
        || [".pdf", "/pdf", "/full", "/abstract", "/epdf", ".full", ".html"]
            .iter()
            .any(|end| rest.starts_with(end))
}

/// The text with the hyphens and spaces between digits gone, so that `978-7-02-000220-7` is one number.
pub(super) fn digits_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = matches!(c, '-' | '\u{2010}'..='\u{2015}' | ' ')
            && out.ends_with(|c: char| c.is_ascii_digit())
            && rest.peek().is_some_and(|next| next.is_ascii_digit() || *next == 'x');
        if !inside {
            out.push(c);
        }
    }
    out
}

/// Whether a number stands in a text without other digits at its ends.
pub(super) fn has_word(text: &str, number: &str) -> bool {
    text.match_indices(number).take(50).any(|(at, _)| {
        let digit = |c: char| c.is_ascii_digit();
        let before = text.get(..at).unwrap_or_default().chars().next_back();
        let after = text.get(at + number.len()..).unwrap_or_default().chars().next();
        !before.is_some_and(digit) && !after.is_some_and(digit)
    })
}
