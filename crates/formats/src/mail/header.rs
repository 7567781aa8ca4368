//! Header fields: encoded words (RFC 2047), raw bytes, and parameters (RFC 2045, RFC 2231), as they come and
//! not only as they should.

use super::charset::{Known, is_stateful};

/// Longest encoded word that is read, bytes. RFC 2047 allows 75; several systems write a whole title as one.
const WORD: usize = 4_000;
/// Most parameters of a field.
const PARAMETERS: usize = 100;

/// The text of an unstructured field. Raw bytes are decoded, encoded words are joined before they are
/// decoded: a character may be split over two of them.
pub(super) fn text(raw: &[u8], known: Known) -> String {
    let mut out = String::new();
    let mut plain: Vec<u8> = Vec::new();
    let mut open: Option<Word> = None;
    let bytes = unfolded(raw);
    let mut rest = bytes.as_slice();
    loop {
        if let Some((word, after)) = word_at(rest) {
            // white space between two encoded words is none
            let apart = open.is_some() && plain.iter().all(u8::is_ascii_whitespace);
            if !apart {
                close(&mut out, &mut open, known);
                out.push_str(&known.decode(&plain, None));
            }
            plain.clear();
            match &mut open {
                Some(last) if last.joins(&word) => last.content.extend(word.content),
                _ => {
                    close(&mut out, &mut open, known);
                    open = Some(word);
                }
            }
            rest = after;
        } else if let [first, after @ ..] = rest {
            plain.push(*first);
            rest = after;
        } else {
            close(&mut out, &mut open, known);
            out.push_str(&known.decode(&plain, None));
            return out;
        }
    }
}

/// An encoded word, not decoded yet.
struct Word {
    label: String,
    /// whether the content is base64, else quoted-printable that is decoded already
    base64: bool,
    content: Vec<u8>,
}

impl Word {
    fn joins(&self, next: &Word) -> bool {
        self.base64 == next.base64
            && self.label.eq_ignore_ascii_case(&next.label)
            && !is_stateful(Some(&self.label))
    }
}

fn close(out: &mut String, open: &mut Option<Word>, known: Known) {
    if let Some(word) = open.take() {
        let bytes = if word.base64 { base64(&word.content) } else { word.content };
        out.push_str(&known.decode(&bytes, Some(&word.label)));
    }
}

/// An encoded word at the beginning of the bytes, and what follows.
fn word_at(bytes: &[u8]) -> Option<(Word, &[u8])> {
    let inner = bytes.strip_prefix(b"=?")?;
    let (label, rest) = split(inner, b'?', 60)?;
    let label = std::str::from_utf8(label).ok()?;
    // RFC 2231 allows a language behind the name
    let label = label.split('*').next().unwrap_or_default().trim().to_owned();
    let (kind, rest) = split(rest, b'?', 2)?;
    let window = rest.get(..WORD.min(rest.len())).unwrap_or_default();
    let end = memchr::memmem::find(window, b"?=")?;
    let (content, after) = (rest.get(..end)?, rest.get(end + 2..)?);
    let base64 = match kind {
        [b'b' | b'B'] => true,
        [b'q' | b'Q'] => false,
        _ => return None,
    };
    let content = if base64 { content.to_vec() } else { quoted(content, true) };
    Some((Word { label, base64, content }, after))
}

fn split(bytes: &[u8], at: u8, most: usize) -> Option<(&[u8], &[u8])> {
    let window = bytes.get(..most.min(bytes.len()))?;
    let end = memchr::memchr(at, window)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Labels of the encoded words in a field.
pub(super) fn labels(raw: &[u8]) -> Vec<String> {
    let starts = memchr::memmem::find_iter(raw, b"=?").take(20);
    starts.filter_map(|at| Some(word_at(raw.get(at..)?)?.0.label)).collect()
}

/// Quoted-printable; of a header with `_` for a space.
fn quoted(bytes: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'=' | b'%', [high, low, after @ ..]) if header == (*first == b'=') => {
                match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        rest = after;
                    }
                    _ => out.push(*first),
                }
            }
            (b'_', _) if header => out.push(b' '),
            _ => out.push(*first),
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Base64 as it comes: several texts after one another, each with its own padding, and anything between.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut value, mut bits) = (0u32, 0u32);
    for byte in bytes {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (value, bits) = (0, 0);
                continue;
            }
            _ => continue,
        };
        value = (value << 6 | u32::from(six)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(value >> bits & 0xFF).unwrap_or_default());
        }
    }
    out
}

fn unfolded(raw: &[u8]) -> Vec<u8> {
    raw.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect()
}

/// The parameters of a field behind its first `;`, by lower-case name, each put together and decoded.
pub(super) fn parameters(raw: &[u8], known: Known) -> Vec<(String, String)> {
    let raw = unfolded(raw);
    let mut found: Vec<Parameter> = Vec::new();
    let mut rest = match memchr::memchr(b';', &raw) {
        Some(at) => raw.get(at + 1..).unwrap_or_default(),
        None => return Vec::new(),
    };
    while found.len() < PARAMETERS {
        let Some(equals) = memchr::memchr2(b'=', b';', rest) else { break };
        let (name, after) = rest.split_at(equals);
        if after.first() == Some(&b';') {
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let (value, after) = value_at(after.get(1..).unwrap_or_default());
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        found.push(Parameter::of(&name, value));
        rest = after;
    }
    put_together(found, known)
}

struct Parameter {
    name: String,
    /// place of the piece (RFC 2231 section 3)
    place: Option<u32>,
    /// whether the value is percent-encoded (section 4)
    encoded: bool,
    value: Vec<u8>,
}

impl Parameter {
    fn of(name: &str, value: Vec<u8>) -> Parameter {
        let (name, encoded) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
        match name.rsplit_once('*').map(|(name, place)| (name, place.parse())) {
            Some((name, Ok(place))) => {
                Parameter { name: name.to_owned(), place: Some(place), encoded, value }
            }
            _ => Parameter { name: name.to_owned(), place: None, encoded, value },
        }
    }
}

/// A value, quoted or not, and what follows its `;`.
fn value_at(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    let bytes = bytes.get(start..).unwrap_or_default();
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let end = memchr::memchr(b';', bytes).unwrap_or(bytes.len());
        let value = bytes.get(..end).unwrap_or_default().trim_ascii_end().to_vec();
        return (value, bytes.get(end + 1..).unwrap_or_default());
    };
    let end = memchr::memchr(b'"', quoted).unwrap_or(quoted.len());
    // in GBK and Big5 the second byte of a character may be a backslash
    let pairs = std::str::from_utf8(quoted.get(..end).unwrap_or_default()).is_err();
    let mut value = Vec::new();
    let mut rest = quoted;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'"', _) => break,
            (b'\\', [next @ (b'"' | b'\\'), after @ ..]) => {
                value.push(*next);
                rest = after;
            }
            (first, [second, after @ ..]) if pairs && *first > 0x80 && *second != b'"' => {
                value.extend([*first, *second]);
                rest = after;
            }
            (first, _) => value.push(*first),
        }
    }
    let next = memchr::memchr(b';', rest).map_or(rest.len(), |at| at + 1);
    (value, rest.get(next..).unwrap_or_default())
}

/// Joins the pieces of a value before they are decoded, and prefers the extended form of a name.
fn put_together(found: Vec<Parameter>, known: Known) -> Vec<(String, String)> {
    let mut names: Vec<String> = Vec::new();
    for one in &found {
        if !names.contains(&one.name) {
            names.push(one.name.clone());
        }
    }
    let of = |name: String| {
        let mut pieces: Vec<&Parameter> = found.iter().filter(|one| one.name == name).collect();
        let extended: Vec<&Parameter> =
            pieces.iter().copied().filter(|one| one.encoded || one.place.is_some()).collect();
        if !extended.is_empty() {
            pieces = extended;
            pieces.sort_by_key(|one| one.place);
        } else {
            pieces.truncate(1);
        }
        let mut label: Option<String> = None;
        let mut bytes = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            let mut value = piece.value.as_slice();
            if at == 0
                && piece.encoded
                && let Some((charset, rest)) = split(value, b'\'', value.len())
                && let Some((_, rest)) = split(rest, b'\'', rest.len())
            {
                label = Some(String::from_utf8_lossy(charset).into_owned());
                value = rest;
            }
            if piece.encoded { bytes.extend(quoted(value, false)) } else { bytes.extend(value) }
        }
        // encoded words do not belong here (RFC 2047 section 5), and are here more often than anything else
        let value = match &label {
            Some(label) => known.decode(&bytes, Some(label)),
            None if memchr::memmem::find(&bytes, b"=?").is_some() => text(&bytes, known),
            // a percent-encoded name that is not declared as one
            None if name.ends_with("name") && is_percent_encoded(&bytes) => {
                known.decode(&quoted(&bytes, false), None)
            }
            None => known.decode(&bytes, None),
        };
        (name, value)
    };
    names.into_iter().map(of).collect()
}

/// `%E9%93%9C%E9%BC%93.pdf`: at least two bytes above 127 in a row.
fn is_percent_encoded(bytes: &[u8]) -> bool {
    let high =
        |at: &[u8]| matches!(at, [b'%', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', low] if hex(*low).is_some());
    bytes.is_ascii()
        && bytes.windows(6).any(|six| {
            let (one, two) = six.split_at(3);
            high(one) && high(two)
        })
}

/// Name and address of `名字 <a@b.cn>`, `a@b.cn (名字)` or `a@b.cn`; of several senders the first.
pub(super) fn sender(raw: &[u8], known: Known) -> (String, String) {
    let whole = text(raw, known);
    if let Some((name, rest)) = whole.split_once('<') {
        let address = rest.split('>').next().unwrap_or_default().trim();
        let name = name.trim().trim_matches('"').trim();
        return (name.to_owned(), address.to_owned());
    }
    let (address, name) = whole.split_once('(').unwrap_or((&whole, ""));
    let address = address.split(',').next().unwrap_or_default().trim();
    (name.trim_end().trim_end_matches(')').to_owned(), address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{parameters, sender, text};
    use crate::mail::charset::Known;

    fn named(raw: &[u8]) -> Option<String> {
        parameters(raw, Known::default())
            .into_iter()
            .find(|(name, _)| name == "filename")
            .map(|(_, value)| value)
    }

    #[test]
    fn words_are_joined_before_they_are_decoded() {
        for (raw, want) in [
            // a character split over two words, with a folded line between
            (&b"=?UTF-8?B?6ZOc6a==?=\r\n =?UTF-8?B?vJM=?="[..], "铜鼓"),
            (b"=?UTF-8?B?6ZOc6b?= =?utf-8?B?yT?=", "铜鼓"),
            (b"=?utf-8?Q?=E9=93?= =?utf-8?Q?=9C=E9=BC=93_1?=", "铜鼓 1"),
            (b"Re: =?gb2312?B?za25xA==?= (2)", "Re: 铜鼓 (2)"),
            (b"=?GBK?Q?=CD=AD?==?GBK?Q?=B9=C4?=", "铜鼓"),
            // raw bytes: GBK, UTF-8, Big5
            (b"\xce\xc4\xcf\xd7\xb4\xab\xb5\xdd\xa3\xba\xcd\xad\xb9\xc4", "文献传递：铜鼓"),
            ("文献传递：铜鼓".as_bytes(), "文献传递：铜鼓"),
            (b"=?ISO-2022-JP?B?GyRCPz0bKEI=?= =?ISO-2022-JP?B?GyRCQEEbKEI=?=", "申請"),
            (b"a =?broken =?utf-8?x?no?= b", "a =?broken =?utf-8?x?no?= b"),
        ] {
            assert_eq!(text(raw, Known::default()), want, "{}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn file_names_as_they_come() {
        for (raw, want) in [
            (&b"attachment; filename=\"a b.pdf\"; size=3"[..], "a b.pdf"),
            (b"attachment; filename*=UTF-8''%E9%93%9C%E9%BC%93.pdf; filename=\"x.pdf\"", "铜鼓.pdf"),
            (b"attachment;\r\n filename*0*=gb18030''%CD%AD;\r\n filename*1*=%B9%C4%D1%D0;\r\n filename*2=.pdf", "铜鼓研.pdf"),
            // pieces in another order, a character split between them
            (b"attachment; filename*1*=%9C.pdf; filename*0*=utf-8''%E9%93", "铜.pdf"),
            (b"attachment; filename=\"=?GB2312?B?za25xA==?=.pdf\"", "铜鼓.pdf"),
            (b"attachment; filename=\"\xcd\xad\xb9\xc4.pdf\"", "铜鼓.pdf"),
            // 誠 in GBK ends with a backslash
            (b"attachment; filename=\"\xd5\\.pdf\"; x=y", "誠.pdf"),
            (b"attachment; filename=%E9%93%9C%E9%BC%93.pdf", "铜鼓.pdf"),
            (b"attachment; filename=100%.pdf", "100%.pdf"),
        ] {
            assert_eq!(named(raw).as_deref(), Some(want), "{}", String::from_utf8_lossy(raw));
        }
        assert_eq!(named(b"attachment"), None);
    }

    #[test]
    fn who_writes() {
        for (raw, want) in [
            (
                &b"\"=?utf-8?B?6aaG6ZmF5LqS5YCf?=\" <ill@lib.example.edu.cn>"[..],
                ("馆际互借", "ill@lib.example.edu.cn"),
            ),
            (b"ill@lib.example.edu.cn (ILL)", ("ILL", "ill@lib.example.edu.cn")),
            (b"a@b.cn, c@d.cn", ("", "a@b.cn")),
        ] {
            let (name, address) = sender(raw, Known::default());
            assert_eq!((name.as_str(), address.as_str()), want);
        }
    }
}
