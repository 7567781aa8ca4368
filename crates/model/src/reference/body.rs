//! What of a text is the reference: without the number in front, broken lines, addresses, days of access and numbers.

use super::pattern::Pattern;
use crate::text::{clean, is_han};

/// Longest reference, in characters.
const LONGEST: usize = 2_000;

/// The text of a reference, on one line, without what surrounds it.
pub(super) fn of(text: &str) -> String {
    static ADDRESS: Pattern = Pattern::new(
        r"(?i)(?:\b(?:retrieved|available|accessed|viewed|archived)\b[^.。]*?\b(?:from|at|on)\s*[:：]?\s*)?\bhttps?://[^\s，。；、）》]+(?:[^\s，。；、）》.,;)\]])?",
    );
    static NUMBER: Pattern = Pattern::new(
        r"(?i)(?:\bdoi\s*[:：]?\s*10\.\d{4,9}/\S+|\bPMC?ID\s*[:：]?\s*(?:PMC)?\d+\.?|\bPubMed\s+PMID\s*[:：]?\s*\d+\.?|\be?-?IS[BS]N(?:-1[03])?\s*[:：]?\s*[\dXx][\d\-‐-―− Xx]{7,16}[\dXx]\.?)",
    );
    static DAY: Pattern = Pattern::new(
        r"(?i)[\[(（]\s*(?:cited|accessed|viewed|访问|引用|最后访问)[^\])）]{0,40}[\])）]|\b(?:accessed|retrieved)\s*:?\s+(?:\d{1,2}\s+)?[a-z]+\.?\s+(?:\d{1,2},?\s*)?\d{4}\.?",
    );
    static LABEL: Pattern =
        Pattern::new(r"(?i)(?:\bdoi|\bavailable (?:from|at)|\bretrieved from|\burl)\s*[:：]?\s*[.。]?\s*$");
    let text = plain(text);
    let mut text = text.as_str();
    for prefix in ["参见", "另见", "转引自", "引自", "参看", "见"] {
        let rest = text.strip_prefix(prefix).unwrap_or(text);
        let is_name = rest.starts_with(|c: char| is_han(c) || "[［〔（(《".contains(c));
        if rest.len() < text.len() && is_name && rest.contains('《') {
            text = rest;
            break;
        }
    }
    let text = ADDRESS.without(text);
    let text = NUMBER.without(&text);
    let text = DAY.without(&text);
    let text = LABEL.without(text.trim_end());
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        // what remains of an address or a number is a lone stop
        if word.chars().all(|c| matches!(c, '.' | '。' | ',' | ';')) {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    // a sign that stood before an address or a number
    out.truncate(out.trim_end_matches([',', '，', '．', ';', '；', ' ']).len());
    out
}

/// The text on one line, cleaned, bounded, without the number in front.
pub(super) fn plain(text: &str) -> String {
    let head: String = text.chars().take(2 * LONGEST).collect();
    let text: String = clean(&unbroken(&head)).chars().take(LONGEST).collect();
    without_number(&text).to_owned()
}

/// Joins lines as they were before a page broke them: a hyphen between lower-case letters goes, and so does the gap
/// between Han characters.
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let next = line.chars().next().unwrap_or(' ');
        let mut before = out.chars().rev();
        match (before.next(), before.next()) {
            (None, _) => {}
            (Some('-' | '\u{2010}' | '\u{AD}'), Some(letter))
                if letter.is_lowercase() && next.is_lowercase() =>
            {
                out.pop();
            }
            (Some('-' | '–'), Some(digit)) if digit.is_ascii_digit() && next.is_ascii_digit() => {}
            (Some(c), _) if is_han(c) && is_han(next) => {}
            _ => out.push(' '),
        }
        out.push_str(line);
    }
    out
}

/// Strips a number in front: `[1]`, `［1］`, `1.`, `1)`, `(1)`, `①`.
pub fn without_number(text: &str) -> &str {
    number_in_front(text).unwrap_or(text)
}

/// The text after a number in front; none if there is none.
pub fn number_in_front(text: &str) -> Option<&str> {
    let digits = |t: &str| !t.is_empty() && t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit());
    let signs = [
        ("[", "]"),
        ("［", "］"),
        ("【", "】"),
        ("〔", "〕"),
        ("(", ")"),
        ("（", "）"),
        ("", ". "),
        ("", "、"),
        ("", ") "),
        ("", "．"),
    ];
    let numbered = signs.into_iter().find_map(|(open, close)| {
        // a number is short: only the beginning is looked at
        let rest = text.strip_prefix(open)?;
        let end = rest
            .char_indices()
            .take(6)
            .find(|(at, _)| rest.get(*at..).is_some_and(|rest| rest.starts_with(close)))?
            .0;
        let (number, rest) = (rest.get(..end)?, rest.get(end + close.len()..)?);
        digits(number.trim()).then(|| rest.trim_start())
    });
    numbered.or_else(|| {
        let mut chars = text.chars();
        let circled = chars.next().is_some_and(|c| matches!(c, '①'..='⑳' | '㉑'..='㉟'));
        circled.then(|| chars.as_str().trim_start())
    })
}
