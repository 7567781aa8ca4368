//! Making texts comparable: one key for simplified, traditional and Japanese forms, full and half
//! width, upper and lower case, with and without punctuation and accents (DESIGN §3).

use std::collections::HashMap;
use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::UnicodeNormalization;

/// Full-width ASCII and the ideographic space as their ordinary forms; everything else as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Han characters whose folded form differs from themselves. One character at a time: matching needs
/// a mapping that does not depend on the neighbours, unlike conversion for display.
static HAN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let (Ok(japanese), Ok(simplified)) =
        (OpenCC::from_config(BuiltinConfig::Jp2t), OpenCC::from_config(BuiltinConfig::T2s))
    else {
        // the dictionaries are compiled in; `folds_three_scripts` fails if they ever are not
        return HashMap::new();
    };
    let mut table = HashMap::new();
    for c in ('\u{3400}'..='\u{9FFF}').chain('\u{F900}'..='\u{FAFF}') {
        let mut buffer = [0; 4];
        let folded = simplified.convert(&japanese.convert(c.encode_utf8(&mut buffer)));
        let mut chars = folded.chars();
        if let (Some(to), None) = (chars.next(), chars.next())
            && to != c
        {
            table.insert(c, to);
        }
    }
    table
});

/// One Han character in the form that matching uses; anything else as it is.
pub fn fold_han(c: char) -> char {
    HAN.get(&c).copied().unwrap_or(c)
}

/// The key under which texts are compared: NFKC, lower case, Han folded to simplified, accents and
/// punctuation dropped, runs of space as one. Not for display.
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfkc().flat_map(char::to_lowercase).nfd() {
        if unicode_normalization::char::is_combining_mark(c) && !is_kana_mark(c) {
            continue;
        }
        if c.is_whitespace() || !c.is_alphanumeric() && !is_kana_mark(c) {
            space = !key.is_empty();
            continue;
        }
        if space && needs_space(key.chars().next_back(), c) {
            key.push(' ');
        }
        space = false;
        key.push(fold_han(c));
    }
    // kana voicing marks and Hangul jamo were taken apart above
    key.nfc().collect()
}

/// Voicing marks carry meaning in Japanese (は, ば, ぱ), unlike accents in a title search.
fn is_kana_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}' | 'ー')
}

/// Space separates words of scripts that write it; between Han characters it means nothing.
fn needs_space(before: Option<char>, after: char) -> bool {
    !(before.is_some_and(is_han) || is_han(after))
}

/// True for Han ideographs.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Cuts at `max` characters with an ellipsis, for logs and notices; never inside a character.
pub fn clip(text: &str, max: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(max).collect();
    if chars.next().is_some() { format!("{head}…") } else { head }
}

/// What outside text may show: no control characters, no bidirectional overrides (they can make a
/// line lie about its order), NFC, white space folded.
pub fn clean(text: &str) -> String {
    // most of a catalogue's values are plain ASCII with nothing to take out
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("  ") {
        return text.trim_matches(' ').to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            // non-sorting marks of MARC: the words between them stay
            '\u{88}' | '\u{89}' | '\u{98}' | '\u{9C}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::{clean, clip, fold};

    #[test]
    fn folds_three_scripts() {
        assert_eq!(fold("國學概論"), fold("国学概论"));
        assert_eq!(fold("経済学"), fold("經濟學"));
        assert_eq!(fold("经济学"), fold("經濟學"));
        assert_eq!(fold("紅樓夢．上冊"), fold("红楼梦 上册"));
        assert_eq!(fold("ＴＨＥ　Ａｒｔ of Computer-Programming"), "the art of computer programming");
        assert_eq!(fold("Éléments d’économie"), fold("elements d economie"));
        assert_ne!(fold("はな"), fold("ばな"));
        assert_eq!(fold("한국사"), fold("한국사"));
        assert_eq!(fold("《战争与和平》"), fold("战争与和平"));
        assert_eq!(fold("  "), "");
    }

    #[test]
    fn outside_text_is_tamed() {
        assert_eq!(clean("a\u{202E}cba\u{0}\n b "), "acba b");
        for (text, want) in
            [(" a b ", "a b"), ("a  b", "a b"), (" \u{e9}  b ", "é b"), ("e\u{301}", "é"), ("  ", "")]
        {
            assert_eq!(clean(text), want, "{text}");
        }
        assert_eq!(clean("\u{98}The \u{9C}book"), "The book");
        assert_eq!(clip("红楼梦研究", 3), "红楼梦…");
    }
}
