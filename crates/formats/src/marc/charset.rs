//! In which encoding a record's bytes stand. UTF-8 is read; what is not UTF-8 is named, so that the
//! reader of the error knows what to ask for.

/// What a record's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// only ASCII
    Ascii,
    /// UTF-8 throughout
    Utf8,
    /// UTF-8 with broken characters in it, the first at this byte of the record
    BrokenUtf8(usize),
    /// something else: probable name, first byte that is not UTF-8
    Foreign(&'static str, usize),
}

/// Looks at the whole record; `declared` is leader/09 = `a`.
pub(crate) fn encoding_of(record: &[u8], declared: bool) -> Encoding {
    match std::str::from_utf8(record) {
        Ok(_) if has_escapes(record) => Encoding::Foreign("MARC-8", first_escape(record)),
        Ok(text) if text.is_ascii() => Encoding::Ascii,
        Ok(_) => Encoding::Utf8,
        Err(error) => {
            let first = error.valid_up_to();
            let (good, bad) = count(record);
            // a lone cut character in a sea of sound ones is damage; the reverse is another encoding
            let sound = good > 0 && good >= bad && (declared || good >= 4 * bad);
            if sound || declared && bad <= 2 {
                Encoding::BrokenUtf8(first)
            } else {
                Encoding::Foreign(guess(record), first)
            }
        }
    }
}

/// MARC-8 calls its other alphabets by escape sequences; their bytes are plain ASCII.
fn has_escapes(record: &[u8]) -> bool {
    record.contains(&0x1B)
}

fn first_escape(record: &[u8]) -> usize {
    record.iter().position(|byte| *byte == 0x1B).unwrap_or(0)
}

/// Sound characters beyond ASCII, and broken places.
fn count(record: &[u8]) -> (usize, usize) {
    let mut good = 0;
    let mut bad = 0;
    for chunk in record.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good, bad)
}

/// The encoding that the bytes look like. Double-byte encodings set the high bit on pairs; MARC-8 and
/// the single-byte ones have lone high bytes among ASCII.
fn guess(record: &[u8]) -> &'static str {
    if has_escapes(record) {
        return "MARC-8";
    }
    let high = record.iter().filter(|byte| **byte >= 0x80).count();
    let mut pairs = 0;
    let mut hangul = 0;
    let mut rest = record;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (0xA1..=0xFE, [0xA1..=0xFE, after @ ..]) = (*first, tail) {
            pairs += 1;
            hangul += usize::from((0xB0..=0xC8).contains(first));
            rest = after;
        }
    }
    if pairs * 2 * 10 < high * 9 || pairs < 2 {
        // lone high bytes: MARC-8 puts its combining accents (E0–FE) before a letter
        let accents = record
            .windows(2)
            .filter(|pair| matches!(pair, [0xE0..=0xFE, letter] if letter.is_ascii_alphabetic()))
            .count();
        return if accents * 2 > high { "MARC-8" } else { "a single-byte encoding (Latin-1, CP866, …)" };
    }
    // EUC-KR keeps its syllables in rows B0–C8; Chinese text is spread to F7
    if hangul * 10 >= pairs * 9 { "EUC-KR" } else { "GBK or GB18030" }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, encoding_of};

    #[test]
    fn encodings_are_named() {
        assert_eq!(encoding_of(b"plain", false), Encoding::Ascii);
        assert_eq!(encoding_of("红楼梦".as_bytes(), false), Encoding::Utf8);
        // 红楼梦研究 in GBK, 도서관 데이터 in EUC-KR, Müller in MARC-8 and in Latin-1
        let gbk = b"  \x1fa\xba\xec\xc2\xa5\xc3\xce\xd1\xd0\xbe\xbf";
        assert_eq!(encoding_of(gbk, false), Encoding::Foreign("GBK or GB18030", 4));
        let korean = b"\xb5\xb5\xbc\xad\xb0\xfc \xb5\xa5\xc0\xcc\xc5\xcd";
        assert_eq!(encoding_of(korean, false), Encoding::Foreign("EUC-KR", 0));
        assert_eq!(encoding_of(b"M\xe8uller, J\xe8urgen", false), Encoding::Foreign("MARC-8", 1));
        assert!(matches!(encoding_of(b"caf\xe9 ", false), Encoding::Foreign(_, 3)));
        assert_eq!(encoding_of(b"$1 \x1b$1!0S!\x1b(B", false), Encoding::Foreign("MARC-8", 3));
        let mut broken = "红楼梦研究 与 金瓶梅".as_bytes().to_vec();
        broken.extend(b"\xe7\xba end");
        assert!(matches!(encoding_of(&broken, true), Encoding::BrokenUtf8(_)));
    }
}
