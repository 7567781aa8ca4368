//! A query as a tree of terms, independent of the query language; [`crate::cql`] and [`crate::rpn`]
//! serialise it.
//!
//! Every word is a term of its own, because servers differ in how they treat several words in one. A term
//! lists its spelling variants if the source does not fold scripts.

use hongyan_model::identifier::{IdentifierKind, isbn10};
use hongyan_model::query::{Clause, Field, Join};
use hongyan_model::text::{clean, half_width};
use hongyan_model::{Identifier, Query, variants};

use crate::error::NetError;

/// Maximum number of words in a query; a page pasted into the box is not a search.
pub(crate) const MAX_WORDS: usize = 24;
/// Maximum length of a word, in characters (Chinese titles have no spaces).
const MAX_WORD: usize = 200;
/// Maximum number of variants of all words together; many servers reject a hundred alternatives.
const MAX_FORMS: usize = 48;

/// Index that a term is searched in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    Field(Field),
    Isbn,
    Issn,
    /// an identifier without an index of its own: all fields
    Number,
    /// exactly this year
    Year,
    /// this year or later
    From,
    /// this year or earlier
    To,
}

/// A search term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub index: Index,
    /// alternatives, at least one
    pub forms: Vec<String>,
    /// whether the words of an alternative must stand together
    pub phrase: bool,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Term(Term),
    /// left, right
    Join(Join, Box<Node>, Box<Node>),
}

impl Node {
    fn join(self, join: Join, right: Node) -> Node {
        Node::Join(join, Box::new(self), Box::new(right))
    }
}

/// Capabilities of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// treats 历史 and 歷史 as equal
    pub folds: bool,
    /// can filter by year
    pub years: bool,
}

/// The tree, and what had to be dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermTree {
    pub ask: Node,
    /// as the patron typed it
    pub dropped: Vec<String>,
}

/// Converts a query to a tree of at most [`MAX_WORDS`] terms.
///
/// # Errors
/// `Unsupported` when no part of the query can be expressed.
pub(crate) fn term_tree(query: &Query, able: Capabilities) -> Result<TermTree, NetError> {
    if let Some(identifier) = &query.identifier {
        return Ok(TermTree { ask: Node::Term(number(identifier)), dropped: Vec::new() });
    }
    let mut dropped = Vec::new();
    let mut room = MAX_WORDS;
    let mut parts: Vec<(Join, Field, bool, Vec<String>)> = Vec::new();
    for clause in &query.clauses {
        let words = words(clause, &mut room, &mut dropped);
        if !words.is_empty() {
            parts.push((clause.join, clause.field, clause.phrase, words));
        }
    }
    let count = parts.iter().map(|(.., words)| words.len()).sum::<usize>().max(1);
    let forms_each = if able.folds { 1 } else { (MAX_FORMS / count).max(1) };
    // a tree cannot begin with an excluded term, so it is moved after the first required one
    if let Some(first) = parts.iter().position(|(join, ..)| *join != Join::Not)
        && let Some(head) = parts.get_mut(..=first)
    {
        head.rotate_right(1);
    }
    let mut ask: Option<Node> = None;
    for (join, field, phrase, words) in parts {
        let terms = words.into_iter().map(|word| {
            let mut forms = if forms_each > 1 { variants::forms(&word) } else { vec![word] };
            forms.truncate(forms_each);
            Node::Term(Term { index: Index::Field(field), forms, phrase })
        });
        ask = match (ask, join) {
            (None, Join::Not) => {
                return Err(NetError::Unsupported("the query has excluded terms only".to_owned()));
            }
            (None, _) => terms.reduce(|left, right| left.join(Join::And, right)),
            (Some(left), Join::And) => Some(terms.fold(left, |left, right| left.join(Join::And, right))),
            (Some(left), join) => match terms.reduce(|left, right| left.join(Join::And, right)) {
                Some(right) => Some(left.join(join, right)),
                None => Some(left),
            },
        };
    }
    let mut ask = ask.ok_or_else(|| NetError::Unsupported("no part of the query is supported".to_owned()))?;
    if able.years {
        ask = years(query).into_iter().fold(ask, |left, year| left.join(Join::And, Node::Term(year)));
    } else {
        dropped.extend(year_text(query));
    }
    Ok(TermTree { ask, dropped })
}

/// The words of a clause, or the phrase as one. Words of punctuation alone never match and are dropped
/// silently, unless there is nothing else.
fn words(clause: &Clause, room: &mut usize, dropped: &mut Vec<String>) -> Vec<String> {
    let text = clean(&clause.text);
    if text.is_empty() {
        return Vec::new();
    }
    let says_something = |word: &&str| word.chars().any(|c| !half_width(c).is_ascii_punctuation());
    let mut words: Vec<&str> = text.split(' ').filter(says_something).collect();
    if words.is_empty() {
        words = text.split(' ').collect();
    }
    if clause.phrase {
        words = vec![text.as_str()];
    }
    let mut kept = Vec::new();
    for word in words {
        if *room == 0 || word.chars().count() > MAX_WORD {
            dropped.push(word.to_owned());
        } else {
            *room -= 1;
            kept.push(word.to_owned());
        }
    }
    kept
}

/// The term for an exact look-up. Catalogues store ISBNs with 10 or 13 digits, so both are listed.
fn number(identifier: &Identifier) -> Term {
    let mut forms = vec![identifier.value.clone()];
    let index = match identifier.kind {
        IdentifierKind::Isbn => {
            forms.extend(isbn10(&identifier.value));
            Index::Isbn
        }
        IdentifierKind::Issn => Index::Issn,
        _ => Index::Number,
    };
    Term { index, forms, phrase: false }
}

fn years(query: &Query) -> Vec<Term> {
    let term = |index, year: i32| Term { index, forms: vec![year.to_string()], phrase: false };
    match (query.year_from, query.year_to) {
        (Some(from), Some(to)) if from == to => vec![term(Index::Year, from)],
        (from, to) => {
            let from = from.map(|year| term(Index::From, year));
            from.into_iter().chain(to.map(|year| term(Index::To, year))).collect()
        }
    }
}

/// The years as text for the patron; none without a filter.
pub(crate) fn year_text(query: &Query) -> Option<String> {
    match (query.year_from, query.year_to) {
        (None, None) => None,
        (from, to) => {
            let year = |y: Option<i32>| y.map(|y| y.to_string()).unwrap_or_default();
            Some(format!("{}–{}", year(from), year(to)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_there_needs_something_to_be_taken_from() {
        let able = Capabilities { folds: true, years: false };
        let asked = term_tree(&Query::from_box("-电视剧 红楼梦"), able).unwrap();
        let Node::Join(Join::Not, left, right) = asked.ask else { panic!("{asked:?}") };
        assert!(matches!(*left, Node::Term(term) if term.forms == ["红楼梦"]));
        assert!(matches!(*right, Node::Term(term) if term.forms == ["电视剧"]));
        let mut only = Query::words(Field::Any, "电视剧");
        only.clauses[0].join = Join::Not;
        assert!(matches!(term_tree(&only, able), Err(NetError::Unsupported(_))));
    }

    #[test]
    fn forms_are_bounded_over_all_words() {
        let count = |text: &str| {
            fn forms(ask: &Node) -> usize {
                match ask {
                    Node::Term(term) => term.forms.len(),
                    Node::Join(_, left, right) => forms(left) + forms(right),
                }
            }
            let able = Capabilities { folds: false, years: false };
            forms(&term_tree(&Query::from_box(text), able).unwrap().ask)
        };
        assert!(count("台湾") > 2);
        assert!(count(&"台湾 ".repeat(100)) <= MAX_FORMS);
    }
}
