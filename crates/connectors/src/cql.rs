//! Translates a query to CQL, for all sources that accept it.
//!
//! What the patron typed is data: every term is quoted, with CQL's special characters escaped.

use hongyan_model::Query;
use hongyan_model::query::{Field, Join};

use crate::error::NetError;
use crate::source::Indexes;
pub(crate) use crate::term_tree::year_text;
use crate::term_tree::{self, Capabilities, Index, Node, Term};

/// A query in CQL, and what could not be expressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cql {
    /// the CQL text
    pub text: String,
    /// clauses that were dropped, as the patron typed them
    pub dropped: Vec<String>,
}

/// How a source expects ISBNs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isbn {
    /// as they are
    Whole,
    /// with a truncation mark at the end, as opac2's own page sends them
    Truncated,
}

/// Translates a query to CQL with the source's index names. With `folds`, the source treats script
/// variants as equal, so they are not listed.
///
/// # Errors
/// `Unsupported` when no part of the query can be expressed.
pub(crate) fn cql(query: &Query, indexes: &Indexes, isbn: Isbn, folds: bool) -> Result<Cql, NetError> {
    let able = Capabilities { folds, years: !indexes.date.trim().is_empty() };
    let question = term_tree::term_tree(query, able)?;
    let writer = Writer { indexes, isbn, single: false };
    Ok(Cql { text: writer.write(&question.ask), dropped: question.dropped })
}

/// Like [`cql`], without `or`: each term in one form and one index; alternatives of the patron are dropped.
///
/// # Errors
/// As [`cql`].
pub(crate) fn cql_without_or(query: &Query, indexes: &Indexes, isbn: Isbn) -> Result<Cql, NetError> {
    let mut query = query.clone();
    let mut first = true;
    let mut dropped = Vec::new();
    query.clauses.retain(|clause| {
        let keep = clause.join != Join::Or || std::mem::take(&mut first);
        first = false;
        if !keep {
            dropped.push(hongyan_model::text::clean(&clause.text));
        }
        keep
    });
    let able = Capabilities { folds: true, years: !indexes.date.trim().is_empty() };
    let mut question = term_tree::term_tree(&query, able)?;
    question.dropped.extend(dropped);
    let writer = Writer { indexes, isbn, single: true };
    Ok(Cql { text: writer.write(&question.ask), dropped: question.dropped })
}

struct Writer<'a> {
    indexes: &'a Indexes,
    isbn: Isbn,
    /// one form and one index of each term
    single: bool,
}

impl Writer<'_> {
    fn write(&self, ask: &Node) -> String {
        match ask {
            Node::Term(term) => self.term(term),
            Node::Join(join, left, right) => {
                let operator = operator(*join);
                // CQL gives all operators the same precedence, but not every server does: always use
                // brackets
                let left = match left.as_ref() {
                    Node::Join(other, ..) if other != join => format!("({})", self.write(left)),
                    left => self.write(left),
                };
                let right = match right.as_ref() {
                    Node::Join(..) => format!("({})", self.write(right)),
                    Node::Term(term) => self.term(term),
                };
                format!("{left} {operator} {right}")
            }
        }
    }

    fn term(&self, term: &Term) -> String {
        let relation = match term.index {
            Index::From => ">=",
            Index::To => "<=",
            _ => "=",
        };
        let sign = if term.index == Index::Isbn && self.isbn == Isbn::Truncated { "*" } else { "" };
        let mut clauses = Vec::new();
        for form in &term.forms {
            for index in self.index(term.index).split_whitespace() {
                clauses.push(format!("{index}{relation}\"{}{sign}\"", escape(form)));
            }
        }
        if self.single {
            clauses.truncate(1);
        }
        match clauses.as_slice() {
            [one] => one.clone(),
            several => format!("({})", several.join(" or ")),
        }
    }

    /// The index names, separated by spaces; the term may occur in any of them.
    fn index(&self, index: Index) -> &str {
        let indexes = self.indexes;
        match index {
            Index::Field(Field::Any) | Index::Number => name(&indexes.any, "cql.serverChoice"),
            Index::Field(Field::Title) => name(&indexes.title, "dc.title"),
            Index::Field(Field::Creator) => name(&indexes.creator, "dc.creator"),
            Index::Field(Field::Subject) => name(&indexes.subject, "dc.subject"),
            Index::Field(Field::Publisher) => name(&indexes.publisher, "dc.publisher"),
            Index::Field(Field::Container) => name(&indexes.container, name(&indexes.title, "dc.title")),
            Index::Isbn => name(&indexes.isbn, "bath.isbn"),
            Index::Issn => name(&indexes.issn, "bath.issn"),
            // only the first index: a year is in one place
            Index::Year | Index::From | Index::To => {
                indexes.date.split_whitespace().next().unwrap_or("dc.date")
            }
        }
    }
}

fn operator(join: Join) -> &'static str {
    match join {
        Join::And => "and",
        Join::Or => "or",
        Join::Not => "not",
    }
}

fn name<'a>(configured: &'a str, default: &'a str) -> &'a str {
    if configured.trim().is_empty() { default } else { configured }
}

/// Escapes a term for use inside quotes.
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
    use crate::term_tree::MAX_WORDS;

    fn asked(query: &Query) -> Cql {
        cql(query, &Indexes::default(), Isbn::Whole, true).unwrap()
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
        // outside quotes there are only our own index names and `and`
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
        let truncated = cql(&query, &Indexes::default(), Isbn::Truncated, true).unwrap();
        assert_eq!(truncated.text, r#"(bath.isbn="9787020002207*" or bath.isbn="702000220X*")"#);
    }

    #[test]
    fn a_field_may_have_several_indexes() {
        let indexes = Indexes { any: "title dc.creator".to_owned(), ..Indexes::default() };
        let asked = cql(&Query::words(Field::Any, "鲁迅 呐喊"), &indexes, Isbn::Whole, true).unwrap();
        let expected = r#"(title="鲁迅" or dc.creator="鲁迅") and (title="呐喊" or dc.creator="呐喊")"#;
        assert_eq!(asked.text, expected);
    }

    #[test]
    fn years_need_an_index() {
        let mut query = Query::words(Field::Creator, "鲁迅");
        (query.year_from, query.year_to) = (Some(1918), Some(1936));
        assert_eq!(asked(&query).dropped, ["1918–1936"]);
        let indexes = Indexes { date: "jhr".to_owned(), ..Indexes::default() };
        let dated = cql(&query, &indexes, Isbn::Whole, true).unwrap();
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
        let refused = cql(&Query::words(Field::Any, &endless), &Indexes::default(), Isbn::Whole, true);
        assert!(matches!(refused, Err(NetError::Unsupported(_))));
    }

    #[test]
    fn lone_signs_are_left_out_unless_there_is_nothing_else() {
        assert_eq!(asked(&Query::words(Field::Any, "红 ／ 黑")).text.matches('=').count(), 2);
        assert_eq!(asked(&Query::words(Field::Any, "\"")).text, r#"cql.serverChoice="\"""#);
    }

    #[test]
    fn joins_phrases_and_scripts() {
        let query = Query::from_box("鲁迅 小说 OR \"短篇 小说\" -题名:电视剧");
        assert_eq!(
            asked(&query).text,
            "((cql.serverChoice=\"鲁迅\" and cql.serverChoice=\"小说\") or cql.serverChoice=\"短篇 小说\") \
             not dc.title=\"电视剧\""
        );
        let scripts =
            cql(&Query::words(Field::Title, "历史"), &Indexes::default(), Isbn::Whole, false).unwrap();
        assert_eq!(scripts.text, r#"(dc.title="历史" or dc.title="歷史" or dc.title="歴史")"#);
    }
}
