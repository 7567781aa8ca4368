//! Web of Science, with tags (`PT J`) and as a table with tabs; both with the same two letters.

use super::Why;
use super::lines::{Block, Divided, Grammar, Tag, left, lines};
use super::types::Type;
use super::work::{Field, Work};
use crate::{Budget, ReadError};
use hongyan_model::text::clean;

pub(super) const GRAMMAR: Grammar = Grammar {
    tag,
    start: "PT",
    end: "ER",
    around: &["FN", "VR", "EF"],
    lists: &["AU", "AF", "BE", "BA", "BF", "ED", "CA", "GP"],
};
/// Maximum number of columns.
const MAX_COLUMNS: usize = 200;

/// Two letters and a space at the beginning of the line.
pub(super) fn tag(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches('\u{FEFF}');
    let (name, value) = (line.get(..2)?, line.get(2..)?);
    let code = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (code && (value.is_empty() || value.starts_with(' '))).then_some((name, value))
}

pub(super) fn field(tag: &str) -> Option<Field> {
    Some(match tag {
        "PT" => Field::Type,
        "TI" => Field::Title,
        "SO" => Field::Journal,
        "JI" | "J9" => Field::Abbreviated,
        "SE" => Field::Series,
        "CT" => Field::Meeting,
        "AF" => Field::Author,
        // used where the full names are missing
        "AU" => Field::Tertiary,
        "BE" | "ED" => Field::Editor,
        "CA" | "GP" => Field::Organisation,
        "PU" => Field::Publisher,
        "PI" => Field::Place,
        "PY" => Field::Year,
        "PD" => Field::Month,
        "VL" => Field::Volume,
        "IS" => Field::Issue,
        "SI" | "SU" => Field::Supplement,
        "BP" => Field::Start,
        "EP" => Field::End,
        "PS" => Field::Pages,
        "AR" => Field::ArticleNumber,
        "PN" => Field::Number,
        "LA" => Field::Language,
        "AB" => Field::Summary,
        "DE" | "ID" => Field::Keywords,
        "SN" | "EI" | "BN" => Field::Serial,
        "DI" | "D2" => Field::Doi,
        "PM" => Field::Pmid,
        "UT" => Field::Accession,
        "DT" => Field::WorkType,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    let is = |word: &str| work.first(&[Field::WorkType]).contains(word);
    let (title, source) = (work.first(&[Field::Title]), work.first(&[Field::Journal]));
    work.kind = Some(match work.first(&[Field::Type]) {
        "P" => Type::PATENT,
        "C" => Type::CONFERENCE,
        "B" | "S" if is("Proceedings") || !work.first(&[Field::Meeting]).is_empty() => Type::CONFERENCE,
        "B" | "S" if title.is_empty() || source.is_empty() || title.eq_ignore_ascii_case(source) => {
            Type::BOOK
        }
        "B" | "S" => Type::CHAPTER,
        _ => Type::ARTICLE,
    });
    let patent = work.kind == Some(Type::PATENT);
    let full = !work.first(&[Field::Author]).is_empty();
    work.fields.retain_mut(|(field, _)| {
        match field {
            Field::Tertiary if full => return false,
            Field::Tertiary => *field = Field::Author,
            // the part of a volume, except of a patent
            Field::Number => return patent,
            _ => {}
        }
        true
    });
}

/// Whether the first line is the head of a table.
pub(super) fn is_table(text: &str) -> bool {
    let head =
        lines(text).map(|(_, line)| line.trim_start_matches('\u{FEFF}')).find(|line| !line.trim().is_empty());
    head.is_some_and(|head| {
        let columns: Vec<&str> = head.split('\t').take(MAX_COLUMNS).map(str::trim).collect();
        columns.len() > 5 && ["PT", "AU", "TI", "SO"].iter().all(|name| columns.contains(name))
    })
}

/// The rows of a table as works.
///
/// # Errors
/// [`ReadError`] when it exceeds the budget.
pub(super) fn rows<'a>(text: &'a str, budget: &Budget) -> Result<Divided<'a>, ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let mut divided = Divided::default();
    let mut head: Option<Vec<&'a str>> = None;
    for (number, (offset, line)) in lines(text).enumerate() {
        let cells = line.trim_start_matches('\u{FEFF}').split('\t').take(MAX_COLUMNS).map(str::trim);
        if line.trim().is_empty() {
            continue;
        }
        let Some(head) = &head else {
            head = Some(cells.collect());
            continue;
        };
        budget.take_record(offset)?;
        budget.take_nodes(head.len(), offset)?;
        let tags: Vec<(&str, String)> =
            head.iter().copied().zip(cells.map(clean)).filter(|(_, cell)| !cell.is_empty()).collect();
        if tags.len() < 2 {
            left(&mut divided.left, (number + 1, offset), line, Why::Stray);
            continue;
        }
        divided.blocks.push(Block { offset, line: number + 1, tags });
    }
    Ok(divided)
}
