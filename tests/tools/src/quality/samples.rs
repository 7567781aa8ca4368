//! Section `inspect`: every sample is parsed and compared with what an independent program found in it
//! (number of records, first title).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use hongyan_formats::read;
use hongyan_model::text::fold;

use super::{Figure, Outcome};

/// Number of columns before the facts: path, format, source, licence, what, why.
const FACTS: usize = 6;
/// Number of characters of a first title that must agree; programs differ in where a title ends.
const BEGINS: usize = 8;

/// Records parsed from a file.
struct Read {
    records: usize,
    titles: Vec<String>,
}

/// Parses every file in `MANIFEST.tsv` of the sample data.
pub fn run(data: &Path) -> Outcome {
    let list = data.join("MANIFEST.tsv");
    let text = match std::fs::read_to_string(&list) {
        Ok(text) => text,
        Err(error) => return Outcome::Skipped(format!("{}: {error}; give --data", list.display())),
    };
    let (mut files, mut readable, mut stopped) = (0, 0, Vec::new());
    let (mut counted, mut count_agrees, mut titled, mut title_agrees) = (0, 0, 0, 0);
    println!();
    for row in text.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (Some(name), facts) = (columns.first(), columns.get(FACTS).copied().unwrap_or_default()) else {
            continue;
        };
        let Ok(bytes) = std::fs::read(data.join(name)) else { continue };
        files += 1;
        let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| read_all(&bytes))) else {
            stopped.push((*name).to_owned());
            continue;
        };
        let expected = records(facts);
        let Some(found) = outcome else {
            if let Some(expected) = expected.filter(|n| *n > 0) {
                counted += 1;
                println!("{name}: {expected} records expected, the file is not read");
            }
            continue;
        };
        readable += 1;
        if let Some(expected) = expected {
            counted += 1;
            if expected == found.records {
                count_agrees += 1;
            } else {
                println!("{name}: {} records, {expected} expected", found.records);
            }
        }
        if let Some(expected) = first_title(facts) {
            titled += 1;
            // other programs print subfields, and the links of 880, unchanged
            if found.titles.iter().any(|title| fold(&expected).contains(title.as_str())) {
                title_agrees += 1;
            } else {
                println!("{name}: title {:?}, expected {expected:?}", found.titles.first());
            }
        }
    }
    Outcome::Measured(vec![
        Figure::must("samples that stop the reader", "none", none_or(&stopped), stopped.is_empty()),
        Figure::told("samples that are read", format!("{readable} of {files}")),
        Figure::told(
            "number of records as an independent reader has it",
            format!("{count_agrees} of {counted}"),
        ),
        Figure::told("first title as an independent reader has it", format!("{title_agrees} of {titled}")),
    ])
}

fn none_or(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// None when the format is not supported.
fn read_all(bytes: &[u8]) -> Option<Read> {
    let mut out = Read { records: 0, titles: Vec::new() };
    read::records(
        bytes,
        &mut |_, item| {
            if let Ok(parsed) = item {
                out.records += 1;
                if out.titles.is_empty() {
                    let record = parsed.record;
                    let begins = |text: &String| fold(text).chars().take(BEGINS).collect::<String>();
                    out.titles =
                        std::iter::once(&record.title).chain(&record.variant_titles).map(begins).collect();
                    out.titles.retain(|title| !title.is_empty());
                }
            }
            true
        },
        &hongyan_formats::Budget::file(),
    )
    .ok()?;
    Some(out)
}

/// Parses `marcRecords=3`, `oaiRecords=10`, `yaz 30 records`, `entries 10` in the manifest.
fn records(facts: &str) -> Option<usize> {
    ["marcRecords=", "oaiRecords=", "yaz ", "entries "].iter().find_map(|name| {
        let (_, rest) = facts.split_once(name)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

fn first_title(facts: &str) -> Option<String> {
    let (_, rest) = facts
        .split_once("first title per pymarc: ")
        .or_else(|| facts.split_once(" t="))
        .or_else(|| facts.split_once("first entry title "))?;
    let title = rest.split(';').next().unwrap_or_default().trim();
    (fold(title).chars().count() >= BEGINS).then(|| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{first_title, read_all, records};

    #[test]
    fn facts_as_the_list_states_them() {
        let marc = "checked: 30 terminators; yaz 30 records; 880=81; first title per pymarc: 红楼梦研究论文集 / 某编; 9 bytes";
        assert_eq!(
            (records(marc), first_title(marc).as_deref()),
            (Some(30), Some("红楼梦研究论文集 / 某编"))
        );
        let xml = "checked: root=OAI-PMH oaiRecords=2 tok=['a'] t=Sample Title; 2920 bytes";
        assert_eq!((records(xml), first_title(xml).as_deref()), (Some(2), Some("Sample Title")));
        assert_eq!((records("JSON list of 2"), first_title("JSON list of 2")), (None, None));
    }

    #[test]
    fn what_is_no_record_is_not_read() {
        assert!(read_all("不是书目".as_bytes()).is_none());
        let xml = "<collection><record><leader>00000nam a2200000   4500</leader><datafield tag=\"245\" ind1=\"1\" ind2=\"0\">\
            <subfield code=\"a\">红楼梦 /</subfield></datafield></record></collection>";
        let found = read_all(xml.as_bytes()).unwrap();
        assert_eq!((found.records, found.titles), (1, vec!["红楼梦".to_owned()]));
    }
}
