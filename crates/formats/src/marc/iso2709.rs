//! ISO 2709, the exchange format of MARC: leader, directory, data. Wrong lengths, directories and flags
//! are common, so the data between two terminators is parsed as far as possible.

use super::charset::Charset;
use super::charset::detect::{Found, charset_of};
use super::charset::likelihood::Hints;
use super::directory::{ENTRY, FIELD_END, LEADER, Parts, number, parts, placed};
use super::{DELIMITER, Marc, may_be_escaped, profile, to_record};
use crate::{Budget, Parsed, ReadError, Warning};

const RECORD_END: u8 = 0x1D;
/// Maximum number of invalid places of a record that are reported individually.
const MAX_PLACES: usize = 10;

/// A parsed record, before mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<'a> {
    /// leader and fields; borrowed from the input where it is valid UTF-8
    pub marc: Marc<'a>,
    /// byte offset of the leader in the input
    pub offset: usize,
    /// name of a [`Charset`], or `ascii` when nothing else occurs
    pub charset: &'static str,
    /// problems that were corrected
    pub warnings: Vec<Warning>,
}

/// Lazy iterator over records. An invalid record is an error, and iteration continues after its
/// terminator.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    input: &'a [u8],
    position: usize,
    said: Option<Charset>,
    budget: &'a Budget,
}

impl<'a> Records<'a> {
    /// Iterates over the records of a byte slice, detecting their encoding. Offsets are relative to its
    /// start.
    pub fn new(input: &'a [u8], budget: &'a Budget) -> Records<'a> {
        records_in(input, None, budget)
    }
}

/// Iterates over the records of a byte slice, detecting the encoding of each.
pub fn records<'a>(input: &'a [u8], budget: &'a Budget) -> Records<'a> {
    records_in(input, None, budget)
}

/// Iterates over the records of a byte slice whose encoding is known, as from a target's settings. `said`
/// is ignored for records that are certainly UTF-8.
pub fn records_in<'a>(input: &'a [u8], said: Option<Charset>, budget: &'a Budget) -> Records<'a> {
    let position = if input.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
    Records { input, position, said, budget }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Read<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.input.get(self.position..)?;
        // line ends, spaces and NULs separate records in concatenated files
        let skip = rest.iter().position(|byte| !matches!(byte, 0..=0x1A | b' '))?;
        // other control bytes are damage
        let noise = rest.get(..skip)?.iter().any(|byte| !matches!(byte, b'\r' | b'\n' | b'\t' | b' ' | 0x1A));
        // a leader whose length is blank starts with five spaces, which belong to it
        let blanks = rest.get(..skip)?.iter().rev().take_while(|byte| **byte == b' ').count().min(5);
        let lead = if blanks == 5 && !rest.get(skip).is_some_and(u8::is_ascii_digit) { 5 } else { 0 };
        let offset = self.position + skip - lead;
        let body = self.input.get(offset..)?;
        let end = memchr::memchr(RECORD_END, body);
        self.position = offset + end.map_or(body.len(), |end| end + 1);
        let record = body.get(..end.unwrap_or(body.len())).unwrap_or_default();
        if let Err(error) = self.budget.check_record(record.len(), offset) {
            if error.ends_all() {
                self.position = self.input.len();
            }
            return Some(Err(error));
        }
        if let Err(error) = self.budget.take_record(offset) {
            self.position = self.input.len();
            return Some(Err(error));
        }
        let mut warnings = Vec::new();
        if noise {
            warnings.push(Warning::at(
                "leader",
                offset.saturating_sub(skip),
                "control bytes before the leader",
            ));
        }
        Some(read_record(record, offset, end.is_some(), self.said, warnings))
    }
}

/// Parses all records of a byte slice and maps them to the model; lazy.
pub fn parse<'a>(
    input: &'a [u8],
    budget: &'a Budget,
) -> impl Iterator<Item = Result<Parsed, ReadError>> + 'a {
    parse_in(input, None, budget)
}

/// Like [`parse`], for records in a known encoding ([`records_in`]).
pub fn parse_in<'a>(
    input: &'a [u8],
    said: Option<Charset>,
    budget: &'a Budget,
) -> impl Iterator<Item = Result<Parsed, ReadError>> + 'a {
    records_in(input, said, budget).map(|item| item.map(map))
}

/// Maps a parsed record to the model.
pub fn map(read: Read<'_>) -> Parsed {
    let Read { marc, offset, charset, mut warnings } = read;
    let profile = profile::detect(&marc);
    let (record, more) = to_record(&marc, profile);
    warnings.extend(more);
    Parsed { record, format: "iso2709", profile: profile.name(), charset, offset, warnings }
}

/// Parses one record without its terminator.
fn read_record(
    bytes: &[u8],
    offset: usize,
    terminated: bool,
    said: Option<Charset>,
    mut warnings: Vec<Warning>,
) -> Result<Read<'_>, ReadError> {
    let parts = parts(bytes, offset, terminated, &mut warnings)?;
    let (charset, name) = decide(bytes, offset, &parts, said, &mut warnings);
    let marc = match sound(&parts, charset) {
        Some(marc) => marc,
        None => decoded(&parts, charset, offset, &mut warnings)?,
    };
    if marc.is_empty() {
        return Err(ReadError::at(offset, "a leader without fields: not an ISO 2709 record"));
    }
    Ok(Read { marc, offset, charset: name, warnings })
}

/// Decides the encoding of a record, and its name.
fn decide(
    bytes: &[u8],
    offset: usize,
    parts: &Parts<'_>,
    said: Option<Charset>,
    warnings: &mut Vec<Warning>,
) -> (Charset, &'static str) {
    let flagged = parts.leader.as_bytes().get(9) == Some(&b'a');
    let found = charset_of(bytes, || hints(parts, flagged || said == Some(Charset::Utf8)));
    let mut warn = |at: usize, detail: String| warnings.push(Warning::at("charset", offset + at, detail));
    let charset = match (found, said) {
        (Found::Ascii, _) => return (Charset::Utf8, "ascii"),
        (Found::Utf8, Some(said)) if said != Charset::Utf8 => {
            if short(bytes) && said.decode(bytes).1.is_none() {
                said
            } else {
                warn(0, format!("said to be {}, the bytes are UTF-8", said.name()));
                Charset::Utf8
            }
        }
        (Found::Utf8, _) => {
            if !flagged {
                warn(9, "leader/09 does not say UTF-8, the bytes do".to_owned());
            }
            Charset::Utf8
        }
        (_, Some(said)) if said != Charset::Utf8 => said,
        (Found::BrokenUtf8(_), _) => Charset::Utf8,
        (Found::Other(charset, at), _) => {
            if flagged {
                warn(9, format!("leader/09 says UTF-8, the bytes are probably {}", charset.name()));
            } else if charset != Charset::Marc8 {
                warn(at, format!("no declared encoding; the bytes are probably {}", charset.name()));
            }
            charset
        }
    };
    (charset, charset.name())
}

/// Whether there are so few non-ASCII characters that another encoding may be valid UTF-8 by chance.
fn short(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| !byte.is_ascii()).take(9).count() < 9
}

/// Collects the hints about the encoding from the ASCII parts of a record.
fn hints(parts: &Parts<'_>, says_utf8: bool) -> Hints {
    let mut hints = Hints { says_utf8, marc21: false, language: [0; 3] };
    let (mut unimarc, entries) = (false, parts.directory.as_chunks::<ENTRY>().0);
    for [t1, t2, t3, _, _, _, _, start @ ..] in entries.iter().take(1000) {
        let body = number(start).and_then(|start| parts.data.get(start..)).unwrap_or_default();
        match &[*t1, *t2, *t3] {
            b"245" => hints.marc21 = true,
            b"200" => unimarc = true,
            // language code of the work: MARC 21 and KORMARC
            b"008" => take_language(&mut hints, body.get(35..38)),
            b"041" | b"101" => take_language(&mut hints, body.get(4..7)),
            _ => {}
        }
    }
    // danMARC has three indicators, and Latin-1
    hints.marc21 &= !unimarc && parts.leader.as_bytes().get(10) != Some(&b'3');
    hints
}

fn take_language(hints: &mut Hints, code: Option<&[u8]>) {
    if let Some(Ok(code)) = code.map(<[u8; 3]>::try_from)
        && hints.language == [0; 3]
        && code.iter().all(u8::is_ascii_lowercase)
    {
        hints.language = code;
    }
}

/// Fast path for a valid record, borrowed from the input; nearly all records take it.
fn sound<'a>(parts: &Parts<'a>, charset: Charset) -> Option<Marc<'a>> {
    if charset != Charset::Utf8 {
        return None;
    }
    if may_be_escaped(parts.data) {
        return None;
    }
    let text = std::str::from_utf8(parts.data).ok()?;
    let mut marc = Marc::over(parts.leader.clone(), parts.directory.len() / ENTRY, text);
    let whole = each_entry(parts, |tag, start, body| {
        // a data field without a delimiter has to be repaired
        let formed =
            tag.starts_with(b"00") || body.get(2) == Some(&0x1F) || memchr::memchr(0x1F, body).is_some();
        formed && marc.mark(tag, start, start + body.len())
    });
    whole.then_some(marc)
}

/// Iterates over the directory: tag, start and body of each field. False as soon as an entry does not
/// match a field, fields overlap (a directory can name one field a thousand times), or `field` returns
/// false.
fn each_entry<'a>(parts: &Parts<'a>, mut field: impl FnMut([u8; 3], usize, &'a [u8]) -> bool) -> bool {
    let (entries, rest) = parts.directory.as_chunks::<ENTRY>();
    if !rest.is_empty() || entries.is_empty() {
        return false;
    }
    let mut left = parts.data.len();
    entries.iter().all(|entry| {
        let [t1, t2, t3, length @ .., s1, s2, s3, s4, s5] = entry;
        let tag = [*t1, *t2, *t3];
        let (Some(length), Some(start)) = (number(length), number(&[*s1, *s2, *s3, *s4, *s5])) else {
            return false;
        };
        let Some([body @ .., FIELD_END]) = parts.data.get(start..start + length) else {
            return false;
        };
        let Some(rest) = left.checked_sub(length) else {
            return false;
        };
        left = rest;
        let preceded = start == 0 || parts.data.get(start - 1) == Some(&FIELD_END);
        good_tag(tag) && preceded && memchr::memchr(FIELD_END, body).is_none() && field(tag, start, body)
    })
}

/// Slow path: decodes the fields one by one, by the directory or, if that is wrong, by terminators.
fn decoded<'a>(
    parts: &Parts<'a>,
    charset: Charset,
    offset: usize,
    warnings: &mut Vec<Warning>,
) -> Result<Marc<'a>, ReadError> {
    let new = || {
        Marc::with_capacity(parts.leader.clone(), parts.directory.len() / ENTRY + 1, parts.data.len() * 3 / 2)
    };
    let mut writer = Writer { marc: new(), charset, warnings: Vec::new(), broken: 0 };
    let fits = each_entry(parts, |tag, start, body| {
        // only the rest of a record over the limit is lost; its directory is right
        let _ = writer.push(tag, body, parts.at + start);
        true
    });
    if !fits {
        writer = Writer { marc: new(), charset, warnings: Vec::new(), broken: 0 };
        for (tag, body, start) in placed(parts, offset + LEADER, warnings)? {
            if !writer.push(tag, body, parts.at + start) {
                break;
            }
        }
    }
    let Writer { marc, warnings: mut more, broken, .. } = writer;
    warnings.append(&mut more);
    if broken > MAX_PLACES {
        let detail =
            format!("{} more fields with bytes that are not {}", broken - MAX_PLACES, charset.name());
        warnings.push(Warning::new("charset", detail));
    }
    Ok(marc)
}

/// A record under construction from decoded fields.
struct Writer<'a> {
    marc: Marc<'a>,
    charset: Charset,
    warnings: Vec<Warning>,
    /// number of fields with invalid bytes
    broken: usize,
}

impl Writer<'_> {
    /// Adds a field at a byte offset of the input. False when the record is over the limit.
    fn push(&mut self, tag: [u8; 3], body: &[u8], at: usize) -> bool {
        let (text, broken) = self.charset.decode(body);
        if let Some(place) = broken {
            self.broken += 1;
            if self.broken <= MAX_PLACES {
                let detail = format!("not {}, shown as \u{FFFD}", self.charset.name());
                self.warnings.push(Warning::at("charset", at + place, detail));
            }
        }
        if !tag.starts_with(b"00") && !text.contains(DELIMITER) {
            // a data field without a delimiter: its text is kept as $a
            return self.marc.push(tag, &format!("  {DELIMITER}a{text}"));
        }
        if broken.is_some() && text.contains("\u{1F}\u{FFFD}") {
            // an invalid byte after a delimiter has consumed the subfield code; keep the text as $a
            return self.marc.push(tag, &text.replace("\u{1F}\u{FFFD}", "\u{1F}a\u{FFFD}"));
        }
        self.marc.push(tag, &text)
    }
}

fn good_tag(tag: [u8; 3]) -> bool {
    tag.iter().all(u8::is_ascii_alphanumeric)
}
