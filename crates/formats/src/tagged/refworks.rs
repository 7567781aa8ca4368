//! RefWorks' tagged format, also written by CNKI, ProQuest and EBSCO.

use super::lines::{Grammar, Tag};
use super::types;
use super::work::{Field, Work};

pub(super) const GRAMMAR: Grammar = Grammar { tag, start: "RT", end: "", around: &[], lists: &[] };

/// Tags that are skipped; together with those of [`field`] all of the format.
const SKIPPED: &[&str] = &[
    "SR", "ID", "NO", "AV", "AD", "CL", "SF", "CR", "WV", "WP", "OL", "U1", "U2", "U3", "U4", "U5", "U6",
    "U7", "U8", "U9", "CN", "IP", "RD", "ST", "SL", "LL", "AX", "RP", "DS", "PU", "WT", "A5", "A6", "FL",
    "PM", "RF", "IL", "AS", "UR",
];

/// Two letters and a space: `RT Journal Article`. Only tags of the format: `Is it so?` begins with none.
pub(super) fn tag(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches('\u{FEFF}');
    let (name, value) = (line.get(..2)?, line.get(2..)?);
    let name = if name == "vo" { "VO" } else { name };
    let known = field(name).is_some() || SKIPPED.contains(&name);
    (known && (value.is_empty() || value.starts_with([' ', '\t']))).then_some((name, value))
}

pub(super) fn field(tag: &str) -> Option<Field> {
    Some(match tag {
        "RT" => Field::Type,
        "T1" => Field::Title,
        "OT" => Field::Variant,
        "T2" => Field::Second,
        "T3" => Field::Series,
        "JF" => Field::Journal,
        "JO" => Field::Abbreviated,
        "A1" => Field::Author,
        "A2" => Field::Editor,
        "A3" => Field::Tertiary,
        "A4" => Field::Translator,
        "PB" => Field::Publisher,
        "PP" => Field::Place,
        "YR" => Field::Year,
        "FD" => Field::Date,
        "VO" => Field::Volume,
        "IS" => Field::Issue,
        "SP" => Field::Start,
        "OP" => Field::End,
        "ED" => Field::Edition,
        "LA" => Field::Language,
        "AB" => Field::Summary,
        "K1" => Field::Keywords,
        "SN" => Field::Serial,
        "DO" => Field::Doi,
        "UL" | "LK" => Field::Url,
        "AN" => Field::Accession,
        "DB" => Field::Database,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    work.kind = types::named(work.first(&[Field::Type]));
}
