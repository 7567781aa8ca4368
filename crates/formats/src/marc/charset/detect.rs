//! In which encoding a record's bytes stand. Leaders lie, so the bytes decide; what is not UTF-8 goes to
//! the encoding under which its bytes are least surprising (see [`super::likelihood`]).

use super::likelihood::{self, Hints};
use super::{Charset, marc8::ESCAPE};

/// What a record's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// only ASCII
    Ascii,
    /// UTF-8 throughout
    Utf8,
    /// UTF-8 with broken characters in it, the first at this byte of the record
    BrokenUtf8(usize),
    /// something else; the first byte that is not UTF-8 or ASCII
    Other(Charset, usize),
}

/// Looks at a whole record.
pub(crate) fn charset_of(record: &[u8], hints: impl FnOnce() -> Hints) -> Found {
    let escape = memchr::memchr(ESCAPE, record);
    match (std::str::from_utf8(record), escape) {
        (Ok(text), None) if text.is_ascii() => Found::Ascii,
        (Ok(_), None) => Found::Utf8,
        // alphabets called by escape sequences are plain ASCII bytes
        (Ok(text), Some(at)) if text.is_ascii() => Found::Other(Charset::Marc8, at),
        (Ok(_), Some(_)) => Found::Utf8,
        (Err(error), escape) => {
            let first = error.valid_up_to();
            let hints = hints();
            let (good, bad) = count(record);
            // a lone cut character in a sea of sound ones is damage; the reverse is another encoding
            let sound = good > 0 && good >= bad && (hints.says_utf8 || good >= 4 * bad);
            if sound || hints.says_utf8 && bad <= 2 {
                Found::BrokenUtf8(first)
            } else if escape.is_some_and(|at| calls_a_set(record, at)) {
                Found::Other(Charset::Marc8, first.min(escape.unwrap_or(first)))
            } else {
                Found::Other(likelihood::best(record, &hints), first)
            }
        }
    }
}

/// True if the escape begins a sequence that MARC-8 has.
fn calls_a_set(record: &[u8], at: usize) -> bool {
    let after = record.get(at + 1..).unwrap_or_default();
    matches!(after, [b'$' | b'(' | b')' | b',' | b'-', b'!'..=b'~', ..] | [b'g' | b'b' | b'p' | b's', ..])
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
        // 红楼梦研究 in GBK under a leader that says UTF-8
        let gbk = b"  \x1fa\xba\xec\xc2\xa5\xc3\xce\xd1\xd0\xbe\xbf";
        assert_eq!(found(gbk, true), Found::Other(Charset::GB18030, 4));
    }
}
