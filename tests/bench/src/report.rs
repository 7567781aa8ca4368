//! The results: one row for each figure, beside its target and the lower bound of the same run.

use std::fmt::Write as _;

/// One figure.
pub struct Row {
    /// what was measured
    pub what: String,
    /// value with unit
    pub value: String,
    /// lower bound or baseline measured in the same run; empty if nothing compares
    pub floor: String,
    /// the target; empty if there is none
    pub target: String,
    /// whether the target was met; `None` without a target
    pub met: Option<bool>,
}

impl Row {
    /// A figure without a target.
    pub fn figure(what: impl Into<String>, value: impl Into<String>) -> Row {
        Row { what: what.into(), value: value.into(), floor: String::new(), target: String::new(), met: None }
    }

    /// Sets the lower bound.
    pub fn floor(mut self, floor: impl Into<String>) -> Row {
        self.floor = floor.into();
        self
    }

    /// Sets the target, and whether it was met.
    pub fn target(mut self, target: impl Into<String>, met: bool) -> Row {
        self.target = target.into();
        self.met = Some(met);
        self
    }
}

/// Formats the rows as a Markdown table, which is readable on a console as well.
pub fn table(rows: &[Row]) -> String {
    let mut text =
        String::from("| what | measured | floor in this run | target | |\n|---|---|---|---|---|\n");
    for row in rows {
        let met = match row.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        // writing into a string cannot fail
        let _ = writeln!(text, "| {} | {} | {} | {} | {met} |", row.what, row.value, row.floor, row.target);
    }
    text
}

/// The quantile `share` (0 to 1) of the values; `None` without values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let at = (share * (sorted.len().saturating_sub(1)) as f64).ceil() as usize;
    sorted.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::{Row, quantile, table};

    #[test]
    fn quantiles() {
        let values = [3.0, 1.0, 2.0, 5.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Some(3.0));
        assert_eq!(quantile(&values, 0.95), Some(5.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_missed_target_is_said() {
        let rows = [Row::figure("合并", "1 ms").floor("0.5 ms").target("≤ 0.7 ms", false)];
        assert!(table(&rows).contains("| 合并 | 1 ms | 0.5 ms | ≤ 0.7 ms | MISSED |"));
    }
}
