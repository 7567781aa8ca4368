//! Section `citations`: GB/T 7714 entries compared with known correct ones, also on the way of a patron:
//! item → record → citation, and → request → citation.

use std::path::Path;

use hongyan_formats::cite::{Edition, Way, compare};

use super::{Figure, Outcome};

/// Number of known entries that the model should not match: one of the sample contradicts the standard.
const KNOWN: usize = 1;
/// Part of the entries that the way of a patron, over a record or a request, has to reach, in percent.
const PATRON: usize = 95;

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
        let (items, expected) = match files {
            (Ok(items), Ok(expected)) => (items, expected),
            (Err(error), _) | (_, Err(error)) => return Outcome::Skipped(error),
        };
        for (way, name) in
            [(Way::Item, "items"), (Way::Work, "works of a search"), (Way::Request, "requests")]
        {
            let figure = format!("{name} by GB/T 7714—{year}");
            let outcome = match compare(&items, &expected, edition, way) {
                Ok(outcome) => outcome,
                Err(error) => {
                    figures.push(Figure::must(figure, "readable files", error, false));
                    continue;
                }
            };
            for difference in &outcome.differences {
                println!("{year} {name}: {} {:?}", difference.id, difference.why);
                println!("    expected {}\n    got      {}", difference.expected, difference.got);
            }
            let least = match way {
                Way::Item => outcome.total.saturating_sub(KNOWN),
                Way::Work | Way::Request => (outcome.total * PATRON).div_ceil(100),
            };
            figures.push(Figure::must(
                figure,
                &format!("{least} of {}", outcome.total),
                format!("{} of {}", outcome.equal, outcome.total),
                outcome.equal >= least,
            ));
        }
    }
    Outcome::Measured(figures)
}
