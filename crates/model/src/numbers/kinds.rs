//! The other numbers: behind their labels, and bare where their shape tells them.

use super::Misprint;
use crate::identifier::{Identifier, IdentifierKind, isbn13, issn};

/// Places of one label that are looked at.
const MOST: usize = 50;

/// A number and its place in the plain text, with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    pub is: Result<Identifier, Misprint>,
}

/// A number at the beginning of a text: its length in bytes, and what it is.
type Read = (usize, Result<Identifier, Misprint>);

/// Labels, in lower case. Of labels at the same place the longest comes first.
const LABELS: [(&str, IdentifierKind); 22] = [
    ("arxiv.org/abs/", IdentifierKind::Arxiv),
    ("arxiv.org/pdf/", IdentifierKind::Arxiv),
    ("arxiv", IdentifierKind::Arxiv),
    ("pubmed.ncbi.nlm.nih.gov/", IdentifierKind::Pmid),
    ("ncbi.nlm.nih.gov/pubmed/", IdentifierKind::Pmid),
    ("pmcid", IdentifierKind::Pmcid),
    ("pmid", IdentifierKind::Pmid),
    ("cstr.cn/", IdentifierKind::Cstr),
    ("cstr", IdentifierKind::Cstr),
    ("worldcat.org/oclc/", IdentifierKind::Oclc),
    ("ocolc)", IdentifierKind::Oclc),
    ("oclc", IdentifierKind::Oclc),
    ("isbn", IdentifierKind::Isbn),
    ("书号", IdentifierKind::Isbn),
    ("書號", IdentifierKind::Isbn),
    ("issn", IdentifierKind::Issn),
    ("国际刊号", IdentifierKind::Issn),
    ("国际标准刊号", IdentifierKind::Issn),
    ("统一刊号", IdentifierKind::Cn),
    ("国内刊号", IdentifierKind::Cn),
    ("cn", IdentifierKind::Cn),
    ("刊号", IdentifierKind::Cn),
];

/// Finds the numbers behind labels.
pub(super) fn labelled(text: &str, lower: &str, spans: &mut Vec<Span>) {
    for (label, kind) in LABELS {
        for (at, _) in lower.match_indices(label).take(MOST) {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            let joined = before.is_some_and(|c| c.is_ascii_alphanumeric());
            let e_or_p = before.is_some_and(|c| matches!(c, 'e' | 'E' | 'p' | 'P'))
                && matches!(label, "isbn" | "issn");
            let start = if e_or_p { at - 1 } else { at };
            if joined && !e_or_p || covered(spans, at) {
                continue;
            }
            let rest = text.get(at + label.len()..).unwrap_or_default();
            let skipped = rest.len() - behind_label(rest, kind).len();
            let Some((length, is)) = rest.get(skipped..).and_then(|rest| at_start(rest, kind)) else {
                continue;
            };
            let mut end = at + label.len() + skipped + length;
            let address = label.contains('/');
            let start = if address { start_of_word(text, start) } else { start };
            if address {
                end = text
                    .get(end..)
                    .and_then(|rest| rest.find(|c: char| c.is_whitespace() || !c.is_ascii()))
                    .map_or(text.len(), |n| end + n);
            }
            spans.push(Span { start, end, is });
        }
    }
}

fn start_of_word(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or_default();
    at - head.rsplit(|c: char| c.is_whitespace() || !c.is_ascii()).next().unwrap_or_default().len()
}

fn covered(spans: &[Span], at: usize) -> bool {
    spans.iter().any(|span| (span.start..span.end).contains(&at))
}

/// The text behind the rest of a label: `-13:`, ` (10)：`, `-L: `, ` No. `, `号：`.
fn behind_label(rest: &str, kind: IdentifierKind) -> &str {
    let mut text = rest;
    if matches!(kind, IdentifierKind::Isbn | IdentifierKind::Issn) {
        for form in [
            "-13",
            "-10",
            " 13",
            " 10",
            "13",
            "10",
            "(13)",
            "(10)",
            " (13)",
            " (10)",
            "-L",
            "(print)",
            "(online)",
            " (print)",
            " (online)",
        ] {
            let after = text.strip_prefix(form);
            let apart =
                |after: &&str| after.starts_with([':', '：', ' ', '=', '-']) && !after.starts_with("-0");
            if let Some(after) = after.filter(apart) {
                text = after;
                break;
            }
        }
    }
    for word in [" number", " no", " No", " NO", "号码", "号", " ID", " id"] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    let mut skipped = 0;
    let signs = |c: &char| {
        matches!(c, ':' | '：' | ' ' | '-' | '.' | '=' | '#' | '/' | '［' | '[' | '(' | '（' | '"' | '“')
    };
    while skipped < 8 && text.chars().next().is_some_and(|c| signs(&c)) {
        text = text.get(text.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
        skipped += 1;
    }
    text
}

/// Reads the number of a kind at the beginning of a text, behind its label.
fn at_start(text: &str, kind: IdentifierKind) -> Option<Read> {
    match kind {
        IdentifierKind::Isbn => unified(text, true).or_else(|| isbn(text, true)),
        IdentifierKind::Issn => serial(text, true),
        IdentifierKind::Cn => cn(text).or_else(|| serial(text, false)),
        IdentifierKind::Pmid => digits(text, 1..=8).map(|n| valid(kind, n, n)).or_else(|| {
            let long = digits(text, 9..=12)?;
            Some((long.len(), Err(Misprint { kind, text: long.to_owned() })))
        }),
        IdentifierKind::Oclc => {
            let prefix =
                ["ocm", "ocn", "on"].into_iter().find(|prefix| text.starts_with(prefix)).map_or(0, str::len);
            let number = digits(text.get(prefix..)?, 1..=12)?;
            Some((prefix + number.len(), Ok(Identifier { kind, value: number.to_owned() })))
        }
        IdentifierKind::Pmcid => {
            let prefix = text.get(..3).filter(|p| p.eq_ignore_ascii_case("pmc")).map_or(0, str::len);
            let number = digits(text.get(prefix..)?, 3..=9)?;
            Some((prefix + number.len(), Ok(Identifier { kind, value: format!("PMC{number}") })))
        }
        IdentifierKind::Arxiv => new_arxiv(text).or_else(|| old_arxiv(text)),
        IdentifierKind::Cstr => cstr(text),
        _ => None,
    }
}

fn valid(kind: IdentifierKind, printed: &str, value: &str) -> Read {
    (printed.len(), Ok(Identifier { kind, value: value.to_owned() }))
}

/// The digits at the beginning of a text, if nothing of a word or number goes on behind them.
fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let goes_on = text.get(end..)?.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (lengths.contains(&end) && !goes_on).then(|| text.get(..end)).flatten()
}

/// The digits of a number that is printed in groups: its length in bytes and its digits, with a final X. Groups are
/// joined by one hyphen or space each.
fn grouped(text: &str, most: usize) -> (usize, String) {
    let (mut end, mut found) = (0, String::new());
    let mut gap = false;
    for (at, c) in text.char_indices().take(2 * most + 2) {
        match c {
            '0'..='9' if found.len() < most => found.push(c),
            'x' | 'X' if matches!(found.len(), 7 | 9) => found.push('X'),
            '-' | ' ' if !gap && !found.is_empty() => {
                gap = true;
                continue;
            }
            _ => break,
        }
        gap = false;
        end = at + 1;
        if found.ends_with('X') {
            break;
        }
    }
    (end, found)
}

/// An ISBN at the beginning of a text. Behind a label what is none is told, too.
fn isbn(text: &str, label: bool) -> Option<Read> {
    let kind = IdentifierKind::Isbn;
    let thirteen = text.starts_with("978") || text.starts_with("979");
    // a year or a page may follow behind a space: the shorter reading is tried, too
    for most in if thirteen { [13, 10] } else { [10, 10] } {
        let (end, found) = grouped(text, most);
        let goes_on = text.get(end..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if found.len() == most
            && !goes_on
            && let Some(value) = isbn13(&found)
        {
            return Some((end, Ok(Identifier { kind, value })));
        }
    }
    let (end, found) = grouped(text, 14);
    let wrong = if label { (9..=14).contains(&found.len()) } else { thirteen && found.len() == 13 };
    let printed = text.get(..end)?.trim();
    wrong.then(|| (end, Err(Misprint { kind, text: printed.to_owned() })))
}

/// An ISSN at the beginning of a text. `label`: what is none is told, too.
fn serial(text: &str, label: bool) -> Option<Read> {
    let kind = IdentifierKind::Issn;
    let (end, found) = grouped(text, 8);
    let goes_on = text.get(end..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if found.len() == 8
        && !goes_on
        && let Some(value) = issn(&found)
    {
        return Some((end, Ok(Identifier { kind, value })));
    }
    let printed = text.get(..end)?.trim();
    (label && (7..=8).contains(&found.len())).then(|| (end, Err(Misprint { kind, text: printed.to_owned() })))
}

/// A Chinese serial number: `11-1234/G2`, `11-1234`. Its class is one or two letters with digits.
fn cn(text: &str) -> Option<Read> {
    let (region, rest) = (text.get(..2)?, text.get(2..)?.strip_prefix('-')?);
    let number =
        digits(rest, 4..=4).or_else(|| rest.get(..4).filter(|n| n.bytes().all(|b| b.is_ascii_digit())))?;
    if !region.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let after = rest.get(4..)?;
    if after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut value = format!("{region}-{number}");
    let mut length = value.len();
    if let Some(class) = after.strip_prefix('/') {
        let letters = class.bytes().take_while(u8::is_ascii_alphabetic).count();
        let figures = class.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
        if (1..=2).contains(&letters) && figures <= 3 {
            value = format!("{value}/{}", class.get(..letters + figures)?.to_ascii_uppercase());
            length += 1 + letters + figures;
        }
    }
    Some((length, Ok(Identifier { kind: IdentifierKind::Cn, value })))
}

/// 统一书号: `10019·3100`; behind a label also with a full stop.
fn unified(text: &str, label: bool) -> Option<Read> {
    let first = text.find(|c: char| !c.is_ascii_digit()).filter(|end| (4..=5).contains(end))?;
    let rest = text.get(first..)?;
    let sign = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '·' | '•' | '・' | '∙' | '⋅' | '‧') || label && *c == '.')?;
    let number = digits(rest.get(sign.len_utf8()..)?, 1..=5)?;
    let value = format!("{}·{number}", text.get(..first)?);
    Some((first + sign.len_utf8() + number.len(), Ok(Identifier { kind: IdentifierKind::Csbn, value })))
}

/// `1707.08567v2`: year, month, number.
fn new_arxiv(text: &str) -> Option<Read> {
    let (month, number) = (text.get(2..4)?, text.get(5..)?);
    let dated = text.bytes().take(4).all(|b| b.is_ascii_digit()) && text.get(4..5) == Some(".");
    if !dated || !("01"..="12").contains(&month) {
        return None;
    }
    let length = number.bytes().take_while(u8::is_ascii_digit).count();
    if !(4..=5).contains(&length) {
        return None;
    }
    let value = text.get(..5 + length)?;
    Some((
        value.len() + version(text.get(value.len()..)?),
        Ok(Identifier { kind: IdentifierKind::Arxiv, value: value.to_owned() }),
    ))
}

/// Length of `v2`.
fn version(text: &str) -> usize {
    let digits =
        text.strip_prefix(['v', 'V']).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if digits > 0 { digits + 1 } else { 0 }
}

/// The archives of arXiv before 2007; only they have numbers with a slash.
const ARCHIVES: [&str; 37] = [
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph",
    "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph",
    "hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph",
    "q-alg", "q-bio", "quant-ph", "solv-int", "stat", "supr-con", "q-fin", "econ",
];

/// `hep-th/9901001`, `math.GT/0309136v2`.
fn old_arxiv(text: &str) -> Option<Read> {
    let slash = text.bytes().take(16).position(|b| b == b'/')?;
    let whole = text.get(..slash)?.to_ascii_lowercase();
    let (archive, class) = whole.split_once('.').unwrap_or((&whole, "xx"));
    if !ARCHIVES.contains(&archive) || class.len() != 2 {
        return None;
    }
    let number = text.get(slash + 1..)?;
    let length = number.bytes().take_while(u8::is_ascii_digit).count();
    let number = number.get(..length).filter(|_| length == 7)?;
    let end = slash + 1 + length;
    let value = format!("{whole}/{number}");
    Some((end + version(text.get(end..)?), Ok(Identifier { kind: IdentifierKind::Arxiv, value })))
}

/// `31253.11.sciencedb.j00001`: prefix, type of resource, name (GB/T 32843).
fn cstr(text: &str) -> Option<Read> {
    let signs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let end = text.find(|c: char| !signs(c)).unwrap_or(text.len());
    let value = text.get(..end)?.trim_end_matches(['.', '/', '-']);
    let mut parts = value.splitn(3, '.');
    let sound = parts.next()?.bytes().all(|b| b.is_ascii_digit())
        && value.find('.') == Some(5)
        && parts.next()?.bytes().all(|b| b.is_ascii_digit())
        && parts.next().is_some_and(|name| !name.is_empty());
    sound.then(|| valid(IdentifierKind::Cstr, value, value))
}

/// Finds the numbers whose shape alone tells them.
pub(super) fn bare(text: &str, spans: &mut Vec<Span>) {
    let mut before = ' ';
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let starts = c.is_ascii_alphanumeric()
            && !before.is_ascii_alphanumeric()
            && !matches!(before, '.' | '/' | '-' | '·');
        before = c;
        if !starts || at < end || covered(spans, at) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if let Some((length, is)) = by_shape(rest, c) {
            end = at + length;
            spans.push(Span { start: at, end, is });
        }
    }
}

fn by_shape(rest: &str, first: char) -> Option<Read> {
    if !first.is_ascii_digit() {
        let pmc = rest.get(..3).is_some_and(|p| p.eq_ignore_ascii_case("pmc"));
        return if pmc { at_start(rest, IdentifierKind::Pmcid) } else { old_arxiv(rest) };
    }
    if rest.starts_with("978") || rest.starts_with("979") {
        // without a label a wrong one has to look like one: thirteen digits
        return isbn(rest, false).filter(|(length, is)| {
            is.is_ok() || *length == 13 || rest.get(..*length).is_some_and(|n| n.contains('-'))
        });
    }
    let (end, found) = grouped(rest, 10);
    let printed = rest.get(..end)?;
    if found.len() == 10 && printed.matches('-').count() == 3 && !printed.contains(' ') {
        let value = isbn13(&found);
        return value.map(|value| (end, Ok(Identifier { kind: IdentifierKind::Isbn, value })));
    }
    let classed =
        |(length, is): Read| rest.get(..length).is_some_and(|n| n.contains('/')).then_some((length, is));
    unified(rest, false).or_else(|| cn(rest).and_then(classed))
}

/// Reads a text that is nothing but one number without a label.
pub(super) fn whole(text: &str) -> Option<Span> {
    let trimmed = text.trim().trim_end_matches(['.', '。', ',', '，', ';', '；']);
    let start = text.len() - text.trim_start().len();
    let all = |(length, is): Read| (length == trimmed.len()).then_some(is);
    let (end, found) = grouped(trimmed, 13);
    let printed = trimmed.len() == end;
    let is = match found.len() {
        10 if printed => match isbn13(&found) {
            Some(value) => Some(Ok(Identifier { kind: IdentifierKind::Isbn, value })),
            // group 7 is China's; other ten digits may be anything
            None => found
                .starts_with('7')
                .then(|| Err(Misprint { kind: IdentifierKind::Isbn, text: trimmed.to_owned() })),
        },
        8 if printed && trimmed.find('-') == Some(4) && !is_years(&found) => {
            serial(trimmed, true).and_then(all)
        }
        _ => new_arxiv(trimmed).and_then(all),
    }?;
    Some(Span { start, end: start + trimmed.len(), is })
}

/// `1990-1995`: more often years than an ISSN. `1881-2058` is an ISSN: nobody writes of those years.
fn is_years(digits: &str) -> bool {
    let year = |text: Option<&str>| {
        text.and_then(|text| text.parse::<u32>().ok()).filter(|year| (1400..=2040).contains(year))
    };
    matches!((year(digits.get(..4)), year(digits.get(4..))), (Some(from), Some(to)) if from <= to)
}

/// Whether outside of the numbers there are only signs, remarks in brackets, prices and bindings.
pub(super) fn nothing_else(text: &str, spans: &[Span]) -> bool {
    let (mut rest, mut at) = (String::new(), 0);
    for span in spans {
        rest.push_str(text.get(at..span.start.max(at)).unwrap_or_default());
        rest.push(' ');
        at = at.max(span.end);
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    let mut outside = String::new();
    let mut inside: Option<usize> = None;
    for c in rest.chars() {
        match c {
            '(' | '（' | '[' | '［' => inside = inside.or(Some(0)),
            ')' | '）' | ']' | '］' => inside = None,
            c => match &mut inside {
                // a long remark is text
                Some(length) if *length < 24 => *length += 1,
                _ => outside.push(c),
            },
        }
    }
    let remarks = [
        "精装",
        "平装",
        "精",
        "平",
        "pbk",
        "hbk",
        "cny",
        "rmb",
        "元",
        "和",
        "与",
        "and",
        "doi",
        "号",
        "第",
        "统一",
        "国际标准",
        "中国标准",
        "标准",
        "国际",
        "e",
        "p",
        "print",
        "online",
        "electronic",
        "isbn",
        "issn",
    ];
    outside.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        let name = word.trim_matches(|c: char| c.is_ascii_digit());
        remarks.contains(&name) || name.is_empty() && word.len() <= 3
    })
}
