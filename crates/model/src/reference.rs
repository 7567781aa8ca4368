//! Reads a pasted reference to a record, by the rules of its style.
//!
//! | style | read by |
//! |---|---|
//! | GB/T 7714, numeric and author-date | `gbt` |
//! | footnotes of Chinese history journals | `note` |
//! | APA, Harvard | `dated` |
//! | Vancouver, NLM | `vancouver` |
//! | MLA, Chicago: notes, bibliography, author-date | `quoted` |
//!
//! Precision before recall: a part that is not surely understood stays empty and is named in [`Reference::unsure`]. Text that
//! is in no style is no reference.

mod body;
mod dated;
mod gbt;
mod imprint;
mod names;
mod note;
mod pattern;
mod quoted;
mod serial;
pub(crate) mod stated;
mod vancouver;

use crate::numbers;
use crate::record::{Kind, Record};

pub use self::body::{number_in_front, unbroken, without_number};
pub use self::gbt::marks;

/// The style of a reference, as far as it decides how its parts are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// GB/T 7714
    Gbt7714,
    /// footnote of a Chinese history journal
    Note,
    /// year in brackets behind the names: APA, Harvard
    Dated,
    /// Vancouver
    Vancouver,
    /// MLA and Chicago
    Quoted,
}

/// A part of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// authors, editors, translators
    Creators,
    /// journal, host book, institution
    Container,
    /// place of publication
    Place,
    /// publisher
    Publisher,
    /// volume
    Volume,
    /// issue
    Issue,
    /// pages
    Pages,
}

/// What a reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// its fields; the numbers in it are among the identifiers
    pub record: Record,
    /// its style
    pub style: Style,
    /// parts that are there and were not surely understood; their fields are empty
    pub unsure: Vec<Unsure>,
}

/// A part that was not surely understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// what it seemed to be
    pub part: Part,
    /// its text
    pub text: String,
}

/// What a line says that names a work in whatever way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// the work
    pub record: Record,
    /// whether it was a reference, and not only a title or a number
    pub is_reference: bool,
    /// as [`Reference::unsure`]
    pub unsure: Vec<Unsure>,
}

/// Reads the text of a reference in one style.
type Reader = fn(&str) -> Option<Record>;

/// Reads a text that is one reference; none if it is in no style that is known.
pub fn read(text: &str) -> Option<Reference> {
    // every style parts its fields by marks; words alone, which most searches are, compile no pattern
    if text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace()) {
        return None;
    }
    let body = body::of(text);
    let body = body.as_str();
    let readers: [(Style, Reader); 5] = [
        (Style::Gbt7714, gbt::read),
        (Style::Note, note::read),
        (Style::Dated, dated::read),
        (Style::Vancouver, vancouver::read),
        (Style::Quoted, quoted::read),
    ];
    let (style, mut record) = readers.into_iter().find_map(|(style, read)| Some((style, read(body)?)))?;
    let unsure = settle(&mut record);
    if record.title.is_empty() {
        return None;
    }
    for one in numbers::read(text).valid {
        // an ISSN names the journal
        if one.kind != crate::IdentifierKind::Issn {
            record.add_identifier(one.kind, &one.value);
        }
    }
    Some(Reference { record, style, unsure })
}

/// Reads a line: a reference, else a title or a number.
///
/// A misprinted number is part of no title and no name: its text is left out before the rest is read.
pub fn parse(line: &str) -> Line {
    let words = numbers::without_misprints(line);
    let line = if words.is_empty() { line } else { words.as_str() };
    if let Some(Reference { record, unsure, .. }) = read(line) {
        return Line { record, is_reference: true, unsure };
    }
    let text = body::plain(line);
    let numbers = numbers::read(&text);
    let mut record = Record::default();
    match numbers.of_work() {
        Some(one) => record.add_identifier(one.kind, &one.value),
        None if numbers.alone => {}
        None => record.title = text,
    }
    Line { record, ..Line::default() }
}

/// Empties what cannot be what it should be, and tells it.
fn settle(record: &mut Record) -> Vec<Unsure> {
    let mut unsure = Vec::new();
    let mut check = |part: Part, field: &mut String, sound: &dyn Fn(&str) -> bool| {
        let text = field.trim().trim_end_matches(['.', '。', ',', '，', ';', '；']).trim();
        let text = text.to_owned();
        if text.is_empty() || sound(&text) {
            *field = text;
        } else {
            field.clear();
            unsure.push(Unsure { part, text });
        }
    };
    let words =
        |text: &str| text.chars().any(char::is_alphabetic) && !text.contains("//") && !text.contains('@');
    let short = |text: &str| text.chars().count() <= 16 && !text.contains(['.', '。', '，']);
    check(Part::Container, &mut record.container, &|text| words(text) && text.chars().count() <= 300);
    check(Part::Place, &mut record.place, &|text| {
        words(text)
            && text.chars().count() <= 40
            && !text.contains(|c: char| c.is_ascii_digit() || "《》“”[]".contains(c))
    });
    check(Part::Publisher, &mut record.publisher, &|text| {
        words(text) && text.chars().count() <= 120 && !text.contains(['[', ']', '《', '“'])
    });
    check(Part::Volume, &mut record.volume, &short);
    check(Part::Issue, &mut record.issue, &short);
    check(Part::Pages, &mut record.pages, &|text| text.chars().count() <= 40 && !text.contains("//"));
    record.creators.retain(|one| {
        let sound = names::is_sound(&one.name);
        if !sound && !one.name.trim().is_empty() {
            let text = one.name.trim_matches(['[', ']']).to_owned();
            unsure.push(Unsure { part: Part::Creators, text });
        }
        sound
    });
    record.title = record.title.trim().trim_end_matches(['.', '。', ',', '，']).trim().to_owned();
    if record.kind == Kind::Thesis && record.container.is_empty() {
        record.container.clone_from(&record.publisher);
    }
    if record.date.is_empty() {
        record.date = record.year.map(|year| year.to_string()).unwrap_or_default();
    }
    unsure
}

#[cfg(test)]
mod tests;
