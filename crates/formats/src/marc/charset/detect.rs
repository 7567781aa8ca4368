//! Detects the character set of a record. Leaders are often wrong, so the bytes decide; bytes that are
//! not UTF-8 are assigned the most likely encoding ([`super::likelihood`]).

use super::likelihood::{self, Hints};
use super::{Charset, marc8::ESCAPE};

/// Result of the detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// only ASCII
    Ascii,
    /// valid UTF-8
    Utf8,
    /// UTF-8 with invalid characters, the first at this byte offset of the record
    BrokenUtf8(usize),
    /// another encoding; with the offset of the first byte that is neither ASCII nor UTF-8
    Other(Charset, usize),
}

/// Detects the encoding of a whole record.
pub(crate) fn charset_of(record: &[u8], hints: impl FnOnce() -> Hints) -> Found {
    let escape = memchr::memchr(ESCAPE, record);
    match (std::str::from_utf8(record), escape) {
        (Ok(text), None) if text.is_ascii() => Found::Ascii,
        (Ok(_), None) => Found::Utf8,
        // MARC-8 escape sequences select other scripts using ASCII bytes only
        (Ok(text), Some(at)) if text.is_ascii() => Found::Other(Charset::Marc8, at),
        (Ok(_), Some(_)) => Found::Utf8,
        (Err(error), escape) => {
            let first = error.valid_up_to();
            let hints = hints();
            let (good, bad, cut) = count(record);
            // few invalid characters among valid ones are damage; the reverse means another encoding
            let sound = good > 0 && good >= bad && (hints.says_utf8 || good >= 4 * bad);
            // without any valid character only one that was cut tells UTF-8; `J\xE8arki` is MARC-8
            if sound || hints.says_utf8 && bad <= 2 && (good > 0 || cut) {
                Found::BrokenUtf8(first)
            } else if escape.is_some_and(|at| calls_a_set(record, at)) {
                Found::Other(Charset::Marc8, first.min(escape.unwrap_or(first)))
            } else {
                Found::Other(likelihood::best(record, &hints), first)
            }
        }
    }
}

/// Whether the escape begins a valid sequence of MARC-8.
fn calls_a_set(record: &[u8], at: usize) -> bool {
    let after = record.get(at + 1..).unwrap_or_default();
    matches!(after, [b'$' | b'(' | b')' | b',' | b'-', b'!'..=b'~', ..] | [b'g' | b'b' | b'p' | b's', ..])
}

/// Number of valid non-ASCII characters, of invalid places, and whether one of these is the beginning of a
/// longer character.
fn count(record: &[u8]) -> (usize, usize, bool) {
    let mut good = 0;
    let mut bad = 0;
    let mut cut = false;
    for chunk in record.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
        cut |= chunk.invalid().len() > 1;
    }
    (good, bad, cut)
}

#[cfg(test)]
mod tests {
    use super::{Charset, Found, Hints, charset_of};

    fn found(bytes: &[u8], says_utf8: bool) -> Found {
        charset_of(bytes, || Hints { says_utf8, ..Hints::default() })
    }

    #[test]
    fn utf8_damage_and_others() {
        assert_eq!(found(b"plain", false), Found::Ascii);
        assert_eq!(found("红楼梦".as_bytes(), false), Found::Utf8);
        assert_eq!(found(b"$1 \x1b$1!0S!\x1b(B", false), Found::Other(Charset::Marc8, 3));
        assert_eq!(found(b"caf\xe2e \x1b(NaA\x1b(B", false), Found::Other(Charset::Marc8, 3));
        let mut broken = "红楼梦研究 与 金瓶梅".as_bytes().to_vec();
        broken.extend(b"\xe7\xba end");
        assert_eq!(found(&broken, true), Found::BrokenUtf8(broken.len() - 6));
        // 红楼梦研究 in GBK, with a leader that claims UTF-8
        let gbk = b"  \x1fa\xba\xec\xc2\xa5\xc3\xce\xd1\xd0\xbe\xbf";
        assert_eq!(found(gbk, true), Found::Other(Charset::GB18030, 4));
    }
}
