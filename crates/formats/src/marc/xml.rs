//! MARCXML with or without namespace, prefix and `collection`, and with missing attributes. Parsed as a
//! stream, so that an invalid record does not affect the others.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{DELIMITER, Marc, profile, to_record};
use crate::{Budget, Fault, Parsed, ReadError, Warning, warn};

/// A parsed record, before mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// leader and fields
    pub marc: Marc<'static>,
    /// byte offset of the record element
    pub offset: usize,
    /// problems that were corrected
    pub warnings: Vec<Warning>,
}

/// Lazy iterator over record elements. After an error it continues at the next record.
pub struct Records<'a> {
    text: &'a str,
    /// offset in `text` at which the parser's input starts
    base: usize,
    reader: Reader<&'a [u8]>,
    namespaces: Vec<(String, String)>,
    done: bool,
    budget: &'a Budget,
}

impl<'a> Records<'a> {
    /// Iterates over the records of XML text ([`crate::xml::decode`] for bytes). Offsets are relative to
    /// its start.
    pub fn new(text: &'a str, budget: &'a Budget) -> Records<'a> {
        Records { text, base: 0, reader: reader(text), namespaces: Vec::new(), done: false, budget }
    }

    /// Sets the default namespace in effect outside this text.
    pub(crate) fn with_namespace(mut self, namespace: &str) -> Records<'a> {
        self.namespaces.push((String::new(), namespace.to_owned()));
        self
    }

    fn place(&self) -> usize {
        self.base + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Returns an error and continues at the next record element.
    fn fault(&mut self, started: Option<usize>, what: String) -> ReadError {
        let at = self.place().min(self.text.len());
        let from = at.max(started.map_or(0, |start| start + 1)).max(self.base + 1);
        // an unterminated construct would include all records up to the end
        match next_record(self.text, from).filter(|_| at < self.text.len()) {
            Some(next) => {
                self.base = next;
                self.reader = reader(self.text.get(next..).unwrap_or_default());
            }
            None => self.done = true,
        }
        ReadError::at(at, what)
    }

    /// Returns an error for an exceeded limit and continues; after an oversized record the next one may
    /// be parsed.
    fn over(&mut self, started: Option<usize>, error: ReadError) -> ReadError {
        if error.fault != Fault::TooLarge {
            self.done = true;
            return error;
        }
        ReadError { fault: error.fault, ..self.fault(started, error.what) }
    }

    fn declare(&mut self, element: &BytesStart<'_>) {
        for attribute in element.attributes().with_checks(false).flatten() {
            let key = attribute.key.into_inner();
            let prefix = if key == "xmlns" { "" } else { key.strip_prefix("xmlns:").unwrap_or("-") };
            if prefix == "-" {
                continue;
            }
            self.namespaces.retain(|(known, _)| known != prefix);
            if self.namespaces.len() < 32 {
                self.namespaces.push((prefix.to_owned(), attribute.value.to_string()));
            }
        }
    }

    fn namespace_of(&self, element: &BytesStart<'_>) -> String {
        let prefix = element.name().into_inner().split_once(':').map_or("", |(prefix, _)| prefix).to_owned();
        self.namespaces
            .iter()
            .find(|(known, _)| *known == prefix)
            .map(|(_, uri)| uri.clone())
            .unwrap_or_default()
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    // a stream entered in the middle has end tags without start tags
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Offset of the next `<record` or `<prefix:record` from a position.
fn next_record(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    memchr::memchr_iter(b'<', rest)
        .find(|at| begins_record(rest.get(at + 1..).unwrap_or_default()))
        .map(|at| from + at)
}

/// Whether a tag's content begins with the name of a record.
fn begins_record(inner: &[u8]) -> bool {
    let head = inner.get(..inner.len().min(28)).unwrap_or_default();
    let Some(end) = head.iter().position(|byte| matches!(byte, b' ' | b'>' | b'\n' | b'\r' | b'\t')) else {
        return false;
    };
    let name = head.get(..end).unwrap_or_default();
    match name.strip_suffix(b"record") {
        Some([]) => true,
        Some([prefix @ .., b':']) => !prefix.contains(&b'/'),
        _ => false,
    }
}

/// The element being parsed inside a record.
enum Open {
    Nothing,
    Leader,
    Control([u8; 3]),
    Subfield,
    /// text outside any known element
    Skipped,
}

impl Iterator for Records<'_> {
    type Item = Result<Read, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut current: Option<Read> = None;
        let mut open = Open::Nothing;
        let mut value = String::new();
        let mut data: Option<([u8; 3], String)> = None;
        while !self.done {
            let at = self.place();
            let started = current.as_ref().map(|read| read.offset);
            let length = started.map_or(0, |started| at.saturating_sub(started));
            if let Err(error) = self.budget.check_record(length, at) {
                return Some(Err(self.over(started, error)));
            }
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return Some(Err(self.fault(started, format!("not well-formed XML: {error}")))),
            };
            match event {
                Event::Eof => {
                    self.done = true;
                    let what = "the text ends inside a record";
                    return started.map(|_| Err(ReadError::at(at, what)));
                }
                Event::DocType(_) => {
                    self.done = true;
                    return Some(Err(ReadError::at(at, "a document type declaration is refused")));
                }
                Event::Start(element) | Event::Empty(element)
                    if element.local_name().into_inner() == "record" =>
                {
                    self.declare(&element);
                    let mut marc = Marc::with_capacity("", 32, 1024);
                    marc.namespace = self.namespace_of(&element);
                    // an envelope may be called record too; the innermost one is used
                    current = Some(Read { marc, offset: at, warnings: Vec::new() });
                    (open, data) = (Open::Nothing, None);
                }
                Event::Start(element) => match &mut current {
                    None => self.declare(&element),
                    Some(read) => {
                        value.clear();
                        open = start(&element, at, read, &mut data);
                    }
                },
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Text(text) => value.push_str(&text.xml10_content()),
                Event::CData(text) => value.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => resolve(&entity, &mut value),
                Event::End(element) => match (element.local_name().into_inner(), &mut current) {
                    ("record", Some(_)) => {
                        if let Some(read) = current.take().filter(|read| !read.marc.is_empty()) {
                            let taken = self.budget.take_record(read.offset);
                            self.done |= taken.is_err();
                            return Some(taken.map(|()| read));
                        }
                    }
                    ("datafield", Some(read)) => {
                        if let Some((tag, body)) = data.take() {
                            read.marc.push(tag, &body);
                        }
                    }
                    (_, Some(read)) => {
                        close(&open, &value, read, &mut data);
                        open = Open::Nothing;
                        value.clear();
                    }
                    _ => {}
                },
            }
        }
        None
    }
}

/// Handles the start of an element inside a record.
fn start(element: &BytesStart<'_>, at: usize, read: &mut Read, data: &mut Option<([u8; 3], String)>) -> Open {
    let attribute = |name: &str| {
        let found = element.attributes().with_checks(false).flatten().find(|a| a.key.into_inner() == name)?;
        Some(
            quick_xml::escape::unescape(&found.value)
                .map_or_else(|_| found.value.to_string(), |v| v.into_owned()),
        )
    };
    let tag = |read: &mut Read| {
        let tag = attribute("tag").unwrap_or_default();
        let bytes: Option<[u8; 3]> = tag.trim().as_bytes().try_into().ok();
        if bytes.is_none_or(|bytes| !bytes.iter().all(u8::is_ascii_alphanumeric)) {
            warn(&mut read.warnings, || {
                let tag = hongyan_model::text::clip(&tag, 20);
                Warning::at("tag", at, format!("a field with the tag `{tag}` was left out"))
            });
            return None;
        }
        bytes
    };
    match element.local_name().into_inner() {
        "leader" => Open::Leader,
        "controlfield" => tag(read).map_or(Open::Skipped, Open::Control),
        "datafield" => {
            let mut body = String::with_capacity(64);
            for name in ["ind1", "ind2"] {
                let indicator = attribute(name);
                if indicator.is_none() {
                    warn(&mut read.warnings, || {
                        Warning::at("indicator", at, format!("no attribute {name}, read as blank"))
                    });
                }
                body.push(
                    indicator.and_then(|v| v.chars().next()).filter(|c| !c.is_control()).unwrap_or(' '),
                );
            }
            *data = tag(read).map(|tag| (tag, body));
            Open::Nothing
        }
        "subfield" => {
            let code = attribute("code").unwrap_or_default();
            let mut chars = code.chars();
            match (chars.next().filter(|c| !c.is_control() && !c.is_whitespace()), chars.next(), data) {
                (Some(code), None, Some((_, body))) => {
                    body.push(DELIMITER);
                    body.push(code);
                    Open::Subfield
                }
                (_, _, None) => Open::Skipped,
                _ => {
                    warn(&mut read.warnings, || {
                        let code = hongyan_model::text::clip(&code, 20);
                        Warning::at("subfield", at, format!("a subfield with the code `{code}` was left out"))
                    });
                    Open::Skipped
                }
            }
        }
        _ => Open::Skipped,
    }
}

/// Handles the end of an element inside a record: stores its text.
fn close(open: &Open, value: &str, read: &mut Read, data: &mut Option<([u8; 3], String)>) {
    if matches!(open, Open::Nothing | Open::Skipped) {
        return;
    }
    // pretty-printed values start with a line break; spaces in coded fields are significant
    let value = if value.starts_with(['\n', '\r']) { value.trim() } else { value };
    let value: String =
        value.chars().map(|c| if ('\u{1C}'..='\u{1F}').contains(&c) { ' ' } else { c }).collect();
    match open {
        Open::Leader => read.marc.set_leader(&value),
        Open::Control(tag) => {
            read.marc.push(*tag, &value);
        }
        Open::Subfield => {
            if let Some((_, body)) = data {
                body.push_str(&value);
            }
        }
        Open::Nothing | Open::Skipped => {}
    }
}

/// Resolves the five entities of XML and numeric references; keeps anything else as written.
fn resolve(entity: &BytesRef<'_>, value: &mut String) {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => value.push(c),
        _ => match entity as &str {
            "amp" => value.push('&'),
            "lt" => value.push('<'),
            "gt" => value.push('>'),
            "quot" => value.push('"'),
            "apos" => value.push('\''),
            other => {
                value.push('&');
                value.push_str(other);
                value.push(';');
            }
        },
    }
}

/// Parses all records of XML text and maps them to the model; lazy.
pub fn parse<'a>(text: &'a str, budget: &'a Budget) -> impl Iterator<Item = Result<Parsed, ReadError>> + 'a {
    Records::new(text, budget).map(|item| item.map(map))
}

/// Maps a parsed record to the model.
pub(crate) fn map(read: Read) -> Parsed {
    let Read { marc, offset, mut warnings } = read;
    let profile = profile::detect(&marc);
    let (record, more) = to_record(&marc, profile);
    warnings.extend(more);
    Parsed { record, format: "marcxml", profile: profile.name(), charset: "utf-8", offset, warnings }
}
