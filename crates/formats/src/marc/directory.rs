//! Leader and directory of an ISO 2709 record, also of a damaged one: which bytes are leader, directory
//! and data, and which field belongs to which entry where the addresses do not fit.

use std::borrow::Cow;

use crate::{ReadError, Warning};

/// Ends a field, and the directory.
pub(super) const FIELD_END: u8 = 0x1E;
/// Length of a leader.
pub(super) const LEADER: usize = 24;
/// Length of an entry of the directory.
pub(super) const ENTRY: usize = 12;
const DELIMITER: u8 = 0x1F;
/// How many fields without an entry may stand before one that has one.
const AHEAD: usize = 4;

/// The parts of a record, located but not decoded.
pub(super) struct Parts<'a> {
    pub leader: Cow<'a, str>,
    pub directory: &'a [u8],
    pub data: &'a [u8],
    /// byte offset in the input at which the data start
    pub at: usize,
}

/// Locates leader, directory and data of a record without its terminator.
pub(super) fn parts<'a>(
    bytes: &'a [u8],
    offset: usize,
    terminated: bool,
    warnings: &mut Vec<Warning>,
) -> Result<Parts<'a>, ReadError> {
    let Some(head) = bytes.get(..LEADER) else {
        return Err(ReadError::at(offset, format!("{} bytes are too few for a leader", bytes.len())));
    };
    // the leader is ASCII by definition
    let clean = head.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let behind = bytes.get(LEADER..).unwrap_or_default();
    let Some(end) = memchr::memchr(FIELD_END, behind) else {
        let what = if clean { "no field terminator" } else { "no leader, no field terminator" };
        return Err(ReadError::at(offset + LEADER, format!("{what}: not an ISO 2709 record")));
    };
    let declared = head.get(12..17).and_then(number);
    let (mut begin, mut base) = (LEADER, LEADER + end + 1);
    if !is_directory(bytes, begin, base) {
        let lengths = [LEADER - 1, LEADER + 1, LEADER - 2, LEADER + 2];
        if let Some(other) =
            lengths.into_iter().find(|from| is_strict(bytes, *from, base) && addresses(bytes, *from, base))
        {
            let detail = format!("the leader has {other} bytes in place of {LEADER}");
            warnings.push(Warning::at("leader", offset, detail));
            begin = other;
        } else if let Some(said) = declared.filter(|said| is_directory(bytes, begin, *said)) {
            // the terminator of the directory is damaged, but the leader is right
            warnings.push(Warning::at("directory", offset + said - 1, "no terminator after the directory"));
            base = said;
        }
    }
    let leader = if clean && begin == LEADER {
        Cow::Borrowed(std::str::from_utf8(head).unwrap_or_default())
    } else if is_strict(bytes, begin, base) {
        if !clean {
            warnings.push(Warning::at("leader", offset, "control or non-ASCII bytes in the leader"));
        }
        Cow::Owned(mended(bytes.get(..begin).unwrap_or_default()))
    } else {
        return Err(ReadError::at(offset, "no leader: control or non-ASCII bytes in the first 24"));
    };
    if !terminated {
        warnings.push(Warning::at("length", offset + bytes.len(), "no record terminator"));
    }
    let said = leader.as_bytes().get(..5).unwrap_or_default();
    if number(said) != Some(bytes.len() + 1) && terminated {
        let said = String::from_utf8_lossy(said).into_owned();
        let detail = format!("leader says {said} bytes, the record has {}", bytes.len() + 1);
        warnings.push(Warning::at("length", offset, detail));
    }
    if declared != Some(base) {
        let detail = format!("base address is {base}, the leader says otherwise");
        warnings.push(Warning::at("base", offset + 12, detail));
    }
    Ok(Parts {
        leader,
        directory: bytes.get(begin..base - 1).unwrap_or_default(),
        data: bytes.get(base..).unwrap_or_default(),
        at: offset + base,
    })
}

/// A leader of 24 characters from a damaged one: what is not ASCII is a space, and what lies before the
/// indicator and subfield counts (`22`, positions 10 and 11) is moved to its place.
fn mended(bytes: &[u8]) -> String {
    let long = bytes.len() > LEADER;
    let printable = |byte: &u8| matches!(byte, b' '..=b'~');
    let kept = bytes.iter().filter(|byte| !long || printable(byte));
    let mut leader: String = kept.map(|byte| if printable(byte) { char::from(*byte) } else { ' ' }).collect();
    let counts = (6..=12).find(|at| {
        let base = leader.get(at + 2..at + 7).unwrap_or_default();
        leader.get(*at..at + 2) == Some("22")
            && base.len() == 5
            && base.bytes().all(|byte| byte.is_ascii_digit())
    });
    let lost = 10_usize.saturating_sub(counts.unwrap_or(10));
    if lost > 0 && leader.bytes().take(5).all(|byte| byte.is_ascii_digit()) {
        leader.insert_str(8, &" ".repeat(lost));
    } else if lost > 0 {
        leader.insert_str(0, &"0".repeat(lost));
    }
    format!("{leader:<LEADER$}").chars().take(LEADER).collect()
}

/// Whether the directory consists of whole entries between two places.
fn is_directory(bytes: &[u8], begin: usize, base: usize) -> bool {
    base > begin
        && (base - 1 - begin).is_multiple_of(ENTRY)
        && bytes
            .get(begin..base - 1)
            .is_some_and(|entries| !entries.is_empty() && entries.iter().all(u8::is_ascii_alphanumeric))
}

/// Whether every entry also has a length and a start in digits.
fn is_strict(bytes: &[u8], begin: usize, base: usize) -> bool {
    let entries = || bytes.get(begin..base - 1).unwrap_or_default().chunks(ENTRY);
    is_directory(bytes, begin, base)
        && entries().all(|entry| entry.get(3..).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit)))
}

/// Whether most entries point at a field: what they name ends with a terminator.
fn addresses(bytes: &[u8], begin: usize, base: usize) -> bool {
    let directory = bytes.get(begin..base - 1).unwrap_or_default();
    let data = bytes.get(base..).unwrap_or_default();
    let points = |entry: &&[u8; ENTRY]| {
        let Entry { length: Some(length), start: Some(start), .. } = self::entry(*entry) else {
            return false;
        };
        (start + length).checked_sub(1).is_some_and(|last| data.get(last) == Some(&FIELD_END))
    };
    let entries = directory.as_chunks::<ENTRY>().0;
    entries.iter().filter(points).count() * 2 > entries.len()
}

#[derive(Clone, Copy)]
struct Entry {
    /// none for a tag that cannot be read
    tag: Option<[u8; 3]>,
    length: Option<usize>,
    start: Option<usize>,
}

/// Tag, body and start in the data of each field.
pub(super) type Placed<'a> = Vec<([u8; 3], &'a [u8], usize)>;

/// The fields of a record whose directory does not fit its data, split at their terminators. Starts over
/// 99,999 wrap and lengths may count characters, so neither is believed alone: the order of the fields is
/// the one that fits most lengths.
///
/// # Errors
/// [`ReadError`] when entries and fields cannot be told to belong together; a title would be a guess.
pub(super) fn placed<'a>(
    parts: &Parts<'a>,
    at: usize,
    warnings: &mut Vec<Warning>,
) -> Result<Placed<'a>, ReadError> {
    let mut fields: Vec<&[u8]> = parts.data.split(|byte| *byte == FIELD_END).collect();
    if fields.last().is_some_and(|last| last.is_empty()) {
        fields.pop();
    }
    let (whole, rest) = parts.directory.as_chunks::<ENTRY>();
    let entries: Vec<Entry> = if rest.is_empty() {
        whole.iter().map(|bytes| entry(bytes)).collect()
    } else {
        from_both_ends(parts.directory, &fields)
    };
    let mut sorted = entries.clone();
    // sort by start only when every entry has one; else the given order is the better guess
    if sorted.iter().all(|entry| entry.start.is_some()) {
        sorted.sort_by_key(|entry| entry.start);
    }
    let mut given = entries.clone();
    if entries.len() > fields.len() {
        // a field has one tag, however often the directory lists it
        let same = |one: &mut Entry, other: &mut Entry| one.start.is_some() && one.start == other.start;
        sorted.dedup_by(same);
        given.dedup_by(same);
    }
    let detail = format!(
        "the directory does not fit the data ({} entries, {} fields): fields taken by their terminators",
        entries.len(),
        fields.len()
    );
    warnings.push(Warning::at("directory", at, detail));
    let (found, unnamed) = if sorted.len() == fields.len() && given.len() == fields.len() {
        let better = if fitting(&given, &fields) > fitting(&sorted, &fields) { &given } else { &sorted };
        zipped(better, &fields)
    } else {
        let (by_order, by_start) = (aligned(&given, &fields, parts), aligned(&sorted, &fields, parts));
        if by_order.0.len() >= by_start.0.len() { by_order } else { by_start }
    };
    let is_title = |tag: [u8; 3]| matches!(&tag, b"245" | b"200");
    let titled = entries.iter().filter_map(|entry| entry.tag).any(is_title);
    // a title has subfields, and a control field has none
    let formed = |(tag, body, _): &([u8; 3], &[u8], usize)| {
        !is_title(*tag) || memchr::memchr(DELIMITER, body).is_some()
    };
    if titled && !found.iter().any(|(tag, ..)| is_title(*tag)) || !found.iter().all(formed) {
        let what = format!(
            "the directory does not fit the data ({} entries, {} fields), and its lengths do not tell which field is the title",
            entries.len(),
            fields.len()
        );
        return Err(ReadError::at(at, what));
    }
    if unnamed > 0 {
        let detail = format!("{unnamed} fields have no readable tag and were left out");
        warnings.push(Warning::at("directory", at, detail));
    }
    Ok(found)
}

fn entry(bytes: &[u8]) -> Entry {
    let tag = match bytes {
        [a, b, c, ..] if [*a, *b, *c].iter().all(u8::is_ascii_alphanumeric) => Some([*a, *b, *c]),
        _ => None,
    };
    Entry { tag, length: bytes.get(3..7).and_then(number), start: bytes.get(7..).and_then(number) }
}

/// The entries of a directory that lost or gained bytes, one for each field: those before the damage are
/// whole from the front, those behind it from the back, and both have the length of their field.
fn from_both_ends(directory: &[u8], fields: &[&[u8]]) -> Vec<Entry> {
    let front = directory.chunks_exact(ENTRY).map(entry);
    let back: Vec<Entry> = directory.rchunks_exact(ENTRY).map(entry).collect();
    let fits = |entry: &Entry, field: &[u8]| entry.length.is_some_and(|length| measures(length, field));
    let mut front = front.map(Some).chain(std::iter::repeat(None));
    let place = |(index, field): (usize, &&[u8])| {
        // of the first entry also the tag alone, where its length cannot be read
        let stands = |entry: &Entry| fits(entry, field) || index == 0 && entry.length.is_none();
        let from_front = front.next().flatten().filter(stands);
        let from_back = || back.get(fields.len() - 1 - index).copied().filter(|entry| fits(entry, field));
        from_front.or_else(from_back).unwrap_or(Entry { tag: None, length: None, start: None })
    };
    fields.iter().enumerate().map(place).collect()
}

/// How many entries have the length of the field in their place.
fn fitting(entries: &[Entry], fields: &[&[u8]]) -> usize {
    let fits = |(entry, field): &(&Entry, &&[u8])| entry.length.is_some_and(|length| measures(length, field));
    entries.iter().zip(fields).filter(fits).count()
}

/// Whether a length, terminator included, is that of a body: in bytes, or in characters of UTF-8, as some
/// systems count.
fn measures(length: usize, body: &[u8]) -> bool {
    let characters = || body.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
    length == body.len() + 1 || length == characters() + 1
}

/// One entry for each field, in order.
fn zipped<'a>(entries: &[Entry], fields: &[&'a [u8]]) -> (Placed<'a>, usize) {
    let mut start = 0;
    let mut found = Vec::with_capacity(fields.len());
    for (entry, field) in entries.iter().zip(fields) {
        if let Some(tag) = entry.tag {
            found.push((tag, *field, start));
        }
        start += field.len() + 1;
    }
    let unnamed = fields.len() - found.len();
    (found, unnamed)
}

/// Fields and entries of different number, matched by their lengths: a terminator inside a field joins two
/// of them, a field without entry is left out, and an entry without field too.
fn aligned<'a>(entries: &[Entry], fields: &[&'a [u8]], parts: &Parts<'a>) -> (Placed<'a>, usize) {
    let mut starts = Vec::with_capacity(fields.len());
    let mut start = 0;
    for field in fields {
        starts.push(start);
        start += field.len() + 1;
    }
    let mut found: Placed<'a> = Vec::new();
    let (mut next, mut unnamed) = (0, 0);
    for (index, entry) in entries.iter().enumerate() {
        let (Some(length), Some(begin)) = (entry.length, starts.get(next).copied()) else { continue };
        // the ends of this field and of the few after it
        let ends = |from: usize| {
            fields.iter().zip(&starts).skip(from).take(AHEAD).map(|(field, at)| at + field.len())
        };
        let joined =
            ends(next).position(|end| parts.data.get(begin..end).is_some_and(|body| measures(length, body)));
        let later = || fields.iter().skip(next).take(AHEAD).position(|field| measures(length, field));
        let (skip, take) = match joined {
            Some(more) => (0, more + 1),
            None => match later() {
                Some(skip) => (skip, 1),
                // the last field of a record that was cut
                None if index + 1 == entries.len() || next + 1 == fields.len() => (0, 1),
                None => continue,
            },
        };
        let from = starts.get(next + skip).copied();
        let to = ends(next + skip).nth(take - 1);
        if let (Some(from), Some(to)) = (from, to)
            && let (Some(tag), Some(body)) = (entry.tag, parts.data.get(from..to))
        {
            found.push((tag, body, from));
        }
        unnamed += skip;
        next += skip + take;
    }
    (found, unnamed + fields.len().saturating_sub(next))
}

/// Parses a decimal number of ASCII digits; none for anything else.
pub(super) fn number(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits
        .iter()
        .try_fold(0usize, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + usize::from(byte - b'0')))
}
