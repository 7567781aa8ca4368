//! Refer, the tags of EndNote (`%A`), also written by CNKI and 万方.

use hongyan_model::identifier::{Identifier, IdentifierKind};

use super::lines::{Grammar, Tag};
use super::types::{self, Type};
use super::work::{Field, Work};

pub(super) const GRAMMAR: Grammar = Grammar { tag, start: "0", end: "", around: &[], lists: &[] };

pub(super) fn tag(line: &str) -> Option<Tag<'_>> {
    let rest = line.trim_start_matches(['\u{FEFF}', ' ', '\t']).strip_prefix('%')?;
    let mut letters = rest.char_indices();
    let (_, sign) = letters.next()?;
    let end = letters.next().map_or(rest.len(), |(end, _)| end);
    let (name, value) = rest.split_at_checked(end)?;
    let known = sign.is_ascii_alphanumeric() || "@!?~+#$]&()*^<>[=".contains(sign);
    (known && (value.is_empty() || value.starts_with([' ', '\t']))).then_some((name, value))
}

pub(super) fn field(tag: &str) -> Option<Field> {
    Some(match tag {
        "0" => Field::Type,
        "T" => Field::Title,
        "Q" => Field::Variant,
        "B" => Field::Second,
        "J" => Field::Journal,
        "O" => Field::Abbreviated,
        "S" => Field::Series,
        "A" => Field::Author,
        "E" => Field::Editor,
        "Y" => Field::Tertiary,
        "?" => Field::Subsidiary,
        "I" => Field::Publisher,
        "C" => Field::Place,
        "D" => Field::Year,
        "8" => Field::Date,
        "V" => Field::Volume,
        "N" => Field::Issue,
        "P" => Field::Pages,
        "7" => Field::Edition,
        "G" => Field::Language,
        "X" => Field::Summary,
        "K" => Field::Keywords,
        "@" => Field::Serial,
        "R" => Field::PerhapsDoi,
        "U" => Field::Url,
        "M" => Field::Accession,
        "~" => Field::Database,
        "9" => Field::WorkType,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    work.kind = types::named(work.first(&[Field::Type]));
    // CNKI writes standards and year books under one name, and what they are as the database
    if work.kind.is_none() {
        let database = types::named(work.first(&[Field::Database]));
        let number = work.first(&[Field::Volume]).to_owned();
        let is_standard =
            number.starts_with(|c: char| c.is_ascii_uppercase()) && number.contains(['-', '—', '–']);
        work.kind = database.or_else(|| is_standard.then_some(Type::STANDARD));
        // of a year book it is the ISBN
        if !is_standard && Identifier::parse(IdentifierKind::Isbn, &number).is_some() {
            work.replace(Field::Volume, "");
            work.add(Field::Serial, number);
        }
    }
    // %R is the number of a report too
    let number = work.first(&[Field::PerhapsDoi]).to_owned();
    if work.kind == Some(Type::REPORT) && !number.contains("10.") {
        work.add(Field::Number, number);
    }
}
