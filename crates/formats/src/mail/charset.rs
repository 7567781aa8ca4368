//! Which characters the bytes of a mail mean. What a header declares is often wrong or missing, so what is
//! declared is believed only as far as the bytes allow it.

use encoding_rs::Encoding;
use mail_parser::decoders::charsets::map::charset_decoder;

use crate::marc::charset::Charset;
use crate::marc::charset::detect::{Found, charset_of};
use crate::marc::charset::likelihood::Hints;

/// What is known of a mail's characters beyond a single text: the encoding that another part of it declares or has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    /// the first encoding that is neither ASCII nor UTF-8
    pub(super) declared: Option<Charset>,
}

impl Known {
    /// Takes the label of a text or an encoded word into account.
    pub(super) fn hear(&mut self, label: &str) {
        if self.declared.is_none()
            && let Some(charset) = named(label)
            && charset != Charset::Utf8
            && charset != Charset::LATIN1
        {
            self.declared = Some(charset);
        }
    }

    /// Takes a text into account of which nothing is declared.
    pub(super) fn look(&mut self, bytes: &[u8]) {
        if self.declared.is_none()
            && let Found::Other(likely, _) = found(bytes)
            && [Charset::GB18030, Charset::BIG5, Charset::EUC_KR].contains(&likely)
        {
            self.declared = Some(likely);
        }
    }

    /// Decodes bytes whose encoding is declared as `label`, or not at all.
    pub(super) fn decode(self, bytes: &[u8], label: Option<&str>) -> String {
        let said = label.map(str::trim).filter(|label| !label.is_empty());
        if bytes.is_ascii() && !is_stateful(said) {
            // ISO-2022-JP needs no byte above 127, and some systems do not name it
            if memchr::memmem::find(bytes, b"\x1b$").is_some() {
                return encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned();
            }
            return String::from_utf8_lossy(bytes).into_owned();
        }
        match said.map(|label| (label, named(label))) {
            Some((_, Some(charset))) => self.as_said(bytes, charset),
            // UTF-7 and the like
            Some((label, None)) => match charset_decoder(label.as_bytes()) {
                Some(decoder) if is_stateful(Some(label)) => decoder(bytes),
                _ => self.guess(bytes),
            },
            None => self.guess(bytes),
        }
    }

    /// What is declared, unless the bytes contradict it.
    fn as_said(self, bytes: &[u8], charset: Charset) -> String {
        let is_utf8 = || std::str::from_utf8(bytes).is_ok_and(|text| !text.is_ascii());
        if charset == Charset::LATIN1 {
            // the label that programs write who know nothing else
            return if is_utf8() || is_in_pairs(bytes) {
                self.guess(bytes)
            } else {
                charset.decode(bytes).0.into_owned()
            };
        }
        let (text, broken) = charset.decode(bytes);
        if broken.is_none() {
            return text.into_owned();
        }
        if charset != Charset::Utf8 && is_utf8() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let guessed = self.guess(bytes);
        let lost = |text: &str| text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if lost(&guessed) < lost(&text) { guessed } else { text.into_owned() }
    }

    /// The likeliest text of bytes of which nothing is declared.
    fn guess(self, bytes: &[u8]) -> String {
        let charset = match found(bytes) {
            Found::Ascii | Found::Utf8 | Found::BrokenUtf8(_) => Charset::Utf8,
            Found::Other(likely, _) => match self.declared {
                Some(declared) if declared.decode(bytes).1.is_none() => declared,
                _ if likely == Charset::Marc8 => Charset::GB18030,
                _ => likely,
            },
        };
        charset.decode(bytes).0.into_owned()
    }
}

/// The likeliest encoding of bytes of which nothing is declared.
pub(crate) fn likely(bytes: &[u8]) -> Charset {
    match found(bytes) {
        Found::Ascii | Found::Utf8 | Found::BrokenUtf8(_) => Charset::Utf8,
        Found::Other(Charset::Marc8, _) => Charset::GB18030,
        Found::Other(charset, _) => charset,
    }
}

/// What the bytes look like. A Russian title in GBK has a lead byte of which Big5 makes its commonest characters, but
/// no text in Big5 has four of them in a row.
fn found(bytes: &[u8]) -> Found {
    match charset_of(bytes, chinese) {
        Found::Other(likely, at) if likely == Charset::BIG5 => {
            let (text, broken) = Charset::GB18030.decode(bytes);
            let russian = text.split(|c: char| !matches!(c, 'А'..='я')).any(|run| run.chars().count() >= 4);
            Found::Other(if broken.is_none() && russian { Charset::GB18030 } else { likely }, at)
        }
        other => other,
    }
}

/// The patrons' libraries are Chinese.
fn chinese() -> Hints {
    Hints { language: *b"chi", ..Hints::default() }
}

/// The encoding of a label; none for one that this program decodes otherwise or not at all.
fn named(label: &str) -> Option<Charset> {
    let label = label.trim().trim_matches(['"', '\'']);
    if label.eq_ignore_ascii_case("unknown-8bit")
        || Encoding::for_label(label.as_bytes()) == Some(encoding_rs::REPLACEMENT)
    {
        return None;
    }
    Charset::named(label).filter(|charset| *charset != Charset::Marc8)
}

/// Whether texts in this encoding are ASCII bytes with another meaning.
pub(super) fn is_stateful(label: Option<&str>) -> bool {
    label.is_some_and(|label| {
        let lower = label.to_ascii_lowercase();
        ["iso-2022", "utf-7", "utf-16", "unicode-1-1-utf-7", "csiso2022", "hz"]
            .iter()
            .any(|start| lower.starts_with(start))
    })
}

/// Whether the bytes above 127 come in pairs, as in the encodings of Chinese, and are more than a name's
/// accents.
fn is_in_pairs(bytes: &[u8]) -> bool {
    let mut pairs = 0;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.is_ascii() {
            continue;
        }
        match tail {
            [second, after @ ..] if *second >= 0x40 => {
                pairs += 1;
                rest = after;
            }
            _ => return false,
        }
    }
    pairs >= 2
}
