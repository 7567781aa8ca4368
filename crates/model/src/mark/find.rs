//! Reading marks out of text that people, mail programs and library systems wrote.
//!
//! I and L are read as 1, O as 0, in any case and width; blanks and hyphens of any kind may stand between the signs.
//! A mark that does not check is told apart from no mark at all, and names the marks that it may have been.

use std::collections::BTreeSet;

use super::{LENGTH, Mark, SIGNS};
use crate::text::half_width;

/// Signs of a mark with its check sign.
const WHOLE: usize = LENGTH + 1;
/// Blanks and hyphens between `HY` and the first sign, at most: `HY ——`, and a line that was broken there.
const AFTER_PREFIX: usize = 6;
/// Blanks and hyphens between two signs, at most.
const BETWEEN: usize = 3;
/// Marks that are read from one text, at most: a page with more is no list of a patron's requests.
const MOST: usize = 10_000;

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// a mark whose check sign fits; whether a request has it is for the ledger to say
    Exact(Mark),
    /// looks like a mark, and its check sign does not fit, or a sign is missing or too many. Counts only where
    /// the ledger has one of [`Mistyped::meant`]: other words look so too (`HY-COMPANY`)
    Mistyped(Mistyped),
}

/// Signs that look like a mark and are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistyped(Vec<u8>);

impl Mistyped {
    /// The marks that it may have been: those that differ by one wrong sign, two neighbours that changed places, or
    /// one sign missing or too many. About twenty.
    pub fn meant(&self) -> Vec<Mark> {
        let values: Vec<u8> =
            self.0.iter().map(|sign| value_of(char::from(*sign)).unwrap_or(u8::MAX)).collect();
        let mut meant = BTreeSet::new();
        let mut tried = |values: &[u8]| meant.extend(Mark::of_signs(values));
        let all = 0_u8..32;
        match values.len() {
            WHOLE => {
                for place in 0..WHOLE {
                    let mut other = values.clone();
                    for sign in all.clone() {
                        if let Some(at) = other.get_mut(place) {
                            *at = sign;
                        }
                        tried(&other);
                    }
                    if place + 1 < WHOLE {
                        let mut other = values.clone();
                        other.swap(place, place + 1);
                        tried(&other);
                    }
                }
            }
            LENGTH => {
                for place in 0..=LENGTH {
                    for sign in all.clone() {
                        let mut other = values.clone();
                        other.insert(place, sign);
                        tried(&other);
                    }
                }
            }
            _ => {
                for place in 0..values.len() {
                    let mut other = values.clone();
                    other.remove(place);
                    tried(&other);
                }
            }
        }
        meant.into_iter().collect()
    }

    /// The signs as they were read, without prefix.
    pub fn signs(&self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }
}

/// Value of a sign as people write it; `None` for U, which Crockford leaves out, and for what is no sign.
fn value_of(sign: char) -> Option<u8> {
    let sign = match sign {
        'I' | 'L' => '1',
        'O' => '0',
        sign => sign,
    };
    SIGNS.iter().position(|one| char::from(*one) == sign).and_then(|value| u8::try_from(value).ok())
}

/// A character as an upper-case sign of one byte; `None` for what is neither a Latin letter nor a digit.
fn sign_of(c: char) -> Option<u8> {
    let c = half_width(c).to_ascii_uppercase();
    u8::try_from(c).ok().filter(u8::is_ascii_alphanumeric)
}

/// Blanks, hyphens and dashes of any kind, and what is not seen.
fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            half_width(c),
            '-' | '_' | '~' | '\u{AD}' | '\u{B7}' | '\u{58A}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}'
            | '\u{2500}' | '\u{301C}' | '\u{30FC}' | '\u{FE58}' | '\u{FE63}' | '\u{FF70}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
}

/// A piece of a text: how many gap characters came before it, and the signs of a run.
struct Run {
    gap: usize,
    signs: Vec<u8>,
}

/// The runs of signs that follow; ends at the first character that is neither sign nor gap, at a gap that is too wide,
/// and where no mark can be any more.
fn runs(text: impl Iterator<Item = char>, first_gap: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run { gap: 0, signs: Vec::new() };
    let mut total = 0;
    for c in text {
        match sign_of(c) {
            Some(sign) => {
                run.signs.push(sign);
                total += 1;
                if total > WHOLE + 2 {
                    break;
                }
            }
            None if is_gap(c) => {
                if !run.signs.is_empty() {
                    runs.push(std::mem::replace(&mut run, Run { gap: 0, signs: Vec::new() }));
                }
                run.gap += 1;
                if run.gap > if runs.is_empty() { first_gap } else { BETWEEN } {
                    return runs;
                }
            }
            None => break,
        }
    }
    if !run.signs.is_empty() {
        runs.push(run);
    }
    runs
}

/// What stands at the beginning of these runs.
fn judge(runs: &[Run]) -> Option<Found> {
    let mut signs = Vec::new();
    for run in runs {
        signs.extend_from_slice(&run.signs);
        if signs.len() > WHOLE {
            break;
        }
        if let Some(mark) = mark_of(&signs) {
            return Some(Found::Exact(mark));
        }
    }
    // nothing checks: seven signs of one or several runs, else the first run with one sign more or less
    let mut signs = Vec::new();
    for run in runs {
        signs.extend_from_slice(&run.signs);
        if signs.len() >= WHOLE {
            break;
        }
    }
    let first = runs.first()?;
    let likely = |signs: &[u8]| signs.iter().any(u8::is_ascii_digit) || first.gap > 0 && runs.len() == 1;
    let near = LENGTH..=WHOLE + 1;
    if signs.len() == WHOLE && likely(&signs) {
        return Some(Found::Mistyped(Mistyped(signs)));
    }
    let signs = &first.signs;
    (near.contains(&signs.len()) && likely(signs)).then(|| Found::Mistyped(Mistyped(signs.clone())))
}

fn mark_of(signs: &[u8]) -> Option<Mark> {
    let values: Option<Vec<u8>> = signs.iter().map(|sign| value_of(char::from(*sign))).collect();
    Mark::of_signs(&values?)
}

/// The marks in any text (a page, a mail, a note of a telephone call), in order, each as often as it stands there.
/// They begin with `HY`; before it stands neither letter nor digit of Latin script. A text of n characters costs
/// about n steps; at most 10,000 are read.
pub fn find_in(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut rest = text.chars();
    let mut before = None;
    while let Some(c) = rest.next() {
        let sign = sign_of(c);
        let starts = sign == Some(b'H') && before.is_none();
        before = sign;
        let mut after = rest.clone();
        if !starts || after.next().and_then(sign_of) != Some(b'Y') {
            continue;
        }
        found.extend(judge(&runs(after, AFTER_PREFIX)));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// A text that is a mark and nothing else, mistyped or not; its `HY-` may be missing. `None` for any other text.
///
/// Seven digits without `HY` may be another number that fits by chance, once in 43: ask the ledger.
pub fn read(text: &str) -> Option<Found> {
    let text = text.trim_matches(is_gap);
    let mut rest = text.chars();
    let prefixed = rest.next().and_then(sign_of) == Some(b'H') && rest.next().and_then(sign_of) == Some(b'Y');
    let whole = |text: std::str::Chars<'_>, prefixed: bool| {
        if !text.clone().all(|c| is_gap(c) || sign_of(c).is_some()) {
            return None;
        }
        let runs = runs(text.clone(), AFTER_PREFIX);
        let signs = runs.iter().map(|run| run.signs.len()).sum::<usize>();
        let written = text.filter(|c| sign_of(*c).is_some()).count();
        if signs != written || !(LENGTH..=WHOLE + 1).contains(&signs) {
            return None;
        }
        let all =
            Run { gap: usize::from(prefixed), signs: runs.into_iter().flat_map(|run| run.signs).collect() };
        judge(&[all])
    };
    let found = if prefixed { whole(rest, true) } else { None };
    // a mark without prefix may begin with these two signs
    found.or_else(|| whole(text.chars(), false))
}
