//! GB/T 7714 compared with known correct entries, if the sample data is present.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use hongyan_formats::cite::{Edition, Way, compare};

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
