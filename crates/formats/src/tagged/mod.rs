//! Files of references that consist of lines with tags: RIS, Refer (EndNote, CNKI), NoteExpress, CNKI 知网研学
//! (E-Study), RefWorks, MEDLINE (`.nbib`), Web of Science, and labels in words (`题名：`).
//!
//! | what | where |
//! |---|---|
//! | which format a text has, by its content | [`looks`] |
//! | dividing a text into works and tags | [`lines`] |
//! | tags and their meaning | one file a format |
//! | from the values of a work to its record | [`work`], [`types`], [`dates`] |
//!
//! Sources: the tag tables of RefMan (RIS), EndNote's import filters (Refer), RefWorks' tagged format, NLM's
//! "MEDLINE/PubMed Data Element (Field) Descriptions", Clarivate's "Web of Science Core Collection Field Tags",
//! and what CNKI, 万方 and 维普 export.

mod dates;
mod labelled;
mod lines;
mod looks;
mod medline;
mod refer;
mod refworks;
mod ris;
pub(crate) mod types;
pub(crate) mod work;
mod wos;

pub(crate) use dates::dated;
pub use looks::{looks_like, unread};
pub(crate) use work::unpadded;

use crate::answer::misprints;
use crate::{Budget, Parsed, ReadError, Warning};
use lines::{Divided, Grammar};
use work::{Field, Work};

/// A format of tagged lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// RIS
    Ris,
    /// Refer: EndNote's tags
    Refer,
    /// NoteExpress
    NoteExpress,
    /// CNKI 知网研学, formerly E-Study
    EStudy,
    /// RefWorks' tagged format
    RefWorks,
    /// MEDLINE, `.nbib`
    Medline,
    /// Web of Science with tags
    Wos,
    /// Web of Science as a table with tabs
    WosTable,
    /// labels in words
    Labels,
}

impl Tagged {
    /// Every format.
    pub const ALL: [Tagged; 9] = [
        Tagged::Ris,
        Tagged::Refer,
        Tagged::NoteExpress,
        Tagged::EStudy,
        Tagged::RefWorks,
        Tagged::Medline,
        Tagged::Wos,
        Tagged::WosTable,
        Tagged::Labels,
    ];

    /// The name: `ris`, `refer`, `noteexpress`, `estudy`, `refworks`, `medline`, `wos`, `wostable`, `labels`.
    pub fn name(self) -> &'static str {
        match self {
            Tagged::Ris => "ris",
            Tagged::Refer => "refer",
            Tagged::NoteExpress => "noteexpress",
            Tagged::EStudy => "estudy",
            Tagged::RefWorks => "refworks",
            Tagged::Medline => "medline",
            Tagged::Wos => "wos",
            Tagged::WosTable => "wostable",
            Tagged::Labels => "labels",
        }
    }

    /// The name as its users know it.
    pub fn title(self) -> &'static str {
        match self {
            Tagged::Ris => "RIS",
            Tagged::Refer => "EndNote",
            Tagged::NoteExpress => "NoteExpress",
            Tagged::EStudy => "CNKI E-Study",
            Tagged::RefWorks => "RefWorks",
            Tagged::Medline => "PubMed",
            Tagged::Wos | Tagged::WosTable => "Web of Science",
            Tagged::Labels => "题名：……",
        }
    }

    fn grammar(self) -> &'static Grammar {
        match self {
            Tagged::Ris => &ris::GRAMMAR,
            Tagged::Refer => &refer::GRAMMAR,
            Tagged::NoteExpress => &labelled::NOTEEXPRESS,
            Tagged::EStudy => &labelled::ESTUDY,
            Tagged::RefWorks => &refworks::GRAMMAR,
            Tagged::Medline => &medline::GRAMMAR,
            Tagged::Wos | Tagged::WosTable => &wos::GRAMMAR,
            Tagged::Labels => &labelled::PLAIN,
        }
    }

    fn field(self, tag: &str) -> Option<Field> {
        match self {
            Tagged::Ris => ris::field(tag),
            Tagged::Refer => refer::field(tag),
            Tagged::NoteExpress | Tagged::EStudy | Tagged::Labels => labelled::field(tag),
            Tagged::RefWorks => refworks::field(tag),
            Tagged::Medline => medline::field(tag),
            Tagged::Wos | Tagged::WosTable => wos::field(tag),
        }
    }

    /// Sets the type, and moves the values that depend on it.
    fn settle(self, work: &mut Work) {
        match self {
            Tagged::Ris => ris::settle(work),
            Tagged::Refer => refer::settle(work),
            Tagged::NoteExpress | Tagged::EStudy | Tagged::Labels => labelled::settle(work),
            Tagged::RefWorks => refworks::settle(work),
            Tagged::Medline => medline::settle(work),
            Tagged::Wos | Tagged::WosTable => wos::settle(work),
        }
    }
}

/// Why a part of a file was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// a line that belongs to no work
    Stray,
    /// a work with neither a title nor a number
    Empty,
    /// an entry that is not closed or not divided
    Broken,
    /// a number that cannot be one: its check digit or its length is wrong; the text is its kind and the number as
    /// printed (`ISBN 978-7-02-000872-9`)
    CheckDigit,
    /// a part of a reference that was not surely understood; its field is empty
    Unsure,
}

/// A part of a file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// number of its line, from 1; 0 where lines are not counted
    pub line: usize,
    /// byte offset of its line in the decoded text
    pub offset: usize,
    /// its beginning, cleaned and truncated
    pub text: String,
    /// the reason
    pub why: Why,
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadFile {
    /// its works, in order
    pub works: Vec<Parsed>,
    /// what was left out, in order
    pub left: Vec<Left>,
}

/// Reads a file whose format is detected.
///
/// # Errors
/// [`ReadError`] when it has none of the formats or no work, or exceeds the budget.
pub fn parse(text: &str, budget: &Budget) -> Result<ReadFile, ReadError> {
    let format =
        looks_like(text).ok_or_else(|| ReadError::at(0, "text without the tags of a known format"))?;
    parse_as(format, text, budget)
}

/// Reads a file of a format.
///
/// # Errors
/// [`ReadError`] when it has no work, or exceeds the budget.
pub fn parse_as(format: Tagged, text: &str, budget: &Budget) -> Result<ReadFile, ReadError> {
    let Divided { blocks, mut left } = match format {
        Tagged::WosTable => wos::rows(text, budget)?,
        _ => lines::divide(text, format.grammar(), budget)?,
    };
    let mut works = Vec::with_capacity(blocks.len());
    for block in blocks {
        budget.look(block.offset)?;
        let mut work = Work::default();
        for (name, value) in &block.tags {
            if let Some(field) = format.field(name) {
                work.add(field, value.as_str());
            }
        }
        format.settle(&mut work);
        let record = work.record();
        if record.title.is_empty() && record.identifiers.is_empty() {
            let head: Vec<&str> = block.tags.iter().map(|(_, value)| value.as_str()).take(3).collect();
            lines::left(&mut left, (block.line, block.offset), &head.join(" "), Why::Empty);
            continue;
        }
        let name = format.name();
        let missing = record.title.is_empty().then(|| Warning::at("title", block.offset, "no title"));
        let warnings = missing.into_iter().collect();
        for wrong in misprints(work.all(Field::Serial), block.offset) {
            lines::left(&mut left, (block.line, block.offset), &wrong.detail, Why::CheckDigit);
        }
        works.push(Parsed {
            record,
            format: name,
            profile: name,
            charset: "utf-8",
            offset: block.offset,
            warnings,
        });
    }
    if works.is_empty() {
        return Err(ReadError::at(0, format!("no work in a file of {}", format.name())));
    }
    left.sort_by_key(|part| part.line);
    Ok(ReadFile { works, left })
}
