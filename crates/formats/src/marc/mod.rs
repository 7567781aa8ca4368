//! MARC records in memory, and their mapping to the model.

pub mod charset;
mod directory;
mod holdings;
mod host;
pub mod iso2709;
pub mod json;
mod kind;
mod linked;
mod map_marc21;
mod map_unimarc;
pub mod profile;
mod punctuation;
pub mod text;
pub mod xml;

use std::borrow::Cow;

use hongyan_model::record::{RawRecord, Record, year_of};

pub use charset::Charset;
pub(crate) use holdings::{holding_of, is_holdings};
pub(crate) use host::host_parts;
pub use iso2709::{parse, parse_in, records_in};
pub use profile::Profile;

use crate::Warning;

/// Delimiter of subfields, in ISO 2709 and in memory.
pub(crate) const DELIMITER: char = '\u{1F}';
/// Maximum number of fields of a record.
const MAX_FIELDS: usize = 20_000;
/// Maximum size of the raw view in bytes, ten times that of the largest real records.
const MAX_RAW: usize = 200_000;

/// A MARC record. All text is in one buffer, and fields are ranges of it, so that parsing a record takes
/// a handful of allocations however many subfields it has. For valid UTF-8 the buffer is borrowed from
/// the input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marc<'a> {
    leader: Cow<'a, str>,
    text: Cow<'a, str>,
    fields: Vec<Span>,
    /// namespace of the MARCXML record element; empty for ISO 2709
    pub(crate) namespace: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    tag: [u8; 3],
    start: usize,
    end: usize,
}

impl<'t> Marc<'t> {
    /// An empty record with a leader; `fields` and `bytes` are size hints.
    pub(crate) fn with_capacity(leader: impl Into<Cow<'t, str>>, fields: usize, bytes: usize) -> Marc<'t> {
        Marc {
            leader: leader.into(),
            text: Cow::Owned(String::with_capacity(bytes)),
            fields: Vec::with_capacity(fields.min(MAX_FIELDS)),
            namespace: String::new(),
        }
    }

    /// A record whose fields will be ranges of a text, added with [`Marc::mark`].
    pub(crate) fn over(leader: impl Into<Cow<'t, str>>, fields: usize, text: &'t str) -> Marc<'t> {
        Marc {
            leader: leader.into(),
            text: Cow::Borrowed(text),
            fields: Vec::with_capacity(fields.min(MAX_FIELDS)),
            namespace: String::new(),
        }
    }

    /// Adds the field at a range of the text. False when the record is over the limit.
    pub(crate) fn mark(&mut self, tag: [u8; 3], start: usize, end: usize) -> bool {
        if self.fields.len() >= MAX_FIELDS {
            return false;
        }
        self.fields.push(Span { tag, start, end });
        true
    }

    /// The leader: 24 characters in a valid record, possibly fewer.
    pub fn leader(&self) -> &str {
        &self.leader
    }

    /// A character of the leader; a space where it is too short.
    pub fn leader_at(&self, position: usize) -> char {
        char_at(&self.leader, position)
    }

    pub(crate) fn set_leader(&mut self, leader: &str) {
        self.leader = Cow::Owned(leader.to_owned());
    }

    /// Adds a field. `body` is `value` for a control field, `ii␟aText␟bText` for a data field. False when
    /// the record is over the limit.
    pub(crate) fn push(&mut self, tag: [u8; 3], body: &str) -> bool {
        if self.fields.len() >= MAX_FIELDS {
            return false;
        }
        let text = self.text.to_mut();
        let start = text.len();
        unescape(body, text);
        let end = text.len();
        self.mark(tag, start, end)
    }

    /// All fields in order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.fields.iter().filter_map(|span| self.field(span))
    }

    fn field<'a>(&'a self, span: &'a Span) -> Option<Field<'a>> {
        let body = self.text.get(span.start..span.end)?;
        Some(Field { tag: std::str::from_utf8(&span.tag).unwrap_or("???"), body })
    }

    /// All fields with a tag.
    pub fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = Field<'a>> {
        // compares bytes, because a mapping looks up about sixty tags
        self.fields.iter().filter(move |span| span.tag == tag.as_bytes()).filter_map(|span| self.field(span))
    }

    /// All fields with one of these tags, in the record's order.
    pub fn any<'a>(&'a self, tags: &'a [&'a str]) -> impl Iterator<Item = Field<'a>> {
        let wanted = move |span: &&Span| tags.iter().any(|tag| span.tag == tag.as_bytes());
        self.fields.iter().filter(wanted).filter_map(|span| self.field(span))
    }

    /// The first field with a tag.
    pub fn first(&self, tag: &str) -> Option<Field<'_>> {
        self.fields.iter().find(|span| span.tag == tag.as_bytes()).and_then(|span| self.field(span))
    }

    /// Whether there is a field with the tag.
    pub fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|span| span.tag == tag.as_bytes())
    }

    /// The value of the first control field with a tag, trimmed; empty if there is none.
    pub fn control(&self, tag: &str) -> &str {
        self.first(tag).map(|field| field.value().trim()).unwrap_or_default()
    }

    /// Whether the record has no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The raw view for librarians, one field per line: `LDR …`, `001 …`, `245 10 $aTitle :$bmore`.
    /// Truncated with an ellipsis.
    pub fn readable(&self) -> String {
        let expected = self.text.len() + 8 * self.fields.len() + 32;
        let mut out = String::with_capacity(expected.min(MAX_RAW));
        out.push_str("LDR ");
        out.push_str(&visible(&self.leader));
        for field in self.fields() {
            if out.len() + field.body.len() > MAX_RAW {
                out.push_str("\n…");
                break;
            }
            out.push('\n');
            out.push_str(field.tag);
            out.push(' ');
            if field.is_control() {
                out.push_str(&visible(field.body));
                continue;
            }
            out.push(field.ind1());
            out.push(field.ind2());
            out.push(' ');
            for (code, value) in field.subfields() {
                out.push('$');
                out.push(code);
                out.push_str(&visible(value));
            }
        }
        out
    }
}

/// Replaces control characters and bidirectional overrides by spaces, so that the raw view cannot
/// mislead.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// tag, three ASCII characters
    pub tag: &'a str,
    body: &'a str,
}

impl<'a> Field<'a> {
    /// Whether this is a control field, without indicators and subfields (00X).
    pub fn is_control(&self) -> bool {
        self.tag.starts_with("00") && !self.body.contains(DELIMITER)
    }

    /// The content of a control field.
    pub fn value(&self) -> &'a str {
        self.body
    }

    /// First indicator; a space when missing.
    pub fn ind1(&self) -> char {
        char_at(self.indicators(), 0)
    }

    /// Second indicator; a space when missing.
    pub fn ind2(&self) -> char {
        char_at(self.indicators(), 1)
    }

    fn indicators(&self) -> &'a str {
        self.body.split(DELIMITER).next().unwrap_or_default()
    }

    /// Code and value of each subfield, in order; values unchanged.
    pub fn subfields(&self) -> impl Iterator<Item = (char, &'a str)> + use<'a> {
        self.body.split(DELIMITER).skip(1).filter_map(|part| {
            let mut chars = part.chars();
            let code = chars.next()?;
            Some((code, chars.as_str()))
        })
    }

    /// First value of a subfield, trimmed; none when missing or empty.
    pub fn sub(&self, code: char) -> Option<&'a str> {
        self.subs(code).next()
    }

    /// All values of a subfield, trimmed, without empty ones.
    pub fn subs(&self, code: char) -> impl Iterator<Item = &'a str> + use<'a> {
        self.subfields()
            .filter(move |(c, _)| *c == code)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }
}

/// Whether a text may have `&#x…;`.
pub(crate) fn may_be_escaped(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'&', bytes).any(|at| bytes.get(at + 1) == Some(&b'#'))
}

/// Appends a text with `&#x8ECA;` as the character: MARC 21 writes what its encoding lacks so (MARC 21
/// Specifications, "Lossless technique").
fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        out.push_str(before);
        let character =
            after.split_once(';').filter(|(number, _)| number.len() <= 8).and_then(|(number, behind)| {
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                        u32::from_str_radix(hex, 16)
                    }
                    _ if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse(),
                    _ => return None,
                };
                Some((char::from_u32(code.ok()?).filter(|c| !c.is_control())?, behind))
            });
        match character {
            Some((character, behind)) => {
                out.push(character);
                rest = behind;
            }
            None => {
                out.push_str("&#");
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

pub(crate) fn char_at(text: &str, position: usize) -> char {
    text.chars().nth(position).unwrap_or(' ')
}

/// The Gregorian year from the written and the coded date. `1365 [1986]` uses two calendars, and the
/// coded date is Gregorian; `民国三十六年` and `[19--]` have no usable number.
fn year(written: &str, coded: &str) -> Option<i32> {
    let (written_year, coded_year) = (year_of(written), year_of(coded));
    // `1994 [i.e. 1996]`, `1994 [即1996]`: the second is right
    for word in ["i.e.", "i. e.", "recte", "即", "应为", "應為"] {
        if let Some(right) = written.split_once(word).and_then(|(_, right)| year_of(right)) {
            return Some(right);
        }
    }
    match (written_year, coded_year) {
        (Some(said), Some(code)) if said.abs_diff(code) > 200 && written.contains(coded) => Some(code),
        (said, code) => said.or(code),
    }
}

/// Maps a MARC record to the model. `format` is `iso2709` or `marcxml`, the label of the raw text.
pub fn to_record(marc: &Marc, profile: Profile) -> (Record, Vec<Warning>) {
    let mut warnings = Vec::new();
    let mut record = match profile {
        Profile::Marc21 | Profile::Kormarc => map_marc21::map(marc, profile),
        Profile::Unimarc | Profile::Cnmarc => map_unimarc::map(marc),
    };
    if record.title.is_empty() {
        warnings.push(Warning::new("title", format!("no title in a {} record", profile.name())));
    }
    record.raw = Some(RawRecord { format: "marc".to_owned(), text: marc.readable() });
    (record, warnings)
}
