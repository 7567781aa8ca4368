//! Section `titles`: records of several sources, grouped by title only. A group may contain different
//! works, so merging is reported with the reasons and not judged; pairs that differ only in the measured
//! property must stay separate.

use std::path::Path;

use hongyan_engine::search::offline::{Pool, prepare};
use hongyan_formats::read;
use hongyan_model::text::{clip, fold};
use hongyan_model::{IdentifierKind, Record};
use serde_json::Value;

use super::zotero;
use super::{Figure, Outcome};

/// Reads `dedup/` in the sample data.
pub fn run(data: &Path) -> Outcome {
    let groups = data.join("dedup/same_title_several_sources.json");
    let text = match std::fs::read(&groups) {
        Ok(text) => text,
        Err(error) => return Outcome::Skipped(format!("{}: {error}; give --data", groups.display())),
    };
    let Ok(Value::Array(groups)) = serde_json::from_slice(&text) else {
        return Outcome::Skipped(format!("{} is not a JSON list", groups.display()));
    };
    let (mut wholly, mut partly, mut apart) = (0, 0, 0);
    println!();
    for group in &groups {
        let records = members(group);
        let works = works(&records);
        let key = clip(group.get("key").and_then(Value::as_str).unwrap_or_default(), 40);
        let (what, count) = match works.len() {
            1 => ("wholly", &mut wholly),
            n if n == records.len() => ("not   ", &mut apart),
            _ => ("partly", &mut partly),
        };
        *count += 1;
        if works.len() == 1 {
            println!("{what} {:>2} records           {key}", records.len());
        } else {
            let why = differences(&records, &works);
            println!("{what} {:>2} records, {:>2} works {key}: {why}", records.len(), works.len());
        }
    }
    let mut figures = vec![Figure::told(
        "groups of one title",
        format!("{} in all: {wholly} joined wholly, {partly} partly, {apart} not", groups.len()),
    )];
    match twins(data) {
        Ok(count) => figures.push(Figure::must(
            "two tables of one statistical series",
            "2 works",
            format!("{count} works"),
            count == 2,
        )),
        Err(error) => println!("{error}"),
    }
    Outcome::Measured(figures)
}

fn members(group: &Value) -> Vec<Record> {
    let list = group.get("records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .enumerate()
        .map(|(n, entry)| {
            let mut record = zotero::record(entry.get("item").unwrap_or(&Value::Null));
            // each record counts as a source of its own
            record.source = n.to_string();
            record.id = n.to_string();
            record
        })
        .collect()
}

/// Record indexes by work.
fn works(records: &[Record]) -> Vec<Vec<usize>> {
    let sources: Vec<String> = (0..records.len()).map(|n| n.to_string()).collect();
    let mut pool = Pool::new("题名", &sources);
    for (n, record) in records.iter().enumerate() {
        pool.take(n, vec![prepare(record.clone())]);
    }
    pool.ranked()
        .iter()
        .map(|work| work.members.iter().filter_map(|member| member.id.parse().ok()).collect())
        .collect()
}

/// What the works of a group differ in.
fn differences(records: &[Record], works: &[Vec<usize>]) -> String {
    let firsts: Vec<&Record> =
        works.iter().filter_map(|work| work.first()).filter_map(|n| records.get(*n)).collect();
    let mut out = Vec::new();
    let mut differ = |what: &str, of: &dyn Fn(&Record) -> String| {
        let mut values: Vec<String> = firsts.iter().map(|record| of(record)).collect();
        values.sort();
        values.dedup();
        if values.len() > 1 {
            let shown: Vec<String> =
                values.iter().map(|v| if v.is_empty() { "-".into() } else { clip(v, 30) }).collect();
            out.push(format!("{what} {}", shown.join(" / ")));
        }
    };
    differ("kind", &|r| format!("{:?}", r.kind));
    differ("creator", &|r| r.creators.first().map(|c| fold(&c.name)).unwrap_or_default());
    differ("year", &|r| r.year.map(|year| year.to_string()).unwrap_or_default());
    differ("DOI", &|r| r.identifier(IdentifierKind::Doi).unwrap_or_default().to_owned());
    differ("ISBN", &|r| r.identifier(IdentifierKind::Isbn).unwrap_or_default().to_owned());
    differ("container", &|r| fold(&r.container));
    if out.is_empty() { "nothing but what no key is made of".into() } else { out.join("; ") }
}

fn twins(data: &Path) -> Result<usize, String> {
    let mut records = Vec::new();
    for (n, name) in ["eurostat_rec1.mrc", "eurostat_rec2.mrc"].iter().enumerate() {
        let path = data.join("dedup").join(name);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        read::records(
            &bytes,
            &mut |_, item| {
                if let Ok(parsed) = item {
                    let mut record = parsed.record;
                    record.source = n.to_string();
                    records.push(record);
                }
                true
            },
            &hongyan_formats::Budget::file(),
        )
        .map_err(|error| format!("{}: {}", path.display(), error.what))?;
    }
    Ok(works(&records).len())
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Creator, Kind, Record};

    use super::{differences, works};

    #[test]
    fn a_group_says_what_its_works_differ_in() {
        let record = |n: usize, creator: &str, year| Record {
            source: n.to_string(),
            id: n.to_string(),
            kind: Kind::Book,
            title: "阿根廷".into(),
            creators: vec![Creator::author(creator)],
            year: Some(year),
            ..Record::default()
        };
        let records = [
            record(0, "王力", 1964),
            record(1, "李明", 2007),
            record(2, "王力", 1964),
            record(3, "王力", 1964),
        ];
        let mut found = works(&records);
        found.iter_mut().for_each(|work| work.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![0, 2, 3], vec![1]]);
        assert_eq!(differences(&records, &found), "creator 李明 / 王力; year 1964 / 2007");
    }
}
