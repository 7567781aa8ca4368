//! MEDLINE's tagged format, `.nbib` of PubMed: a tag of up to four letters, a dash, and a value that continues on
//! lines of six spaces.

use super::lines::{Grammar, Tag};
use super::types::Type;
use super::work::{Field, Work};

pub(super) const GRAMMAR: Grammar = Grammar { tag, start: "PMID", end: "", around: &[], lists: &[] };

pub(super) fn tag(line: &str) -> Option<Tag<'_>> {
    let line = line.trim_start_matches('\u{FEFF}');
    let (name, value) = line.split_once('-').filter(|(name, _)| name.len() <= 5)?;
    let name = name.trim_end();
    let code =
        (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    // the dash stands in the fifth column, or a space follows
    let apart = line.as_bytes().get(4) == Some(&b'-') || value.is_empty() || value.starts_with(' ');
    (code && apart).then_some((name, value))
}

pub(super) fn field(tag: &str) -> Option<Field> {
    Some(match tag {
        "PMID" => Field::Pmid,
        "PMC" => Field::Pmcid,
        "TI" => Field::Title,
        "TT" => Field::Variant,
        "BTI" => Field::Second,
        "CTI" => Field::Series,
        "JT" => Field::Journal,
        "TA" => Field::Abbreviated,
        "FAU" => Field::Author,
        // used where the full names are missing
        "AU" => Field::Tertiary,
        "CN" => Field::Organisation,
        "FED" => Field::Editor,
        "PB" => Field::Publisher,
        "PL" => Field::Place,
        "DP" => Field::Date,
        "VI" => Field::Volume,
        "IP" => Field::Issue,
        "PG" => Field::Pages,
        "EN" => Field::Edition,
        "LA" => Field::Language,
        "AB" => Field::Summary,
        "OT" | "MH" => Field::Keywords,
        "IS" | "ISBN" => Field::Serial,
        "LID" | "AID" => Field::PerhapsDoi,
        "PT" => Field::WorkType,
        _ => return None,
    })
}

pub(super) fn settle(work: &mut Work) {
    let is = |name: &str| work.all(Field::WorkType).any(|said| said.eq_ignore_ascii_case(name));
    let book =
        is("Book") || is("Book Chapter") || work.first(&[Field::Journal, Field::Abbreviated]).is_empty();
    work.kind = Some(match book && !work.first(&[Field::Second, Field::Publisher]).is_empty() {
        true if is("Book") || work.first(&[Field::Title]).is_empty() => Type::BOOK,
        true => Type::CHAPTER,
        false if is("Newspaper Article") => Type::NEWSPAPER,
        false => Type::ARTICLE,
    });
    let full = !work.first(&[Field::Author]).is_empty();
    let article = work.kind == Some(Type::ARTICLE);
    work.fields.retain_mut(|(field, value)| {
        match field {
            Field::Tertiary if full => return false,
            Field::Tertiary => *field = Field::Author,
            // the country of the journal
            Field::Place if article => return false,
            Field::Title => *value = title(value),
            Field::Variant => *value = value.trim_end_matches('.').to_owned(),
            // `10.1000/1 [doi]`, `S0000 [pii]`
            Field::PerhapsDoi => {
                let (number, scheme) = value.split_once('[').unwrap_or((value, "doi]"));
                let is_doi = scheme.trim_end() == "doi]";
                *value = number.trim().to_owned();
                return is_doi;
            }
            Field::Keywords => *value = value.replace('*', ""),
            _ => {}
        }
        true
    });
}

/// Without the full stop, and without the brackets that say that it is translated.
fn title(written: &str) -> String {
    let bare = written.trim_end_matches('.');
    let translated = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    translated.unwrap_or(bare).trim_end_matches('.').to_owned()
}
