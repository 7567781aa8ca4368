//! The ordinary characters behind printed ones.

use unicode_normalization::UnicodeNormalization as _;

/// The text in ordinary characters: without invisible ones, every dash a hyphen, compatibility characters as
/// NFKC has them. Full-width punctuation of sentences stays, because numbers end there.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '!'..='~' => out.push(c),
            c if c.is_whitespace() || c.is_control() => out.push(' '),
            '\u{AD}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => {}
            '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => {
                out.push('-')
            }
            '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3011}' => out.push(c),
            // ends of sentences and brackets of Chinese
            '！' | '（' | '）' | '，' | '：' | '；' | '？' | '［' | '］' | '｛' | '｝' => {
                out.push(c)
            }
            // a mark of a footnote is no part of the number before it
            '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{2070}'..='\u{2079}' => out.push(' '),
            c => out.extend(std::iter::once(c).nfkc()),
        }
    }
    // what mark-up and TeX write for < > & and _
    for (written, is) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("{\\_}", "_"), ("\\_", "_")] {
        if out.contains(written) {
            out = out.replace(written, is);
        }
    }
    out
}
