//! Section `papers`: papers, chapters, journals, theses and standards as several sources describe them. The truth
//! of the real samples is their DOI, which is hidden from the merger; that of the invented ones is the letter in
//! `papers/made.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use hongyan_engine::search::offline::{Pool, prepare};
use hongyan_formats::{Budget, read};
use hongyan_model::record::year_of;
use hongyan_model::{Creator, IdentifierKind, Kind, Record};
use serde_json::Value;

use super::pairs::{Counts, compare, line};
use super::{Figure, Outcome, zotero};

/// The invented records.
const MADE: &str = include_str!("papers/made.txt");

/// Records of one query with what tells which of them are one.
struct Group {
    query: String,
    records: Vec<Record>,
    truth: Vec<String>,
}

/// Merges the invented records with their numbers and without, and the real ones in `data` without.
pub fn run(data: &Path, list: &Path) -> Outcome {
    let made = match made(MADE) {
        Ok(made) => made,
        Err(error) => return Outcome::Skipped(error),
    };
    let mut figures = Vec::new();
    let mut report = String::new();
    for (what, hidden) in [("invented", false), ("invented, numbers hidden", true)] {
        let counts = measure(&made, hidden, what, &mut report);
        figures.push(Figure::at_least(format!("{what}: precision"), 0.998, counts.precision()));
        let target = if hidden { 0.98 } else { 0.998 };
        figures.push(Figure::at_least(format!("{what}: recall"), target, counts.recall()));
    }
    let real = real(data);
    if real.records.is_empty() {
        println!("no samples in {}; give --data", data.display());
    } else {
        let what = "samples with a DOI, numbers hidden";
        let counts = measure(&[real], true, what, &mut report);
        figures.push(Figure::at_least(format!("{what}: precision"), 0.99, counts.precision()));
        figures.push(Figure::at_least(format!("{what}: recall"), 0.98, counts.recall()));
    }
    print!("{report}");
    let list = list.with_extension("papers.txt");
    if let Err(error) = std::fs::write(&list, report) {
        println!("{}: {error}", list.display());
    }
    Outcome::Measured(figures)
}

fn measure(groups: &[Group], hidden: bool, what: &str, report: &mut String) -> Counts {
    println!(
        "\n{what}\n{:<40} {:>7} {:>5} {:>5} {:>9} {:>6}",
        "query", "records", "works", "true", "precision", "recall"
    );
    let mut sum = Counts::default();
    for group in groups {
        let works = works(group, hidden);
        let (counts, wrong, missed) = compare(&group.records, &group.truth, &works);
        println!(
            "{:<40} {:>7} {:>5} {:>5} {:>9.4} {:>6.4}",
            group.query,
            group.records.len(),
            works.len(),
            counts.true_pairs,
            counts.precision(),
            counts.recall()
        );
        sum.add(counts);
        let wrong = wrong.iter().map(|(pair, _)| (pair, "WRONG"));
        for (pair, verdict) in wrong.chain(missed.iter().map(|pair| (pair, "MISSED"))) {
            let _ = writeln!(report, "{} ({what}) {verdict}", group.query);
            for record in [pair.0, pair.1].into_iter().filter_map(|at| group.records.get(at)) {
                let _ = writeln!(
                    report,
                    "    {} in {} {}({})",
                    line(record),
                    record.container,
                    record.volume,
                    record.issue
                );
            }
        }
    }
    sum
}

/// Record indexes by work. Every record comes from a source of its own, and without its numbers if those are hidden.
fn works(group: &Group, hidden: bool) -> Vec<Vec<usize>> {
    let sources: Vec<String> = (0..group.records.len()).map(|n| n.to_string()).collect();
    let mut pool = Pool::new(&group.query, &sources);
    for (n, record) in group.records.iter().enumerate() {
        let mut record = record.clone();
        record.source = n.to_string();
        record.id = n.to_string();
        record.raw = None;
        if hidden {
            record.identifiers.clear();
        }
        pool.take(n, vec![prepare(record)]);
    }
    let member = |work: hongyan_model::work::Work| {
        work.members.iter().filter_map(|member| member.id.parse().ok()).collect()
    };
    pool.ranked().into_iter().map(member).collect()
}

/// Parses the invented records.
///
/// # Errors
/// An English text that names the first line that is none.
fn made(text: &str) -> Result<Vec<Group>, String> {
    let mut groups: Vec<Group> = Vec::new();
    for row in text.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
        if let Some(query) = row.strip_prefix("= ") {
            groups.push(Group { query: query.to_owned(), records: Vec::new(), truth: Vec::new() });
            continue;
        }
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let group = groups.last_mut().ok_or_else(|| format!("no query above {row}"))?;
        let &[letter, kind, title, creators, host, year, volume, issue, pages, publisher, ref numbers @ ..] =
            cells.as_slice()
        else {
            return Err(format!("too few cells: {row}"));
        };
        let mut record = Record {
            kind: kind_of(kind).ok_or_else(|| format!("no kind: {row}"))?,
            title: title.to_owned(),
            creators: creators.split(';').filter(|name| !name.is_empty()).map(Creator::author).collect(),
            container: host.to_owned(),
            date: year.to_owned(),
            year: year_of(year),
            volume: volume.to_owned(),
            issue: issue.to_owned(),
            pages: pages.to_owned(),
            publisher: publisher.to_owned(),
            ..Record::default()
        };
        for number in numbers.iter().filter(|number| !number.is_empty()) {
            let before = record.identifiers.len();
            match number.split_once(':') {
                Some(("no", value)) => record.number = value.to_owned(),
                Some(("doi", value)) => record.add_identifier(IdentifierKind::Doi, value),
                Some(("pmid", value)) => record.add_identifier(IdentifierKind::Pmid, value),
                Some(("isbn", value)) => record.add_identifier(IdentifierKind::Isbn, value),
                Some(("issn", value)) => record.add_identifier(IdentifierKind::Issn, value),
                _ => return Err(format!("unknown number: {row}")),
            }
            if record.number.is_empty() && record.identifiers.len() == before {
                return Err(format!("a number that is none: {row}"));
            }
        }
        group.records.push(record);
        group.truth.push(letter.to_owned());
    }
    Ok(groups)
}

fn kind_of(text: &str) -> Option<Kind> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

/// Every sample with a DOI: the items of several sources, and what the reader of files takes.
fn real(data: &Path) -> Group {
    let mut group = Group { query: "samples".into(), records: Vec::new(), truth: Vec::new() };
    let mut found: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    let mut take = |record: Record| {
        if let Some(doi) = record.identifier(IdentifierKind::Doi) {
            found.entry(doi.to_owned()).or_default().push(record);
        }
    };
    let several = std::fs::read(data.join("dedup/same_title_several_sources.json")).unwrap_or_default();
    for entry in serde_json::from_slice::<Vec<Value>>(&several).unwrap_or_default() {
        for one in entry.get("records").and_then(Value::as_array).into_iter().flatten() {
            take(zotero::record(one.get("item").unwrap_or(&Value::Null)));
        }
    }
    let manifest = std::fs::read_to_string(data.join("MANIFEST.tsv")).unwrap_or_default();
    for name in manifest.lines().skip(1).filter_map(|row| row.split('\t').next()) {
        let Ok(bytes) = std::fs::read(data.join(name)) else { continue };
        // what cannot be read is the concern of the section `inspect`
        let _ = read::records(
            &bytes,
            &mut |_, item| {
                if let Ok(parsed) = item {
                    take(parsed.record);
                }
                true
            },
            &Budget::file(),
        );
    }
    for (doi, records) in found {
        for record in records {
            group.truth.push(doi.clone());
            group.records.push(record);
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use super::{MADE, made, measure};

    #[test]
    fn no_invented_record_is_joined_wrongly_and_none_is_missed() {
        let groups = made(MADE).unwrap();
        assert!(groups.len() >= 12);
        for (hidden, least) in [(false, 1.0), (true, 0.98)] {
            let mut report = String::new();
            let counts = measure(&groups, hidden, "invented", &mut report);
            assert!(counts.precision() >= 1.0 && counts.recall() >= least, "{report}");
        }
        assert!(made("a | book | 雁阵集").is_err());
        assert!(made("= 雁\na | book | 雁阵集").is_err());
    }
}
