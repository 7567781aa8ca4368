//! Patterns that are compiled at their first use. The library matches in linear time, whatever the text.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// A regular expression of the code.
pub(super) struct Pattern {
    text: &'static str,
    /// none if it is wrong, which debug builds and tests stop at
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) const fn new(text: &'static str) -> Pattern {
        Pattern { text, compiled: OnceLock::new() }
    }

    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            let compiled = Regex::new(self.text);
            debug_assert!(compiled.is_ok(), "{compiled:?}");
            compiled.ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        self.regex()?.captures(text).map(Found)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    pub(super) fn without<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.regex().map_or(Cow::Borrowed(text), |regex| regex.replace_all(text, ""))
    }
}

/// A match with its named parts.
pub(super) struct Found<'t>(Captures<'t>);

impl<'t> Found<'t> {
    /// A part, trimmed; empty where it took no part in the match.
    pub(super) fn part(&self, name: &str) -> &'t str {
        self.0.name(name).map(|part| part.as_str().trim()).unwrap_or_default()
    }

    pub(super) fn start(&self) -> usize {
        self.0.get(0).map(|whole| whole.start()).unwrap_or_default()
    }

    pub(super) fn end(&self) -> usize {
        self.0.get(0).map(|whole| whole.end()).unwrap_or_default()
    }
}
