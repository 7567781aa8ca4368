//! A form of a library as a Word document (ECMA-376 part 1, Office Open XML: a ZIP with parts in XML) in which
//! `{{题名}}` stands where a value belongs; a copy of it with the values in their places. Word may split such a name
//! over several runs, so that it is looked for in the text of each paragraph as a whole.
//!
//! The document is outside data: it is read within bounds, and what is not text of a paragraph is copied as it is.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _, Write as _};

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::{Budget, ReadError};

/// Largest document, bytes.
pub const LARGEST: usize = 512 * 1024;
/// Largest part that has text, bytes after decompression.
const LARGEST_PART: u64 = 4 * 1024 * 1024;
/// Most parts of a document.
const MOST_PARTS: usize = 1_000;
/// Longest name between the braces, characters.
const LONGEST_NAME: usize = 40;
/// The part that every document has.
const MAIN: &str = "word/document.xml";
/// A part with programs: such a document is no form.
const MACROS: &str = "word/vbaProject.bin";

/// A document that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// not a Word document without programs
    #[error("not a Word document")]
    NotADocument,
    /// beyond the bounds
    #[error("too large")]
    TooLarge,
}

impl From<ReadError> for Unusable {
    /// Whatever a budget refuses is too large.
    fn from(_: ReadError) -> Unusable {
        Unusable::TooLarge
    }
}

/// The names in a document, in their order, each once.
///
/// # Errors
/// [`Unusable`].
pub fn names(docx: &[u8], budget: &Budget) -> Result<Vec<String>, Unusable> {
    let mut archive = open(docx)?;
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    for part in parts_with_text(&archive) {
        let text = read(&mut archive, &part, budget)?;
        replaced(&text, budget, &mut |name| {
            if seen.insert(name.to_owned()) {
                names.push(name.to_owned());
            }
            String::new()
        })?;
    }
    Ok(names)
}

/// A copy of a document with a value in the place of each name.
///
/// # Errors
/// [`Unusable`].
pub fn fill(docx: &[u8], value: impl Fn(&str) -> String, budget: &Budget) -> Result<Vec<u8>, Unusable> {
    let broken = |_| Unusable::NotADocument;
    let mut archive = open(docx)?;
    let parts = parts_with_text(&archive);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let name = archive.by_index_raw(at).map_err(broken)?.name().map_err(broken)?.into_owned();
        if parts.contains(&name) {
            let text = read(&mut archive, &name, budget)?;
            let text = replaced(&text, budget, &mut |name| value(name))?;
            out.start_file(name.as_str(), SimpleFileOptions::default()).map_err(broken)?;
            out.write_all(text.as_bytes()).map_err(|_| Unusable::NotADocument)?;
        } else {
            let part = archive.by_index_raw(at).map_err(broken)?;
            out.raw_copy_file(part).map_err(broken)?;
        }
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}

fn open(docx: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Unusable> {
    if docx.len() > LARGEST {
        return Err(Unusable::TooLarge);
    }
    let archive = ZipArchive::new(Cursor::new(docx)).map_err(|_| Unusable::NotADocument)?;
    if archive.len() > MOST_PARTS {
        return Err(Unusable::TooLarge);
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has(MAIN) && !has(MACROS) { Ok(archive) } else { Err(Unusable::NotADocument) }
}

/// The body, headers and footers.
fn parts_with_text(archive: &ZipArchive<Cursor<&[u8]>>) -> Vec<String> {
    let has_text = |name: &str| {
        let beside = name.strip_prefix("word/").filter(|rest| rest.ends_with(".xml"));
        name == MAIN || beside.is_some_and(|rest| rest.starts_with("header") || rest.starts_with("footer"))
    };
    let mut parts: Vec<String> =
        archive.file_names().flatten().map(Into::into).filter(|name: &String| has_text(name)).collect();
    parts.sort();
    parts
}

fn read(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, budget: &Budget) -> Result<String, Unusable> {
    let part = archive.by_name(name).map_err(|_| Unusable::NotADocument)?;
    let mut text = String::new();
    // what the directory says of the size may be wrong
    part.take(LARGEST_PART + 1).read_to_string(&mut text).map_err(|_| Unusable::NotADocument)?;
    // all parts together are as bounded as one
    budget.take_bytes(text.len(), 0)?;
    if text.len() as u64 > LARGEST_PART { Err(Unusable::TooLarge) } else { Ok(text) }
}

/// A text of a paragraph: which event it is, and which event opens its element.
struct Piece {
    event: usize,
    opened: usize,
    chars: Vec<char>,
}

/// XML with a value in the place of each name in a paragraph.
fn replaced(xml: &str, budget: &Budget, value: &mut dyn FnMut(&str) -> String) -> Result<String, Unusable> {
    let mut reader = Reader::from_str(xml);
    let mut events = Vec::new();
    // paragraphs that are open, the innermost last: a box with text stands inside of one
    let mut open: Vec<Vec<Piece>> = Vec::new();
    let mut text_since = None;
    loop {
        let event = reader.read_event().map_err(|_| Unusable::NotADocument)?;
        let at = events.len();
        budget.take_nodes(1, at)?;
        match &event {
            Event::Eof => break,
            Event::Start(start) if start.local_name().as_ref() == "p" => open.push(Vec::new()),
            Event::Start(start) if start.local_name().as_ref() == "t" => text_since = Some(at),
            Event::Text(text) if text_since.is_some() => {
                let chars = text.xml10_content().chars().collect();
                if let (Some(pieces), Some(opened)) = (open.last_mut(), text_since) {
                    pieces.push(Piece { event: at, opened, chars });
                }
            }
            Event::End(end) if end.local_name().as_ref() == "t" => text_since = None,
            Event::End(end) if end.local_name().as_ref() == "p" => {
                if let Some(pieces) = open.pop() {
                    settle(pieces, &mut events, budget, value)?;
                }
            }
            _ => {}
        }
        events.push(event);
    }
    let mut writer = Writer::new(Vec::with_capacity(xml.len()));
    for event in events {
        writer.write_event(event).map_err(|_| Unusable::NotADocument)?;
    }
    String::from_utf8(writer.into_inner()).map_err(|_| Unusable::NotADocument)
}

/// Puts the values into the texts of one paragraph: each into the text in which its name begins.
fn settle(
    pieces: Vec<Piece>,
    events: &mut [Event<'_>],
    budget: &Budget,
    value: &mut dyn FnMut(&str) -> String,
) -> Result<(), Unusable> {
    let whole: Vec<char> = pieces.iter().flat_map(|piece| piece.chars.iter().copied()).collect();
    let found = names_in(&whole);
    if found.is_empty() {
        return Ok(());
    }
    let mut values = Vec::with_capacity(found.len());
    for (from, to, name) in found {
        let put = one_line(&value(&name));
        // a short name may stand ten thousand times for a long value
        budget.take_bytes(put.len(), 0)?;
        values.push((from, to, put));
    }
    let mut left = values.as_slice();
    let mut begins = 0;
    for piece in pieces {
        let ends = begins + piece.chars.len();
        let mut text = String::new();
        let mut at = begins;
        while let Some(((from, to, put), rest)) = left.split_first()
            && *from < ends
        {
            text.extend(whole.get(at..(*from).max(at)).unwrap_or_default());
            if *from >= begins {
                text.push_str(put);
            }
            at = (*to).min(ends).max(at);
            if *to > ends {
                break; // it ends in a later piece
            }
            left = rest;
        }
        text.extend(whole.get(at..ends).unwrap_or_default());
        begins = ends;
        if text.chars().eq(piece.chars.iter().copied()) {
            continue;
        }
        if let Some(event) = events.get_mut(piece.event) {
            *event = Event::Text(BytesText::new(&text).into_owned());
        }
        // Word drops spaces at the ends without it (ECMA-376 part 1, 17.3.3.31)
        if let Some(Event::Start(start)) = events.get_mut(piece.opened)
            && start.try_get_attribute("xml:space").is_ok_and(|space| space.is_none())
        {
            start.push_attribute(("xml:space", "preserve"));
        }
    }
    Ok(())
}

/// Names between double braces, of ordinary width or full: where each begins and ends.
fn names_in(text: &[char]) -> Vec<(usize, usize, String)> {
    let double = |at: usize, signs: [char; 2]| {
        text.get(at..at + 2).is_some_and(|two| two.iter().all(|c| signs.contains(c)))
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !double(at, ['{', '｛']) {
            at += 1;
            continue;
        }
        let from = at + 2;
        let end = (from..text.len().min(from + LONGEST_NAME + 1)).find(|end| double(*end, ['}', '｝']));
        let name: Option<String> = end.and_then(|end| text.get(from..end)).map(|name| name.iter().collect());
        match (end, name.map(|name| name.trim().to_owned())) {
            (Some(end), Some(name)) if !name.is_empty() && !name.contains(['{', '｛', '}', '｝']) => {
                found.push((at, end + 2, name));
                at = end + 2;
            }
            _ => at += 1,
        }
    }
    found
}

/// A value in one line, without what XML forbids.
fn one_line(value: &str) -> String {
    let sign = |c: char| if c.is_control() { ' ' } else { c };
    let allowed = |c: &char| !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    value.chars().map(sign).filter(allowed).collect()
}

#[cfg(test)]
mod tests;
