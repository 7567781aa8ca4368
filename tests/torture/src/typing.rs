//! The debounce of the form's autosave (`ui/src/features/requests/useDraft.ts`). The intervals are read from
//! that file, so that the suite measures what the form does.

use std::time::{Duration, Instant};

/// Source of the form.
const FORM: &str = include_str!("../../../ui/src/features/requests/useDraft.ts");

/// The intervals of the debounce.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    after_last_letter: Duration,
    at_the_latest: Duration,
}

/// Typed text that is not saved yet.
#[derive(Debug)]
pub struct Unsaved {
    rule: Rule,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Rule {
    /// Reads the form's intervals.
    ///
    /// # Panics
    /// If the form does not define them under the expected names.
    pub fn of_the_form() -> Rule {
        Rule { after_last_letter: named("SAVE_AFTER"), at_the_latest: named("SAVE_AT_LATEST") }
    }

    /// A state with nothing typed.
    pub fn fresh(self) -> Unsaved {
        Unsaved { rule: self, first: None, last: None }
    }
}

fn named(name: &str) -> Duration {
    let start = format!("const {name} = ");
    let line = FORM.lines().find_map(|line| line.strip_prefix(&start)).expect("the form names its times");
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    Duration::from_millis(digits.parse().expect("milliseconds"))
}

impl Unsaved {
    /// A letter was typed.
    pub fn typed(&mut self, at: Instant) {
        self.first.get_or_insert(at);
        self.last = Some(at);
    }

    /// When it has to be saved; `None` if everything is saved.
    pub fn due(&self) -> Option<Instant> {
        let quiet = self.last? + self.rule.after_last_letter;
        Some(quiet.min(self.first? + self.rule.at_the_latest))
    }

    /// Everything was saved.
    pub fn saved(&mut self) {
        (self.first, self.last) = (None, None);
    }
}
