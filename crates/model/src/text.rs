//! Making texts comparable: one key for simplified, traditional and Japanese forms, full and half
//! width, upper and lower case, with and without punctuation and accents (DESIGN §3).

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Full-width ASCII and the ideographic space as their ordinary forms; everything else as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Where the folded forms of Han characters stand: the unified ones, then those of compatibility.
const UNIFIED: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';
const COMPATIBLE: std::ops::RangeInclusive<char> = '\u{F900}'..='\u{FAFF}';

/// The folded form of every Han character of the two ranges, in their order. One character at a time:
/// matching needs a mapping that does not depend on the neighbours, unlike conversion for display.
static HAN: LazyLock<Vec<char>> = LazyLock::new(|| {
    let (Ok(japanese), Ok(simplified)) =
        (OpenCC::from_config(BuiltinConfig::Jp2t), OpenCC::from_config(BuiltinConfig::T2s))
    else {
        // the dictionaries are compiled in; `folds_three_scripts` fails if they ever are not
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

/// Latin letters with marks, and what else stands before the combining marks, each lower-cased and taken
/// apart: what U+0080 to U+02FF become before anything is left out.
static APART: LazyLock<Vec<Box<[char]>>> = LazyLock::new(|| {
    let apart = |c: char| std::iter::once(c).nfkc().flat_map(char::to_lowercase).nfd().collect();
    ('\u{80}'..='\u{2FF}').map(apart).collect()
});

/// One Han character in the form that matching uses; anything else as it is.
pub fn fold_han(c: char) -> char {
    let at = match c {
        '\u{3400}'..='\u{9FFF}' => c as usize - 0x3400,
        '\u{F900}'..='\u{FAFF}' => c as usize - 0xF900 + 0x6C00,
        _ => return c,
    };
    HAN.get(at).copied().unwrap_or(c)
}

/// The key under which texts are compared: NFKC, lower case, Han folded to simplified, accents and
/// punctuation dropped, runs of space as one. Not for display.
pub fn fold(text: &str) -> String {
    // nearly every character of a catalogue neither changes with its neighbours nor changes them; a text
    // with any other goes the long way
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
            // dashes and quotation marks; punctuation of Chinese
            '\u{2010}'..='\u{2016}' | '\u{2018}'..='\u{2027}' | '\u{3000}'..='\u{3003}' => key.take(' '),
            '\u{3007}'..='\u{3011}' | '\u{3014}'..='\u{301B}' | '・' => key.take(c),
            // kana with their marks in them and Hangul: taken apart, they come together again
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | '\u{AC00}'..='\u{D7A3}' => {
                key.take(c);
            }
            '\u{3400}'..='\u{4DFF}' | '\u{9FA6}'..='\u{9FFF}' => key.take(c),
            _ => return fold_any(text),
        }
    }
    key.text
}

/// [`fold`] for whatever Unicode has.
fn fold_any(text: &str) -> String {
    let mut key = Key::of(text.len());
    text.nfkc().flat_map(char::to_lowercase).nfd().for_each(|c| key.take(c));
    // kana voicing marks and Hangul jamo were taken apart above
    key.text.nfc().collect()
}

/// A key as it grows.
struct Key {
    text: String,
    /// it ends in a Han character
    han: bool,
    /// a space, or something that counts as one, came last
    space: bool,
}

impl Key {
    fn of(length: usize) -> Key {
        Key { text: String::with_capacity(length), han: false, space: false }
    }

    /// Takes a character in lower case, taken apart.
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

    /// A character of the key. Space separates words of scripts that write it; between Han characters
    /// it means nothing.
    fn add(&mut self, c: char, han: bool) {
        if self.space && !self.han && !han {
            self.text.push(' ');
        }
        self.space = false;
        self.han = han;
        self.text.push(c);
    }
}

/// Voicing marks carry meaning in Japanese (は, ば, ぱ), unlike accents in a title search.
fn is_kana_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}' | 'ー')
}

/// True for Han ideographs.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Cuts at `max` characters with an ellipsis, for logs and notices; never inside a character.
pub fn clip(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Marks on one letter; more is no writing of any language (Tibetan and pointed Hebrew have six), but it
/// paints over the lines around it.
const MARKS: u32 = 8;

/// What outside text may show: no control characters, nothing that is not seen and makes a text look like
/// another (bidirectional controls, fillers, tags, joiners where nothing joins), no towers of marks, NFC,
/// white space folded.
///
/// Joiners mean something between letters of scripts that join or form clusters (Persian `می‌روم`, Hindi)
/// and between emoji, and stay there; U+180E likewise between Mongolian letters. Variation selectors stay:
/// they choose the form of a Han character.
pub fn clean(text: &str) -> String {
    // most of a catalogue's values are plain ASCII with nothing to take out
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("  ") {
        return text.trim_matches(' ').to_owned();
    }
    let mut out = String::with_capacity(text.len());
    // the last character that is seen, and marks on it
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
        // one joiner at a place
        last = c;
        out.push(c);
    };
    // nor is there often anything to compose
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(take);
    } else {
        text.nfc().for_each(take);
    }
    out.truncate(out.trim_end_matches(|c: char| c.is_whitespace() || is_joiner(c)).len());
    out
}

/// Non-sorting marks of MARC: the words between them stay.
fn is_unsorted(c: char) -> bool {
    matches!(c, '\u{88}' | '\u{89}' | '\u{98}' | '\u{9C}')
}

/// Characters that take room and show nothing, besides white space.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

/// Characters that are not seen at all and say nothing to a reader of a catalogue.
fn is_unseen(c: char) -> bool {
    matches!(c,
        // soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        // zero-width space, marks and overrides of direction, word joiner and other formats
        | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        // byte order mark, interlinear annotation, object, music, tags
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Characters that are not seen, but change the letters beside them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{180E}' | '\u{200C}' | '\u{200D}')
}

/// Whether a joiner means something behind a character.
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
            // what means something stays
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
