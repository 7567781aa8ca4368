//! MARC-8: the subset of ISO 2022 used by libraries. Character sets are assigned to two halves, G0 (20 to
//! 7F) and G1 (A0 to FF), by escape sequences; combining marks precede their letter. (MARC 21
//! Specifications, "MARC-8 Encoding Environment", Library of Congress.)

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

use super::tables::{ANSEL, ASCII, EACC, REVERSE, TABLES};

pub(super) const ESCAPE: u8 = 0x1B;
const DELIMITER: u8 = 0x1F;
/// Maximum number of combining marks on a letter.
const MAX_ACCENTS: usize = 16;

/// State of the decoder.
struct Reader {
    text: String,
    /// combining marks waiting for their letter
    accents: Vec<char>,
    broken: Option<usize>,
    composed: bool,
}

impl Reader {
    fn put(&mut self, c: char) {
        // the superscript alef of Arabic is encoded as a letter
        if is_combining_mark(c) && c != '\u{670}' {
            if self.accents.len() >= MAX_ACCENTS {
                self.end();
            }
            self.accents.push(c);
            return;
        }
        self.text.push(c);
        self.composed |= !self.accents.is_empty();
        self.text.extend(self.accents.drain(..));
    }

    /// Flushes pending combining marks onto a space at the end of a text.
    fn end(&mut self) {
        if !self.accents.is_empty() {
            self.put('\u{A0}');
        }
    }

    fn fail(&mut self, at: usize) {
        self.broken = self.broken.or(Some(at));
        self.put(char::REPLACEMENT_CHARACTER);
    }
}

/// Decodes to NFC; returns also the offset of the first invalid byte. Every subfield starts with ASCII
/// and ANSEL.
pub(super) fn decode(bytes: &[u8]) -> (String, Option<usize>) {
    let mut reader = Reader {
        text: String::with_capacity(bytes.len()),
        accents: Vec::new(),
        broken: None,
        composed: false,
    };
    let (mut low, mut high) = (ASCII, ANSEL);
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        match byte {
            ESCAPE => match escape(rest) {
                Some((half, set, length)) => {
                    match half {
                        Half::Low => low = set,
                        Half::High => high = set,
                    }
                    at += length;
                }
                None => reader.fail(at),
            },
            DELIMITER => {
                reader.end();
                reader.text.push('\u{1F}');
                (low, high) = (ASCII, ANSEL);
                // the subfield code is ASCII whatever set is active
                if let Some(code) = rest.first().filter(|code| matches!(code, b'!'..=b'~')) {
                    reader.text.push(char::from(*code));
                    at += 1;
                }
            }
            // EACC has characters with first byte 7F, which is a control character elsewhere
            0x7F if low != EACC => reader.put('\u{7F}'),
            ..0x20 => {
                reader.end();
                reader.text.push(char::from(byte));
            }
            0x20 if low != EACC => reader.put(' '),
            _ => {
                let set = if byte < 0x80 { low } else { high };
                if set == EACC {
                    match three(byte, rest) {
                        Some(code) => {
                            match TABLES.eacc(code) {
                                Some(c) => reader.put(c),
                                None => reader.fail(at),
                            }
                            at += 2;
                        }
                        // a plain space between characters
                        None if byte == 0x20 => reader.put(' '),
                        None => reader.fail(at),
                    }
                } else {
                    match one(set, byte) {
                        Some(c) => reader.put(c),
                        None => reader.fail(at),
                    }
                }
            }
        }
        at += 1;
    }
    reader.end();
    let text = if reader.composed { reader.text.nfc().collect() } else { reader.text };
    (text, reader.broken)
}

enum Half {
    Low,
    High,
}

/// The half and set that an escape sequence selects, and its number of bytes after the escape.
fn escape(rest: &[u8]) -> Option<(Half, u8, usize)> {
    let (half, intermediates) = match rest {
        [b's', ..] => return Some((Half::Low, ASCII, 1)),
        [set @ (b'g' | b'b' | b'p'), ..] => return Some((Half::Low, *set, 1)),
        [b'$', b')' | b'-', ..] => (Half::High, 2),
        [b'$', b',' | b'(', ..] => (Half::Low, 2),
        [b'$' | b'(' | b',', ..] => (Half::Low, 1),
        [b')' | b'-', ..] => (Half::High, 1),
        _ => return None,
    };
    // ANSEL has one more byte: `!E`
    let more = usize::from(rest.get(intermediates) == Some(&b'!'));
    let set = *rest.get(intermediates + more)?;
    TABLES.has(set).then_some((half, set, intermediates + more + 1))
}

/// The three bytes of an EACC character, in the half of the first.
fn three(first: u8, rest: &[u8]) -> Option<[u8; 3]> {
    let [second, third, ..] = rest else { return None };
    let same = |byte: u8| (byte & 0x80) == (first & 0x80) && byte & 0x7F >= 0x20;
    // four characters have a third byte in the control area: 7F2014
    let sign = first == 0x7F && (0x10..0x1B).contains(third);
    (same(*second) && (same(*third) || sign))
        .then_some([first & 0x7F, second & 0x7F, third & 0x7F])
        .filter(|[a, ..]| *a > 0x20)
}

fn one(set: u8, byte: u8) -> Option<char> {
    match byte {
        // non-sorting marks and joiners are in the control area of every high half
        0x88 => Some('\u{98}'),
        0x89 => Some('\u{9C}'),
        0x8D => Some('\u{200D}'),
        0x8E => Some('\u{200C}'),
        0x80..=0x9F => None,
        _ => TABLES.one(set, byte & 0x7F),
    }
}

/// Encodes a text; fails with the first character that MARC-8 lacks. Ends with ASCII in the low half.
pub(super) fn encode(text: &str) -> Result<Vec<u8>, char> {
    let mut bytes = Vec::with_capacity(text.len() + 8);
    let mut low = ASCII;
    let mut letters = text.nfc().peekable();
    while let Some(letter) = letters.next() {
        let mut cluster: Vec<char> = Vec::new();
        if REVERSE.contains_key(&letter) || letter.is_control() || letter == ' ' {
            cluster.push(letter);
        } else {
            unicode_normalization::char::decompose_canonical(letter, |part| cluster.push(part));
            rejoin(&mut cluster);
        }
        while let Some(mark) = letters.next_if(|next| is_combining_mark(*next) && *next != '\u{670}') {
            cluster.push(mark);
        }
        // marks first, in their order outwards from the letter
        cluster.rotate_left(1);
        for c in cluster {
            write(c, &mut low, &mut bytes)?;
        }
    }
    call(ASCII, &mut low, &mut bytes);
    Ok(bytes)
}

/// `o`, horn, grave → `ơ`, grave: MARC-8 has no combining horn, only the letter with it.
fn rejoin(cluster: &mut Vec<char>) {
    let mut next = 1;
    while let (Some(base), Some(mark)) = (cluster.first().copied(), cluster.get(next).copied()) {
        match compose(base, mark).filter(|c| REVERSE.contains_key(c)) {
            Some(joined) => {
                cluster.remove(next);
                if let Some(first) = cluster.first_mut() {
                    *first = joined;
                }
            }
            None => next += 1,
        }
    }
}

fn write(c: char, low: &mut u8, bytes: &mut Vec<u8>) -> Result<(), char> {
    if c == ' ' && *low != EACC || c.is_ascii_control() {
        bytes.push(c as u8);
        return Ok(());
    }
    let (set, [first, second, third]) =
        *REVERSE.get(&c).or_else(|| (c == ' ').then_some(&(ASCII, [b' ', 0, 0]))).ok_or(c)?;
    if set == ANSEL {
        bytes.push(first | 0x80);
        return Ok(());
    }
    call(set, low, bytes);
    bytes.push(first);
    if set == EACC {
        bytes.extend([second, third]);
    }
    Ok(())
}

/// Selects a set for the low half.
fn call(set: u8, low: &mut u8, bytes: &mut Vec<u8>) {
    if *low == set {
        return;
    }
    *low = set;
    bytes.push(ESCAPE);
    match set {
        EACC => bytes.extend([b'$', EACC]),
        b'g' | b'b' | b'p' => bytes.push(set),
        _ => bytes.extend([b'(', set]),
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn scripts() {
        for (bytes, text) in [
            (&b"M\xe8uller, J\xe8urgen"[..], "Müller, Jürgen"),
            (b"Q\xe5aomi \xb0 \xb1 \xa7", "Qāomi ʻ ł ʹ"),
            (b"\xf2\xe3o", "ộ"),
            (b"\x1b$1!0!!0\"!0#\x1b(B end", "一丁七 end"),
            (b"\x1b)1\xa1\xb0\xa1", "一"),
            (b"\x1b(NaAb\x1b(B", "АаБ"),
            (b"\x1b(2`a\x1b(B", "אב"),
            (b"\x1b(S", ""),
            (b"H\x1bb2\x1bsO\x1bp2\x1bs \x1bga\x1bs", "H₂O² α"),
            (b"\x1b(!E\x62\x1b(Be", "é"),
            (b"\x1b$1\x7f!\x22!0!", "™一"),
            (b"\xebi\xecu", "i\u{fe20}u\u{fe21}"),
            (b"\x1b$1!0!\x1f", "一\u{1f}"),
            (b"\x1b$1!0!\x1fb!0!", "一\u{1f}b!0!"),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), None), "{bytes:x?}");
        }
    }

    #[test]
    fn broken_places() {
        for (bytes, text, at) in [
            (&b"a\x1b?b"[..], "a\u{FFFD}?b", 1),
            (b"\x1b$1!0", "\u{FFFD}\u{FFFD}", 3),
            (b"\x1b$1!\x7f!!0!", "\u{FFFD}一", 3),
            (b"\x1b$1!0\x1b(Bend", "\u{FFFD}\u{FFFD}end", 3),
            (b"a\xfdb", "a\u{FFFD}b", 1),
            (b"a\x9b", "a\u{FFFD}", 1),
            (b"\x1b", "\u{FFFD}", 0),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), Some(at)), "{bytes:x?}");
        }
        // a mark without a letter is put on a space
        assert_eq!(decode(b"a\xe2\x1fb"), ("a\u{A0}\u{301}\u{1f}b".to_owned(), None));
        let (text, broken) = decode(&[0xE2; 300]);
        assert!(text.chars().count() < 340 && broken.is_none());
    }

    #[test]
    fn queries_are_written() {
        assert_eq!(encode("Müller").as_deref(), Ok(&b"M\xe8uller"[..]));
        assert_eq!(encode("一 a").as_deref(), Ok(&b"\x1b$1!0!\x1b(B a"[..]));
        for text in [
            "红楼梦 紅樓夢",
            "ờ Łódź",
            "Война и мир",
            "Ёлка й",
            "שלום",
            "الإسلام",
            "αβγ Ωμέγα",
            "Hồ Chí Minh",
            "とうきょう ガ",
        ] {
            match encode(text) {
                Ok(bytes) => assert_eq!(decode(&bytes), (text.to_owned(), None), "{bytes:x?}"),
                Err(c) => panic!("{text}: {c:?}"),
            }
        }
        assert_eq!(encode("a😀"), Err('😀'));
    }
}
