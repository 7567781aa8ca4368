//! Page sets as patrons write them, and the limit of one third of a book.
//!
//! Grammar: parts are separated by comma, semicolon or 、, half or full width; a part is a page or a
//! range; a page is an Arabic or Roman number; `pp.`, `p.`, `S.`, `第`, `页`, `版` around it are ignored; a
//! range is written with any dash or tilde, with `至` or `到`, and its end may be abbreviated: `101-17`.
//! `pp. 12-34, 50；ⅳ～xii` has 33 pages.

use std::fmt;

use crate::text::half_width;

/// Maximum number of pages in a set; a larger set is taken for a typing error.
pub const MAX_PAGES: usize = 20_000;
/// Longest text that is parsed, in bytes.
const MAX_TEXT: usize = 20_000;

/// A set of pages. Roman numerals are separate pages (front matter). Stored as ranges, so that the cost
/// of an operation depends on the length of the text and not on the number of pages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PageSet {
    arabic: Ranges,
    roman: Ranges,
}

/// Why a text is not a page set; each is shown at the form's field (`PAGES_INVALID`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagesError {
    /// a part that is neither a page nor a range, as written
    NotAPage(String),
    /// a range whose end is before its start, as written
    Backwards(String),
    /// more pages than [`MAX_PAGES`]
    TooMany,
}

impl PageSet {
    /// Parses a page set; an empty text gives an empty set.
    ///
    /// # Errors
    /// The first part that cannot be parsed, or [`PagesError::TooMany`].
    pub fn parse(text: &str) -> Result<PageSet, PagesError> {
        if text.len() > MAX_TEXT {
            return Err(PagesError::TooMany);
        }
        let (mut arabic, mut roman) = (Vec::new(), Vec::new());
        for part in plain(text).split(',').map(trim).filter(|part| !part.is_empty()) {
            let (from, to) = match part.split_once('-') {
                // 12——34: a Chinese dash is two characters
                Some((from, to)) => (trim(from), trim(to.trim_start_matches('-'))),
                None => (part, part),
            };
            match range(from, to).ok_or_else(|| PagesError::NotAPage(part.to_owned()))? {
                Numerals::Arabic(range) => arabic.push(checked(range, part)?),
                Numerals::Roman(range) => roman.push(checked(range, part)?),
            }
        }
        let set = PageSet { arabic: Ranges::of(arabic), roman: Ranges::of(roman) };
        if set.len() > MAX_PAGES { Err(PagesError::TooMany) } else { Ok(set) }
    }

    /// Number of pages.
    pub fn len(&self) -> usize {
        self.arabic.count() + self.roman.count()
    }

    /// Whether the set has no pages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Union of two sets: the pages that a patron would have of the book.
    pub fn union(&self, other: &PageSet) -> PageSet {
        PageSet { arabic: self.arabic.with(&other.arabic), roman: self.roman.with(&other.roman) }
    }

    /// The first page in binding order: front matter first.
    pub fn first(&self) -> Option<String> {
        let roman_first = self.roman.0.first().map(|(first, _)| roman_numeral(*first));
        roman_first.or_else(|| self.arabic.0.first().map(|(first, _)| first.to_string()))
    }
}

/// Shortest notation, front matter first: `iv-xii, 12-34, 50`. Parses back to the same set.
impl fmt::Display for PageSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roman = self.roman.0.iter().map(|range| written(*range, roman_numeral));
        let arabic = self.arabic.0.iter().map(|range| written(*range, |page| page.to_string()));
        f.write_str(&roman.chain(arabic).collect::<Vec<_>>().join(", "))
    }
}

fn written((first, last): (u32, u32), name: impl Fn(u32) -> String) -> String {
    if first == last { name(first) } else { format!("{}-{}", name(first), name(last)) }
}

/// Closed ranges in ascending order; invariant: no two overlap or touch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    fn of(mut ranges: Vec<(u32, u32)>) -> Ranges {
        ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Ranges(joined)
    }

    fn with(&self, other: &Ranges) -> Ranges {
        Ranges::of([self.0.as_slice(), other.0.as_slice()].concat())
    }

    fn count(&self) -> usize {
        self.0.iter().map(|(first, last)| (last - first) as usize + 1).sum()
    }
}

enum Numerals {
    Arabic((u32, u32)),
    Roman((u32, u32)),
}

/// Normalises each punctuation mark to one character, in lower case and half width.
fn plain(text: &str) -> String {
    text.chars()
        .map(half_width)
        .map(|c| match c {
            ',' | '，' | '、' | '；' | ';' | '､' | '\n' => ',',
            '～' | '~' | '〜' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '至' | '到' => {
                '-'
            }
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

/// Strips the words around a number: `pp. 12`, `第12页`, `S. 12`.
fn trim(part: &str) -> &str {
    let around = |c: char| c.is_whitespace() || matches!(c, '第' | '页' | '頁' | '版' | '.');
    let mut part = part.trim_matches(around);
    for word in ["pages", "page", "pp", "p", "seiten", "s"] {
        if let Some(rest) = part.strip_prefix(word)
            && rest.starts_with(|c: char| c == '.' || c.is_whitespace() || c.is_ascii_digit())
        {
            part = rest.trim_matches(around);
            break;
        }
    }
    part
}

fn range(from: &str, to: &str) -> Option<Numerals> {
    if let (Some(first), Some(last)) = (arabic(from), arabic(to)) {
        let last = if last < first { lengthened(from, to).unwrap_or(last) } else { last };
        return (first > 0).then_some(Numerals::Arabic((first, last)));
    }
    Some(Numerals::Roman((roman(from)?, roman(to)?)))
}

fn checked((first, last): (u32, u32), part: &str) -> Result<(u32, u32), PagesError> {
    if last < first {
        return Err(PagesError::Backwards(part.to_owned()));
    }
    if (last - first) as usize >= MAX_PAGES { Err(PagesError::TooMany) } else { Ok((first, last)) }
}

fn arabic(text: &str) -> Option<u32> {
    // `str::parse` accepts `+7`, which is not a page
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `101-17` means 101-117: an abbreviated end has only the digits that change.
fn lengthened(from: &str, to: &str) -> Option<u32> {
    let kept = from.len().checked_sub(to.len()).filter(|kept| *kept > 0)?;
    let whole: u32 = format!("{}{to}", from.get(..kept)?).parse().ok()?;
    (whole >= arabic(from)?).then_some(whole)
}

const ROMAN: [(u32, &str); 11] = [
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

/// Parses a Roman numeral up to 899, including the compatibility characters from U+2160.
fn roman(text: &str) -> Option<u32> {
    use unicode_normalization::UnicodeNormalization;
    if text.is_empty() || text.chars().count() > 15 {
        return None;
    }
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let mut rest = text.as_str();
    let mut total = 0;
    for (value, letters) in ROMAN {
        while let Some(after) = rest.strip_prefix(letters) {
            total += value;
            rest = after;
        }
    }
    (rest.is_empty() && roman_numeral(total) == text).then_some(total)
}

fn roman_numeral(mut page: u32) -> String {
    let mut out = String::new();
    for (value, letters) in ROMAN {
        while page >= value {
            out.push_str(letters);
            page -= value;
        }
    }
    out
}

/// 三分之一: the maximum number of pages of a book that may be copied, a third rounded down.
pub fn limit_of(total_pages: u32) -> u32 {
    total_pages / 3
}

#[cfg(test)]
mod tests;
