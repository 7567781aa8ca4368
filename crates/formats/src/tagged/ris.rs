//! RIS of all its writers: RefMan, EndNote, EBSCO, ProQuest, 维普, 万方, Crossref.

use hongyan_model::record::Kind;

use super::lines::{Grammar, Tag};
use super::types::{self, Second, Type};
use super::work::{Field, Work};

/// Longest issue in characters that is written as a number of the work.
const MAX_ISSUE: usize = 15;

pub(super) const GRAMMAR: Grammar = Grammar { tag, start: "TY", end: "ER", around: &[], lists: &[] };

/// Two letters, at least one space, a dash: `TY  - JOUR`. `AB-test` is a word.
pub(super) fn tag(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches(['\u{FEFF}', ' ', '\t']);
    let (name, rest) = (line.get(..2)?, line.get(2..)?);
    let code = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix('-')?;
    let apart =
        rest.starts_with([' ', '\t']) && (value.is_empty() || value.starts_with([' ', '\t']) || name == "TY");
    (code && apart).then_some((name, value))
}

pub(super) fn field(tag: &str) -> Option<Field> {
    Some(match tag {
        "TY" => Field::Type,
        "TI" | "T1" | "CT" => Field::Title,
        "TT" => Field::Variant,
        "T2" | "BT" => Field::Second,
        "JF" => Field::Journal,
        "JO" | "JA" | "J1" | "J2" => Field::Abbreviated,
        "C3" => Field::Proceedings,
        "T3" => Field::Series,
        "AU" | "A1" => Field::Author,
        "ED" | "A2" => Field::Editor,
        "A3" => Field::Tertiary,
        "A4" => Field::Translator,
        "PB" => Field::Publisher,
        // of a conference; in other types it is anything
        "C1" => Field::Published,
        "CY" | "PP" => Field::Place,
        "PY" | "Y1" => Field::Year,
        "DA" => Field::Date,
        "VL" | "VO" => Field::Volume,
        "IS" | "CP" => Field::Issue,
        "SP" => Field::Start,
        "EP" => Field::End,
        "C7" => Field::ArticleNumber,
        "ET" => Field::Edition,
        "M1" => Field::Number,
        "LA" => Field::Language,
        "AB" | "N2" => Field::Summary,
        "KW" => Field::Keywords,
        "SN" => Field::Serial,
        "Y2" => Field::Accessed,
        "DO" | "DI" => Field::Doi,
        "M3" | "L3" => Field::PerhapsDoi,
        "UR" | "L1" | "L2" | "LK" => Field::Url,
        "AN" | "ID" | "C2" => Field::Accession,
        "DB" => Field::Database,
        "U1" | "U2" => Field::Marked,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    work.kind = types::named(work.first(&[Field::Type]));
    let of = |kind| work.kind.is_some_and(|of| of.kind == kind);
    let published = work.first(&[Field::Published]).to_owned();
    if of(Kind::Conference) && !published.is_empty() {
        // the other place is that of the meeting
        work.replace(Field::Place, &published);
    }
    let volume = work.first(&[Field::Volume]).to_owned();
    let issue = work.first(&[Field::Issue]).to_owned();
    if work.kind == Some(Type::BOOK) && !issue.is_empty() && work.first(&[Field::Edition]).is_empty() {
        // RefMan writes the edition of a book as its volume, and its volume as the issue
        work.add(Field::Edition, volume);
        work.replace(Field::Volume, &issue);
        work.replace(Field::Issue, "");
    }
    let number = work.first(&[Field::Number]).to_owned();
    if issue.is_empty()
        && number.chars().count() <= MAX_ISSUE
        && work.kind.is_some_and(|of| of.second == Second::Host)
    {
        work.add(Field::Issue, number);
    }
}
