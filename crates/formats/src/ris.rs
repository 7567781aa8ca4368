//! RIS, and the older tags of Refer that CNKI writes (`%A`), as exported by reference managers.
//!
//! Tags are two letters and a dash, in many variants: with one or three spaces, after a byte order mark,
//! with continuation lines. Unknown tags are skipped.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use hongyan_model::text::clean;

use crate::answer::{add_creator, page_range};
use crate::{Budget, Parsed, ReadError, Warning, lang};

/// Maximum number of works in a file.
const MAX_RECORDS: usize = 10_000;
/// Maximum number of lines of a work.
const MAX_LINES: usize = 5_000;

/// Whether a text contains RIS or Refer.
pub fn looks_like(text: &str) -> bool {
    let mut lines =
        text.trim_start_matches('\u{FEFF}').lines().map(str::trim).filter(|line| !line.is_empty());
    lines.by_ref().take(20).any(|line| matches!(tag(line), Some(("TY", _))))
        || text.trim_start_matches('\u{FEFF}').trim_start().starts_with("%0 ")
}

/// Parses every work of a file.
///
/// # Errors
/// [`ReadError`] when there is none.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let text = text.trim_start_matches('\u{FEFF}');
    let mut works: Vec<(usize, Vec<(&str, String)>)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let begins = offset;
        budget.take_nodes(1, begins)?;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match tag(line.trim_start()) {
            Some(("TY", value)) if works.len() < MAX_RECORDS => {
                budget.take_record(begins)?;
                works.push((begins, vec![("TY", clean(value))]));
            }
            Some((name, value)) => {
                if let Some((_, tags)) = works.last_mut()
                    && tags.len() < MAX_LINES
                {
                    tags.push((name, clean(value)));
                }
            }
            // a line without a tag continues the previous one
            None => {
                if let Some((_, value)) = works.last_mut().and_then(|(_, tags)| tags.last_mut())
                    && value.len() < 100_000
                    && !line.trim().is_empty()
                {
                    value.push(' ');
                    value.push_str(&clean(line));
                }
            }
        }
    }
    if works.is_empty() {
        return Err(ReadError::at(0, "text without a work in RIS"));
    }
    Ok(works.into_iter().map(|(offset, tags)| work(&Tags(tags), offset)).collect())
}

/// The tag of a line (Refer's mapped to those of RIS) and its value.
fn tag(line: &str) -> Option<(&str, &str)> {
    if let Some(rest) = line.strip_prefix('%') {
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        return Some((refer(name)?, value));
    }
    let (name, rest) = (line.get(..2)?, line.get(2..)?);
    let known = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    let value = rest.trim_start().strip_prefix('-')?;
    // `AB-test` is a word, not a tag
    (known && rest.starts_with(' ') && (value.is_empty() || value.starts_with(' '))).then_some((name, value))
}

fn refer(name: &str) -> Option<&'static str> {
    Some(match name {
        "0" => "TY",
        "A" => "AU",
        "E" => "ED",
        "T" => "TI",
        "J" | "B" => "T2",
        "D" => "PY",
        "8" => "DA",
        "V" => "VL",
        "N" => "IS",
        "P" => "SP",
        "I" => "PB",
        "C" => "CY",
        "7" => "ET",
        "@" => "SN",
        "R" => "DO",
        "U" => "UR",
        "G" => "LA",
        "X" => "AB",
        "K" => "KW",
        _ if name.len() == 1 => "N1",
        _ => return None,
    })
}

struct Tags<'a>(Vec<(&'a str, String)>);

impl Tags<'_> {
    /// The first non-empty value, in the order of the tags.
    fn first(&self, names: &[&'static str]) -> &str {
        names.iter().flat_map(|name| self.all(name)).next().unwrap_or_default()
    }

    fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(tag, value)| *tag == name && !value.is_empty()).map(|(_, v)| v.as_str())
    }
}

fn work(tags: &Tags<'_>, offset: usize) -> Parsed {
    let text = |names: &[&'static str]| tags.first(names).to_owned();
    let kind = kind(tags.first(&["TY"]));
    let mut record = Record {
        kind,
        title: text(&["TI", "T1", "CT"]),
        container: text(&["T2", "JO", "JF", "JA", "J2", "BT"]),
        publisher: text(&["PB"]),
        place: text(&["CY", "PP"]),
        date: text(&["PY", "Y1", "DA"]).trim_end_matches('/').to_owned(),
        edition: text(&["ET"]),
        volume: text(&["VL"]),
        issue: text(&["IS", "CP"]),
        language: lang::code(tags.first(&["LA"])),
        summary: text(&["AB", "N2"]),
        series: text(&["T3"]),
        ..Record::default()
    };
    if record.title.is_empty() {
        // a whole book, in older files
        record.title = std::mem::take(&mut record.container);
    }
    if kind == Kind::Thesis && record.container.is_empty() {
        record.container.clone_from(&record.publisher);
    }
    record.year = year_of(&record.date);
    let (start, end) = (tags.first(&["SP"]), tags.first(&["EP"]));
    record.pages = if start.contains(['-', '–']) || end.is_empty() {
        start.to_owned()
    } else {
        page_range(start, end)
    };
    for (names, role) in
        [(["AU", "A1"], Role::Author), (["ED", "A2"], Role::Editor), (["A4", "TA"], Role::Translator)]
    {
        for name in names.iter().flat_map(|name| tags.all(name)).flat_map(|names| names.split(';')) {
            add_creator(&mut record, divided(name.trim()), role);
        }
    }
    numbers(&mut record, tags);
    let mut warnings = Vec::new();
    if record.title.is_empty() && record.identifiers.is_empty() {
        warnings.push(Warning::at("title", offset, "neither title nor number"));
    }
    Parsed { record, format: "ris", profile: "ris", charset: "utf-8", offset, warnings }
}

/// `Baldwin,S.A.` as `Baldwin, S.A.`
fn divided(name: &str) -> String {
    match name.split_once(',') {
        Some((family, given)) => {
            format!("{}, {}", family.trim(), given.trim()).trim_end_matches(", ").to_owned()
        }
        None => name.to_owned(),
    }
}

fn numbers(record: &mut Record, tags: &Tags<'_>) {
    for value in tags.all("SN").flat_map(|value| value.split([';', ','])) {
        let before = record.identifiers.len();
        record.add_identifier(IdentifierKind::Isbn, value);
        if record.identifiers.len() == before {
            record.add_identifier(IdentifierKind::Issn, value);
        }
    }
    for value in tags.all("DO").chain(tags.all("M3")).chain(tags.all("UR")) {
        record.add_identifier(IdentifierKind::Doi, value);
    }
    let is_pubmed = tags.all("DB").any(|base| base.eq_ignore_ascii_case("pubmed"));
    for value in tags.all("AN").chain(tags.all("ID")).chain(tags.all("C2")) {
        let number = value.trim_start_matches("PMID").trim_start_matches([':', ' ']);
        if number != value || is_pubmed {
            record.add_identifier(IdentifierKind::Pmid, number);
        }
    }
}

fn kind(name: &str) -> Kind {
    match name.trim() {
        "JOUR" | "MGZN" | "EJOUR" | "INPR" | "ABST" | "Journal Article" | "Magazine Article" => Kind::Article,
        "BOOK" | "CHAP" | "EBOOK" | "ECHAP" | "EDBOOK" | "ENCYC" | "DICT" | "Book" | "Book Section" => {
            Kind::Book
        }
        "CLSWK" | "ANCIENT" | "Ancient Text" => Kind::AncientBook,
        "JFULL" => Kind::Journal,
        "NEWS" | "Newspaper Article" => Kind::Newspaper,
        "THES" | "Thesis" => Kind::Thesis,
        "CONF" | "CPAPER" | "Conference Proceedings" | "Conference Paper" => Kind::Conference,
        "PAT" | "Patent" => Kind::Patent,
        "STAND" | "Standard" => Kind::Standard,
        "RPRT" | "GOVDOC" | "Report" => Kind::Report,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::identifier::IdentifierKind;
    use hongyan_model::record::Kind;

    use super::{looks_like, parse};

    #[test]
    fn a_file_of_two_in_two_dresses() {
        let text = "\u{FEFF}TY  - JOUR\r\nAU  - 黄某\r\nAU - 韦某\r\nTI  - 论壮族的\r\n铜鼓文化\r\nT2  - 广西民族研究\r\n\
            PY  - 2009///\r\nIS  - 2\r\nSP  - 12\r\nEP  - 20\r\nSN  - 1004-454X\r\nDO  - 10.1000/AB.c\r\nER  - \r\n\r\n\
            TY  - CHAP\nTI  - On Drums\nT2  - Bronze\nA2  - Smith,J.\nSN  - 978-7-02-000872-8\nSP  - 3-9\nER  -\n";
        assert!(looks_like(text));
        let works = parse(text, &crate::Budget::answer()).unwrap();
        let one = &works[0].record;
        assert_eq!((one.title.as_str(), one.container.as_str()), ("论壮族的 铜鼓文化", "广西民族研究"));
        assert_eq!((one.pages.as_str(), one.year, one.creators.len()), ("12-20", Some(2009), 2));
        assert_eq!(one.identifier(IdentifierKind::Doi), Some("10.1000/ab.c"));
        assert_eq!(one.identifier(IdentifierKind::Issn), Some("1004-454X"));
        let two = &works[1].record;
        assert_eq!((two.kind, two.pages.as_str()), (Kind::Book, "3-9"));
        assert_eq!(two.creators[0].name, "Smith, J.");
        assert_eq!(two.identifier(IdentifierKind::Isbn), Some("9787020008728"));
    }

    #[test]
    fn what_cnki_writes() {
        let text = "%0 Journal Article\r\n%A 张某\r\n%+ 某大学;\r\n%T 黄芪多糖\r\n%J 食品工业科技\r\n%D 2023\r\n%P 1-15\r\n%@ 1002-0306";
        assert!(looks_like(text));
        let works = parse(text, &crate::Budget::answer()).unwrap();
        let record = &works[0].record;
        assert_eq!((record.kind, record.container.as_str()), (Kind::Article, "食品工业科技"));
        assert_eq!(record.identifier(IdentifierKind::Issn), Some("1002-0306"));
        assert_eq!(record.creators[0].name, "张某");
    }

    #[test]
    fn other_text_is_none() {
        assert!(!looks_like("红楼梦\n曹雪芹 - 著"));
        assert!(parse("红楼梦", &crate::Budget::answer()).is_err());
        assert!(parse("AU  - 没有开头", &crate::Budget::answer()).is_err());
    }
}
