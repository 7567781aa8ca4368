//! Chooses the most likely legacy encoding. Each candidate has a small statistical model of the text
//! written in it; the log-likelihoods are added, and the highest sum wins. Rates are rough figures for
//! catalogue text, which suffices because a wrong decoding needs improbable bytes all the time.

use super::Charset;

/// Maximum number of bytes that are examined.
const ENOUGH: usize = 4000;
/// Probability of bytes that do not occur in an encoding.
const NEVER: f64 = 1e-6;
/// Probability of an ASCII byte in text.
const ASCII: f64 = 1.0 / 64.0;

/// Hints about the encoding from the ASCII parts of a record.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints {
    /// leader/09 is `a`
    pub says_utf8: bool,
    /// whether it looks like MARC 21, whose legacy encoding is MARC-8
    pub marc21: bool,
    /// language code of 008, 041 or 101; zeros if absent
    pub language: [u8; 3],
}

/// The most likely encoding of bytes that are not UTF-8.
pub(super) fn best(record: &[u8], hints: &Hints) -> Charset {
    let sample = sample(record);
    let candidates: [(Charset, f64); 8] = [
        (Charset::Iso5426, single(&sample, iso5426)),
        (Charset::GB18030, double(&sample, chinese)),
        (Charset::EUC_KR, double(&sample, korean)),
        (Charset::BIG5, double(&sample, taiwanese)),
        (Charset::Marc8, single(&sample, marc8)),
        (Charset::LATIN1, single(&sample, latin)),
        (Charset::CP866, single(&sample, |at| cyrillic(at, cp866))),
        (Charset::CP1251, single(&sample, |at| cyrillic(at, cp1251))),
    ];
    let prior = |charset: Charset| -> f64 {
        let expected = match &hints.language {
            b"chi" | b"zho" => [Charset::GB18030, Charset::BIG5].contains(&charset),
            b"kor" => charset == Charset::EUC_KR,
            b"rus" | b"ukr" | b"bel" | b"bul" => [Charset::CP866, Charset::CP1251].contains(&charset),
            _ => false,
        };
        let mut weight = 0.0;
        if expected {
            weight += 7.0;
        }
        if charset == Charset::Marc8 {
            weight += if hints.marc21 { 7.0 } else { -4.0 };
        }
        // rarer than Latin-1
        if charset == Charset::Iso5426 {
            weight -= 1.0;
        }
        // two bytes of Latin-1 often form a valid pair of Big5, which is rarer
        if charset == Charset::BIG5 {
            weight -= 2.0;
        }
        weight
    };
    candidates
        .into_iter()
        .map(|(charset, score)| (charset, score + prior(charset)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map_or(Charset::LATIN1, |(charset, _)| charset)
}

/// The bytes around the non-ASCII ones.
fn sample(record: &[u8]) -> Vec<u8> {
    let mut sample = Vec::with_capacity(record.len().min(ENOUGH));
    let fields = record.split(|byte| matches!(byte, 0x1E | 0x1F));
    for field in fields.filter(|field| !field.is_ascii()) {
        sample.extend_from_slice(field);
        sample.push(b' ');
        if sample.len() > ENOUGH {
            sample.truncate(ENOUGH);
            break;
        }
    }
    sample
}

/// Log-likelihood of text with ASCII bytes and double-byte characters.
fn double(sample: &[u8], pair: fn(u8, u8) -> f64) -> f64 {
    let mut sum = 0.0;
    let mut rest = sample;
    while let [first, tail @ ..] = rest {
        rest = tail;
        sum += if first.is_ascii() {
            ASCII
        } else if let [second, after @ ..] = tail {
            let chance = pair(*first, *second);
            if chance > NEVER {
                rest = after;
            }
            chance
        } else {
            NEVER
        }
        .ln();
    }
    sum
}

/// GB 2312 has its common characters, ordered by pinyin, in rows B0 to D7 and rare ones after them.
fn chinese(first: u8, second: u8) -> f64 {
    let standard = second >= 0xA1;
    match (first, second) {
        (0x81..=0xFE, 0x30..=0x39) => 2.0 * NEVER,
        (0x81..=0xFE, ..0x40 | 0x7F | 0x80 | 0xFF) | (..0x81 | 0xFF, _) => NEVER,
        (0xB0..=0xC8, _) if standard => 0.52 / 25.0 / 94.0,
        (0xC9..=0xD7, _) if standard => 0.36 / 15.0 / 94.0,
        (0xA1..=0xA3, _) if standard => 0.06 / 3.0 / 94.0,
        (0xD8..=0xF7, _) if standard => 0.04 / 32.0 / 94.0,
        _ => 0.02 / 90.0 / 190.0,
    }
}

/// KS X 1001 has its syllables in rows B0 to C8 and Han characters in CA to FD.
fn korean(first: u8, second: u8) -> f64 {
    let standard = second >= 0xA1;
    match (first, second) {
        (0xB0..=0xC8, 0xA1..=0xFE) => 0.87 / 25.0 / 94.0,
        (0xCA..=0xFD, 0xA1..=0xFE) => 0.08 / 52.0 / 94.0,
        (0xA1..=0xA3, 0xA1..=0xFE) => 0.03 / 3.0 / 94.0,
        (0xA4..=0xAC, 0xA1..=0xFE) => 0.01 / 9.0 / 94.0,
        (0x81..=0xC6, 0x41..=0x5A | 0x61..=0x7A | 0x81..=0xFE) if !standard || first < 0xA1 => {
            0.005 / 70.0 / 150.0
        }
        _ => NEVER,
    }
}

/// Big5 has its common characters in rows A4 to C6.
fn taiwanese(first: u8, second: u8) -> f64 {
    match (first, second) {
        (_, ..0x40 | 0x7F..=0xA0 | 0xFF) => NEVER,
        (0xA4..=0xC6, _) => 0.92 / 35.0 / 157.0,
        (0xA1..=0xA3, _) => 0.05 / 3.0 / 157.0,
        (0xC9..=0xF9, _) => 0.03 / 49.0 / 157.0,
        _ => NEVER,
    }
}

/// A byte with its neighbours; spaces at the ends.
#[derive(Clone, Copy)]
struct At {
    before: u8,
    byte: u8,
    after: u8,
}

/// Log-likelihood of text in a single-byte encoding.
fn single(sample: &[u8], chance: impl Fn(At) -> f64) -> f64 {
    let mut before = b' ';
    let mut sum = 0.0;
    for (index, byte) in sample.iter().enumerate() {
        let after = sample.get(index + 1).copied().unwrap_or(b' ');
        let place = At { before, byte: *byte, after };
        sum += if byte.is_ascii() { ASCII } else { chance(place).max(NEVER) }.ln();
        before = *byte;
    }
    sum
}

/// MARC-8: a combining mark precedes its letter.
fn marc8(At { byte, after, .. }: At) -> f64 {
    let often: f64 = match byte {
        0xE2 => 0.25,                      // acute
        0xE5 => 0.2,                       // macron
        0xE1 | 0xE8 => 0.1,                // grave, umlaut
        0xEB | 0xEC => 0.06,               // halves of a ligature
        0xE3 | 0xE4 | 0xE9 | 0xF2 => 0.05, // circumflex, tilde, caron, dot below
        0xE6 | 0xF0 => 0.03,               // breve, cedilla
        0xE0 | 0xE7 | 0xEA | 0xEE | 0xF1 => 0.02,
        0xED | 0xEF | 0xF3..=0xF9 | 0xFE => 0.005,
        // letters and signs: ʻ ʹ ł ø æ …
        0xA7 | 0xAE | 0xB0 | 0xB1 | 0xB2 | 0xB5 | 0xB7 | 0xB8 | 0xA1 | 0xA2 => return 0.05 * 0.02,
        0xA3..=0xC8 => return 0.05 * 0.002,
        _ => return NEVER,
    };
    let fits = match byte {
        _ if after >= 0xE0 => 0.05,
        _ if !after.is_ascii_alphabetic() => 1e-3,
        // marks that are mostly used with vowels
        0xE1..=0xE3 | 0xE5 | 0xE6 | 0xE8 if vowel(after) => 1.0,
        0xE2 => 0.2,
        0xE1 | 0xE3 | 0xE5 | 0xE6 | 0xE8 => 0.05,
        0xE9 if b"cdenrstzCDENRSTZ".contains(&after) => 1.0,
        0xE4 if b"naoNAO".contains(&after) => 1.0,
        0xF0 if b"cstCST".contains(&after) => 1.0,
        0xEA if b"auAU".contains(&after) => 1.0,
        0xE9 | 0xE4 | 0xF0 | 0xEA => 0.05,
        _ => 0.7,
    };
    0.05 * often * fits
}

/// ISO 5426: a combining mark precedes its letter.
fn iso5426(At { byte, after, .. }: At) -> f64 {
    let often: f64 = match byte {
        0xC2 => 0.35,                      // acute
        0xC1 | 0xC8 | 0xC9 => 0.12,        // grave, diaeresis, umlaut
        0xC3 | 0xD0 => 0.08,               // circumflex, cedilla
        0xC4 | 0xC5 | 0xCF | 0xCA => 0.03, // tilde, macron, caron, ring
        0xC6 | 0xC7 | 0xCD | 0xD3 | 0xD6 => 0.01,
        0xE1 | 0xE8..=0xEA | 0xF1 | 0xF5 | 0xF8..=0xFB => return 0.05 * 0.002,
        0xAB | 0xBB | 0xA9 | 0xBF => return 0.05 * 0.002,
        _ => return NEVER,
    };
    let fits = match byte {
        _ if !after.is_ascii_alphabetic() => return NEVER,
        0xC1..=0xC3 | 0xC5 | 0xC8 | 0xC9 if vowel(after) => 1.0,
        0xD0 if b"csCS".contains(&after) => 1.0,
        0xC4 if b"naoNAO".contains(&after) => 1.0,
        0xCF if b"cdenrstzCDENRSTZ".contains(&after) => 1.0,
        0xCA if b"auAU".contains(&after) => 1.0,
        _ => 0.05,
    };
    0.05 * often * fits
}

/// Latin-1: a letter among letters.
fn latin(At { before, byte, after }: At) -> f64 {
    let crowd = if before.is_ascii() && after.is_ascii() { 0.05 } else { 0.05 * 0.03 };
    let beside = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
    let often = match byte {
        0xE9 => 0.3,                                     // é
        0xE4 | 0xF6 | 0xFC => 0.1,                       // ä ö ü
        0xE0 | 0xE1 | 0xE7 | 0xE8 | 0xED | 0xF3 => 0.05, // à á ç è í ó
        0xDF | 0xE2..=0xE6 | 0xEA..=0xFE if byte != 0xF7 => 0.02,
        0xC0..=0xDE if byte != 0xD7 && !before.is_ascii_lowercase() => 0.01,
        0xA0 | 0xAB | 0xB0 | 0xBB | 0x91..=0x97 => return crowd * 0.01,
        _ => return crowd * 1e-3,
    };
    let fits = match (beside, byte) {
        (false, _) => 0.02,
        // accented vowels rarely stand next to a vowel
        (true, 0xE0..=0xE2 | 0xE4..=0xE6 | 0xE8..=0xEF) if vowel(after) => 0.2,
        _ => 1.0,
    };
    crowd * often * fits
}

fn vowel(byte: u8) -> bool {
    b"aeiouyAEIOUY".contains(&byte)
}

/// Class of a byte in a Cyrillic encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Small,
    Capital,
    Sign,
    Other,
    None,
}

fn cp866(byte: u8) -> Letter {
    match byte {
        0xA0..=0xAF | 0xE0..=0xEF | 0xF1 => Letter::Small,
        0x80..=0x9F | 0xF0 => Letter::Capital,
        0xFC | 0xFA | 0xF8 => Letter::Sign,
        0x80.. => Letter::Other,
        _ => Letter::None,
    }
}

fn cp1251(byte: u8) -> Letter {
    match byte {
        0xE0..=0xFF | 0xB8 | 0xB3 | 0xBF | 0xBA => Letter::Small,
        0xC0..=0xDF | 0xA8 => Letter::Capital,
        0xAB | 0xBB | 0x96 | 0x97 | 0xB9 | 0xA0 => Letter::Sign,
        0x80.. => Letter::Other,
        _ => Letter::None,
    }
}

/// Cyrillic words: capitals only at the beginning.
fn cyrillic(At { before, byte, after }: At, letter: fn(u8) -> Letter) -> f64 {
    // words do not mix alphabets
    if before.is_ascii_alphabetic() || after.is_ascii_alphabetic() {
        return 1e-5;
    }
    // few words have only one letter
    if matches!(letter(before), Letter::None) && matches!(letter(after), Letter::None) {
        return 0.001;
    }
    match (letter(before), letter(byte)) {
        (Letter::Small | Letter::Capital, Letter::Small) => 0.8 / 33.0,
        (_, Letter::Small) => 0.4 / 33.0,
        (Letter::Small, Letter::Capital) => 0.002 / 33.0,
        (Letter::Capital, Letter::Capital) => 0.1 / 33.0,
        (_, Letter::Capital) => 0.3 / 33.0,
        (_, Letter::Sign) => 0.002,
        _ => 1e-5,
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, Hints, best};

    const MARC21: Hints = Hints { says_utf8: false, marc21: true, language: *b"   " };
    const PLAIN: Hints = Hints { says_utf8: false, marc21: false, language: *b"   " };

    /// Texts of catalogues in each encoding are detected as that encoding.
    #[test]
    fn old_encodings_are_told_apart() {
        for (charset, texts) in [
            (Charset::GB18030, &["红楼梦研究", "过程管理 / 张三主编", "北京 高等教育出版社", "论民主"][..]),
            (Charset::GB18030, &["（美）约翰·史密斯著", "中国文化史", "莎士比亚全集", "臺灣經濟發展史"]),
            (
                Charset::EUC_KR,
                &["도서관 데이터", "한국사", "서울 : 민음사", "소설가의 일", "韓國의 歷史와 文化"],
            ),
            (Charset::BIG5, &["紅樓夢研究", "臺灣文學史", "中華書局", "國立故宮博物院"]),
            (Charset::LATIN1, &["Éléments d'économie générale", "Über die Straße nach Süden", "Peña, José"]),
            (
                Charset::LATIN1,
                &["l'Amérique après la révolution", "Søren Kierkegaards værker", "São Paulo, 1982"],
            ),
            (Charset::CP866, &["Приоритетный проект", "Никитенко Е. А.", "Война и мир"]),
            (Charset::CP1251, &["Приоритетный проект", "Никитенко Е. А.", "Война и мир"]),
            (Charset::Marc8, &["Qaḍāʼ al-usrah", "Kindaichi Kyōsuke to Ainugo", "Müller, Jürgen", "Łódź"]),
            (
                Charset::Iso5426,
                &["Orgueil et préjugés", "Éléments d'économie générale", "François Noël à Čáslav"],
            ),
            (Charset::Marc8, &["Hồ Chí Minh", "Paměti", "Éléments d'économie générale", "l'Amérique"]),
        ] {
            for text in texts {
                let bytes = charset.encode(text).unwrap();
                let hints = if charset == Charset::Marc8 { MARC21 } else { PLAIN };
                let found = best(&bytes, &hints);
                assert_eq!(found, charset, "{text} as {}: {}", found.name(), found.decode(&bytes).0);
            }
        }
    }

    #[test]
    fn the_language_helps_where_bytes_do_not() {
        // 가나, and the Han characters with the same bytes
        let bytes = Charset::EUC_KR.encode("가나").unwrap();
        let korean = Hints { language: *b"kor", ..PLAIN };
        let chinese = Hints { language: *b"chi", ..PLAIN };
        assert_eq!((best(&bytes, &korean), best(&bytes, &chinese)), (Charset::EUC_KR, Charset::GB18030));
        let bytes = Charset::GB18030.encode("第2版").unwrap();
        assert_eq!(best(&bytes, &chinese), Charset::GB18030);
        assert_eq!(best(&[], &PLAIN), best(b"a", &PLAIN));
    }
}
