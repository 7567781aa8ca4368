//! Finding a text again by what a patron types: one or two Chinese characters, pinyin, its initials,
//! words of any other script, numbers.
//!
//! [`terms`] gives what a text is filed under, [`question`] what has to be looked for; whoever keeps the
//! index only compares. Each term begins with a letter that says its class, so that no class is taken for
//! another and a text can do no harm: a term has letters and digits only, whatever was typed.
//!
//! | class | of 红楼梦 | of `The Dream` |
//! |---|---|---|
//! | `c`: characters one by one and in pairs | `c红 c楼 c梦 c红楼 c楼梦` | |
//! | `w`: words | | `wthe wdream` |
//! | `p`: syllables one by one and in pairs | `phong plou pmeng phonglou ploumeng` | |
//! | `i`: initials in twos and threes | `ihl ilm ihlm` | |
//! | `n`: a number in one piece | | (of `GXMZU-2026-1040`:) `ngxmzu20261040` |

mod sound;

use std::collections::BTreeSet;

use crate::identifier::{Identifier, IdentifierKind};
use crate::text::{fold, is_han};

/// Changes when the same text would be filed under other terms: what was filed before is then filed anew.
pub const EDITION: u32 = 2;
/// Characters of a text that are filed, and of a question that are read.
const LONGEST: usize = 400;
/// Parts of a question; what is typed beyond them narrows nothing.
const MOST: usize = 12;

/// What has to be among the terms of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// this term
    Term(String),
    /// a term that begins so
    Prefix(String),
    /// all of these
    All(Vec<Wanted>),
    /// at least one of these
    Any(Vec<Wanted>),
}

/// The terms that texts are filed under, each once.
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
        // 978-7-02-000220-7, GXMZU-2026-1040, 1004-454X: a number in one piece too; no word, because the
        // numbers of a library all begin alike, and each would be one more word that begins so
        if let Some(number) = number(text) {
            terms.insert(format!("n{number}"));
        }
    }
    terms
}

/// What is looked for when a patron types this; none when it says nothing (spaces, punctuation).
pub fn question(typed: &str) -> Option<Wanted> {
    let typed = head(typed);
    let mut found = Vec::new();
    for chunk in typed.split(char::is_whitespace) {
        let pieces = chunk.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
        let mut pieces = pieces.filter(|piece| !piece.is_empty()).peekable();
        while let Some(piece) = pieces.next() {
            // GXMZU-2026-10: what a hyphen follows is whole, the rest may still be being typed
            let whole = pieces.peek().is_some();
            found.extend(runs(&fold(piece)).into_iter().map(|run| (run, whole)));
        }
    }
    let alone = found.len() == 1;
    let mut parts: Vec<Wanted> = found
        .into_iter()
        .map(|(run, whole)| match run {
            Run::Characters(run) => characters(&run),
            // two letters are initials: as the beginning of a word they are in half of everything
            Run::Word(word) => letters(&word, whole || alone && is_pair(&word)),
        })
        .collect();
    parts.truncate(MOST);
    let mut ways = Vec::new();
    match parts.len() {
        0 => return None,
        1 => ways.append(&mut parts),
        _ => ways.push(Wanted::All(parts)),
    }
    if let Some(number) = number(&typed) {
        ways.push(Wanted::Prefix(format!("n{number}")));
    }
    if let Some(isbn) = Identifier::parse(IdentifierKind::Isbn, &typed) {
        ways.push(Wanted::Term(format!("w{}", isbn.value)));
    }
    Some(one_or_any(ways))
}

/// What texts that say the same as this one have: its characters and words, nothing about their sound.
pub fn same(text: &str) -> Option<Wanted> {
    let mut parts: Vec<Wanted> = runs(&fold(&head(text)))
        .into_iter()
        .map(|run| match run {
            Run::Characters(run) => characters(&run),
            Run::Word(word) => Wanted::Term(format!("w{word}")),
        })
        .collect();
    parts.truncate(MOST);
    if parts.is_empty() { None } else { Some(Wanted::All(parts)) }
}

fn head(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A part of a folded text in one way of writing.
enum Run {
    /// Han, kana, Hangul: no spaces between words, or none that may be relied on
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
            // a space ends a word
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

/// Marks that belong to a character although they are no letters.
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

/// One character is looked for by itself, more by their pairs.
fn characters(run: &[char]) -> Wanted {
    let mut terms = BTreeSet::new();
    if let [one] = run {
        return Wanted::Term(format!("c{one}"));
    }
    for pair in run.windows(2) {
        terms.insert(spelled(pair));
    }
    one_or_all(terms.into_iter().map(Wanted::Term).collect())
}

fn is_pair(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Letters are a word, or its beginning, or pinyin, or initials; with digits the beginning of a number.
fn letters(word: &str, whole: bool) -> Wanted {
    if word.chars().count() == 1 {
        return Wanted::Term(format!("w{word}"));
    }
    let mut ways = Vec::new();
    if whole {
        ways.push(Wanted::Term(format!("w{word}")));
    } else {
        ways.push(Wanted::Prefix(format!("w{word}")));
        if word.len() > 2 && word.bytes().any(|b| b.is_ascii_digit()) {
            ways.push(Wanted::Prefix(format!("n{word}")));
        }
    }
    ways.extend(sound::ways(word));
    one_or_any(ways)
}

/// The letters and digits of a text that is a number with separators: at least one digit, nothing but
/// ASCII letters, digits, hyphens, dots, slashes, spaces, and none of its words longer than a title's.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-–./ ".contains(c));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let number: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // a title with a year in it has mostly letters
    (fits && digits >= 3 && digits * 2 >= number.len() && number.len() > 3).then_some(number)
}

fn one_or_all(mut parts: Vec<Wanted>) -> Wanted {
    if parts.len() == 1 { parts.swap_remove(0) } else { Wanted::All(parts) }
}

/// At least one of these; what another one covers is not looked for twice.
fn one_or_any(ways: Vec<Wanted>) -> Wanted {
    let mut left: Vec<Wanted> = Vec::new();
    for way in ways {
        let inner = if let Wanted::Any(inner) = way { inner } else { vec![way] };
        for way in inner {
            if !left.iter().any(|other| other.covers(&way)) {
                left.retain(|other| !way.covers(other));
                left.push(way);
            }
        }
    }
    if left.len() == 1 { left.swap_remove(0) } else { Wanted::Any(left) }
}

impl Wanted {
    /// Whether whatever the other one finds is surely found by this one.
    fn covers(&self, other: &Wanted) -> bool {
        match (self, other) {
            (Wanted::Prefix(head), Wanted::Term(text) | Wanted::Prefix(text)) => {
                text.starts_with(head.as_str())
            }
            _ => self == other,
        }
    }

    /// Whether a text with these terms is found: the rule that every index has to keep.
    pub fn holds(&self, terms: &BTreeSet<String>) -> bool {
        match self {
            Wanted::Term(term) => terms.contains(term),
            Wanted::Prefix(head) => {
                terms.range(head.clone()..).next().is_some_and(|term| term.starts_with(head.as_str()))
            }
            Wanted::All(parts) => parts.iter().all(|part| part.holds(terms)),
            Wanted::Any(ways) => ways.iter().any(|way| way.holds(terms)),
        }
    }
}

#[cfg(test)]
mod tests;
