//! Normalising text for comparison: one key for simplified, traditional and Japanese forms, full and half
//! width, upper and lower case, with and without punctuation and accents.

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Maps full-width ASCII and the ideographic space to their ordinary forms; keeps everything else.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The two ranges of Han characters that [`HAN`] covers: unified, then compatibility ideographs.
const UNIFIED: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';
const COMPATIBLE: std::ops::RangeInclusive<char> = '\u{F900}'..='\u{FAFF}';

/// The folded form of each Han character of the two ranges, in order. Per character, because matching
/// needs a mapping that does not depend on context, unlike conversion for display.
static HAN: LazyLock<Vec<char>> = LazyLock::new(|| {
    let (Ok(japanese), Ok(simplified)) =
        (OpenCC::from_config(BuiltinConfig::Jp2t), OpenCC::from_config(BuiltinConfig::T2s))
    else {
        // unreachable: the dictionaries are compiled in, and the test `folds_three_scripts` uses them
        return Vec::new();
    };
    let folded = |c: char| {
        let mut buffer = [0; 4];
        let folded = simplified.convert(&japanese.convert(c.encode_utf8(&mut buffer)));
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (Some(to), None) => to,
            _ => c,
        }
    };
    UNIFIED.chain(COMPATIBLE).map(folded).collect()
});

/// Lower-cased decompositions of U+0080 to U+02FF, before combining marks are dropped.
static APART: LazyLock<Vec<Box<[char]>>> = LazyLock::new(|| {
    let apart = |c: char| std::iter::once(c).nfkc().flat_map(char::to_lowercase).nfd().collect();
    ('\u{80}'..='\u{2FF}').map(apart).collect()
});

/// Folds a Han character to its form for matching; keeps everything else.
pub fn fold_han(c: char) -> char {
    let at = match c {
        '\u{3400}'..='\u{9FFF}' => c as usize - 0x3400,
        '\u{F900}'..='\u{FAFF}' => c as usize - 0xF900 + 0x6C00,
        _ => return c,
    };
    HAN.get(at).copied().unwrap_or(c)
}

/// The key for comparing texts: NFKC, lower case, Han folded to simplified, accents and punctuation
/// dropped, white space collapsed. Not for display.
pub fn fold(text: &str) -> String {
    // fast path: nearly all characters of a catalogue neither change nor are changed by their neighbours;
    // text with any other character takes the slow path
    let mut key = Key::of(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => key.add(c, false),
            '\u{4E00}'..='\u{9FA5}' => key.add(fold_han(c), true),
            '\0'..='\u{7F}' => key.take(c.to_ascii_lowercase()),
            '\u{80}'..='\u{2FF}' => {
                let apart = APART.get(c as usize - 0x80).map(|apart| &**apart).unwrap_or_default();
                apart.iter().for_each(|c| key.take(*c));
            }
            '\u{FF01}'..='\u{FF5E}' => key.take(half_width(c).to_ascii_lowercase()),
            // dashes, quotation marks, Chinese punctuation
            '\u{2010}'..='\u{2016}' | '\u{2018}'..='\u{2027}' | '\u{3000}'..='\u{3003}' => key.take(' '),
            '\u{3007}'..='\u{3011}' | '\u{3014}'..='\u{301B}' | '・' => key.take(c),
            // precomposed kana and Hangul: decomposing and composing again would not change them
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | '\u{AC00}'..='\u{D7A3}' => {
                key.take(c);
            }
            '\u{3400}'..='\u{4DFF}' | '\u{9FA6}'..='\u{9FFF}' => key.take(c),
            _ => return fold_any(text),
        }
    }
    key.text
}

/// The slow path of [`fold`], for any Unicode text.
fn fold_any(text: &str) -> String {
    let mut key = Key::of(text.len());
    text.nfkc().flat_map(char::to_lowercase).nfd().for_each(|c| key.take(c));
    // kana voicing marks and Hangul jamo were decomposed above
    key.text.nfc().collect()
}

/// Builder of a key.
struct Key {
    text: String,
    /// whether the last character is Han
    han: bool,
    /// whether the last character was a space, or counts as one
    space: bool,
}

impl Key {
    fn of(length: usize) -> Key {
        Key { text: String::with_capacity(length), han: false, space: false }
    }

    /// Appends a lower-case, decomposed character.
    fn take(&mut self, c: char) {
        if unicode_normalization::char::is_combining_mark(c) && !is_kana_mark(c) {
            return;
        }
        if c.is_whitespace() || !c.is_alphanumeric() && !is_kana_mark(c) {
            self.space = !self.text.is_empty();
            return;
        }
        self.add(fold_han(c), is_han(c));
    }

    /// Appends a character of the key. White space separates words except between Han characters, where
    /// it has no meaning.
    fn add(&mut self, c: char, han: bool) {
        if self.space && !self.han && !han {
            self.text.push(' ');
        }
        self.space = false;
        self.han = han;
        self.text.push(c);
    }
}

/// Whether the mark is a kana voicing mark. They distinguish words (は, ば, ぱ), so they are kept, unlike
/// accents.
fn is_kana_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}' | 'ー')
}

/// Whether the character is a Han ideograph.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Truncates to `max` characters with an ellipsis, for logs and notices; never splits a character.
pub fn clip(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Maximum number of combining marks on one letter. The orthographies with most, Tibetan and pointed
/// Hebrew, use six; more only paints over the adjacent lines.
const MARKS: u32 = 8;

/// Cleans outside text for display: removes control characters and invisible characters that make a text
/// look like another one (bidirectional controls, fillers, tags, stray joiners), limits combining marks,
/// normalises to NFC, collapses white space.
///
/// Joiners stay between letters of scripts that join or form clusters (Persian `می‌روم`, Hindi) and
/// between emoji, where they have meaning; likewise U+180E between Mongolian letters. Variation selectors
/// stay, because they select the form of a Han character.
pub fn clean(text: &str) -> String {
    // fast path: most values of a catalogue are printable ASCII with nothing to remove
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("  ") {
        return text.trim_matches(' ').to_owned();
    }
    let mut out = String::with_capacity(text.len());
    // the last visible character, and the number of marks on it
    let (mut last, mut marks) = ('\0', 0);
    let take = |c: char| {
        match c {
            '!'..='~' | '\u{4E00}'..='\u{9FFF}' => marks = 0,
            c if c.is_whitespace() || c.is_control() && !is_unsorted(c) || is_blank(c) => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                (last, marks) = (' ', 0);
                return;
            }
            c if is_unseen(c) || is_unsorted(c) || is_joiner(c) && !joins(c, last) => return,
            c if unicode_normalization::char::is_combining_mark(c) => {
                marks += 1;
                if marks <= MARKS {
                    out.push(c);
                }
                return;
            }
            _ => marks = 0,
        }
        // at most one joiner in a row
        last = c;
        out.push(c);
    };
    // fast path: rarely is there anything to compose
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(take);
    } else {
        text.nfc().for_each(take);
    }
    out.truncate(out.trim_end_matches(|c: char| c.is_whitespace() || is_joiner(c)).len());
    out
}

/// Non-sorting marks of MARC; the words between them are kept.
fn is_unsorted(c: char) -> bool {
    matches!(c, '\u{88}' | '\u{89}' | '\u{98}' | '\u{9C}')
}

/// Characters with width but without a glyph, besides white space.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

/// Invisible characters without meaning in a catalogue.
fn is_unseen(c: char) -> bool {
    matches!(c,
        // soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        // zero-width space, marks and overrides of direction, word joiner and other formats
        | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        // byte order mark, interlinear annotation, object, music, tags
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Invisible characters that affect the shape of adjacent letters.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{180E}' | '\u{200C}' | '\u{200D}')
}

/// Whether a joiner has meaning after this character.
fn joins(joiner: char, after: char) -> bool {
    let mongolian = matches!(after, '\u{1820}'..='\u{18AA}');
    match joiner {
        '\u{180E}' => mongolian,
        _ => {
            // Arabic, Syriac and their extensions; the scripts of India
            let clusters = matches!(after,
                '\u{620}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
            let emoji = matches!(after, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
            mongolian || clusters || joiner == '\u{200D}' && emoji
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clean, clip, fold, fold_any};

    #[test]
    fn the_short_way_of_folding_is_the_long_one() {
        for c in '\0'..='\u{FFFF}' {
            for text in [c.to_string(), format!("a{c}b"), format!("国{c}學 {c}"), format!(" {c}ば{c}각 E")]
            {
                assert_eq!(fold(&text), fold_any(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn of_any_text(
            text in "[\\u{0}-\\u{3ff}\\u{1e00}-\\u{1eff}\\u{2000}-\\u{2fff}\\u{3000}-\\u{30ff}\\u{4e00}-\\u{9fff}\\u{ac00}-\\u{ad00}\\u{1100}-\\u{11ff}\\u{f900}-\\u{fa20}\\u{ff00}-\\u{ffef}]{0,12}",
        ) {
            prop_assert_eq!(fold(&text), fold_any(&text));
        }
    }

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
        for (text, want) in [
            ("invoice \u{61C}fdp", "invoice fdp"),
            ("pay\u{200B}pal \u{200C}\u{200D}\u{2060}x", "paypal x"),
            ("红\u{200D}楼\u{200C}梦", "红楼梦"),
            ("pass\u{AD}word a\u{34F}b a\u{180E}b", "password ab ab"),
            ("hello\u{E0068}\u{E0069}\u{E007F}", "hello"),
            ("x\u{3164}\u{3164}y", "x y"),
            ("a\u{FFF9}b\u{FFFA}c\u{FFFB}d\u{FFFC}", "abcd"),
            ("\u{200B}\u{2060}\u{3164}\u{200D}", ""),
            // characters that carry meaning stay
            ("می\u{200C}روم", "می\u{200C}روم"),
            ("क\u{94D}\u{200D}ष", "क\u{94D}\u{200D}ष"),
            ("👩\u{200D}💻", "👩\u{200D}💻"),
            ("ᠮᠣᠩᠭᠣᠯ\u{180E}ᠠ", "ᠮᠣᠩᠭᠣᠯ\u{180E}ᠠ"),
            ("葛\u{E0100}飾", "葛\u{E0100}飾"),
        ] {
            assert_eq!(clean(text), want, "{text:?}");
        }
        let tower = format!("Z{}algo", "\u{335}\u{321}\u{334}\u{349}\u{35C}".repeat(200));
        assert!(clean(&tower).chars().count() <= 5 + 8, "{}", clean(&tower).chars().count());
        assert_eq!(clip("红楼梦研究", 3), "红楼梦…");
    }
}
