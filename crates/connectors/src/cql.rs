//! From the patron's query to CQL, for every target that speaks it.
//!
//! What a patron types is data: every term stands in quotes with CQL's special characters escaped.
//! Words are joined with `and` one by one, because servers differ about what `=` and `all` do with
//! several words.

use hongyan_model::identifier::{IdentifierKind, isbn10};
use hongyan_model::query::{Clause, Field};
use hongyan_model::text::{clean, half_width};
use hongyan_model::{Identifier, Query};

use crate::error::NetError;
use crate::source::Indexes;

/// Words asked of a target at once. A whole page pasted into the box is not a search.
const MAX_WORDS: usize = 24;
/// Characters of one word (Chinese titles have no spaces).
const MAX_WORD: usize = 200;

/// A query in CQL, and what could not be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cql {
    /// the query
    pub text: String,
    /// parts left out, as the patron wrote them
    pub dropped: Vec<String>,
}

/// How a target wants its ISBNs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isbn {
    /// as they are
    Whole,
    /// with a truncation sign at the end, as opac2's own page does
    Truncated,
}

/// The query in CQL with the target's index names.
///
/// # Errors
/// `Unsupported` when nothing of the query can be asked.
pub(crate) fn cql(query: &Query, indexes: &Indexes, isbn: Isbn) -> Result<Cql, NetError> {
    if let Some(identifier) = &query.identifier {
        return Ok(Cql { text: by_identifier(identifier, indexes, isbn), dropped: Vec::new() });
    }
    let mut dropped = Vec::new();
    let mut parts = Vec::new();
    for clause in &query.clauses {
        let terms = terms(clause, &mut dropped);
        parts.extend(terms.iter().map(|term| in_field(clause.field, term, indexes)));
    }
    if parts.is_empty() {
        return Err(NetError::Unsupported("nothing that can be asked".to_owned()));
    }
    match (years(query, &indexes.date), year_text(query)) {
        (Some(clause), _) => parts.push(clause),
        (None, Some(text)) => dropped.push(text),
        (None, None) => {}
    }
    Ok(Cql { text: parts.join(" and "), dropped })
}

/// The terms of a clause. Lone punctuation finds nothing anywhere, so it is left out silently, unless
/// the patron typed nothing else.
fn terms(clause: &Clause, dropped: &mut Vec<String>) -> Vec<String> {
    let text = clean(&clause.text);
    if text.is_empty() {
        return Vec::new();
    }
    let says_something = |word: &&str| word.chars().any(|c| !half_width(c).is_ascii_punctuation());
    let mut words: Vec<&str> = text.split(' ').filter(says_something).collect();
    if words.is_empty() {
        words = text.split(' ').collect();
    }
    let mut terms = Vec::new();
    for word in words {
        if terms.len() >= MAX_WORDS || word.chars().count() > MAX_WORD {
            dropped.push(word.to_owned());
        } else {
            terms.push(word.to_owned());
        }
    }
    terms
}

fn in_field(field: Field, term: &str, indexes: &Indexes) -> String {
    let index = match field {
        Field::Any => name(&indexes.any, "cql.serverChoice"),
        Field::Title => name(&indexes.title, "dc.title"),
        Field::Creator => name(&indexes.creator, "dc.creator"),
        Field::Subject => name(&indexes.subject, "dc.subject"),
        Field::Publisher => name(&indexes.publisher, "dc.publisher"),
        Field::Container if indexes.container.is_empty() => name(&indexes.title, "dc.title"),
        Field::Container => &indexes.container,
    };
    is(index, term)
}

/// An exact look-up. Catalogues hold the old and the new form of an ISBN, so both are asked; what has
/// no index of its own is looked for anywhere.
fn by_identifier(identifier: &Identifier, indexes: &Indexes, isbn: Isbn) -> String {
    match identifier.kind {
        IdentifierKind::Isbn => {
            let index = name(&indexes.isbn, "bath.isbn");
            let form = |number: &str| match isbn {
                Isbn::Whole => is(index, number),
                Isbn::Truncated => any_of(index, &format!("\"{}*\"", escape(number))),
            };
            match isbn10(&identifier.value) {
                Some(old) => format!("({} or {})", form(&identifier.value), form(&old)),
                None => form(&identifier.value),
            }
        }
        IdentifierKind::Issn => is(name(&indexes.issn, "bath.issn"), &identifier.value),
        _ => is(name(&indexes.any, "cql.serverChoice"), &identifier.value),
    }
}

fn years(query: &Query, index: &str) -> Option<String> {
    let index = index.split_whitespace().next()?;
    match (query.year_from, query.year_to) {
        (Some(from), Some(to)) if from == to => Some(format!("{index}=\"{from}\"")),
        (Some(from), Some(to)) => Some(format!("{index}>=\"{from}\" and {index}<=\"{to}\"")),
        (Some(from), None) => Some(format!("{index}>=\"{from}\"")),
        (None, Some(to)) => Some(format!("{index}<=\"{to}\"")),
        (None, None) => None,
    }
}

/// The years as a patron reads them; none when not asked.
pub(crate) fn year_text(query: &Query) -> Option<String> {
    match (query.year_from, query.year_to) {
        (None, None) => None,
        (from, to) => {
            let year = |y: Option<i32>| y.map(|y| y.to_string()).unwrap_or_default();
            Some(format!("{}–{}", year(from), year(to)))
        }
    }
}

fn name<'a>(configured: &'a str, default: &'a str) -> &'a str {
    if configured.is_empty() { default } else { configured }
}

fn is(indexes: &str, term: &str) -> String {
    any_of(indexes, &format!("\"{}\"", escape(term)))
}

/// A setting may name several indexes, with spaces between: the term may stand in any of them.
fn any_of(indexes: &str, quoted: &str) -> String {
    let clauses: Vec<String> = indexes.split_whitespace().map(|index| format!("{index}={quoted}")).collect();
    match clauses.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" or ")),
    }
}

/// A term inside quotes: everything that CQL reads as a sign becomes a character.
pub(crate) fn escape(term: &str) -> String {
    let mut out = String::with_capacity(term.len());
    for c in term.chars() {
        if matches!(c, '\\' | '"' | '*' | '?' | '^') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &Query) -> Cql {
        cql(query, &Indexes::default(), Isbn::Whole).unwrap()
    }

    #[test]
    fn every_word_is_a_term_of_its_own() {
        let query = Query::words(Field::Title, "红楼梦\u{3000}研究 Vol.1");
        let asked = asked(&query);
        assert_eq!(asked.text, r#"dc.title="红楼梦" and dc.title="研究" and dc.title="Vol.1""#);
        assert_eq!(asked.dropped, Vec::<String>::new());
    }

    #[test]
    fn signs_of_cql_are_characters() {
        let text = r#"a" or 1=1 \ 史*记? ^x ( and )"#;
        let asked = asked(&Query::words(Field::Any, text)).text;
        // outside quotes nothing but our own index names and `and`
        let mut outside = String::new();
        let (mut quoted, mut escaped) = (false, false);
        for c in asked.chars() {
            match c {
                '\\' if quoted && !escaped => {
                    escaped = true;
                    continue;
                }
                '"' if !escaped => quoted = !quoted,
                c if !quoted => outside.push(c),
                _ => {}
            }
            escaped = false;
        }
        assert!(!quoted, "{asked}");
        for word in outside.split(' ') {
            assert!(matches!(word, "cql.serverChoice=" | "and"), "{word:?} in {asked}");
        }
        assert!(asked.contains(r#"="史\*记\?""#) && asked.contains(r#"="\^x""#), "{asked}");
    }

    #[test]
    fn an_isbn_is_asked_in_both_forms() {
        let query = Query::from_box("978-7-02-000220-7");
        assert_eq!(asked(&query).text, r#"(bath.isbn="9787020002207" or bath.isbn="702000220X")"#);
        let truncated = cql(&query, &Indexes::default(), Isbn::Truncated).unwrap();
        assert_eq!(truncated.text, r#"(bath.isbn="9787020002207*" or bath.isbn="702000220X*")"#);
    }

    #[test]
    fn a_field_may_have_several_indexes() {
        let indexes = Indexes { any: "title dc.creator".to_owned(), ..Indexes::default() };
        let asked = cql(&Query::words(Field::Any, "鲁迅 呐喊"), &indexes, Isbn::Whole).unwrap();
        let expected = r#"(title="鲁迅" or dc.creator="鲁迅") and (title="呐喊" or dc.creator="呐喊")"#;
        assert_eq!(asked.text, expected);
    }

    #[test]
    fn years_need_an_index() {
        let mut query = Query::words(Field::Creator, "鲁迅");
        (query.year_from, query.year_to) = (Some(1918), Some(1936));
        assert_eq!(asked(&query).dropped, ["1918–1936"]);
        let indexes = Indexes { date: "jhr".to_owned(), ..Indexes::default() };
        let dated = cql(&query, &indexes, Isbn::Whole).unwrap();
        assert_eq!(dated.text, r#"dc.creator="鲁迅" and jhr>="1918" and jhr<="1936""#);
        assert!(dated.dropped.is_empty());
    }

    #[test]
    fn a_pasted_page_is_cut_and_said() {
        let words: Vec<String> = (0..100).map(|n| format!("词{n}")).collect();
        let asked = asked(&Query::words(Field::Any, &words.join(" ")));
        assert_eq!(asked.text.matches("cql.serverChoice").count(), MAX_WORDS);
        assert_eq!(asked.dropped.len(), 100 - MAX_WORDS);
        let endless = "字".repeat(10_000);
        let refused = cql(&Query::words(Field::Any, &endless), &Indexes::default(), Isbn::Whole);
        assert!(matches!(refused, Err(NetError::Unsupported(_))));
    }

    #[test]
    fn lone_signs_are_left_out_unless_there_is_nothing_else() {
        assert_eq!(asked(&Query::words(Field::Any, "红 ／ 黑")).text.matches('=').count(), 2);
        assert_eq!(asked(&Query::words(Field::Any, "\"")).text, r#"cql.serverChoice="\"""#);
    }
}
