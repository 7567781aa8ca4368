//! What came of a suite.

use std::time::Duration;

/// Notes that are kept; a suite that goes wrong goes wrong in the same way many times.
const NOTES: usize = 40;

/// What came of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `R1` … `R14`
    pub id: &'static str,
    /// how many runs there were
    pub runs: u32,
    /// acknowledged and not to be found
    pub lost: u32,
    /// more than once at the library
    pub duplicates: u32,
    /// shown as sent and not at the library
    pub false_sent: u32,
    /// ends that the contract has so, counted by the suites that know such
    pub apart: u32,
    /// what went wrong, and what is worth knowing
    pub notes: Vec<String>,
    /// nothing went wrong
    pub passed: bool,
}

impl Verdict {
    /// Nothing has gone wrong yet.
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

    /// Something worth knowing; once is enough.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() < NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Something that must not be.
    pub fn fail(&mut self, note: impl Into<String>) {
        self.passed = false;
        self.note(note);
    }

    /// Something acknowledged is gone.
    pub fn lost(&mut self, note: impl Into<String>) {
        self.lost += 1;
        self.fail(note);
    }

    /// Something is there twice.
    pub fn duplicate(&mut self, note: impl Into<String>) {
        self.duplicates += 1;
        self.fail(note);
    }

    /// Something was shown as sent that is not there.
    pub fn false_sent(&mut self, note: impl Into<String>) {
        self.false_sent += 1;
        self.fail(note);
    }

    /// Adds what a part of the suite found.
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

    /// The line that is printed.
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
