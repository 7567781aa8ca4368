//! Result of a suite.

/// Maximum number of notes, because a failing suite fails in the same way many times.
const NOTES: usize = 40;

/// Result of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `R5`, `R6`, `R7`, `R9`
    pub id: &'static str,
    /// number of runs
    pub runs: u32,
    /// acknowledged changes that are missing without a report
    pub lost: u32,
    /// failures and other remarks
    pub notes: Vec<String>,
    /// whether there was no failure
    pub passed: bool,
}

impl Outcome {
    /// A result without failures.
    pub fn new(id: &'static str) -> Outcome {
        Outcome { id, runs: 0, lost: 0, notes: Vec::new(), passed: true }
    }

    /// Adds a remark.
    pub fn note(&mut self, note: impl Into<String>) {
        if self.notes.len() < NOTES {
            self.notes.push(note.into());
        }
    }

    /// Adds a failure.
    pub fn fail(&mut self, note: impl Into<String>) {
        self.passed = false;
        self.note(note);
    }

    /// Adds a lost acknowledged change.
    pub fn lost(&mut self, note: impl Into<String>) {
        self.lost += 1;
        self.fail(note);
    }
}
