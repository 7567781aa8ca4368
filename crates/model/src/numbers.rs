//! Numbers of works in any text: the one reader for the search box, lists, forms, files and mails.
//!
//! Printed numbers come with labels (`ISBN-13:`, `书号：`), other dashes (U+2010 to U+2015, U+2212), invisible
//! characters, full width, inside addresses and sentences. A number whose check digit is wrong is told from text that
//! is no number at all, so that nothing takes it for a title.

mod doi;
mod kinds;
mod shape;

use serde::{Deserialize, Serialize};

use self::kinds::{Span, bare, labelled, whole};
use crate::identifier::{Identifier, IdentifierKind};

pub(crate) use self::doi::in_plain as dois_in_plain;
pub(crate) use self::shape::plain;

/// Longest text that is read, in characters; what stands behind it is not looked at.
const LONGEST: usize = 20_000;
/// Most numbers that are told of one text.
const MOST: usize = 100;

/// A number that was printed as one of a kind and cannot be one: its check digit or its length is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Misprint {
    /// the kind that it was printed as
    pub kind: IdentifierKind,
    /// the number as printed, without its label, in ordinary characters
    pub text: String,
}

/// What a text has of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers {
    /// the valid ones, without repetition: DOIs first, then in their order
    pub valid: Vec<Identifier>,
    /// those that are misprinted, in their order
    pub wrong: Vec<Misprint>,
    /// whether the text is nothing but numbers, with their labels, addresses and remarks such as `（平装）`
    pub alone: bool,
}

impl Numbers {
    /// The number that identifies the work of the text. An ISSN names the journal of an article: it counts only where it
    /// stands alone.
    pub fn of_work(&self) -> Option<&Identifier> {
        self.valid.iter().find(|one| self.alone || one.kind != IdentifierKind::Issn)
    }

    /// Whether the valid numbers are of several works: two of one kind.
    pub fn are_several(&self) -> bool {
        let mut kinds: Vec<IdentifierKind> = self.valid.iter().map(|one| one.kind).collect();
        kinds.sort_unstable();
        kinds.windows(2).any(|pair| pair.first() == pair.last())
    }
}

/// The text that is read, in ordinary characters.
fn looked_at(text: &str) -> String {
    plain(match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    })
}

/// The places of the numbers of a plain text, in order.
fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = doi::spans(text);
    let lower = text.to_ascii_lowercase();
    labelled(text, &lower, &mut spans);
    bare(text, &mut spans);
    if spans.is_empty() {
        spans.extend(whole(text));
    }
    spans.sort_by_key(|span| (span.start, span.end));
    spans
}

/// The text without its misprinted numbers, their labels, and the brackets and signs around them: what is left is the
/// words. In ordinary characters; as it was where nothing is misprinted.
pub fn without_misprints(text: &str) -> String {
    let plain = looked_at(text);
    let wrong: Vec<Span> = spans(&plain).into_iter().filter(|span| span.is.is_err()).collect();
    if wrong.is_empty() {
        return text.to_owned();
    }
    let (mut out, mut at) = (String::with_capacity(plain.len()), 0);
    let separates = |c: char| c.is_whitespace() || ",，、;；:：.。-·/|".contains(c);
    for span in wrong {
        out.push_str(plain.get(at..span.start).unwrap_or_default());
        at = at.max(span.end);
        let rest = plain.get(at..).unwrap_or_default();
        // its brackets go with it
        for (opens, closes) in [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('【', '】')] {
            if let Some(head) = out.trim_end().strip_suffix(opens)
                && let Some(tail) = rest.trim_start().strip_prefix(closes)
            {
                at = plain.len() - tail.len();
                out.truncate(head.len());
                break;
            }
        }
        // of the signs on both sides those in front are enough
        if out.is_empty() || out.ends_with(separates) {
            let rest = plain.get(at..).unwrap_or_default();
            at = plain.len() - rest.trim_start_matches(separates).len();
        }
    }
    out.push_str(plain.get(at..).unwrap_or_default());
    out.trim().trim_end_matches([',', '，', '、', ';', '；', ':', '：', '-', '·', '/', '|', ' ']).to_owned()
}

/// Reads the numbers of a text.
pub fn read(text: &str) -> Numbers {
    let plain = looked_at(text);
    let text = plain.as_str();
    let spans = spans(text);
    let alone = !spans.is_empty() && kinds::nothing_else(text, &spans);
    let mut numbers = Numbers { alone, ..Numbers::default() };
    let of_doi = |span: &Span| matches!(&span.is, Ok(one) if one.kind == IdentifierKind::Doi);
    let (dois, others): (Vec<Span>, Vec<Span>) = spans.into_iter().partition(of_doi);
    for span in dois.into_iter().chain(others).take(MOST) {
        match span.is {
            Ok(one) if !numbers.valid.contains(&one) => numbers.valid.push(one),
            Err(wrong) if !numbers.wrong.contains(&wrong) => numbers.wrong.push(wrong),
            _ => {}
        }
    }
    numbers
}

/// The first DOI of a text, in lower case, without a resolver.
pub(crate) fn doi(text: &str) -> Option<String> {
    doi::in_plain(&plain(text)).into_iter().next()
}

#[cfg(test)]
mod tests;
