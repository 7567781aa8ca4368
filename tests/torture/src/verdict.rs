//! The result of a suite.

use std::time::Duration;

/// Maximum number of notes; a failing suite usually fails in the same way many times.
const NOTES: usize = 40;

/// The result of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `R1` … `R14`
    pub id: &'static str,
    /// number of runs
    pub runs: u32,
    /// shown as saved but not found
    pub lost: u32,
    /// at the library more than once
    pub duplicates: u32,
    /// shown as sent but not at the library
    pub false_sent: u32,
    /// ends that the contract allows, counted by the suites that have such
    pub apart: u32,
    /// failures, and observations
    pub notes: Vec<String>,
    /// whether nothing failed
    pub passed: bool,
}

impl Verdict {
    /// A result without failures.
    pub fn new(id: &'static str) -> Verdict {
        Verdict {
            id,
            runs: 0,
            lost: 0,
            duplicates: 0,
            false_sent: 0,
            apart: 0,
            notes: Vec::new(),
            passed: true,
        }
    }

    /// Adds an observation, unless it is already there.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() < NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a failure.
    pub fn fail(&mut self, note: impl Into<String>) {
        self.passed = false;
        self.note(note);
    }

    /// Counts a lost request.
    pub fn lost(&mut self, note: impl Into<String>) {
        self.lost += 1;
        self.fail(note);
    }

    /// Counts a duplicate.
    pub fn duplicate(&mut self, note: impl Into<String>) {
        self.duplicates += 1;
        self.fail(note);
    }

    /// Counts a request that was shown as sent but is not at the library.
    pub fn false_sent(&mut self, note: impl Into<String>) {
        self.false_sent += 1;
        self.fail(note);
    }

    /// Adds the result of a part of the suite.
    pub fn add(&mut self, part: Verdict) {
        self.runs += part.runs;
        self.lost += part.lost;
        self.duplicates += part.duplicates;
        self.false_sent += part.false_sent;
        self.apart += part.apart;
        self.passed &= part.passed;
        for note in part.notes {
            self.note(note);
        }
    }

    /// Formats the line of the report.
    pub fn line(&self, title: &str, took: Duration, seed: u64) -> String {
        format!(
            "{:<4} {title:<44} {:>6} runs · lost {} · duplicates {} · false \"sent\" {} · {} · {:.1} s · seed {seed}",
            self.id,
            self.runs,
            self.lost,
            self.duplicates,
            self.false_sent,
            if self.passed { "pass" } else { "FAIL" },
            took.as_secs_f64(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Verdict;

    #[test]
    fn one_loss_is_a_failure_of_the_whole() {
        let mut whole = Verdict::new("R1");
        let mut part = Verdict { runs: 20, ..Verdict::new("R1") };
        part.lost("《红楼梦》不见了");
        whole.add(Verdict { runs: 20, ..Verdict::new("R1") });
        whole.add(part);
        assert_eq!((whole.runs, whole.lost, whole.passed), (40, 1, false));
        let line = whole.line("random SIGKILL", Duration::from_millis(1500), 7);
        assert!(line.contains("40 runs · lost 1 ·") && line.contains("FAIL · 1.5 s · seed 7"), "{line}");
    }
}
