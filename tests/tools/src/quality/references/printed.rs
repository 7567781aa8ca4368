//! Works printed as references: by the citing engine, and by the rules of styles that it has not.

use hongyan_formats::cite::{CslStyle, Edition, Style, from_record, references};
use hongyan_model::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role};
use jiff::civil::date;

use super::made::{CHINESE, Chance, ENGLISH, work};

/// Works of each kind and language in the open set; the sealed set has half as many.
const WORKS: usize = 24;

/// Every reference of a set: style, text, what it says.
#[expect(clippy::indexing_slicing, reason = "there are two sets of words")]
pub(super) fn all(sealed: bool) -> Vec<(String, String, Record)> {
    let mut all = Vec::new();
    let mut chance = Chance::new(if sealed { 977 } else { 41 });
    let count = if sealed { WORKS / 2 } else { WORKS };
    let words = usize::from(sealed);
    let kinds = [
        (Kind::Article, false),
        (Kind::Article, false),
        (Kind::Book, false),
        (Kind::Book, true),
        (Kind::Thesis, false),
        (Kind::Newspaper, false),
    ];
    for (kind, chapter) in kinds {
        for _ in 0..count {
            let record = work(&CHINESE[words], true, kind, chapter, &mut chance);
            chinese(&record, chapter, &mut chance, &mut all);
            let record = work(&ENGLISH[words], false, kind, chapter, &mut chance);
            english(&record, chapter, &mut chance, &mut all);
        }
    }
    all
}

fn by_engine(record: &Record, style: Style) -> String {
    let item = from_record(record, "a", date(2026, 1, 1));
    references(&[item], style).into_iter().next().unwrap_or_default()
}

/// What a style prints of a work.
fn printed(record: &Record, without: &[&str]) -> Record {
    let mut record = record.clone();
    for field in without {
        match *field {
            "place" => record.place.clear(),
            "publisher" => record.publisher.clear(),
            "number" => record.identifiers.clear(),
            "issue" => record.issue.clear(),
            "pages" => record.pages.clear(),
            "edition" => record.edition.clear(),
            "editors" => record.creators.retain(|one| one.role != Role::Editor),
            "translators" => record.creators.retain(|one| one.role != Role::Translator),
            _ => {}
        }
    }
    record
}

/// As it may be pasted: with a number in front, in a column, with full-width signs.
fn dressed(text: &str, chance: &mut Chance) -> String {
    let number = 1 + chance.below(80);
    let text = match chance.below(5) {
        0 => format!("[{number}] {text}"),
        1 => format!("{number}. {text}"),
        2 => format!("［{number}］{text}"),
        _ => text.to_owned(),
    };
    if chance.below(4) > 0 {
        return text;
    }
    // a column of 40 characters, words broken by a hyphen where the column ends inside one
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut column = 0;
    for (at, c) in chars.iter().enumerate() {
        out.push(*c);
        column += 1;
        let lower = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_lowercase());
        let inside = lower(Some(c)) && lower(chars.get(at + 1)) && at > 1 && lower(chars.get(at - 1));
        if column > 40 && *c == ' ' {
            out.push('\n');
            column = 0;
        } else if column > 44 && inside {
            out.push_str("-\n");
            column = 0;
        }
    }
    out
}

#[expect(clippy::indexing_slicing, reason = "a made day has three parts")]
fn chinese(record: &Record, chapter: bool, chance: &mut Chance, all: &mut Vec<(String, String, Record)>) {
    let mut add = |style: &str, text: String, wanted: Record, chance: &mut Chance| {
        all.push((style.to_owned(), dressed(&text, chance), wanted));
    };
    for (style, edition) in
        [("GB/T 7714 zh (engine)", Edition::Y2015), ("GB/T 7714—2025 zh (engine)", Edition::Y2025)]
    {
        let mut text = by_engine(record, Style::Gbt7714(edition.into()));
        if chance.below(3) == 0 {
            text = text.replace(", ", "，").replace(": ", "：").replace(". ", "．");
        }
        let no_number = if text.contains("DOI") || text.contains("doi") { &[][..] } else { &["number"] };
        add(style, text, printed(record, no_number), chance);
    }
    let authors: Vec<&str> = named(record, Role::Author);
    let (year, title) = (record.year.unwrap_or_default(), &record.title);
    let editors = named(record, Role::Editor).join("、");
    let edition =
        if record.edition.is_empty() { String::new() } else { format!("第{}版，", record.edition) };
    let translators = named(record, Role::Translator);
    let translated =
        if translators.is_empty() { String::new() } else { format!("{}译，", translators.join("、")) };
    let joined = authors.join("、");
    let (place, house, host, pages) = (&record.place, &record.publisher, &record.container, &record.pages);
    let note = match record.kind {
        Kind::Article if record.volume.is_empty() || chance.below(2) == 0 => {
            let wanted = Record { volume: String::new(), ..printed(record, &["number"]) };
            (
                format!(
                    "{joined}：《{title}》，《{host}》{year}年第{}期，第{}页。",
                    record.issue,
                    pages.replace('-', "—")
                ),
                wanted,
            )
        }
        Kind::Article => (
            format!(
                "{joined}：《{title}》，《{host}》第{}卷第{}期，{year}年，第{pages}页。",
                record.volume, record.issue
            ),
            printed(record, &["number"]),
        ),
        Kind::Newspaper => {
            let day: Vec<&str> = record.date.split('-').map(|part| part.trim_start_matches('0')).collect();
            (
                format!(
                    "{joined}：《{title}》，《{host}》{}年{}月{}日，第{pages}版。",
                    day[0], day[1], day[2]
                ),
                record.clone(),
            )
        }
        Kind::Thesis => {
            (format!("{joined}：《{title}》，博士学位论文，{house}，{year}年。"), printed(record, &["place"]))
        }
        _ if chapter => (
            format!(
                "{joined}：《{title}》，{editors}编：《{host}》，{place}：{house}，{year}年，第{}页。",
                pages.replace('-', "—")
            ),
            record.clone(),
        ),
        _ if chance.below(2) == 0 => (
            format!("{joined}：《{title}》，{translated}{edition}{house}{year}年版。"),
            printed(record, &["place"]),
        ),
        _ => (
            format!("{joined}：《{title}》，{translated}{edition}{place}：{house}，{year}年。"),
            record.clone(),
        ),
    };
    add("Chinese history note", note.0, note.1, chance);
    // author and date, as journals of the social sciences have it
    let list = authors.join(", ");
    let dated = match record.kind {
        Kind::Article => Some((
            format!("{list}, {year}. {title}[J]. {host}, {}({}): {pages}.", record.volume, record.issue),
            printed(record, &["number"]),
        )),
        Kind::Book if !chapter => Some((
            format!("{list}, {year}. {title}[M]. {place}: {house}."),
            printed(record, &["edition", "translators"]),
        )),
        _ => None,
    };
    if let Some((text, wanted)) = dated {
        add("GB/T 7714 author-date", text, wanted, chance);
    }
    if record.kind == Kind::Article {
        let text =
            format!("{list}. ({year}). {title}. {host}, {}({}), {pages}.", record.volume, record.issue);
        add("APA zh", text, printed(record, &["number"]), chance);
    }
}

fn named(record: &Record, role: Role) -> Vec<&str> {
    record.creators.iter().filter(|one| one.role == role).map(|one| one.name.as_str()).collect()
}

/// Family name, initials without stops, given name.
fn parts(name: &str) -> (&str, String, &str) {
    let (family, given) = name.split_once(", ").unwrap_or((name, ""));
    (family, given.split(' ').filter_map(|word| word.chars().next()).collect(), given)
}

fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{}{last}{end}", before.join(", ")),
    }
}

fn ordinal(edition: &str) -> String {
    let end = match edition {
        "2" => "nd",
        "3" => "rd",
        _ => "th",
    };
    format!("{edition}{end}")
}

fn capitals(title: &str) -> String {
    let small = ["of", "the", "in", "on", "and", "a", "to", "we", "do", "for", "at", "from"];
    let word = |(at, word): (usize, &str)| {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if at == 0 || !small.contains(&word) => first.to_uppercase().chain(chars).collect(),
            _ => word.to_owned(),
        }
    };
    title.split(' ').enumerate().map(word).collect::<Vec<String>>().join(" ")
}

fn english(record: &Record, chapter: bool, chance: &mut Chance, all: &mut Vec<(String, String, Record)>) {
    let mut add = |style: &str, text: String, wanted: Record, chance: &mut Chance| {
        all.push((style.to_owned(), dressed(&text, chance), wanted));
    };
    for (style, printer) in [
        ("GB/T 7714 en (engine)", Style::Gbt7714(Edition::Y2015.into())),
        ("APA (engine)", Style::Csl(CslStyle::Apa)),
        ("MLA (engine)", Style::Csl(CslStyle::Mla)),
    ] {
        let text = by_engine(record, printer);
        let mut wanted = record.clone();
        if record.identifier(IdentifierKind::Doi).is_some_and(|doi| !text.contains(doi)) {
            wanted.identifiers.clear();
        }
        // what a style leaves out
        for field in [&mut wanted.place, &mut wanted.publisher, &mut wanted.edition] {
            if !text.contains(field.as_str()) {
                field.clear();
            }
        }
        if style.starts_with("MLA")
            && wanted.creators.iter().filter(|one| one.role == Role::Author).count() > 2
        {
            // first author et al.
            let mut first = true;
            wanted.creators.retain(|one| one.role != Role::Author || std::mem::take(&mut first));
        }
        add(style, text, wanted, chance);
    }
    let names = |role: Role, print: &dyn Fn((&str, String, &str)) -> String| -> Vec<String> {
        named(record, role).into_iter().map(|name| print(parts(name))).collect()
    };
    let stops = |initials: &str| initials.chars().map(|c| format!("{c}.")).collect::<String>();
    let direct = |(family, _, given): (&str, String, &str)| format!("{given} {family}");
    let short = |(family, initials, _): (&str, String, &str)| format!("{family} {initials}");
    let harvard = |(family, initials, _): (&str, String, &str)| format!("{family}, {}", stops(&initials));
    let authors = named(record, Role::Author);
    let mut inverted: Vec<String> = names(Role::Author, &direct);
    if let (Some(first), Some(name)) = (inverted.first_mut(), authors.first()) {
        *first = (*name).to_owned();
    }
    let inverted = listed(&inverted, ", and ");
    let bibliography = inverted.trim_end_matches('.');
    let notes = listed(&names(Role::Author, &direct), " and ");
    let editors = listed(&names(Role::Editor, &direct), " and ");
    let (year, title) = (record.year.unwrap_or_default(), record.title.as_str());
    let headline = capitals(title);
    let host = capitals(&record.container);
    let (place, house, pages) = (&record.place, &record.publisher, &record.pages);
    let dashed = pages.replace('-', "–");
    let (volume, issue) = (&record.volume, &record.issue);
    let doi = record
        .identifier(IdentifierKind::Doi)
        .map(|doi| format!(" https://doi.org/{doi}."))
        .unwrap_or_default();
    let stop = if title.ends_with('?') { "" } else { "." };
    let comma = if title.ends_with('?') { "" } else { "," };
    match record.kind {
        Kind::Article => {
            let vancouver = names(Role::Author, &short).join(", ");
            add(
                "Vancouver",
                format!(
                    "{vancouver}. {title}{stop} {host}. {year};{volume}({issue}):{pages}.{}",
                    doi.replace("https://doi.org/", "doi: ")
                ),
                record.clone(),
                chance,
            );
            add(
                "Harvard",
                format!(
                    "{} ({year}) ‘{title}’, {host}, {volume}({issue}), pp. {dashed}.",
                    listed(&names(Role::Author, &harvard), " and ")
                ),
                printed(record, &["number"]),
                chance,
            );
            add(
                "Chicago bibliography",
                format!(
                    "{bibliography}. “{headline}{stop}” {host} {volume}, no. {issue} ({year}): {dashed}.{doi}"
                ),
                record.clone(),
                chance,
            );
            add(
                "Chicago note",
                format!("{notes}, “{headline}{comma}” {host} {volume}, no. {issue} ({year}): {dashed}.{doi}"),
                record.clone(),
                chance,
            );
            add(
                "Chicago author-date",
                format!(
                    "{bibliography}. {year}. “{headline}{stop}” {host} {volume} ({issue}): {dashed}.{doi}"
                ),
                record.clone(),
                chance,
            );
            add(
                "MLA by rule",
                format!(
                    "{bibliography}. \"{headline}{stop}\" {host}, vol. {volume}, no. {issue}, {year}, pp. {dashed}."
                ),
                printed(record, &["number"]),
                chance,
            );
        }
        Kind::Book if chapter => {
            let wanted = record.clone();
            let vancouver = names(Role::Author, &short).join(", ");
            let plural = if named(record, Role::Editor).len() > 1 { "s" } else { "" };
            add(
                "Vancouver",
                format!(
                    "{vancouver}. {title}{stop} In: {}, editor{plural}. {host}. {place}: {house}; {year}. p. {pages}.",
                    names(Role::Editor, &short).join(", ")
                ),
                wanted.clone(),
                chance,
            );
            add(
                "Harvard",
                format!(
                    "{} ({year}) ‘{title}’, in {} (ed{plural}.) {host}. {place}: {house}, pp. {dashed}.",
                    listed(&names(Role::Author, &harvard), " and "),
                    listed(&names(Role::Editor, &harvard), " and ")
                ),
                wanted.clone(),
                chance,
            );
            add(
                "Chicago bibliography",
                format!(
                    "{bibliography}. “{headline}{stop}” In {host}, edited by {editors}, {dashed}. {place}: {house}, {year}."
                ),
                wanted.clone(),
                chance,
            );
            add(
                "Chicago note",
                format!(
                    "{notes}, “{headline}{comma}” in {host}, ed. {editors} ({place}: {house}, {year}), {dashed}."
                ),
                wanted.clone(),
                chance,
            );
            add(
                "MLA by rule",
                format!(
                    "{bibliography}. \"{headline}{stop}\" {host}, edited by {editors}, {house}, {year}, pp. {dashed}."
                ),
                printed(&wanted, &["place"]),
                chance,
            );
        }
        Kind::Book => {
            let edition = if record.edition.is_empty() {
                String::new()
            } else {
                format!("{} ed. ", ordinal(&record.edition))
            };
            let vancouver = names(Role::Author, &short).join(", ");
            add(
                "Vancouver",
                format!("{vancouver}. {title}{stop} {edition}{place}: {house}; {year}."),
                record.clone(),
                chance,
            );
            add(
                "Harvard",
                format!(
                    "{} ({year}) {title}{stop} {}{place}: {house}.",
                    listed(&names(Role::Author, &harvard), " and "),
                    edition.replace("ed.", "edn.")
                ),
                record.clone(),
                chance,
            );
            add(
                "Chicago bibliography",
                format!("{bibliography}. {headline}{stop} {edition}{place}: {house}, {year}."),
                record.clone(),
                chance,
            );
            add(
                "Chicago note",
                format!("{notes}, {headline} ({place}: {house}, {year})."),
                printed(record, &["edition"]),
                chance,
            );
            add(
                "MLA by rule",
                format!(
                    "{bibliography}. {headline}{stop} {}{house}, {year}.",
                    edition.replace("ed. ", "ed., ")
                ),
                printed(record, &["place"]),
                chance,
            );
        }
        Kind::Thesis => {
            add(
                "Chicago bibliography",
                format!("{bibliography}. “{headline}{stop}” PhD diss., {house}, {year}."),
                printed(record, &["place"]),
                chance,
            );
            let (family, initials, _) = parts(authors.first().copied().unwrap_or_default());
            let initials = initials.chars().map(|c| format!("{c}.")).collect::<Vec<_>>().join(" ");
            add(
                "APA by rule",
                format!("{family}, {initials} ({year}). {title} [Doctoral dissertation, {house}]."),
                printed(record, &["place"]),
                chance,
            );
        }
        _ => {}
    }
}
