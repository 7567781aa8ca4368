//! Queries for sources that accept words only, one parameter per field, all of which must match. What
//! such a source cannot express (`or`, `not`) is dropped and reported.

use hongyan_model::Query;
use hongyan_model::query::{Clause, Field, Join};
use hongyan_model::text::{clean, half_width};

use crate::cql::year_text;
use crate::error::NetError;

/// Maximum number of words per clause; a page pasted into the box is not a search.
const MAX_WORDS: usize = 24;
/// Maximum length of a word, in characters.
const MAX_WORD: usize = 200;

/// A query as parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Plain {
    /// parameter names with their words, without duplicates, in the order of the patron's clauses
    pub values: Vec<(String, String)>,
    /// clauses that were dropped, as the patron typed them
    pub dropped: Vec<String>,
}

impl Plain {
    /// Adds words to a parameter.
    fn add(&mut self, name: &str, words: &str) {
        match self.values.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => {
                value.push(' ');
                value.push_str(words);
            }
            None => self.values.push((name.to_owned(), words.to_owned())),
        }
    }

    /// Reports the years as dropped, for a source without a filter for years.
    pub fn without_years(mut self, query: &Query) -> Plain {
        self.dropped.extend(year_text(query));
        self
    }
}

/// Converts clauses to parameters; `parameter` returns the name for a field, or none where the source has
/// none.
///
/// # Errors
/// `Unsupported` when nothing is left.
pub(crate) fn plain<'a>(
    query: &Query,
    parameter: impl Fn(Field) -> Option<&'a str>,
) -> Result<Plain, NetError> {
    let mut out = Plain::default();
    for clause in &query.clauses {
        let words = words(&clause.text, &mut out.dropped);
        if words.is_empty() {
            continue;
        }
        match parameter(clause.field) {
            Some(name) if can_be_said(clause, out.values.is_empty()) => out.add(name, &words.join(" ")),
            _ => out.dropped.push(clean(&clause.text)),
        }
    }
    if out.values.is_empty() {
        return Err(NetError::Unsupported("no part of the query is supported".to_owned()));
    }
    Ok(out)
}

fn can_be_said(clause: &Clause, first: bool) -> bool {
    match clause.join {
        Join::And => true,
        Join::Or => first,
        Join::Not => false,
    }
}

/// The words of a clause. Words of punctuation alone never match and are dropped silently, unless there
/// is nothing else; words over the limits are reported as dropped.
pub(crate) fn words(text: &str, dropped: &mut Vec<String>) -> Vec<String> {
    let text = clean(text);
    let says_something = |word: &&str| word.chars().any(|c| !half_width(c).is_ascii_punctuation());
    let mut words: Vec<&str> = text.split(' ').filter(says_something).collect();
    if words.is_empty() {
        words = text.split(' ').filter(|word| !word.is_empty()).collect();
    }
    let mut kept = Vec::new();
    for word in words {
        if kept.len() >= MAX_WORDS || word.chars().count() > MAX_WORD {
            dropped.push(word.to_owned());
        } else {
            kept.push(word.to_owned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(field: Field) -> Option<&'static str> {
        match field {
            Field::Title => Some("title"),
            Field::Subject => None,
            _ => Some("q"),
        }
    }

    #[test]
    fn fields_become_parameters_and_the_rest_is_named() {
        let query = Query {
            clauses: vec![
                Clause { join: Join::Or, ..Clause::words(Field::Title, "红楼梦 — 研究") },
                Clause::words(Field::Any, "ＡＢ　曹雪芹"),
                Clause::words(Field::Title, "考证 ／"),
                Clause::words(Field::Subject, "小说"),
                Clause { join: Join::Or, ..Clause::words(Field::Title, "石头记") },
                Clause { join: Join::Not, ..Clause::words(Field::Any, "漫画") },
            ],
            year_from: Some(1990),
            ..Query::default()
        };
        let plain = plain(&query, parameter).unwrap().without_years(&query);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(plain.values, [pair("title", "红楼梦 — 研究 考证"), pair("q", "ＡＢ 曹雪芹")]);
        assert_eq!(plain.dropped, ["小说", "石头记", "漫画", "1990–"]);
    }

    #[test]
    fn nothing_left_is_nothing_asked() {
        for query in [
            Query::words(Field::Subject, "小说"),
            Query::default(),
            Query::words(Field::Any, &"鸿".repeat(999)),
        ] {
            assert!(matches!(plain(&query, parameter), Err(NetError::Unsupported(_))));
        }
        assert_eq!(plain(&Query::words(Field::Any, "\""), parameter).unwrap().values[0].1, "\"");
    }
}
