//! ISO 5426: Latin of European libraries, the usual set beside ASCII in UNIMARC. As in MARC-8 a combining
//! mark precedes its letter. (ISO 5426:1983, table; the columns C0 to DF are combining marks.)

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// Maximum number of combining marks on a letter.
const MAX_ACCENTS: usize = 16;

/// A0 to DF and E0 to FF; NUL where the set has nothing.
const LOW: &str = "\0¡„£$¥†§′‘“«♭©℗®ʻʼ‚\0\0\0‡·″’”»♯ʹʺ¿\u{309}\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{308}\u{30A}\u{315}\u{313}\u{30B}\u{31B}\u{30C}\u{327}\u{326}\u{321}\u{328}\u{325}\u{32E}\u{323}\u{324}\u{332}\u{333}\u{329}\u{32D}\0\u{FE20}\u{FE21}\0";
const HIGH: &str = "\0ÆĐ\0\0\0Ĳ\0ŁØŒ\0Þ\0\0\0\0æđð\0ıĳ\0łøœßþ\0\0\0";

fn one(byte: u8) -> Option<char> {
    let (table, at) = match byte {
        // non-sorting marks of UNIMARC
        0x88 => return Some('\u{98}'),
        0x89 => return Some('\u{9C}'),
        0xA0..=0xDF => (LOW, byte - 0xA0),
        0xE0.. => (HIGH, byte - 0xE0),
        _ => return None,
    };
    table.chars().nth(usize::from(at)).filter(|c| *c != '\0')
}

/// Decodes to NFC; returns also the offset of the first invalid byte.
pub(super) fn decode(bytes: &[u8]) -> (String, Option<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut accents: Vec<char> = Vec::new();
    let mut broken = None;
    for (at, byte) in bytes.iter().enumerate() {
        let c = if byte.is_ascii() { Some(char::from(*byte)) } else { one(*byte) };
        let c = c.unwrap_or_else(|| {
            broken = broken.or(Some(at));
            char::REPLACEMENT_CHARACTER
        });
        if is_combining_mark(c) && accents.len() < MAX_ACCENTS {
            accents.push(c);
            continue;
        }
        // a mark before a delimiter has no letter
        if c.is_control() && !accents.is_empty() {
            text.push('\u{A0}');
            text.extend(accents.drain(..));
        }
        text.push(c);
        text.extend(accents.drain(..));
    }
    if !accents.is_empty() {
        text.push('\u{A0}');
        text.extend(accents);
    }
    (text.nfc().collect(), broken)
}

/// Encodes a text; fails with the first character that the set lacks.
pub(super) fn encode(text: &str) -> Result<Vec<u8>, char> {
    let byte_of = |c: char| -> Option<u8> {
        let place =
            |table: &str, first: usize| table.chars().position(|other| other == c).map(|at| at + first);
        let found = place(LOW, 0xA0).or_else(|| place(HIGH, 0xE0)).filter(|_| c != '\0')?;
        u8::try_from(found).ok()
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut letters = text.nfd().peekable();
    while let Some(letter) = letters.next() {
        let mut marks = Vec::new();
        while let Some(mark) = letters.next_if(|next| is_combining_mark(*next)) {
            marks.push(mark);
        }
        for mark in &marks {
            let whole = compose(letter, *mark).unwrap_or(*mark);
            bytes.push(byte_of(*mark).ok_or(whole)?);
        }
        bytes.push(if letter.is_ascii() { letter as u8 } else { byte_of(letter).ok_or(letter)? });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn both_ways() {
        for (bytes, text) in [
            (&b"Orgueil et pr\xc2ejug\xc2es"[..], "Orgueil et préjugés"),
            (b"Fran\xd0cois, \xc1a No\xc8el", "François, à Noël"),
            (b"\xaba\xbb \xfb \xf9 \xe8\xc2od\xc2z", "«a» ß ø Łódź"),
            (b"red\xcfcep", "redčep"),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), None));
            assert_eq!(encode(text).as_deref(), Ok(bytes), "{text}");
        }
        assert_eq!(decode(b"a\xe3b"), ("a\u{FFFD}b".to_owned(), Some(1)));
        assert_eq!(decode(b"a\xc2\x1fb"), ("a\u{A0}\u{301}\u{1f}b".to_owned(), None));
        assert_eq!(encode("红"), Err('红'));
    }
}
