//! What came of a suite.

/// Notes that are kept; a suite that goes wrong goes wrong in the same way many times.
const NOTES: usize = 40;

/// What came of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `R5`, `R6`, `R7`, `R9`
    pub id: &'static str,
    /// how many runs there were
    pub runs: u32,
    /// acknowledged, not to be found, and not told
    pub lost: u32,
    /// what went wrong, and what is worth knowing
    pub notes: Vec<String>,
    /// nothing went wrong
    pub passed: bool,
}

impl Outcome {
    /// Nothing has gone wrong yet.
    pub fn new(id: &'static str) -> Outcome {
        Outcome { id, runs: 0, lost: 0, notes: Vec::new(), passed: true }
    }

    /// Something worth knowing.
    pub fn note(&mut self, note: impl Into<String>) {
        if self.notes.len() < NOTES {
            self.notes.push(note.into());
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
}
