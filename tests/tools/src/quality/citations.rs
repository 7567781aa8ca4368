//! Section `citations`: GB/T 7714 entries compared with known correct ones.

use std::path::Path;

use hongyan_formats::cite::{Edition, compare};

use super::{Figure, Outcome};

/// Number of known entries that the model should not match: one of the sample contradicts the standard.
const KNOWN: usize = 1;

/// Reads `gbt7714/` in the sample data.
pub fn run(data: &Path) -> Outcome {
    let folder = data.join("gbt7714");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}; give --data", path.display()))
    };
    let mut figures = Vec::new();
    for (year, edition) in [("2015", Edition::Y2015), ("2025", Edition::Y2025)] {
        let files = (read("items_gbt7714.json"), read(&format!("{year}_numeric_bilingual.expected.json")));
        let outcome = match files {
            (Ok(items), Ok(expected)) => compare(&items, &expected, edition),
            (Err(error), _) | (_, Err(error)) => return Outcome::Skipped(error),
        };
        match outcome {
            Ok(outcome) => {
                for difference in &outcome.differences {
                    println!("{year} {} {:?}", difference.id, difference.why);
                    println!("    expected {}\n    got      {}", difference.expected, difference.got);
                }
                figures.push(Figure::must(
                    format!("entries by GB/T 7714—{year}"),
                    &format!("{} of {}", outcome.total.saturating_sub(KNOWN), outcome.total),
                    format!("{} of {}", outcome.equal, outcome.total),
                    outcome.differences.len() <= KNOWN,
                ));
            }
            Err(error) => figures.push(Figure::must(
                format!("entries by GB/T 7714—{year}"),
                "readable files",
                error,
                false,
            )),
        }
    }
    Outcome::Measured(figures)
}
