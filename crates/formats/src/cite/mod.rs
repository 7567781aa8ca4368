//! Citing and exporting: a work as an entry in a list of references, or as a file for a reference
//! manager. Everything is written from a [`CslItem`]; [`from_record()`] converts a record to one.
//!
//! | what | where |
//! |---|---|
//! | a record as a CSL item | [`from_record()`] |
//! | a reference in a style | [`references`] |
//! | a file | [`file()`] |
//! | GB/T 7714—2015 and —2025 | [`gbt7714`](fn@gbt7714), own model |
//! | notes of Chinese history and law | [`notes`] |
//! | APA, MLA, Chicago, Vancouver | [`csl`](fn@csl), by hayagriva |
//! | comparison of GB/T 7714 with known entries | [`compare`](fn@compare) |

mod bibtex;
mod compare;
mod csl;
mod endnote;
mod from_record;
mod gbt7714;
pub mod item;
mod names;
mod note;
mod plain_text;
mod ris;
mod text;

pub use bibtex::{Dialect, bibtex};
pub use compare::{Comparison, Difference, Way, Why, cited, compare};
pub use csl::{CslStyle, csl};
pub use endnote::endnote;
pub use from_record::{MORE, edition_number, from_record, is_form, kind_of};
pub use gbt7714::{Edition, Variant, entry, gbt7714};
pub use item::{CslDate, CslItem, Day, Name};
pub use note::notes;
pub use plain_text::plain_text;
pub use ris::ris;
pub use text::is_cjk;

/// Styles of references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// GB/T 7714 in a variant
    Gbt7714(Variant),
    /// 注释体 of history and law: a first note, and below it a later one
    Note,
    /// APA, MLA, Chicago or Vancouver
    Csl(CslStyle),
    /// plain text
    Plain,
}

/// File formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RIS
    Ris,
    /// BibTeX or BibLaTeX
    Bibtex(Dialect),
    /// EndNote's XML
    Endnote,
    /// CSL-JSON
    CslJson,
}

/// The entries of a list of references: GB/T 7714 and plain text in the order of the items, other styles
/// in their own order.
pub fn references(items: &[CslItem], style: Style) -> Vec<String> {
    match style {
        Style::Gbt7714(variant) => gbt7714(items, variant),
        Style::Note => {
            let lines = notes(items).into_iter().filter(|(first, _)| !first.is_empty());
            lines.flat_map(|(first, again)| [first, format!("（再次引用）{again}")]).collect()
        }
        Style::Csl(style) => csl(items, style),
        Style::Plain => items.iter().map(plain_text).collect(),
    }
}

/// Writes items to the text of a file.
pub fn file(items: &[CslItem], format: Format) -> String {
    match format {
        Format::Ris => ris(items),
        Format::Bibtex(dialect) => bibtex(items, dialect),
        Format::Endnote => endnote(items),
        Format::CslJson => {
            let list = serde_json::Value::Array(items.iter().map(CslItem::to_json).collect());
            format!("{list:#}\n")
        }
    }
}
