//! Full-text search over the patron's own data: by one or two Chinese characters, by pinyin, by pinyin
//! initials, by words of any other script, by numbers.
//!
//! [`terms`] returns the index terms of a text, [`parse_query`] the condition for a typed query; the index
//! itself only compares strings. Each term starts with a letter for its class, so that terms of different
//! classes never match. Whatever was typed, a term consists of letters and digits only, so it cannot
//! inject index syntax.
//!
//! | class | terms of 红楼梦 | terms of `The Dream` |
//! |---|---|---|
//! | `c`: single characters and pairs | `c红 c楼 c梦 c红楼 c楼梦` | |
//! | `w`: words | | `wthe wdream` |
//! | `p`: syllables, single and in pairs | `phong plou pmeng phonglou ploumeng` | |
//! | `i`: initials of two or three syllables | `ihl ilm ihlm` | |
//! | `n`: a number without separators | | (of `GXMZU-2026-1040`:) `ngxmzu20261040` |

mod short;
mod sound;

pub(crate) use self::sound::syllables;
use std::collections::BTreeSet;

use crate::identifier::{Identifier, IdentifierKind};
use crate::text::{fold, is_han};

pub use short::is_short_for;

/// Version of the term rules. Raise it when the terms of a text change: indexes with another version are
/// rebuilt.
pub const EDITION: u32 = 2;
/// Longest text that is indexed, and longest query that is parsed, in characters.
const LONGEST: usize = 400;
/// Maximum number of parts of a query; further parts are ignored.
const MOST: usize = 12;

/// Condition on the terms of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermQuery {
    /// contains this term
    Term(String),
    /// contains a term with this prefix
    Prefix(String),
    /// satisfies all of these
    All(Vec<TermQuery>),
    /// satisfies at least one of these
    Any(Vec<TermQuery>),
}

/// The index terms of several texts, each once.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for text in texts {
        let folded = fold(&head(text));
        for run in runs(&folded) {
            match run {
                Run::Characters(run) => {
                    grams(&run, &mut terms);
                    sound::file(&run, &mut terms);
                }
                Run::Word(word) => _ = terms.insert(format!("w{word}")),
            }
        }
        // 978-7-02-000220-7, GXMZU-2026-1040, 1004-454X: also indexed as one number. Not as words: all
        // request numbers of a library share a prefix, and each would be one more word with it.
        if let Some(number) = number(text) {
            terms.insert(format!("n{number}"));
        }
    }
    terms
}

/// The condition for a typed query; none when it has no searchable character (spaces, punctuation).
pub fn parse_query(typed: &str) -> Option<TermQuery> {
    let typed = head(typed);
    let mut found = Vec::new();
    for chunk in typed.split(char::is_whitespace) {
        let pieces = chunk.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
        let mut pieces = pieces.filter(|piece| !piece.is_empty()).peekable();
        while let Some(piece) = pieces.next() {
            // GXMZU-2026-10: a part before a hyphen is complete, the last part may still be being typed
            let whole = pieces.peek().is_some();
            found.extend(runs(&fold(piece)).into_iter().map(|run| (run, whole)));
        }
    }
    let alone = found.len() == 1;
    let mut parts: Vec<TermQuery> = found
        .into_iter()
        .map(|(run, whole)| match run {
            Run::Characters(run) => characters(&run),
            // two letters are taken as initials: as a word prefix they would match nearly everything
            Run::Word(word) => latin_term(&word, whole || alone && is_pair(&word)),
        })
        .collect();
    parts.truncate(MOST);
    let mut ways = Vec::new();
    match parts.len() {
        0 => return None,
        1 => ways.append(&mut parts),
        _ => ways.push(TermQuery::All(parts)),
    }
    if let Some(number) = number(&typed) {
        ways.push(TermQuery::Prefix(format!("n{number}")));
    }
    if let Some(isbn) = Identifier::parse(IdentifierKind::Isbn, &typed) {
        ways.push(TermQuery::Term(format!("w{}", isbn.value)));
    }
    Some(one_or_any(ways))
}

/// The condition for texts with the same characters and words as this one. Ignores pronunciation.
pub fn same(text: &str) -> Option<TermQuery> {
    let mut parts: Vec<TermQuery> = runs(&fold(&head(text)))
        .into_iter()
        .map(|run| match run {
            Run::Characters(run) => characters(&run),
            Run::Word(word) => TermQuery::Term(format!("w{word}")),
        })
        .collect();
    parts.truncate(MOST);
    if parts.is_empty() { None } else { Some(TermQuery::All(parts)) }
}

fn head(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A run of characters of one kind in a folded text.
enum Run {
    /// Han, kana, Hangul: scripts without reliable spaces between words
    Characters(Vec<char>),
    /// letters and digits
    Word(String),
}

fn runs(folded: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for c in folded.chars() {
        match runs.last_mut() {
            Some(Run::Characters(run)) if is_character(c) => run.push(c),
            Some(Run::Word(word)) if !is_character(c) && c.is_alphanumeric() => word.push(c),
            _ if is_character(c) => runs.push(Run::Characters(vec![c])),
            _ if c.is_alphanumeric() => runs.push(Run::Word(c.to_string())),
            // a space ends the word
            _ => runs.push(Run::Word(String::new())),
        }
    }
    runs.retain(|run| !matches!(run, Run::Word(word) if word.is_empty()));
    runs
}

fn is_character(c: char) -> bool {
    is_han(c)
        || is_mark(c)
        || matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}' | '々')
}

/// Combining marks that belong to a character although they are not letters.
fn is_mark(c: char) -> bool {
    matches!(c, 'ー' | '々' | '\u{3099}' | '\u{309A}')
}

fn grams(run: &[char], terms: &mut BTreeSet<String>) {
    for c in run {
        terms.insert(format!("c{c}"));
    }
    for pair in run.windows(2) {
        terms.insert(spelled(pair));
    }
}

fn spelled(pair: &[char]) -> String {
    std::iter::once('c').chain(pair.iter().copied()).collect()
}

/// One character is matched by itself, several by their pairs.
fn characters(run: &[char]) -> TermQuery {
    let mut terms = BTreeSet::new();
    if let [one] = run {
        return TermQuery::Term(format!("c{one}"));
    }
    for pair in run.windows(2) {
        terms.insert(spelled(pair));
    }
    one_or_all(terms.into_iter().map(TermQuery::Term).collect())
}

fn is_pair(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Letters may be a word, a word prefix, pinyin, or initials; with digits, the prefix of a number.
fn latin_term(word: &str, whole: bool) -> TermQuery {
    if word.chars().count() == 1 {
        return TermQuery::Term(format!("w{word}"));
    }
    let mut ways = Vec::new();
    if whole {
        ways.push(TermQuery::Term(format!("w{word}")));
    } else {
        ways.push(TermQuery::Prefix(format!("w{word}")));
        if word.len() > 2 && word.bytes().any(|b| b.is_ascii_digit()) {
            ways.push(TermQuery::Prefix(format!("n{word}")));
        }
    }
    ways.extend(sound::ways(word));
    one_or_any(ways)
}

/// The letters and digits of a number with separators (ASCII letters, digits, hyphens, dots, slashes,
/// spaces); none for other text, fewer than three digits, or more letters than digits.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-–./ ".contains(c));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let number: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // a title that contains a year consists mostly of letters
    (fits && digits >= 3 && digits * 2 >= number.len() && number.len() > 3).then_some(number)
}

fn one_or_all(mut parts: Vec<TermQuery>) -> TermQuery {
    if parts.len() == 1 { parts.swap_remove(0) } else { TermQuery::All(parts) }
}

/// At least one of these, without alternatives that another one already covers.
fn one_or_any(ways: Vec<TermQuery>) -> TermQuery {
    let mut left: Vec<TermQuery> = Vec::new();
    for way in ways {
        let inner = if let TermQuery::Any(inner) = way { inner } else { vec![way] };
        for way in inner {
            if !left.iter().any(|other| other.covers(&way)) {
                left.retain(|other| !way.covers(other));
                left.push(way);
            }
        }
    }
    if left.len() == 1 { left.swap_remove(0) } else { TermQuery::Any(left) }
}

impl TermQuery {
    /// Whether every text that `other` matches is also matched by this condition.
    fn covers(&self, other: &TermQuery) -> bool {
        match (self, other) {
            (TermQuery::Prefix(head), TermQuery::Term(text) | TermQuery::Prefix(text)) => {
                text.starts_with(head.as_str())
            }
            _ => self == other,
        }
    }

    /// Whether a text with these terms matches. This is the reference semantics that every index must
    /// implement.
    pub fn holds(&self, terms: &BTreeSet<String>) -> bool {
        match self {
            TermQuery::Term(term) => terms.contains(term),
            TermQuery::Prefix(head) => {
                terms.range(head.clone()..).next().is_some_and(|term| term.starts_with(head.as_str()))
            }
            TermQuery::All(parts) => parts.iter().all(|part| part.holds(terms)),
            TermQuery::Any(ways) => ways.iter().any(|way| way.holds(terms)),
        }
    }
}

#[cfg(test)]
mod tests;
