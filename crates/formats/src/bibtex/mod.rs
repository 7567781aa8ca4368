//! BibTeX and BibLaTeX files, parsed by the `biblatex` crate. An invalid entry does not affect the
//! others.
//!
//! The crate splits a file into entries and converts TeX to text. References between entries (`@string`,
//! `crossref`, `xdata`) are resolved here, entry by entry, because the crate follows cycles until the
//! stack overflows.

mod expand;
mod mend;
mod tex;

use std::borrow::Cow;
use std::collections::HashMap;

use biblatex::{Bibliography, ChunksExt, Entry, EntryType, Person, RawBibliography};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role, year_of};
use hongyan_model::text::clean;

use crate::answer::{add_creator, add_doi, add_link, add_once, misprints, person};
use crate::tagged::{dated, unpadded};
use crate::{Budget, Fault, Parsed, ReadError, Warning, lang};
use expand::{Allowance, File};
use tex::Moves;

/// Maximum size of a file in bytes.
const MAX_TEXT: usize = 2_000_000;
/// Maximum size of a value in bytes; the longest abstracts have a few thousand.
const MAX_VALUE: usize = 200_000;
/// Nodes of the budget that a field consumes.
const FIELD: usize = 4;

/// Fields that are used for a record.
const READ: &[&str] = &[
    "title",
    "subtitle",
    "journaltitle",
    "journal",
    "booktitle",
    "maintitle",
    "publisher",
    "location",
    "address",
    "date",
    "year",
    "edition",
    "volume",
    "number",
    "issue",
    "pages",
    "eid",
    "langid",
    "language",
    "abstract",
    "series",
    "type",
    "entrysubtype",
    "urldate",
    "school",
    "institution",
    "organization",
    "author",
    "editor",
    "translator",
    "doi",
    "isbn",
    "issn",
    "pmid",
    "url",
    "month",
    "day",
    "keywords",
    "eprint",
    "eprinttype",
    "archiveprefix",
    "pagetotal",
    "eventtitle",
];

/// Whether a text contains an entry: `@article{` at the beginning of a line.
pub fn looks_like(text: &str) -> bool {
    text.lines().any(|line| begins_entry(line.trim_start_matches('\u{FEFF}').trim_start()))
}

fn begins_entry(line: &str) -> bool {
    let Some((name, rest)) = line.strip_prefix('@').and_then(|rest| rest.split_once(['{', '('])) else {
        return false;
    };
    let name = name.trim_end();
    !name.is_empty()
        && name.len() < 30
        && name.bytes().all(|b| b.is_ascii_alphabetic())
        && !rest.trim_start().starts_with('@')
}

/// Parses every valid entry of a file.
///
/// # Errors
/// [`ReadError`] when there is no valid entry, and as [`entries`].
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let works: Vec<Parsed> = entries(text, budget)?.into_iter().flatten().collect();
    if works.is_empty() { Err(ReadError::at(0, "no entry of BibTeX could be read")) } else { Ok(works) }
}

/// Every entry of a file in order, parsed or failed, so that failures keep their position.
///
/// # Errors
/// [`ReadError`] when the file exceeds the size limit or the budget.
pub fn entries(text: &str, budget: &Budget) -> Result<Vec<Result<Parsed, ReadError>>, ReadError> {
    if text.len() > MAX_TEXT {
        return Err(ReadError::over(MAX_TEXT, Fault::TooLarge));
    }
    budget.take_bytes(text.len(), 0)?;
    // charge the budget for the parts of the file before they are built
    let parts = |sign| memchr::memchr_iter(sign, text.as_bytes()).count();
    budget.take_nodes(FIELD * (parts(b'=') + parts(b'@')) + parts(b'#'), 0)?;
    let mark = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let text = braced(text.get(mark..).unwrap_or_default());
    let text = text.as_ref();
    let mut lost: Vec<ReadError> = Vec::new();
    // entries that were written wrongly and could be mended, with their offsets
    let mut mended: Vec<(usize, String)> = Vec::new();
    let whole = RawBibliography::parse(text);
    let mut sound = Vec::new();
    if whole.is_err() {
        for (offset, piece) in pieces(text) {
            budget.look(mark + offset)?;
            let parsed = RawBibliography::parse(piece);
            // what follows the entry may be no BibTeX
            match parsed.or_else(|error| balanced(piece).map_or(Err(error), RawBibliography::parse)) {
                Ok(one) => sound.push((mark + offset, one)),
                // neither a work nor referred to by its text
                Err(_) if is_aside(piece) => {}
                Err(error) => match mend::mended(piece).filter(|text| RawBibliography::parse(text).is_ok()) {
                    Some(text) => mended.push((mark + offset, text)),
                    None => {
                        let what = format!("an entry that is not closed or not divided: {error}");
                        lost.push(ReadError::at(mark + offset, what));
                    }
                },
            }
        }
    }
    let mut file = File::default();
    for (offset, one) in whole.map(|whole| (mark, whole)).into_iter().chain(sound) {
        file.add(one, offset);
    }
    for (offset, text) in &mended {
        // offsets inside of the mended text are not those of the file
        RawBibliography::parse(text).into_iter().for_each(|one| file.add_at(one, *offset));
    }
    let (mut allowance, mut moves) = (Allowance::of_file(), Moves::of_file());
    let mut works: Vec<Result<Parsed, ReadError>> = lost.into_iter().map(Err).collect();
    for (at, (offset, raw)) in file.entries.iter().enumerate() {
        // `xdata` entries only provide data for other entries
        if raw.kind.v.eq_ignore_ascii_case("xdata") {
            continue;
        }
        budget.take_record(*offset)?;
        let fields = file.fields(at, &mut allowance, budget);
        let entry = fields.and_then(|fields| {
            entry(raw.kind.v, fields, &mut moves).map_err(|fault| ReadError::over(*offset, fault))
        });
        match entry {
            Ok(entry) => works.push(Ok(read(&entry, clean(raw.key.v), *offset))),
            Err(error) if error.ends_all() => return Err(error),
            Err(error) => works.push(Err(error)),
        }
    }
    works.sort_by_key(|work| match work {
        Ok(parsed) => parsed.offset,
        Err(error) => error.offset,
    });
    Ok(works)
}

/// Replaces parentheses around entries, `@book( … )`, by braces, which the crate requires; byte offsets
/// do not change.
fn braced(text: &str) -> Cow<'_, str> {
    let round: Vec<(usize, usize)> = pieces(text)
        .filter_map(|(offset, piece)| {
            let open = piece.find(['{', '('])?;
            let close = piece.rfind(')')?;
            let found = piece.get(open..)?.starts_with('(') && close > open;
            found.then_some((offset + open, offset + close))
        })
        .collect();
    if round.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for (open, close) in round {
        for (at, brace) in [(open, b'{'), (close, b'}')] {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = brace;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// An entry up to the brace that closes it; none if there is no such brace, or nothing behind it.
fn balanced(piece: &str) -> Option<&str> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in piece.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' if depth == 1 => {
                let (entry, rest) = piece.split_at_checked(at + 1)?;
                return (!rest.trim().is_empty()).then_some(entry);
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// `@comment`, `@string`, `@preamble`
fn is_aside(piece: &str) -> bool {
    let name: String = piece.trim_start().chars().skip(1).take(8).collect();
    let name = name.to_ascii_lowercase();
    ["comment", "string", "preamble"].iter().any(|aside| name.starts_with(aside))
}

/// Builds an entry without references from its fields, using the crate.
fn entry(kind: &str, fields: HashMap<String, String>, moves: &mut Moves) -> Result<Entry, Fault> {
    let mut whole = format!("@{kind}{{k");
    let mut tamed: Vec<(&str, String)> = Vec::new();
    for name in READ {
        let Some(value) = fields.get(*name) else { continue };
        let end = value.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_VALUE).unwrap_or(value.len());
        let value = value.get(..end).unwrap_or_default();
        let value = match *name {
            "doi" | "url" | "eprint" => value.to_owned(),
            name if PEOPLE.iter().any(|(people, _)| *people == name) => {
                tex::simple(&tex::listed_names(tex::some_names(value)))
            }
            _ => tex::simple(value),
        };
        let value = tex::tame(&value, moves)?;
        whole.push_str(&format!(", {name} = {{{value}}}"));
        tamed.push((*name, value));
    }
    whole.push('}');
    if let Some(entry) = alone(&whole) {
        return Ok(entry);
    }
    // one value that is invalid TeX must not invalidate the others
    let mut entry =
        alone(&format!("@{kind}{{k, }}")).unwrap_or_else(|| Entry::new("k".to_owned(), EntryType::new(kind)));
    for (name, value) in tamed {
        let one = alone(&format!("@misc{{k, {name} = {{{value}}}}}"))
            .or_else(|| alone(&format!("@misc{{k, {name} = {{{}}}}}", tex::bare(&value))));
        if let Some(chunks) = one.and_then(|mut one| one.fields.remove(name)) {
            entry.fields.insert(name.to_owned(), chunks);
        }
    }
    Ok(entry)
}

fn alone(source: &str) -> Option<Entry> {
    Bibliography::parse(source).ok()?.into_iter().next()
}

/// Splits the text before each line that begins an entry.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if begins_entry(line.trim_start()) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(from, to)| Some((from, text.get(from..to)?)))
}

/// Fields with names, and their roles.
const PEOPLE: [(&str, Role); 3] =
    [("author", Role::Author), ("editor", Role::Editor), ("translator", Role::Translator)];

fn read(entry: &Entry, id: String, offset: usize) -> Parsed {
    let fields: HashMap<&str, String> = entry
        .fields
        .iter()
        .map(|(name, chunks)| {
            let text = chunks.format_verbatim();
            let is_verbatim = matches!(name.as_str(), "doi" | "url" | "eprint");
            (name.as_str(), clean(&if is_verbatim { tex::unescaped(&text) } else { text }))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let first = |names: &[&str]| names.iter().find_map(|name| fields.get(name)).cloned().unwrap_or_default();
    let kind = kind(&entry.entry_type, &first(&["entrysubtype", "type"]));
    let institution = first(&["school", "institution", "organization"]);
    let mut record = Record {
        id,
        kind,
        title: first(&["title"]),
        subtitle: first(&["subtitle"]),
        container: first(&["journaltitle", "journal", "booktitle", "maintitle", "eventtitle"]),
        publisher: first(&["publisher"]),
        // where both are there, the other is that of a meeting
        place: first(&["address", "location"]),
        edition: first(&["edition"]),
        volume: first(&["volume"]),
        issue: first(&["number", "issue"]),
        pages: first(&["pages", "eid", "pagetotal"]).replace("--", "-").replace(['–', '—'], "-"),
        language: lang::code(first(&["langid", "language"]).trim_end_matches([';', '；', ' '])),
        summary: first(&["abstract"]),
        series: first(&["series"]),
        ..Record::default()
    };
    if record.publisher.is_empty() {
        record.publisher.clone_from(&institution);
    }
    if kind == Kind::Thesis {
        record.container = institution;
    }
    if record.title.is_empty() {
        // a part that takes everything from its book
        record.title = std::mem::take(&mut record.container);
    }
    let month = [first(&["month"]), first(&["day"])].join(" ");
    (record.date, record.year) = if first(&["date"]).contains('/') {
        // a range
        (first(&["date"]), year_of(&first(&["date"])))
    } else {
        dated(&first(&["year"]), &first(&["date"]), month.trim())
    };
    form(&entry.entry_type).clone_into(&mut record.form);
    if let Some(day) = crate::cite::item::read_day(&first(&["urldate"])) {
        record.accessed = day.iso();
    }
    if matches!(kind, Kind::Patent | Kind::Standard | Kind::Report) {
        record.number = std::mem::take(&mut record.issue);
        let number = record.number.clone();
        add_once(&mut record.variant_titles, number);
    } else {
        record.issue = unpadded(&record.issue).to_owned();
    }
    for word in first(&["keywords"]).split([',', ';', '，', '；']) {
        add_once(&mut record.subjects, word.trim().to_owned());
    }
    for (name, role) in PEOPLE {
        for one in entry.get_as::<Vec<Person>>(name).unwrap_or_default().iter().take(500) {
            let family = [one.prefix.as_str(), one.name.as_str()].join(" ");
            let name = if one.given_name.is_empty() && !is_particle(&one.prefix) {
                // a given name in small letters
                clean(&person(&one.name, &one.prefix))
            } else {
                clean(&person(family.trim(), &one.given_name))
            };
            let suffix = clean(&one.suffix);
            match (name.as_str(), suffix.is_empty()) {
                // `and others`
                ("others", _) => {}
                (_, true) => add_creator(&mut record, name, role),
                (_, false) => add_creator(&mut record, format!("{name}, {suffix}"), role),
            }
        }
    }
    for (name, kind) in [
        ("doi", IdentifierKind::Doi),
        ("isbn", IdentifierKind::Isbn),
        ("issn", IdentifierKind::Issn),
        ("pmid", IdentifierKind::Pmid),
        ("url", IdentifierKind::Doi),
    ] {
        for value in fields.get(name).into_iter() {
            if kind == IdentifierKind::Doi {
                // a DOI may contain commas and semicolons
                add_doi(&mut record, value);
            } else {
                value
                    .split([',', ';', ' '])
                    .chain([value.as_str()])
                    .for_each(|part| record.add_identifier(kind, part));
            }
        }
    }
    if first(&["eprinttype", "archiveprefix"]).eq_ignore_ascii_case("arxiv") {
        record.add_identifier(IdentifierKind::Arxiv, &first(&["eprint"]));
    }
    add_link(&mut record, &first(&["url"]), "", false);
    let missing = (record.title.is_empty() && record.identifiers.is_empty())
        .then(|| Warning::at("title", offset, "neither title nor number"));
    let serials = ["isbn", "issn"].into_iter().filter_map(|name| fields.get(name)).map(String::as_str);
    let warnings = missing.into_iter().chain(misprints(serials, offset)).collect();
    Parsed { record, format: "bibtex", profile: "bibtex", charset: "utf-8", offset, warnings }
}

/// Whether the words before a family name are particles of it.
fn is_particle(words: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "van", "von", "vom", "der", "den", "de", "la", "le", "du", "da", "di", "del", "della", "dos", "das",
        "do", "ter", "ten", "te", "el", "al", "bin", "ibn", "ben", "zu", "zum", "zur", "af", "av", "'t", "y",
        "e", "st",
    ];
    words.split_whitespace().any(|word| PARTICLES.contains(&word.to_lowercase().as_str()))
}

/// What an entry is more precisely than its kind, in terms of CSL.
fn form(entry: &EntryType) -> &'static str {
    match entry {
        EntryType::Online => "webpage",
        EntryType::Dataset => "dataset",
        EntryType::Software => "software",
        EntryType::Unpublished => "manuscript",
        _ => "",
    }
}

fn kind(entry: &EntryType, said: &str) -> Kind {
    match entry {
        EntryType::Article | EntryType::SuppPeriodical if said.eq_ignore_ascii_case("newspaper") => {
            Kind::Newspaper
        }
        EntryType::Article | EntryType::SuppPeriodical => Kind::Article,
        EntryType::Book
        | EntryType::Booklet
        | EntryType::MvBook
        | EntryType::BookInBook
        | EntryType::SuppBook
        | EntryType::Collection
        | EntryType::MvCollection
        | EntryType::Reference
        | EntryType::InBook
        | EntryType::InCollection
        | EntryType::InReference => Kind::Book,
        EntryType::InProceedings | EntryType::Proceedings | EntryType::MvProceedings => Kind::Conference,
        EntryType::MastersThesis | EntryType::PhdThesis | EntryType::Thesis => Kind::Thesis,
        EntryType::TechReport | EntryType::Report => Kind::Report,
        EntryType::Periodical => Kind::Journal,
        EntryType::Patent => Kind::Patent,
        EntryType::Unknown(name) if name.eq_ignore_ascii_case("newspaper") => Kind::Newspaper,
        EntryType::Unknown(name) if name.eq_ignore_ascii_case("standard") => Kind::Standard,
        _ if said.eq_ignore_ascii_case("standard") => Kind::Standard,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests;
