//! Translates clauses to words and to the boolean expression that most search engines accept: quoted
//! terms, `AND`, `OR`, `NOT`, brackets. What the patron typed is data: it is quoted, with the engine's
//! special characters escaped or removed, so that no word is parsed as an operator.

use hongyan_model::Query;
use hongyan_model::query::{Clause, Field, Join};
use hongyan_model::text::{clean, half_width};

use crate::cql::year_text;
use crate::error::NetError;

/// Maximum number of words in a query; a page pasted into the box is not a search.
const MAX_WORDS: usize = 24;
/// Maximum length of a word, in characters (Chinese titles have no spaces).
const MAX_WORD: usize = 200;
/// Maximum length of all words, in characters. They are sent in the URL, where a Han character takes nine
/// bytes, and some servers reject URLs over 4 KB.
const MAX_CHARS: usize = 320;

/// A clause split into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// operator towards the clauses before it
    pub join: Join,
    /// field
    pub field: Field,
    /// all of them must occur; for a phrase, one entry with the whole phrase
    pub words: Vec<String>,
    /// whether the words are a phrase
    pub phrase: bool,
}

impl Part {
    /// The text as the patron typed it.
    pub fn text(&self) -> String {
        self.words.join(" ")
    }
}

/// Splits the clauses of a query into words; returns also what was dropped. Words of punctuation alone
/// never match, so they are dropped silently unless there is nothing else. `strip` removes the source's
/// special characters. A clause that must not occur is moved after the first one that must, because most
/// engines reject a purely negative query.
///
/// # Errors
/// `Unsupported` when no clause is left that must occur.
pub(crate) fn parts(query: &Query, strip: fn(&str) -> String) -> Result<(Vec<Part>, Vec<String>), NetError> {
    let mut dropped = Vec::new();
    let mut room = WordBudget { words: MAX_WORDS, chars: MAX_CHARS };
    let mut parts: Vec<Part> =
        query.clauses.iter().filter_map(|clause| part(clause, strip, &mut room, &mut dropped)).collect();
    let first = parts.iter().position(|part| part.join != Join::Not);
    match first {
        // `not a, and b` becomes `b not a`; `not a, or b` cannot be expressed
        Some(at) => {
            let mut part = parts.remove(at);
            if at > 0 && part.join == Join::Or {
                dropped.extend(parts.drain(..at).map(|part| part.text()));
            }
            part.join = Join::And;
            parts.insert(0, part);
        }
        None => return Err(NetError::Unsupported("no part of the query is supported".to_owned())),
    }
    Ok((parts, dropped))
}

struct WordBudget {
    words: usize,
    chars: usize,
}

impl WordBudget {
    fn takes(&mut self, word: &str) -> bool {
        let chars = word.chars().count();
        let fits = self.words > 0 && chars <= MAX_WORD && chars <= self.chars;
        if fits {
            self.words -= 1;
            self.chars -= chars;
        }
        fits
    }
}

fn part(
    clause: &Clause,
    strip: fn(&str) -> String,
    room: &mut WordBudget,
    dropped: &mut Vec<String>,
) -> Option<Part> {
    let text = clean(&clause.text);
    let says_something = |word: &&str| word.chars().any(|c| !half_width(c).is_ascii_punctuation());
    let mut words: Vec<&str> = text.split(' ').filter(says_something).collect();
    if words.is_empty() {
        words = text.split(' ').collect();
    }
    let stripped = |word: &str| clean(&strip(word));
    let phrase = clause.phrase && words.len() > 1;
    let candidates: Vec<(String, String)> = if phrase {
        let whole = words.join(" ");
        vec![(stripped(&whole), whole)]
    } else {
        words.iter().map(|word| (stripped(word), (*word).to_owned())).collect()
    };
    let mut words = Vec::new();
    for (asked, typed) in candidates {
        if asked.is_empty() {
            continue;
        }
        if room.takes(&asked) {
            words.push(asked);
        } else {
            dropped.push(typed);
        }
    }
    (!words.is_empty()).then_some(Part {
        join: clause.join,
        field: clause.field,
        words,
        phrase: clause.phrase,
    })
}

/// The operators of an engine, with surrounding spaces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operators {
    /// ` AND `
    pub and: &'static str,
    /// ` OR `
    pub or: &'static str,
    /// ` NOT `, ` AND NOT `, ` ANDNOT `
    pub not: &'static str,
}

/// Combines clauses into one expression, evaluated from left to right, with brackets where precedence
/// matters. `term` formats a word in a field, or returns none for a field that the engine lacks; such a
/// clause is added to `dropped`. None when nothing is left.
pub(crate) fn expression(
    parts: &[Part],
    operators: Operators,
    term: impl Fn(Field, &str) -> Option<String>,
    dropped: &mut Vec<String>,
) -> Option<String> {
    let mut whole = String::new();
    let mut last = None;
    for part in parts {
        let terms: Option<Vec<String>> = part.words.iter().map(|word| term(part.field, word)).collect();
        let Some(terms) = terms.filter(|terms| !terms.is_empty()) else {
            dropped.push(part.text());
            continue;
        };
        let several = terms.len() > 1;
        let clause = terms.join(operators.and);
        if whole.is_empty() {
            // an expression cannot begin with a negated term
            if part.join == Join::Not {
                dropped.push(part.text());
                continue;
            }
            last = several.then_some(Join::And);
            whole = clause;
            continue;
        }
        if last.is_some_and(|last| last != part.join) {
            whole = format!("({whole})");
        }
        let operator = match part.join {
            Join::And => operators.and,
            Join::Or => operators.or,
            Join::Not => operators.not,
        };
        whole.push_str(operator);
        whole.push_str(&if several { format!("({clause})") } else { clause });
        last = Some(part.join);
    }
    (!whole.is_empty()).then_some(whole)
}

/// Groups clauses by field, for sources with one expression per field, joined by "and". `or` and `not`
/// work only within a field; what cannot be expressed is added to `dropped`.
pub(crate) fn by_field(
    parts: Vec<Part>,
    known: impl Fn(Field) -> bool,
    dropped: &mut Vec<String>,
) -> Vec<(Field, Vec<Part>)> {
    let mut groups: Vec<(Field, Vec<Part>)> = Vec::new();
    for part in parts {
        let only = groups.len() == 1;
        let group = groups.iter_mut().find(|(field, _)| *field == part.field);
        match (part.join, group) {
            _ if !known(part.field) => dropped.push(part.text()),
            (Join::Or, Some((_, parts))) if only => parts.push(part),
            (Join::And | Join::Not, Some((_, parts))) => parts.push(part),
            (Join::And, None) => groups.push((part.field, vec![part])),
            (Join::Or | Join::Not, _) => dropped.push(part.text()),
        }
    }
    groups
}

/// The first and last year of a query, for sources that take four digits; other years are added to
/// `dropped`.
pub(crate) fn years(query: &Query, dropped: &mut Vec<String>) -> Option<(Option<i32>, Option<i32>)> {
    let said = year_text(query)?;
    let good = |year: Option<i32>| year.is_none_or(|year| (1000..=9999).contains(&year));
    if good(query.year_from) && good(query.year_to) {
        return Some((query.year_from, query.year_to));
    }
    dropped.push(said);
    None
}

/// Quotes a term, with quotation mark and backslash escaped as in Lucene.
pub(crate) fn quoted(term: &str) -> String {
    let mut out = String::with_capacity(term.len() + 2);
    out.push('"');
    for c in term.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Replaces the special characters of expressions by spaces, for engines without a known escape.
pub(crate) fn without_signs(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(half_width(c), '"' | '\\' | '(' | ')' | '[' | ']' | ':' | '|' | '*' | '?') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LUCENE: Operators = Operators { and: " AND ", or: " OR ", not: " AND NOT " };

    fn clause(join: Join, field: Field, text: &str) -> Clause {
        Clause { join, field, text: text.to_owned(), phrase: false }
    }

    fn asked(clauses: Vec<Clause>) -> (Option<String>, Vec<String>) {
        let query = Query { clauses, ..Query::default() };
        let (parts, mut dropped) = parts(&query, str::to_owned).unwrap();
        let term = |field, word: &str| match field {
            Field::Any => Some(quoted(word)),
            Field::Title => Some(format!("ti:{}", quoted(word))),
            _ => None,
        };
        let whole = expression(&parts, LUCENE, term, &mut dropped);
        (whole, dropped)
    }

    #[test]
    fn joins_from_left_to_right() {
        let (whole, dropped) = asked(vec![
            clause(Join::And, Field::Title, "红楼梦 研究"),
            clause(Join::Or, Field::Any, "紅樓夢"),
            clause(Join::Not, Field::Title, "续 书"),
            clause(Join::And, Field::Creator, "俞平伯"),
        ]);
        assert_eq!(
            whole.unwrap(),
            r#"((ti:"红楼梦" AND ti:"研究") OR "紅樓夢") AND NOT (ti:"续" AND ti:"书")"#
        );
        assert_eq!(dropped, ["俞平伯"]);
    }

    #[test]
    fn what_must_not_occur_comes_behind() {
        let (whole, dropped) =
            asked(vec![clause(Join::Not, Field::Any, "续书"), clause(Join::And, Field::Any, "红楼梦")]);
        assert_eq!((whole.unwrap().as_str(), dropped.len()), (r#""红楼梦" AND NOT "续书""#, 0));
        let (whole, dropped) =
            asked(vec![clause(Join::Not, Field::Any, "续书"), clause(Join::Or, Field::Any, "红楼梦")]);
        assert_eq!((whole.unwrap().as_str(), dropped), (r#""红楼梦""#, vec!["续书".to_owned()]));
        let only = Query { clauses: vec![clause(Join::Not, Field::Any, "续书")], ..Query::default() };
        assert!(matches!(parts(&only, str::to_owned), Err(NetError::Unsupported(_))));
    }

    #[test]
    fn nothing_typed_is_an_operator_or_ends_a_quote() {
        let (whole, _) = asked(vec![clause(Join::And, Field::Any, r#"a" OR \ "鲁迅 AND"#)]);
        assert_eq!(whole.unwrap(), r#""a\"" AND "OR" AND "\"鲁迅" AND "AND""#);
        assert_eq!(without_signs("a\"（b：c）\\"), "a  b c  ");
    }

    #[test]
    fn a_phrase_is_one_term_and_a_pasted_page_is_cut() {
        let phrase = Clause { phrase: true, ..clause(Join::And, Field::Any, "history of  中国") };
        assert_eq!(asked(vec![phrase]).0.unwrap(), r#""history of 中国""#);
        let words: Vec<String> = (0..100).map(|n| format!("词{n}")).collect();
        let (whole, dropped) = asked(vec![clause(Join::And, Field::Any, &words.join(" "))]);
        assert_eq!((whole.unwrap().matches("AND").count(), dropped.len()), (MAX_WORDS - 1, 100 - MAX_WORDS));
        let endless = Query::words(Field::Any, &"字".repeat(10_000));
        assert!(parts(&endless, str::to_owned).is_err());
    }

    #[test]
    fn fields_apart_know_or_and_not_among_themselves() {
        let grouped = |clauses: Vec<Clause>| {
            let query = Query { clauses, ..Query::default() };
            let mut dropped = Vec::new();
            let groups = by_field(
                parts(&query, str::to_owned).unwrap().0,
                |field| field != Field::Publisher,
                &mut dropped,
            );
            (groups.iter().map(|(field, parts)| (*field, parts.len())).collect::<Vec<_>>(), dropped)
        };
        assert_eq!(
            grouped(vec![
                clause(Join::And, Field::Title, "红楼梦"),
                clause(Join::Or, Field::Title, "石头记"),
                clause(Join::And, Field::Creator, "曹雪芹"),
                clause(Join::Not, Field::Title, "续"),
                clause(Join::Or, Field::Creator, "高鹗"),
                clause(Join::And, Field::Publisher, "中华书局"),
            ]),
            (vec![(Field::Title, 3), (Field::Creator, 1)], vec!["高鹗".to_owned(), "中华书局".to_owned()])
        );
    }
}
