//! Section `merging`: merged records compared with their control numbers, which are hidden from the
//! merger.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use hongyan_engine::search::offline::{self, Pool};
use hongyan_model::{IdentifierKind, Record};

use super::catalogues::{Catalogues, HOW};
use super::config::{Config, Truth};
use super::pairs::{Class, Counts, Pair, compare, line};
use super::{Figure, Outcome};

/// The records for a query, without identifying numbers.
struct Answers {
    query: String,
    records: Vec<Record>,
    truth: Vec<String>,
}

/// Results of one configuration over all queries.
struct Measured {
    counts: Counts,
    classes: BTreeMap<Class, usize>,
    speed: String,
}

/// Queries that are measured together, and the targets of that measure.
struct Part<'a> {
    name: &'static str,
    queries: &'a [String],
}

/// Least precision, recall, and recall across scripts.
const TARGETS: [f64; 3] = [0.998, 0.998, 0.998];
/// The same with ISBNs hidden.
const HIDDEN: [f64; 3] = [0.99, 0.98, 0.97];

/// Searches, merges with and without ISBNs, prints the results, and writes every wrong and missed pair to
/// `list`. With `sealed` the sealed queries are measured instead of the open ones, and their pairs go to a
/// file of their own.
pub async fn run(config: &Config, catalogues: &mut Catalogues, list: &Path, sealed: bool) -> Outcome {
    if config.source.is_empty() {
        return Outcome::Skipped("the configuration names no [[source]]".into());
    }
    let truth = match config.truth() {
        Ok(truth) => truth,
        Err(error) => return Outcome::Skipped(format!("{error}; {HOW}")),
    };
    let parts = if sealed {
        vec![Part { name: "sealed", queries: &config.own.sealed }]
    } else {
        vec![
            Part { name: "first six", queries: &config.queries },
            Part { name: "own", queries: &config.own.queries },
        ]
    };
    let sources: Vec<String> = config.source.iter().map(|source| source.id.clone()).collect();
    let (mut report, mut figures) = (String::new(), Vec::new());
    for part in parts.iter().filter(|part| !part.queries.is_empty()) {
        let mut all = Vec::new();
        for query in part.queries {
            match ask(config, catalogues, &truth, query).await {
                Ok(answers) => all.push(answers),
                Err(error) => return Outcome::Skipped(format!("{error}; {HOW}")),
            }
        }
        if let Err(error) = catalogues.keep() {
            println!("{error}");
        }
        println!("\n{} ({} queries)", part.name, all.len());
        let Measured { counts: with, classes, speed } = measure(&all, &sources, true, &mut report);
        let Measured { counts: without, .. } = measure(&all, &sources, false, &mut report);
        let name = part.name;
        for (counts, hidden, targets) in [(with, "", TARGETS), (without, ", ISBNs hidden", HIDDEN)] {
            let results = [counts.precision(), counts.recall(), counts.across_recall()];
            let whats = ["precision", "recall", "recall across scripts"];
            for ((what, target), result) in whats.into_iter().zip(targets).zip(results) {
                figures.push(Figure::at_least(format!("{name}: {what}{hidden}"), target, result));
            }
        }
        figures.push(Figure::told(format!("{name}: merge, rank and facets"), speed));
        for (class, count) in classes {
            figures.push(Figure::told(format!("{name}: wrong pairs, {class:?}"), count.to_string()));
        }
    }
    let list = if sealed { list.with_extension("sealed.txt") } else { list.to_owned() };
    match std::fs::write(&list, report) {
        Ok(()) => println!("every wrong and every missed pair: {}", list.display()),
        Err(error) => println!("{}: {error}", list.display()),
    }
    Outcome::Measured(figures)
}

async fn ask(
    config: &Config,
    catalogues: &mut Catalogues,
    truth: &Truth,
    query: &str,
) -> Result<Answers, String> {
    let mut answers = Answers { query: query.to_owned(), records: Vec::new(), truth: Vec::new() };
    for source in &config.source {
        for mut record in catalogues.ask(source, query, config.limit).await? {
            answers.truth.push(truth.of(&source.id, &record.id));
            record.source.clone_from(&source.id);
            answers.records.push(record);
        }
    }
    Ok(answers)
}

/// A record as the merger gets it: with its index as id, without control numbers, and without ISBNs if
/// those are hidden too.
fn blinded(number: usize, record: &Record, isbn: bool) -> Record {
    use IdentifierKind::{Calis, Isbn, Lccn, Local, Oclc};
    let mut record = record.clone();
    record.id = number.to_string();
    record.raw = None;
    record.identifiers.retain(|id| match id.kind {
        Lccn | Oclc | Calis | Local => false,
        Isbn => isbn,
        _ => true,
    });
    record
}

fn measure(all: &[Answers], sources: &[String], isbn: bool, report: &mut String) -> Measured {
    println!("\n{}", if isbn { "with ISBNs" } else { "ISBNs hidden" });
    println!(
        "{:<10} {:>7} {:>7} {:>9} {:>9} {:>9} {:>7} {:>13} {:>9} {:>9}",
        "query",
        "records",
        "works",
        "true",
        "precision",
        "recall",
        "across",
        "recall across",
        "keys ms",
        "merge ms"
    );
    let mut sum = Counts::default();
    let mut classes = BTreeMap::new();
    let (mut records, mut keying, mut merging) = (0, Duration::ZERO, Duration::ZERO);
    for answers in all {
        let started = Instant::now();
        let mut prepared: Vec<Vec<offline::Prepared>> = sources.iter().map(|_| Vec::new()).collect();
        for (number, record) in answers.records.iter().enumerate() {
            let place = sources.iter().position(|id| *id == record.source).unwrap_or_default();
            if let Some(list) = prepared.get_mut(place) {
                list.push(offline::prepare(blinded(number, record, isbn)));
            }
        }
        let keys = started.elapsed();
        let started = Instant::now();
        let mut pool = Pool::new(&answers.query, sources);
        for (source, records) in prepared.into_iter().enumerate() {
            pool.take(source, records);
        }
        let _ = pool.view(&hongyan_engine::search::Page { limit: 50, ..Default::default() });
        let merge = started.elapsed();
        records += answers.records.len();
        keying += keys;
        merging += merge;
        let works: Vec<Vec<usize>> = pool
            .ranked()
            .iter()
            .map(|work| work.members.iter().filter_map(|member| member.id.parse().ok()).collect())
            .collect();
        let (counts, wrong, missed) = compare(&answers.records, &answers.truth, &works);
        println!(
            "{:<10} {:>7} {:>7} {:>9} {:>9.4} {:>9.4} {:>7} {:>13.4} {:>9} {:>9}",
            answers.query,
            answers.records.len(),
            works.len(),
            counts.true_pairs,
            counts.precision(),
            counts.recall(),
            counts.across,
            counts.across_recall(),
            keys.as_millis(),
            merge.as_millis(),
        );
        sum.add(counts);
        for (_, class) in &wrong {
            *classes.entry(*class).or_insert(0) += 1;
        }
        tell(answers, isbn, &wrong, &missed, report);
    }
    println!(
        "{:<10} {:>7} {:>7} {:>9} {:>9.4} {:>9.4} {:>7} {:>13.4}",
        "all",
        "",
        "",
        sum.true_pairs,
        sum.precision(),
        sum.recall(),
        sum.across,
        sum.across_recall()
    );
    let counted: Vec<String> = classes.iter().map(|(class, count)| format!("{class:?} {count}")).collect();
    println!("wrong pairs: {}", if counted.is_empty() { "none".into() } else { counted.join(", ") });
    let rate = |time: Duration| {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        format!("{:.0}", f64::from(records) / time.as_secs_f64().max(1e-9))
    };
    let build = if cfg!(debug_assertions) { " (unoptimised build: not comparable)" } else { "" };
    let speed = format!("{} records/s, keys made at {} records/s{build}", rate(merging), rate(keying));
    Measured { counts: sum, classes, speed }
}

fn tell(answers: &Answers, isbn: bool, wrong: &[(Pair, Class)], missed: &[Pair], report: &mut String) {
    let about = if isbn { "with ISBNs" } else { "ISBNs hidden" };
    let mut pair = |what: &str, pair: &Pair| {
        let _ = writeln!(report, "{} ({about}) {what}", answers.query);
        for number in [pair.0, pair.1] {
            let record = answers.records.get(number).map(line).unwrap_or_default();
            let control = answers.truth.get(number).map(String::as_str).unwrap_or_default();
            let _ = writeln!(report, "    {control} {record}");
        }
    };
    for (at, class) in wrong {
        pair(&format!("WRONG {class:?}"), at);
    }
    for at in missed {
        pair("MISSED", at);
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::{IdentifierKind, Record};

    use super::blinded;

    #[test]
    fn the_merger_does_not_see_the_truth() {
        let mut record = Record { id: "49025165".into(), title: "中国历史".into(), ..Record::default() };
        record.add_identifier(IdentifierKind::Lccn, "49025165");
        record.add_identifier(IdentifierKind::Oclc, "49025165");
        record.add_identifier(IdentifierKind::Calis, "CAL 012001000001");
        record.add_identifier(IdentifierKind::Isbn, "9787020008728");
        let kinds = |isbn| blinded(7, &record, isbn).identifiers.iter().map(|id| id.kind).collect::<Vec<_>>();
        assert_eq!(kinds(true), [IdentifierKind::Isbn]);
        assert!(kinds(false).is_empty());
        assert_eq!(blinded(7, &record, true).id, "7");
    }
}
