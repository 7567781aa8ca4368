//! Bytes of a text file as text. Nothing declares their encoding, so the bytes decide.

use std::borrow::Cow;

use crate::mail::charset::likely;

/// Bytes that are looked at for an encoding of two bytes a character.
const LOOKED_AT: usize = 4_096;

/// Decodes bytes: by the byte order mark, as UTF-16 where every second byte is zero, as UTF-8 if they are valid,
/// else as the likeliest encoding, of which the Chinese ones come first. Returns the encoding's name too.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some(text) = utf16(bytes) {
        return (Cow::Owned(text), "utf-16");
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let charset = likely(bytes);
    (charset.decode(bytes).0, charset.name())
}

/// The text of bytes that are UTF-16, with a byte order mark or without; none for others.
pub(crate) fn utf16(bytes: &[u8]) -> Option<String> {
    let encoding = match bytes {
        [0xFF, 0xFE, ..] => encoding_rs::UTF_16LE,
        [0xFE, 0xFF, ..] => encoding_rs::UTF_16BE,
        _ => unmarked(bytes)?,
    };
    Some(encoding.decode_with_bom_removal(bytes).0.into_owned())
}

/// UTF-16 without a byte order mark: the zero bytes are those of ASCII letters, all at one side.
fn unmarked(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (mut first, mut second) = (0, 0);
    for (at, byte) in bytes.iter().take(LOOKED_AT).enumerate() {
        if *byte == 0 {
            *(if at % 2 == 0 { &mut first } else { &mut second }) += 1;
        }
    }
    let many = |zeros: usize| zeros > 1 && zeros * 10 > bytes.len().min(LOOKED_AT);
    match (first, second) {
        (0, zeros) if many(zeros) => Some(encoding_rs::UTF_16LE),
        (zeros, 0) if many(zeros) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encodings_of_text_files() {
        let text = "TY  - JOUR\r\nTI  - 论壮族的铜鼓文化\r\nER  - \r\n";
        let utf16 = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let marked = |mark: [u8; 2], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        for (bytes, charset) in [
            (text.as_bytes().to_vec(), "utf-8"),
            (format!("\u{FEFF}{text}").into_bytes(), "utf-8"),
            (encoding_rs::GBK.encode(text).0.into_owned(), "gb18030"),
            (utf16(u16::to_le_bytes), "utf-16"),
            (utf16(u16::to_be_bytes), "utf-16"),
            (marked([0xFF, 0xFE], utf16(u16::to_le_bytes)), "utf-16"),
            (marked([0xFE, 0xFF], utf16(u16::to_be_bytes)), "utf-16"),
        ] {
            let (found, name) = decode(&bytes);
            assert_eq!((found.as_ref(), name), (text, charset));
        }
    }
}
