//! When the form saves what is typed: the rule of the screen (`ui/src/features/requests/useDraft.ts`), read
//! from there, so that what is measured here is what the form does.

use std::time::{Duration, Instant};

/// The screen's source.
const FORM: &str = include_str!("../../../ui/src/features/requests/useDraft.ts");

/// After how long the form saves.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    after_last_letter: Duration,
    at_the_latest: Duration,
}

/// What was typed and not saved yet.
#[derive(Debug)]
pub struct Unsaved {
    rule: Rule,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Rule {
    /// As the form has it.
    ///
    /// # Panics
    /// When the form does not name its times any more.
    pub fn of_the_form() -> Rule {
        Rule { after_last_letter: named("SAVE_AFTER"), at_the_latest: named("SAVE_AT_LATEST") }
    }

    /// Nothing typed yet.
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
    /// A letter.
    pub fn typed(&mut self, at: Instant) {
        self.first.get_or_insert(at);
        self.last = Some(at);
    }

    /// When it has to be saved; none when everything is.
    pub fn due(&self) -> Option<Instant> {
        let quiet = self.last? + self.rule.after_last_letter;
        Some(quiet.min(self.first? + self.rule.at_the_latest))
    }

    /// Everything is on the disk.
    pub fn saved(&mut self) {
        (self.first, self.last) = (None, None);
    }
}
