//! Measurement of the product's quality targets, one section per target.

pub mod catalogues;
pub mod citations;
pub mod config;
pub mod merging;
pub mod pairs;
pub mod papers;
pub mod recall;
pub mod references;
pub mod samples;
pub mod titles;
pub mod zotero;

use std::fmt::Write as _;

/// Result of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// it ran
    Measured(Vec<Figure>),
    /// its input is missing; tells how to get it
    Skipped(String),
}

/// A line of the summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// what was measured
    pub what: String,
    /// target; none for figures without one
    pub target: Option<String>,
    /// result
    pub result: String,
    /// false when the target was missed
    pub met: bool,
}

impl Figure {
    /// A ratio (0 to 1) that must be at least `target`.
    pub fn at_least(what: impl Into<String>, target: f64, result: f64) -> Figure {
        Figure {
            what: what.into(),
            target: Some(format!("≥ {target:.3}")),
            result: format!("{result:.4}"),
            met: result >= target,
        }
    }

    /// A condition that must hold.
    pub fn must(what: impl Into<String>, target: &str, result: impl Into<String>, met: bool) -> Figure {
        Figure { what: what.into(), target: Some(target.to_owned()), result: result.into(), met }
    }

    /// A figure without a target.
    pub fn told(what: impl Into<String>, result: impl Into<String>) -> Figure {
        Figure { what: what.into(), target: None, result: result.into(), met: true }
    }
}

/// The final table: targets and results of all sections.
pub fn summary(sections: &[(&str, Outcome)]) -> String {
    let mut out = String::from("\n== summary ==\n");
    for (name, outcome) in sections {
        match outcome {
            Outcome::Skipped(why) => {
                let _ = writeln!(out, "-       {name}: skipped: {why}");
            }
            Outcome::Measured(figures) => {
                for figure in figures {
                    let mark = match (&figure.target, figure.met) {
                        (None, _) => "       ",
                        (Some(_), true) => "ok     ",
                        (Some(_), false) => "MISSED ",
                    };
                    let target = figure.target.as_deref().unwrap_or("-");
                    let _ =
                        writeln!(out, "{mark} {name}: {}: {} (target {target})", figure.what, figure.result);
                }
            }
        }
    }
    out
}

/// Whether no target was missed.
pub fn all_met(sections: &[(&str, Outcome)]) -> bool {
    sections.iter().all(|(_, outcome)| match outcome {
        Outcome::Skipped(_) => true,
        Outcome::Measured(figures) => figures.iter().all(|figure| figure.met),
    })
}

#[cfg(test)]
mod tests {
    use super::{Figure, Outcome, all_met, summary};

    #[test]
    fn a_missed_target_is_said_and_counts() {
        let good = ("合并", Outcome::Measured(vec![Figure::at_least("查准率", 0.97, 0.98)]));
        let told = ("其他", Outcome::Measured(vec![Figure::told("组", "3")]));
        let skipped = ("简繁", Outcome::Skipped("no catalogue".into()));
        let sections = [good.clone(), told, skipped];
        assert!(all_met(&sections));
        let text = summary(&sections);
        assert!(text.contains("合并: 查准率: 0.9800 (target ≥ 0.970)") && text.contains("skipped: no cat"));
        let missed = [good, ("合并", Outcome::Measured(vec![Figure::at_least("查全率", 0.98, 0.5)]))];
        assert!(!all_met(&missed) && summary(&missed).contains("MISSED  合并: 查全率"));
    }
}
