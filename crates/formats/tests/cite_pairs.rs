//! GB/T 7714 compared with known correct entries, if the sample data is present.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use hongyan_formats::cite::{Edition, Variant, Way, cited, compare, entry};

/// Number of known entries that the model cannot or should not match; the reason is below.
const KNOWN: usize = 1;

/// The same on the way of a patron, from the item to a record, to a work or a request, and to its citation.
const LOST: usize = 1;

#[test]
fn entries_against_the_sample() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gbt7714");
    if !data.is_dir() {
        eprintln!("skipped: no sample data for entries_against_the_sample");
        return;
    }
    let read = |name: &str| std::fs::read_to_string(data.join(name)).unwrap();
    let items = read("items_gbt7714.json");
    for (year, edition) in [("2015", Edition::Y2015), ("2025", Edition::Y2025)] {
        let expected = read(&format!("{year}_numeric_bilingual.expected.json"));
        for (way, known) in [(Way::Item, KNOWN), (Way::Work, LOST), (Way::Request, LOST)] {
            let outcome = compare(&items, &expected, edition, way).unwrap();
            for difference in &outcome.differences {
                println!(
                    "{year} {way:?} {} {:?}\n  expected {}\n  got      {}",
                    difference.id, difference.why, difference.expected, difference.got
                );
            }
            println!("{year} {way:?}: {} of {}", outcome.equal, outcome.total);
            assert!(outcome.differences.len() <= known, "{year} {way:?}: more differences than known");
        }
    }
}

/// Number of items whose entry of the author-date system the sample does not have, or has otherwise.
const DATED: usize = 1;

#[test]
fn author_and_date_against_the_sample() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gbt7714");
    if !data.is_dir() {
        eprintln!("skipped: no sample data for author_and_date_against_the_sample");
        return;
    }
    let read = |name: &str| std::fs::read_to_string(data.join(name)).unwrap();
    let page = read("2015_author_date_bilingual.md");
    let known: Vec<String> = page
        .split("<div class=\"csl-entry\">")
        .skip(1)
        .filter_map(|rest| rest.split_once("</div>"))
        .map(|(entry, _)| {
            let mut text = String::new();
            let mut inside = false;
            for c in entry.chars() {
                match c {
                    '<' => inside = true,
                    '>' if inside => inside = false,
                    c if !inside => text.push(c),
                    _ => {}
                }
            }
            let text =
                text.replace("&#38;", "&").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    let items: Vec<serde_json::Value> = serde_json::from_str(&read("items_gbt7714.json")).unwrap();
    let variant = Variant { author_date: true, ..Variant::from(Edition::Y2015) };
    let (mut equal, mut differ) = (0, 0);
    for value in &items {
        let got = entry(&cited(value, Way::Item).unwrap(), variant);
        // a letter tells works of one year apart, by the other works of the page
        let bare = |text: &str| {
            let mut out = String::new();
            let mut digits = 0;
            for c in text.chars() {
                if digits == 4 && matches!(c, 'a'..='c') {
                    continue;
                }
                digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
                out.push(c);
            }
            out
        };
        if known.iter().any(|text| *text == got || bare(text) == got) {
            equal += 1;
        } else {
            differ += 1;
            println!("  got      {got}");
        }
    }
    println!("author and date: {equal} of {}", items.len());
    assert!(differ <= DATED, "{differ} entries differ");
}
