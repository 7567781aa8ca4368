//! Page sets as patrons write them, and the rule of one third of a book.
//!
//! Grammar: parts separated by comma or semicolon of either width; a part is one page or a range;
//! a page is an Arabic or a Roman number; `pp.`, `p.`, `页`, `第` may stand around: `pp. 12-34, 50；ⅳ～xii`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::half_width;

/// More pages than any book has; a larger set is a slip of the keyboard.
const MAX_PAGES: usize = 20_000;

/// A set of pages. Roman numerals are the front matter, pages of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageSet {
    /// pages in Arabic numerals
    arabic: BTreeSet<u32>,
    /// pages in Roman numerals
    roman: BTreeSet<u32>,
}

/// Why a text is no page set; each is an error code of the form (`PAGES_INVALID`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagesError {
    /// a part that is no page and no range, as written
    NotAPage(String),
    /// a range that ends before it begins, as written
    Backwards(String),
    /// more than a book can have
    TooMany,
}

impl PageSet {
    /// Reads a page set; the empty text is the empty set.
    pub fn parse(text: &str) -> Result<PageSet, PagesError> {
        let plain: String = text
            .chars()
            .map(half_width)
            .map(|c| match c {
                '，' | '、' | '；' | ';' => ',',
                '～' | '~' | '–' | '—' | '―' | '−' | '至' | '到' => '-',
                c => c.to_ascii_lowercase(),
            })
            .collect();
        let mut set = PageSet::default();
        for part in plain.split(',') {
            let part = part.replace("pp.", " ").replace("p.", " ");
            let part = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '第' | '页' | '頁'));
            if part.is_empty() {
                continue;
            }
            let bad = || PagesError::NotAPage(part.to_owned());
            let trim = |s: &str| {
                s.trim_matches(|c: char| c.is_whitespace() || matches!(c, '第' | '页' | '頁' | 'p'))
                    .to_owned()
            };
            let (from, to) = match part.split_once('-') {
                Some((from, to)) => (trim(from), trim(to)),
                None => (trim(part), trim(part)),
            };
            let arabic = (from.parse::<u32>().ok(), to.parse::<u32>().ok());
            let (pages, first, last) = match (arabic, roman(&from), roman(&to)) {
                ((Some(first), Some(last)), _, _) => (&mut set.arabic, first, last),
                (_, Some(first), Some(last)) => (&mut set.roman, first, last),
                _ => return Err(bad()),
            };
            if first == 0 {
                return Err(bad());
            }
            if last < first {
                return Err(PagesError::Backwards(part.to_owned()));
            }
            if (last - first) as usize >= MAX_PAGES {
                return Err(PagesError::TooMany);
            }
            pages.extend(first..=last);
            if set.len() > MAX_PAGES {
                return Err(PagesError::TooMany);
            }
        }
        Ok(set)
    }

    /// How many pages.
    pub fn len(&self) -> usize {
        self.arabic.len() + self.roman.len()
    }

    /// True when no page is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Both sets together: what a patron would have of the book.
    pub fn union(&self, other: &PageSet) -> PageSet {
        PageSet {
            arabic: self.arabic.union(&other.arabic).copied().collect(),
            roman: self.roman.union(&other.roman).copied().collect(),
        }
    }
}

/// A Roman numeral up to 999 in lower case (the compatibility characters of U+2160 ff. too).
fn roman(text: &str) -> Option<u32> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let value = |c| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        'd' => Some(500),
        _ => None,
    };
    let digits: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    let mut total: i64 = 0;
    for (i, digit) in digits.iter().enumerate() {
        let next = digits.get(i + 1).copied().unwrap_or(0);
        total += if *digit < next { -i64::from(*digit) } else { i64::from(*digit) };
    }
    u32::try_from(total).ok().filter(|n| *n > 0 && !digits.is_empty())
}

/// 三分之一: at most this many pages of a book may be copied (floor of a third).
pub fn limit_of(total_pages: u32) -> u32 {
    total_pages / 3
}

#[cfg(test)]
mod tests {
    use super::{PageSet, PagesError, limit_of};

    #[test]
    fn as_patrons_write_them() {
        for (text, pages) in [
            ("12-34, 50; iv-xii", 23 + 1 + 9),
            ("pp. 101-117", 17),
            ("第12页至第20页", 9),
            ("１２～３４，５０", 24),
            ("Ⅳ", 1),
            ("1-3,2-4", 4),
            ("", 0),
        ] {
            assert_eq!(PageSet::parse(text).map(|p| p.len()), Ok(pages), "{text}");
        }
        assert_eq!(PageSet::parse("34-12"), Err(PagesError::Backwards("34-12".into())));
        assert_eq!(PageSet::parse("整本"), Err(PagesError::NotAPage("整本".into())));
        assert_eq!(PageSet::parse("1-999999999"), Err(PagesError::TooMany));
        assert_eq!(PageSet::parse("0-4"), Err(PagesError::NotAPage("0-4".into())));
    }

    #[test]
    fn union_counts_once() {
        let (a, b) = (PageSet::parse("1-40"), PageSet::parse("31-70"));
        assert_eq!(a.and_then(|a| b.map(|b| a.union(&b).len())), Ok(70));
        assert_eq!(limit_of(300), 100);
        assert_eq!(limit_of(299), 99);
    }
}
