//! Identifiers of works: validated and in one normal form each, so that comparing strings compares
//! identifiers.

use serde::{Deserialize, Serialize};

use crate::numbers;

/// The kinds of identifiers that the program compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum IdentifierKind {
    /// always 13 digits; a valid ISBN-10 is converted
    Isbn,
    /// `1234-567X`
    Issn,
    /// lower case, without a resolver
    Doi,
    /// PubMed number
    Pmid,
    /// `1707.08567`, `hep-th/9901001`, without version
    Arxiv,
    /// Library of Congress control number, without spaces
    Lccn,
    /// OCLC number, digits
    Oclc,
    /// CALIS record number
    Calis,
    /// 统一书号, Chinese book number before ISBN: `10019·3100`
    Csbn,
    /// CN serial number: `11-1234/G2`
    Cn,
    /// number in PubMed Central: `PMC1234567`
    Pmcid,
    /// 科技资源标识, the identifier of resources of GB/T 32843: `31253.11.sciencedb.00001`
    Cstr,
    /// the number of the record in its source; comparable within one source only
    Local,
}

impl IdentifierKind {
    /// The code in the Reader API (`ids[].code`).
    pub fn code(self) -> &'static str {
        match self {
            IdentifierKind::Isbn => "ISBN",
            IdentifierKind::Issn => "ISSN",
            IdentifierKind::Doi => "DOI",
            IdentifierKind::Pmid => "PMID",
            IdentifierKind::Arxiv => "ARXIV",
            IdentifierKind::Lccn => "LCCN",
            IdentifierKind::Oclc => "OCLC",
            IdentifierKind::Calis => "CALIS_OID",
            IdentifierKind::Csbn => "CSBN",
            IdentifierKind::Cn => "CN",
            IdentifierKind::Pmcid => "PMCID",
            IdentifierKind::Cstr => "CSTR",
            IdentifierKind::Local => "LOCAL",
        }
    }

    /// The kind for a code; `EISSN` maps to ISSN; none for an unknown code.
    pub fn from_code(code: &str) -> Option<IdentifierKind> {
        use IdentifierKind::{Arxiv, Calis, Cn, Csbn, Cstr, Doi, Isbn, Issn, Lccn, Local, Oclc, Pmcid, Pmid};
        if code == "EISSN" {
            return Some(Issn);
        }
        [Isbn, Issn, Doi, Pmid, Arxiv, Lccn, Oclc, Calis, Csbn, Cn, Pmcid, Cstr, Local]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A valid identifier in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Identifier {
    /// serialised as `type`, the name that `inspect` prints
    #[serde(rename = "type")]
    pub kind: IdentifierKind,
    /// normal form
    pub value: String,
}

impl Identifier {
    /// Validates and normalises; none when the value is not a valid identifier of this kind. The value may be a text
    /// that has one, with a label, in an address.
    pub fn parse(kind: IdentifierKind, value: &str) -> Option<Identifier> {
        let text = match kind {
            IdentifierKind::Isbn => isbn13(value),
            IdentifierKind::Issn => issn(value),
            IdentifierKind::Doi => doi(value),
            IdentifierKind::Arxiv => arxiv(value),
            IdentifierKind::Pmid => first_digits(value).filter(|digits| digits.len() <= 8),
            IdentifierKind::Oclc => first_digits(value).filter(|digits| digits.len() <= 12),
            IdentifierKind::Lccn => {
                let text: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                (!text.is_empty()).then_some(text)
            }
            IdentifierKind::Pmcid | IdentifierKind::Cstr => None,
            IdentifierKind::Calis | IdentifierKind::Local => {
                let text = value.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            // catalogues have them in forms of their own
            IdentifierKind::Csbn | IdentifierKind::Cn => {
                let text = value.trim();
                let read = within(kind, text).unwrap_or_else(|| text.to_owned());
                (!read.is_empty()).then_some(read)
            }
        };
        let value = text.or_else(|| within(kind, value))?;
        Some(Identifier { kind, value })
    }

    /// Recognises text that consists of exactly one identifier, with its label or in its address. A bare number is never
    /// taken for a PMID; the label is required.
    pub fn recognise(text: &str) -> Option<Identifier> {
        let numbers = numbers::read(text);
        match numbers.valid.as_slice() {
            [only] if numbers.alone && numbers.wrong.is_empty() => Some(only.clone()),
            _ => None,
        }
    }
}

/// The first identifier of a kind in a short text; `11-1234` and `PMC1` may also stand without a label.
fn within(kind: IdentifierKind, text: &str) -> Option<String> {
    let find =
        |text: &str| numbers::read(text).valid.into_iter().find(|one| one.kind == kind).map(|one| one.value);
    if text.len() > MAX_VALUE || !text.contains(|c: char| c.is_alphanumeric()) {
        return None;
    }
    find(text).or_else(|| match kind {
        IdentifierKind::Cn | IdentifierKind::Cstr | IdentifierKind::Pmcid => {
            find(&format!("{} {text}", kind.code()))
        }
        IdentifierKind::Csbn => find(&format!("统一书号 {text}")),
        _ => None,
    })
}

/// Longest value of an identifier that is searched for it, in bytes.
const MAX_VALUE: usize = 2_000;

/// The first digits in a value.
fn first_digits(value: &str) -> Option<String> {
    let digits: String = half(value)
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || is_unseen(*c))
        .filter(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then_some(digits)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}')
}

/// Invisible characters that text processors leave in numbers.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn half(value: &str) -> String {
    value.chars().map(crate::text::half_width).collect()
}

/// Digits of an ISBN, with `X`, from the first run of characters that looks like one: `978-7-02-000873-7
/// (精装)`.
fn isbn_digits(value: &str) -> String {
    let mut digits = String::new();
    for c in half(value).chars() {
        match c {
            '0'..='9' => digits.push(c),
            'x' | 'X' if digits.len() == 9 => digits.push('X'),
            ' ' => {}
            c if is_dash(c) || is_unseen(c) => {}
            _ if digits.len() >= 10 => break,
            _ if digits.is_empty() => {}
            _ => break,
        }
        if digits.len() == 13 {
            break;
        }
    }
    digits
}

/// Normalises an ISBN-10 or ISBN-13 to ISBN-13; none when the check digit is wrong (ISO 2108:2017, annex
/// C).
pub fn isbn13(value: &str) -> Option<String> {
    let digits = isbn_digits(value);
    match digits.len() {
        10 => {
            let sum: u32 = digits
                .chars()
                .zip((1..=10u32).rev())
                .map(|(c, weight)| weight * if c == 'X' { 10 } else { c.to_digit(10).unwrap_or(0) })
                .sum();
            if !sum.is_multiple_of(11) {
                return None;
            }
            let body: String = "978".chars().chain(digits.chars().take(9)).collect();
            let check = isbn13_check(&body);
            Some(format!("{body}{check}"))
        }
        13 if digits.starts_with("978") || digits.starts_with("979") => {
            let body: String = digits.chars().take(12).collect();
            digits.ends_with(&isbn13_check(&body).to_string()).then_some(digits)
        }
        _ => None,
    }
}

fn isbn13_check(body: &str) -> u32 {
    let sum: u32 = body
        .chars()
        .zip([1u32, 3].into_iter().cycle())
        .map(|(c, weight)| weight * c.to_digit(10).unwrap_or(0))
        .sum();
    (10 - sum % 10) % 10
}

/// The ISBN-10 of an ISBN-13 with prefix 978, for sources that index only that form; none for prefix 979.
pub fn isbn10(isbn13: &str) -> Option<String> {
    let body: String = isbn13.strip_prefix("978")?.chars().take(9).collect();
    if body.len() != 9 {
        return None;
    }
    let sum: u32 = body.chars().zip((2..=10u32).rev()).map(|(c, w)| w * c.to_digit(10).unwrap_or(0)).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    Some(body + &check)
}

/// Normalises an ISSN to `1234-567X`; none when the check digit is wrong (ISO 3297:2022, annex A).
pub fn issn(value: &str) -> Option<String> {
    let digits: String = half(value)
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if digits.chars().count() != 8 || digits.chars().take(7).any(|c| c == 'X') {
        return None;
    }
    let sum: u32 = digits
        .chars()
        .zip((1..=8u32).rev())
        .map(|(c, weight)| weight * if c == 'X' { 10 } else { c.to_digit(10).unwrap_or(0) })
        .sum();
    let (head, tail) = digits.split_at_checked(4)?;
    sum.is_multiple_of(11).then(|| format!("{head}-{tail}"))
}

/// A DOI without resolver or label, in lower case (ISO 26324: DOI names are case-insensitive).
pub fn doi(value: &str) -> Option<String> {
    numbers::doi(value)
}

/// An arXiv id without its version: `2107.01234`, `hep-th/9901001`.
pub fn arxiv(value: &str) -> Option<String> {
    let lower = half(value.trim()).to_lowercase();
    let text = lower.strip_prefix("arxiv:").unwrap_or(&lower).trim();
    let base = match text.rsplit_once('v') {
        Some((base, version)) if !version.is_empty() && version.chars().all(|c| c.is_ascii_digit()) => base,
        _ => text,
    };
    let digits =
        |s: &str, lengths: &[usize]| lengths.contains(&s.len()) && s.chars().all(|c| c.is_ascii_digit());
    if let Some((yymm, number)) = base.split_once('.')
        && digits(yymm, &[4])
        && digits(number, &[4, 5])
    {
        return Some(base.to_owned());
    }
    if let Some((archive, number)) = base.split_once('/')
        && digits(number, &[7])
        && !archive.is_empty()
        && archive.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '.'))
    {
        return Some(base.to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Identifier, IdentifierKind, isbn10, isbn13, issn};

    #[test]
    fn isbn_in_every_dress() {
        assert_eq!(isbn13("7-02-000873-X"), None);
        assert_eq!(isbn13("978-7-02-000872-8").as_deref(), Some("9787020008728"));
        assert_eq!(isbn13("0-306-40615-2").as_deref(), Some("9780306406157"));
        assert_eq!(isbn13("９７８７０２０００８７２８（精装）：CNY20.00").as_deref(), Some("9787020008728"));
        assert_eq!(isbn13("0306406152 (pbk.)").as_deref(), Some("9780306406157"));
        assert_eq!(isbn13("9780306406158"), None);
        assert_eq!(isbn10("9780306406157").as_deref(), Some("0306406152"));
        assert_eq!(isbn10("9791032305690"), None);
    }

    #[test]
    fn issn_checks() {
        assert_eq!(issn("0378-5955").as_deref(), Some("0378-5955"));
        assert_eq!(issn("2434561x").as_deref(), Some("2434-561X"));
        assert_eq!(issn("0378-5954"), None);
    }

    #[test]
    fn a_pasted_line_is_recognised() {
        let cases = [
            ("https://doi.org/10.7554/eLife.01567", IdentifierKind::Doi, "10.7554/elife.01567"),
            ("doi:10.1000/182.", IdentifierKind::Doi, "10.1000/182"),
            ("ISBN 978-7-02-000872-8", IdentifierKind::Isbn, "9787020008728"),
            ("7020008720", IdentifierKind::Isbn, "9787020008728"),
            ("0378-5955", IdentifierKind::Issn, "0378-5955"),
            ("PMID: 24799665", IdentifierKind::Pmid, "24799665"),
            ("arXiv:1707.08567v2", IdentifierKind::Arxiv, "1707.08567"),
            ("https://arxiv.org/abs/hep-th/9901001", IdentifierKind::Arxiv, "hep-th/9901001"),
        ];
        for (text, kind, value) in cases {
            let found = Identifier::recognise(text).unwrap_or_else(|| panic!("{text} is not recognised"));
            assert_eq!((found.kind, found.value.as_str()), (kind, value), "{text}");
        }
        for text in ["红楼梦", "1984", "10.5 英寸", "history of china", "20210001"] {
            assert_eq!(Identifier::recognise(text), None, "{text}");
        }
    }
}
