//! Section `references`: printed references read back, field by field. The works are made by rule from names and titles of our
//! own, printed by the citing engine and, for styles that it has not, by rules; and known entries of GB/T 7714 with their items.
//!
//! The works of `sealed` have words of their own: they were not looked at while the reader was written.

mod made;
mod printed;

use std::collections::BTreeMap;
use std::path::Path;

use hongyan_formats::{Budget, csl, reference};
use hongyan_model::record::{Creator, Kind, Record, Role};
use hongyan_model::text::{fold, is_han};

use super::{Figure, Outcome};

/// Fields right, wrong and empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    references: usize,
    right: usize,
    wrong: usize,
    empty: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.references += other.references;
        self.right += other.right;
        self.wrong += other.wrong;
        self.empty += other.empty;
    }

    fn share(self, part: usize) -> f64 {
        part as f64 / (self.right + self.wrong + self.empty).max(1) as f64
    }
}

/// Reads generated references; of the known entries of `gbt7714/` in the sample data each second one belongs to either set.
pub fn run(data: &Path, sealed: bool) -> Outcome {
    let mut styles: BTreeMap<String, Count> = BTreeMap::new();
    let mut misses = 0;
    for (style, text, wanted) in printed::all(sealed) {
        let count = compared(&style, &text, &wanted, &mut misses);
        styles.entry(style).or_default().add(count);
    }
    match known(data, sealed) {
        Ok(pairs) => {
            for (text, wanted) in pairs {
                let count = compared("known entries", &text, &wanted, &mut misses);
                styles.entry("known entries of GB/T 7714".to_owned()).or_default().add(count);
            }
        }
        Err(error) => println!("without known entries: {error}"),
    }
    let mut all = Count::default();
    println!("{:<28} {:>5} {:>7} {:>6} {:>6}", "style", "read", "right", "wrong", "empty");
    let mut figures = Vec::new();
    for (style, count) in &styles {
        all.add(*count);
        println!(
            "{style:<28} {:>5} {:>7} {:>6} {:>6}",
            count.references, count.right, count.wrong, count.empty
        );
        figures.push(Figure::told(
            format!("{style}: right, wrong, empty"),
            format!(
                "{:.3}, {:.3}, {:.3} of {}",
                count.share(count.right),
                count.share(count.wrong),
                count.share(count.empty),
                count.references
            ),
        ));
    }
    figures.push(Figure::must(
        "references",
        "≥ 1000 over both sets",
        all.references.to_string(),
        sealed || all.references >= 700,
    ));
    figures.push(Figure::at_least("fields right", 0.95, all.share(all.right)));
    figures.push(Figure::must(
        "fields wrong",
        "≤ 0.010",
        format!("{:.4}", all.share(all.wrong)),
        all.share(all.wrong) <= 0.01,
    ));
    Outcome::Measured(figures)
}

/// Prints at most this many misses.
const SHOWN: usize = 80;

/// Reads a printed reference and compares it with what it was printed from.
fn compared(style: &str, text: &str, wanted: &Record, misses: &mut usize) -> Count {
    let read = reference::parse(text).record;
    let mut count = Count { references: 1, ..Count::default() };
    let mut wrong: Vec<String> = Vec::new();
    for (field, wanted, got) in fields(wanted, &read) {
        match (wanted.is_empty(), got.is_empty()) {
            (true, true) => {}
            (false, true) => count.empty += 1,
            _ if same(field, &wanted, &got) => count.right += 1,
            // more than was asked for is wrong, too
            _ => {
                count.wrong += 1;
                wrong.push(format!("{field}: {got:?} for {wanted:?}"));
            }
        }
    }
    if !wrong.is_empty() || count.empty > 0 && std::env::var_os("HONGYAN_EMPTY").is_some() {
        *misses += 1;
        if *misses <= SHOWN {
            println!("{style}: {text}\n    {} ({} empty)", wrong.join("; "), count.empty);
        }
    }
    count
}

/// The compared fields: name, as printed from, as read.
fn fields(wanted: &Record, read: &Record) -> Vec<(&'static str, String, String)> {
    let people = |record: &Record, roles: &[Role]| {
        let of = record.creators.iter().filter(|one| roles.contains(&one.role));
        of.map(name).collect::<Vec<_>>().join("|")
    };
    let year = |record: &Record| record.year.map(|year| year.to_string()).unwrap_or_default();
    let authors = [Role::Author, Role::Organisation];
    let number =
        |record: &Record| record.identifiers.first().map(|one| one.value.clone()).unwrap_or_default();
    let kind = |record: &Record| match record.kind {
        Kind::Other => String::new(),
        // a chapter is a book with a host
        kind => format!("{kind:?}"),
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let texts: [fn(&Record) -> &String; 6] =
        [|r| &r.title, |r| &r.container, |r| &r.volume, |r| &r.issue, |r| &r.place, |r| &r.publisher];
    let names = ["title", "container", "volume", "issue", "place", "publisher"];
    let mut all: Vec<(&'static str, String, String)> =
        names.into_iter().zip(texts).map(|(name, of)| (name, of(wanted).clone(), of(read).clone())).collect();
    all.push(("pages", wanted.pages.clone(), read.pages.clone()));
    all.push(("year", year(wanted), year(read)));
    all.push(("kind", kind(wanted), kind(read)));
    all.push(("authors", people(wanted, &authors), people(read, &authors)));
    all.push(("editors", people(wanted, &[Role::Editor]), people(read, &[Role::Editor])));
    all.push(("translators", people(wanted, &[Role::Translator]), people(read, &[Role::Translator])));
    all.push(("edition", digits(&wanted.edition), digits(&read.edition)));
    all.push(("number", number(wanted), number(read)));
    // the institution of a thesis is its publisher
    if wanted.kind == Kind::Thesis {
        all.retain(|(field, ..)| *field != "container");
    }
    all
}

/// The family name in front, in capitals or not, of a Han name the whole.
fn name(one: &Creator) -> String {
    let text = one.name.as_str();
    if text.chars().any(is_han) || one.role == Role::Organisation {
        return fold(text);
    }
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let initials = |word: &str| {
        word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
            && word.chars().filter(|c| c.is_alphabetic()).count() <= 2
    };
    let family = match text.split_once(',') {
        Some((family, _)) => family.to_owned(),
        None => {
            let words: Vec<&str> = text.split(' ').filter(capital).collect();
            let long: Vec<&str> = words.iter().copied().filter(|word| !initials(word)).collect();
            // `Hale CB`, `HALE C B` or `Carl Hale`
            let given_first = words.last().is_some_and(|last| !initials(last));
            if given_first {
                long.last().map(|word| (*word).to_owned()).unwrap_or_default()
            } else {
                long.join(" ")
            }
        }
    };
    // `van Dyke`, `Dyke, M. van`: particles stand in either place
    let own = |word: &&str| !matches!(word.to_lowercase().as_str(), "van" | "de" | "la" | "von" | "der");
    fold(&family.split(' ').filter(own).collect::<Vec<_>>().join(" "))
}

fn same(field: &str, wanted: &str, got: &str) -> bool {
    let plain = |text: &str| fold(&text.replace(['–', '—'], "-"));
    match field {
        "title" | "container" => {
            let (wanted, got) = (plain(wanted), plain(got));
            // the number of a standard, patent or volume belongs to the printed title
            wanted == got
                || got.starts_with(&wanted)
                    && got.len() <= wanted.len() + 40
                    && got.chars().any(|c| c.is_ascii_digit() || c == '卷' || c == '册')
        }
        // a style prints the first of many
        "authors" | "editors" => {
            wanted == got
                || wanted.starts_with(&format!("{got}|")) && got.matches('|').count() >= 2
                || wanted.starts_with(got) && !got.is_empty() && wanted.matches('|').count() >= 3
        }
        "pages" => plain(wanted) == plain(got),
        _ => plain(wanted) == plain(got),
    }
}

/// The known entries of GB/T 7714 with what they were printed from.
fn known(data: &Path, sealed: bool) -> Result<Vec<(String, Record)>, String> {
    let folder = data.join("gbt7714");
    let read = |name: &str| {
        std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}; give --data"))
    };
    let items = read("items_gbt7714.json")?;
    let expected: serde_json::Value = serde_json::from_slice(&read("2015_numeric_bilingual.expected.json")?)
        .map_err(|error| error.to_string())?;
    let entries: BTreeMap<&str, &str> = expected
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| Some((entry["id"].as_str()?, entry["expected"].as_str()?)))
        .collect();
    let values: Vec<serde_json::Value> = serde_json::from_slice(&items).map_err(|error| error.to_string())?;
    let parsed = csl::parse(&items, &Budget::text()).map_err(|error| error.to_string())?;
    let mut pairs = Vec::new();
    for (at, (value, parsed)) in values.iter().zip(parsed).enumerate() {
        let kind = value["type"].as_str().unwrap_or_default();
        // of what has neither house nor host there is nothing to compare
        let plain = [
            "book",
            "article-journal",
            "article-newspaper",
            "thesis",
            "chapter",
            "paper-conference",
            "report",
            "standard",
            "patent",
        ];
        if !plain.contains(&kind) || (at % 2 == 1) != sealed {
            continue;
        }
        if let Some(text) = value["id"].as_str().and_then(|id| entries.get(id)) {
            let mut record = parsed.record;
            if text.contains("—. ") {
                // a serial as a whole
                continue;
            }
            if !record.subtitle.is_empty() {
                record.title = format!("{}: {}", record.title, std::mem::take(&mut record.subtitle));
            }
            // editors of a whole stand in the place of its authors
            if !record.creators.iter().any(|one| one.role == Role::Author || one.role == Role::Organisation) {
                for one in &mut record.creators {
                    one.role = if one.role == Role::Editor && record.container.is_empty() {
                        Role::Author
                    } else {
                        one.role
                    };
                }
            }
            // a number that only an address prints is none of the item's
            record.identifiers = hongyan_model::numbers::read(text).valid;
            record.identifiers.truncate(1);
            // what the entry does not print cannot be read
            let lower = fold(text);
            for field in [
                &mut record.container,
                &mut record.place,
                &mut record.publisher,
                &mut record.volume,
                &mut record.issue,
            ] {
                if !lower.contains(&fold(field)) {
                    field.clear();
                }
            }
            // of a book the entry prints the pages that are quoted
            if record.container.is_empty() || !text.contains(&record.pages.replace('–', "-")) {
                record.pages = reference::parse(text).record.pages;
            }
            if record.kind == Kind::Conference && record.container.is_empty() {
                record.container = reference::parse(text).record.container;
            }
            record.creators.retain(|one| lower.contains(&name(one)));
            pairs.push(((*text).to_owned(), record));
        }
    }
    Ok(pairs)
}
