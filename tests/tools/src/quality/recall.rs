//! Section `scripts`: a word typed in one script also finds records in the other.

use std::collections::BTreeSet;

use hongyan_connectors::source::SourceConfig;

use super::catalogues::{Catalogues, HOW};
use super::config::Config;
use super::pairs::share;
use super::{Figure, Outcome};

/// Maximum number of records per catalogue, far above the results of any query here.
const ALL: usize = 5_000;
/// Results of Pazpar2 1.14.1 on the same catalogues, with simplified forms only.
const PAZPAR2: [(&str, usize, usize); 5] =
    [("台湾", 41, 418), ("历史", 149, 273), ("文学", 290, 423), ("经济", 337, 450), ("战略", 45, 52)];

/// Searches each catalogue for the typed form as the product does, and for every form literally.
pub async fn run(config: &Config, catalogues: &mut Catalogues) -> Outcome {
    if config.source.is_empty() || config.scripts.is_empty() {
        return Outcome::Skipped("the configuration names no [[source]] or no [[scripts]]".into());
    }
    println!("\n{:<8} {:>6} {:>8} {:>9}  by source; Pazpar2 1.14.1", "typed", "found", "of union", "recall");
    let mut figures = Vec::new();
    for scripts in &config.scripts {
        let (mut found, mut union) = (0, 0);
        let mut by_source = Vec::new();
        for source in &config.source {
            match one(catalogues, source, &scripts.typed, &scripts.others).await {
                Ok((here, of)) => {
                    found += here;
                    union += of;
                    by_source.push(format!("{} {here}/{of}", source.id));
                }
                Err(error) => return Outcome::Skipped(format!("{error}; {HOW}")),
            }
        }
        let recall = share(found, union);
        let peer = PAZPAR2
            .iter()
            .find(|(typed, ..)| *typed == scripts.typed)
            .map_or_else(|| "-".to_owned(), |(_, found, of)| format!("{found}/{of}"));
        println!(
            "{:<8} {found:>6} {union:>8} {recall:>9.4}  {}; Pazpar2 {peer}",
            scripts.typed,
            by_source.join(", ")
        );
        figures.push(Figure::at_least(format!("{} of the union of its scripts", scripts.typed), 1.0, recall));
    }
    if let Err(error) = catalogues.keep() {
        println!("{error}");
    }
    Outcome::Measured(figures)
}

/// Number of records found, and size of the union.
async fn one(
    catalogues: &mut Catalogues,
    source: &SourceConfig,
    typed: &str,
    others: &[String],
) -> Result<(usize, usize), String> {
    // a source that folds is sent the form literally, which is wanted here
    let plain = SourceConfig { folds: true, ..source.clone() };
    let mut union = BTreeSet::new();
    for form in std::iter::once(typed).chain(others.iter().map(String::as_str)) {
        union.extend(catalogues.ask(&plain, form, ALL).await?.into_iter().map(|record| record.id));
    }
    let found: BTreeSet<String> =
        catalogues.ask(source, typed, ALL).await?.into_iter().map(|record| record.id).collect();
    Ok((found.intersection(&union).count(), union.len()))
}
