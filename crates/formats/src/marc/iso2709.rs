//! ISO 2709, the exchange format of MARC: leader, directory, data. Catalogues write wrong lengths,
//! wrong directories and wrong flags every day; what is between two terminators is read as far as it
//! makes sense.

use super::charset::{Encoding, encoding_of};
use super::{DELIMITER, Marc, profile, to_record};
use crate::{Parsed, ReadError, Warning};

const RECORD_END: u8 = 0x1D;
const FIELD_END: u8 = 0x1E;
const LEADER: usize = 24;
const ENTRY: usize = 12;

/// A record as read, before it is mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// leader and fields
    pub marc: Marc,
    /// first byte of the leader in the input
    pub offset: usize,
    /// `utf-8`, or `ascii` when nothing else occurs
    pub charset: &'static str,
    /// what was put right
    pub warnings: Vec<Warning>,
}

/// Reads one record after the other, lazily; a broken one is an error and the next is read from
/// behind its terminator.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    input: &'a [u8],
    position: usize,
}

impl<'a> Records<'a> {
    /// Records of a byte slice; offsets count from its start.
    pub fn new(input: &'a [u8]) -> Records<'a> {
        let position = if input.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        Records { input, position }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Read, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.input.get(self.position..)?;
        // line ends, blanks and NULs between records are how files are joined
        let skip = rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | b' ' | 0 | 0x1A))?;
        // a leader whose length is blank starts with five blanks: they belong to it
        let blanks = rest.get(..skip)?.iter().rev().take_while(|byte| **byte == b' ').count().min(5);
        let lead = if blanks == 5 && !rest.get(skip).is_some_and(u8::is_ascii_digit) { 5 } else { 0 };
        let offset = self.position + skip - lead;
        let body = self.input.get(offset..)?;
        let end = body.iter().position(|byte| *byte == RECORD_END);
        self.position = offset + end.map_or(body.len(), |end| end + 1);
        Some(read(body.get(..end.unwrap_or(body.len())).unwrap_or_default(), offset, end.is_some()))
    }
}

/// All records of a byte slice, mapped to the model; lazily.
pub fn parse(input: &[u8]) -> impl Iterator<Item = Result<Parsed, ReadError>> + '_ {
    Records::new(input).map(|item| {
        let Read { marc, offset, charset, mut warnings } = item?;
        let profile = profile::detect(&marc);
        let (record, more) = to_record(&marc, profile);
        warnings.extend(more);
        Ok(Parsed { record, format: "iso2709", profile: profile.name(), charset, offset, warnings })
    })
}

/// One record without its terminator.
fn read(bytes: &[u8], offset: usize, terminated: bool) -> Result<Read, ReadError> {
    let leader = match bytes.get(..LEADER) {
        // the leader is ASCII by definition; a directory must follow it
        Some(leader) if leader.iter().all(|byte| matches!(byte, b' '..=b'~')) => leader,
        Some(_) => {
            return Err(ReadError::at(offset, "no leader: control or non-ASCII bytes in the first 24"));
        }
        None => return Err(ReadError::at(offset, format!("{} bytes are too few for a leader", bytes.len()))),
    };
    let mut warnings = Vec::new();
    let encoding = encoding_of(bytes, leader.get(9) == Some(&b'a'));
    let charset = match encoding {
        Encoding::Foreign(name, at) => {
            let what = format!("the record is not UTF-8 but probably {name}, which is not read yet");
            return Err(ReadError::at(offset + at, what));
        }
        Encoding::BrokenUtf8(at) => {
            warnings.push(Warning::at("charset", offset + at, "broken UTF-8, shown as \u{FFFD}"));
            "utf-8"
        }
        Encoding::Utf8 if leader.get(9) != Some(&b'a') => {
            warnings.push(Warning::at("charset", offset + 9, "leader/09 does not say UTF-8, the bytes do"));
            "utf-8"
        }
        Encoding::Utf8 => "utf-8",
        Encoding::Ascii => "ascii",
    };
    if !terminated {
        warnings.push(Warning::at("length", offset + bytes.len(), "no record terminator"));
    }
    let declared = leader.get(..5).and_then(number);
    if declared != Some(bytes.len() + 1) && terminated {
        let said = String::from_utf8_lossy(leader.get(..5).unwrap_or_default()).into_owned();
        let detail = format!("leader says {said} bytes, the record has {}", bytes.len() + 1);
        warnings.push(Warning::at("length", offset, detail));
    }
    let Some(directory_end) = bytes.iter().skip(LEADER).position(|byte| *byte == FIELD_END) else {
        return Err(ReadError::at(offset + LEADER, "no field terminator: not an ISO 2709 record"));
    };
    let declared_base = leader.get(12..17).and_then(number);
    let mut base = LEADER + directory_end + 1;
    if !is_directory(bytes, base)
        && let Some(said) = declared_base.filter(|said| is_directory(bytes, *said))
    {
        // the terminator of the directory is damaged, the leader is right
        warnings.push(Warning::at("directory", offset + said - 1, "no terminator behind the directory"));
        base = said;
    }
    let directory = bytes.get(LEADER..base - 1).unwrap_or_default();
    if declared_base != Some(base) {
        let detail = format!("base address is {base}, the leader says otherwise");
        warnings.push(Warning::at("base", offset + 12, detail));
    }
    let data = bytes.get(base..).unwrap_or_default();
    let leader = String::from_utf8_lossy(leader);
    let mut marc = Marc::with_capacity(&leader, directory.len() / ENTRY + 1, data.len());
    if !by_directory(&mut marc, directory, data) {
        marc = Marc::with_capacity(&leader, directory.len() / ENTRY + 1, data.len());
        by_terminators(&mut marc, directory, data, offset + LEADER, &mut warnings);
    }
    if marc.is_empty() {
        return Err(ReadError::at(offset, "a leader without any field: not an ISO 2709 record"));
    }
    Ok(Read { marc, offset, charset, warnings })
}

/// True if whole entries stand between the leader and a base address.
fn is_directory(bytes: &[u8], base: usize) -> bool {
    base > LEADER
        && (base - 1 - LEADER).is_multiple_of(ENTRY)
        && bytes
            .get(LEADER..base - 1)
            .is_some_and(|entries| !entries.is_empty() && entries.iter().all(u8::is_ascii_alphanumeric))
}

/// The honest way. False, with `marc` half filled, as soon as an entry does not meet its field.
fn by_directory(marc: &mut Marc, directory: &[u8], data: &[u8]) -> bool {
    let (entries, rest) = directory.as_chunks::<ENTRY>();
    if !rest.is_empty() || entries.is_empty() {
        return false;
    }
    for entry in entries {
        let [t1, t2, t3, length @ .., s1, s2, s3, s4, s5] = entry;
        let tag = [*t1, *t2, *t3];
        let (Some(length), Some(start)) = (number(length), number(&[*s1, *s2, *s3, *s4, *s5])) else {
            return false;
        };
        let Some([body @ .., FIELD_END]) = data.get(start..start + length) else {
            return false;
        };
        let preceded = start == 0 || data.get(start - 1) == Some(&FIELD_END);
        if !good_tag(tag) || !preceded || body.contains(&FIELD_END) {
            return false;
        }
        if !push(marc, tag, body) {
            break;
        }
    }
    true
}

/// What stands between field terminators, in the order of the directory's starts.
fn by_terminators(marc: &mut Marc, directory: &[u8], data: &[u8], at: usize, warnings: &mut Vec<Warning>) {
    let mut entries: Vec<(Option<usize>, usize, [u8; 3])> = Vec::new();
    for (index, entry) in directory.chunks(ENTRY).enumerate() {
        let tag = match entry {
            [a, b, c, ..] if good_tag([*a, *b, *c]) => [*a, *b, *c],
            _ => *b"???",
        };
        entries.push((entry.get(7..).and_then(number), index, tag));
    }
    // sorted by start only when every entry has one: else the written order is the better guess
    if entries.iter().all(|(start, ..)| start.is_some()) {
        entries.sort();
    }
    let mut fields: Vec<&[u8]> = data.split(|byte| *byte == FIELD_END).collect();
    if fields.last().is_some_and(|last| last.is_empty()) {
        fields.pop();
    }
    let detail = format!(
        "the directory does not fit the data ({} entries, {} fields): fields taken by their terminators",
        entries.len(),
        fields.len()
    );
    warnings.push(Warning::at("directory", at, detail));
    let mut unnamed = 0;
    for (index, body) in fields.iter().enumerate() {
        match entries.get(index) {
            Some((.., tag)) if tag != b"???" => {
                if !push(marc, *tag, body) {
                    break;
                }
            }
            _ => unnamed += 1,
        }
    }
    if unnamed > 0 {
        let detail = format!("{unnamed} fields have no readable tag and were left out");
        warnings.push(Warning::at("directory", at, detail));
    }
}

/// Adds a field whose bytes may hold broken UTF-8.
fn push(marc: &mut Marc, tag: [u8; 3], body: &[u8]) -> bool {
    match std::str::from_utf8(body) {
        Ok(text) if tag.starts_with(b"00") || text.contains(DELIMITER) => marc.push(tag, text),
        // a data field without a delimiter: its text is kept as $a
        Ok(text) => marc.push(tag, &format!("  {DELIMITER}a{text}")),
        // a broken byte right behind a delimiter has eaten the code; the text is worth more than it
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            marc.push(tag, &text.replace("\u{1F}\u{FFFD}", "\u{1F}a\u{FFFD}"))
        }
    }
}

fn good_tag(tag: [u8; 3]) -> bool {
    tag.iter().all(u8::is_ascii_alphanumeric)
}

/// A decimal number of ASCII digits; none for anything else.
fn number(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits
        .iter()
        .try_fold(0usize, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + usize::from(byte - b'0')))
}
