//! Character sets of bibliographic data, for parsing records and encoding queries.

pub(crate) mod detect;
mod iso5426;
pub(crate) mod likelihood;
mod marc8;
mod tables;

use std::borrow::Cow;

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

/// A character set of records and queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UTF-8, ASCII included
    Utf8,
    /// MARC-8 of the MARC 21 specifications: ASCII and ANSEL, other scripts by escape sequences
    Marc8,
    /// ISO 5426 of UNIMARC: Latin with combining marks before their letters
    Iso5426,
    /// an encoding of the WHATWG Encoding Standard: GB18030 (GBK), EUC-KR, Big5, CP866, Latin-1 …
    Legacy(&'static Encoding),
}

/// A character that an encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{character}` cannot be written in {charset}")]
pub struct NotInCharset {
    /// the first such character
    pub character: char,
    /// name of the encoding
    pub charset: &'static str,
}

impl Charset {
    /// GB 18030, which contains GBK and GB 2312.
    pub const GB18030: Charset = Charset::Legacy(encoding_rs::GB18030);
    /// EUC-KR with the extensions of code page 949.
    pub const EUC_KR: Charset = Charset::Legacy(encoding_rs::EUC_KR);
    /// Big5 with the extensions of Hong Kong.
    pub const BIG5: Charset = Charset::Legacy(encoding_rs::BIG5);
    /// ISO 8859-1, read as code page 1252, which contains it.
    pub const LATIN1: Charset = Charset::Legacy(encoding_rs::WINDOWS_1252);
    /// Cyrillic code page 866 of DOS.
    pub const CP866: Charset = Charset::Legacy(encoding_rs::IBM866);
    /// Cyrillic code page 1251 of Windows.
    pub const CP1251: Charset = Charset::Legacy(encoding_rs::WINDOWS_1251);
    /// KOI8-R, the Cyrillic of Unix.
    pub const KOI8_R: Charset = Charset::Legacy(encoding_rs::KOI8_R);

    /// The encoding for a label: `utf-8`, `marc-8` (`marc8`, `ansel`), `iso-5426`, and every label of the WHATWG
    /// Encoding Standard (`gb18030`, `gbk`, `euc-kr`, `big5`, `iso-8859-1`, `cp866` …),
    /// case-insensitively. None for an unknown label.
    pub fn named(label: &str) -> Option<Charset> {
        let label = label.trim().to_ascii_lowercase();
        match label.as_str() {
            "marc-8" | "marc8" | "ansel" | "usmarc" => return Some(Charset::Marc8),
            "iso-5426" | "iso5426" => return Some(Charset::Iso5426),
            "cp936" => return Some(Charset::GB18030),
            "cp949" | "uhc" => return Some(Charset::EUC_KR),
            _ => {}
        }
        let encoding = Encoding::for_label(label.as_bytes())?;
        // GBK is GB 18030 without four-byte characters
        let wide = if encoding == encoding_rs::GBK { encoding_rs::GB18030 } else { encoding };
        Some(if wide == encoding_rs::UTF_8 { Charset::Utf8 } else { Charset::Legacy(wide) })
    }

    /// Stable lower-case name: `utf-8`, `marc-8`, `iso-5426`, `gb18030`, `euc-kr`, `big5`, `windows-1252`, `ibm866` …
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "utf-8",
            Charset::Marc8 => "marc-8",
            Charset::Iso5426 => "iso-5426",
            Charset::Legacy(encoding) => match encoding.name() {
                "UTF-16LE" => "utf-16le",
                "UTF-16BE" => "utf-16be",
                "Big5" => "big5",
                "EUC-KR" => "euc-kr",
                "EUC-JP" => "euc-jp",
                "Shift_JIS" => "shift_jis",
                "IBM866" => "ibm866",
                "KOI8-R" => "koi8-r",
                "KOI8-U" => "koi8-u",
                "GBK" => "gbk",
                // the other names are lower case in the standard
                other => other,
            },
        }
    }

    /// Decodes bytes. Invalid ones become U+FFFD; returns also the offset of the first.
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, Option<usize>) {
        match self {
            Charset::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => (Cow::Borrowed(text), None),
                Err(error) => (String::from_utf8_lossy(bytes), Some(error.valid_up_to())),
            },
            Charset::Marc8 => match std::str::from_utf8(bytes) {
                Ok(text) if text.is_ascii() && !bytes.contains(&marc8::ESCAPE) => (Cow::Borrowed(text), None),
                _ => {
                    let (text, broken) = marc8::decode(bytes);
                    (Cow::Owned(text), broken)
                }
            },
            Charset::Iso5426 if bytes.is_ascii() => {
                (Cow::Borrowed(std::str::from_utf8(bytes).unwrap_or_default()), None)
            }
            Charset::Iso5426 => {
                let (text, broken) = iso5426::decode(bytes);
                (Cow::Owned(text), broken)
            }
            Charset::Legacy(encoding) => legacy(encoding, bytes),
        }
    }

    /// Encodes a text for a query.
    ///
    /// # Errors
    /// [`NotInCharset`] with the first character that the encoding lacks.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, NotInCharset> {
        let failed = |character| NotInCharset { character, charset: self.name() };
        match self {
            Charset::Utf8 => Ok(text.as_bytes().to_vec()),
            Charset::Marc8 => marc8::encode(text).map_err(failed),
            Charset::Iso5426 => iso5426::encode(text).map_err(failed),
            Charset::Legacy(encoding) => {
                let mut encoder = encoding.new_encoder();
                let mut bytes = Vec::with_capacity(text.len() * 2 + 16);
                let mut rest = text;
                loop {
                    let (result, read) =
                        encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
                    match result {
                        EncoderResult::InputEmpty => return Ok(bytes),
                        EncoderResult::Unmappable(character) => return Err(failed(character)),
                        EncoderResult::OutputFull => {
                            rest = rest.get(read..).unwrap_or_default();
                            bytes.reserve(rest.len() * 2 + 16);
                        }
                    }
                }
            }
        }
    }
}

/// Decodes bytes of an unknown encoding, and returns its name: UTF-8 if they are valid, else the most
/// likely one. For text without record structure.
pub(crate) fn text_of(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let charset = match detect::charset_of(bytes, likelihood::Hints::default) {
        detect::Found::Other(charset, _) => charset,
        detect::Found::Ascii | detect::Found::Utf8 | detect::Found::BrokenUtf8(_) => Charset::Utf8,
    };
    (charset.decode(bytes).0, charset.name())
}

/// Decodes, and records the offset of the first invalid byte.
fn legacy<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, Option<usize>) {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return (text, None);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut at = 0;
    let mut broken = None;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len()));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return (Cow::Owned(text), broken),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, behind) => {
                broken = broken.or(Some(at.saturating_sub(usize::from(bad) + usize::from(behind))));
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, NotInCharset};

    #[test]
    fn labels() {
        for (label, name) in [
            ("UTF-8", "utf-8"),
            ("MARC8", "marc-8"),
            ("marc-8", "marc-8"),
            ("GBK", "gb18030"),
            ("gb2312", "gb18030"),
            ("euc-kr", "euc-kr"),
            ("ks_c_5601-1987", "euc-kr"),
            ("iso-8859-1", "windows-1252"),
            ("cp866", "ibm866"),
            ("windows-1251", "windows-1251"),
        ] {
            assert_eq!(Charset::named(label).map(Charset::name), Some(name), "{label}");
        }
        assert_eq!(Charset::named("红楼梦"), None);
    }

    #[test]
    fn both_ways() {
        for (charset, text, bytes) in [
            (Charset::GB18030, "红楼梦", &b"\xba\xec\xc2\xa5\xc3\xce"[..]),
            (Charset::GB18030, "𠀀", b"\x95\x32\x82\x36"),
            (Charset::EUC_KR, "도서관", b"\xb5\xb5\xbc\xad\xb0\xfc"),
            (Charset::BIG5, "紅樓夢", b"\xac\xf5\xbc\xd3\xb9\xda"),
            (Charset::LATIN1, "Müller", b"M\xfcller"),
            (Charset::CP866, "Книга", b"\x8a\xad\xa8\xa3\xa0"),
            (Charset::Utf8, "红楼梦", "红楼梦".as_bytes()),
        ] {
            assert_eq!(charset.encode(text).as_deref(), Ok(bytes), "{text}");
            assert_eq!(charset.decode(bytes), (text.into(), None), "{text}");
        }
        let error = Charset::EUC_KR.encode("a鿿").unwrap_err();
        assert_eq!(error, NotInCharset { character: '鿿', charset: "euc-kr" });
    }

    #[test]
    fn broken_places_are_known() {
        assert_eq!(Charset::GB18030.decode(b"ab\xba\xec\xff\xc2\xa5"), ("ab红\u{FFFD}楼".into(), Some(4)));
        // a lead byte before a delimiter does not consume the delimiter
        assert_eq!(Charset::GB18030.decode(b"ab\xba\x1fc"), ("ab\u{FFFD}\u{1f}c".into(), Some(2)));
        assert_eq!(Charset::Utf8.decode(b"a\xe7\xba").1, Some(1));
    }
}
