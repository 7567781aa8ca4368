//! Removes ISBD punctuation, which MARC 21 includes in subfields (`Title :$bmore /$cby`).

use hongyan_model::text;

const ANNOUNCE: [char; 13] = ['،', '؛', '/', ':', ';', '=', ',', '\u{A0}', '／', '：', '；', '＝', '，'];

/// Strips the trailing punctuation that introduces the next part.
pub(super) fn strip(value: &str) -> String {
    let mut text = text::clean(value);
    // Alma writes non-sorting marks as <<The>>
    if text.contains("<<") {
        text = text::clean(&text.replace("<<", "").replace(">>", ""));
    }
    let lead = text.len() - text.trim_start_matches([':', ';', '/', ' ']).len();
    text.drain(..lead);
    loop {
        let before = text.len();
        let trimmed = text.trim_end().trim_end_matches(ANNOUNCE).trim_end();
        text.truncate(trimmed.len());
        if text.ends_with('.') && !text.ends_with("...") && !abbreviated(&text) {
            text.pop();
        }
        if text.len() == before {
            return unbracket(text);
        }
    }
}

/// Strips brackets around the whole text, like `[14 juan]`, which mark a cataloguer's addition.
fn unbracket(text: String) -> String {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) if !inner.contains(['[', ']']) => inner.trim().to_owned(),
        _ => text,
    }
}

/// Whether a final full stop belongs to initials (`Donald E.`) or an abbreviation (`Jr.`, `Co.`, `3rd
/// ed.`).
fn abbreviated(text: &str) -> bool {
    let word = text.trim_end_matches('.').rsplit([' ', '.', '-', ',']).next().unwrap_or_default();
    let lower = word.to_lowercase();
    let letters = word.chars().count();
    letters == 0
        || letters == 1
            && word.chars().all(|c| c.is_alphabetic() && !text::is_han(c) && !('가'..='힣').contains(&c))
        || [
            "jr", "sr", "co", "inc", "ltd", "ed", "eds", "etc", "vol", "no", "st", "dr", "cie", "bros",
            "corp", "dept", "al", "aufl", "hrsg",
        ]
        .contains(&lower.as_str())
}

/// Strips brackets and full stops around a date: `[1983]` and `c2004.` become `1983` and `c2004`.
pub(super) fn date(value: &str) -> String {
    let text = text::clean(value);
    let text = text.trim_end_matches(['.', ',', ';', ':', ' ']);
    unbracket(text.to_owned())
}

/// Cleans a place or publisher like [`strip`], and removes square brackets anywhere.
pub(super) fn imprint(value: &str) -> String {
    let text = strip(value);
    let supplied = text.starts_with('[') && (text.ends_with(']') || !text.contains(']'));
    let unopened = text.ends_with(']') && !text.contains('[');
    if supplied || unopened { text.trim_matches(['[', ']']).trim().to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{date, imprint, strip};

    #[test]
    fn isbd_goes_and_meaning_stays() {
        for (value, want) in [
            ("Cao tang ya ji :", "Cao tang ya ji"),
            ("[14 juan] /", "14 juan"),
            ("Handa shishi.", "Handa shishi"),
            ("Knuth, Donald E.", "Knuth, Donald E."),
            ("Gu, Ying,", "Gu, Ying"),
            ("红楼梦 /", "红楼梦"),
            ("King, Martin Luther, Jr.", "King, Martin Luther, Jr."),
            ("And so on ...", "And so on ..."),
            ("北韓 法令集 ／", "北韓 法令集"),
            ("辛 涉.", "辛 涉"),
            (": a gallery", "a gallery"),
            ("<<Das>> Kapital /", "Das Kapital"),
            ("\u{98}The \u{9C}book =", "The book"),
        ] {
            assert_eq!(strip(value), want);
        }
        assert_eq!(date("[1983]."), "1983");
        assert_eq!(date("清光绪三年 [1877]"), "清光绪三年 [1877]");
        assert_eq!(imprint("[Taipei] :"), "Taipei");
        assert_eq!(imprint("[北京 :"), "北京");
    }
}
