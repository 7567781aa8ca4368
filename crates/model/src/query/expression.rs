//! The syntax of the search box: parsing to clauses, and back.
//!
//! ```text
//! 鲁迅 小说             all words
//! "短篇 小说"           a phrase; 「」 『』 “” and ＂＂ are quotation marks too
//! 鲁迅 OR 周树人        either word; also AND, NOT; upper case; evaluated from left to right
//! 红楼梦 -电视剧        excludes a word, like NOT
//! 作者:鲁迅             in a field; also title: creator: subject: publisher: journal:
//! 鲁迅 AND (呐喊 OR 红)  one group of OR, put in front: (呐喊 OR 红) AND 鲁迅
//! ```
//! Text that is not a valid expression is taken as words: no input is an error.

use super::{Clause, Field, Join};
use crate::text::half_width;

/// Maximum number of clauses; further words are added to the last one.
const MOST: usize = 16;

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Operator(Join),
    Term { not: bool, field: Option<Field>, text: String, phrase: bool },
}

/// Parses cleaned text; one clause of words if it is not a valid expression.
pub(super) fn parse(text: &str) -> Vec<Clause> {
    let moved = grouped(text);
    let text = moved.as_deref().unwrap_or(text);
    match clauses(&tokens(&paired(text))) {
        Some(clauses) if !clauses.is_empty() => clauses,
        _ => vec![Clause::words(Field::Any, text)],
    }
}

/// The group in brackets with an OR, and what stands around it; none without one. Field names and operators stand before
/// brackets; `（全三册）` and `f(x OR y)` are no groups.
fn group(text: &str) -> Option<(&str, &str, &str)> {
    let has_or = |inner: &str| inner.split_whitespace().any(|word| matches!(word, "OR" | "ＯＲ"));
    let mut depth = 0_usize;
    let mut start = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' => {
                if depth == 0 && before.is_whitespace() {
                    start = Some((at, at + c.len_utf8()));
                }
                depth += 1;
            }
            ')' | '）' if depth > 0 => {
                depth -= 1;
                if depth == 0
                    && let Some((open, inside)) = start.take()
                {
                    let inner = text.get(inside..at)?;
                    if has_or(inner) {
                        return Some((text.get(..open)?, inner, text.get(at + c.len_utf8()..)?));
                    }
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

/// One group of OR in front, where evaluation from left to right gives it its meaning: `a AND (b OR c)` is `b OR c AND a`. None
/// where there is no group, or where the text cannot be written so.
fn grouped(text: &str) -> Option<String> {
    let (head, inner, tail) = group(text)?;
    let simple = !inner.contains(['(', '（']) && group(tail).is_none();
    let operators =
        |text: &str| text.split_whitespace().any(|word| matches!(word, "OR" | "ＯＲ" | "NOT" | "ＮＯＴ"));
    if !simple || operators(head) || tail.split_whitespace().any(|word| matches!(word, "OR" | "ＯＲ")) {
        return None;
    }
    // inside of the group everything is joined by OR
    if inner.split_whitespace().any(|word| matches!(word, "AND" | "ＡＮＤ" | "NOT" | "ＮＯＴ")) {
        return None;
    }
    let and = |word: &&str| !matches!(*word, "AND" | "ＡＮＤ");
    let head: Vec<&str> = head.split_whitespace().filter(and).collect();
    let tail: Vec<&str> = tail.split_whitespace().collect();
    let tail = match tail.as_slice() {
        ["AND" | "ＡＮＤ", rest @ ..] => rest.join(" "),
        rest => rest.join(" "),
    };
    let mut out = inner.trim().to_owned();
    for part in [head.join(" "), tail] {
        if !part.is_empty() {
            let joined = if part.starts_with("NOT ") || part.starts_with('-') { " " } else { " AND " };
            out.push_str(joined);
            out.push_str(&part);
        }
    }
    Some(out)
}

/// Whether a text has groups that the syntax of the box cannot express.
pub(super) fn has_groups(text: &str) -> bool {
    group(text).is_some() && grouped(text).is_none()
}

/// Formats clauses in the syntax of the box.
pub(super) fn display(clauses: &[Clause]) -> String {
    let mut out = String::new();
    let asked = clauses.iter().filter(|clause| !clause.text.trim().is_empty());
    let mut before: Option<&Clause> = None;
    for clause in asked {
        let text = clause.text.trim();
        let words = !clause.phrase && clause.field == Field::Any;
        let sign = clause.field != Field::Any
            || clause.phrase
            || text.contains(' ')
            || text.starts_with(char::is_alphanumeric);
        let joined = match (before, clause.join) {
            (None, Join::Not) if sign => "-",
            (None, Join::Not) => "NOT ",
            (None, _) => "",
            (Some(_), Join::Not) if sign => " -",
            (Some(_), Join::Not) => " NOT ",
            (Some(_), Join::Or) => " OR ",
            // adjacent clauses of plain words would be parsed as one clause
            (Some(b), Join::And) if words && !b.phrase && b.field == Field::Any && b.join != Join::Not => {
                " AND "
            }
            (Some(_), Join::And) => " ",
        };
        out.push_str(joined);
        out.push_str(prefix(clause.field));
        // a field name or a NOT applies only to the term right after it
        let bound = clause.field != Field::Any || clause.join == Join::Not;
        match (clause.phrase, bound && text.contains(' ')) {
            (true, _) => out.push_str(&format!("\"{text}\"")),
            (_, true) => out.push_str(&format!("({text})")),
            _ => out.push_str(text),
        }
        before = Some(clause);
    }
    out
}

const NAMES: [(Field, &str, &[&str]); 5] = [
    (Field::Title, "题名:", &["题名", "題名", "书名", "書名", "title"]),
    (Field::Creator, "作者:", &["作者", "责任者", "責任者", "author", "creator"]),
    (Field::Subject, "主题:", &["主题", "主題", "subject"]),
    (Field::Publisher, "出版者:", &["出版者", "出版社", "publisher"]),
    (Field::Container, "刊名:", &["刊名", "期刊", "journal"]),
];

fn prefix(field: Field) -> &'static str {
    NAMES.iter().find(|(known, ..)| *known == field).map(|(_, name, _)| *name).unwrap_or_default()
}

/// The closing quotation mark for an opening one.
fn closing(c: char) -> Option<char> {
    match c {
        '"' | '“' | '”' | '＂' => Some('"'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

/// Treats `” “ ＂` as `"`, because input methods confuse them.
fn plain(c: char) -> char {
    if matches!(c, '“' | '”' | '＂') { '"' } else { c }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        let (token, after) = token(rest, tokens.last() == Some(&Token::Operator(Join::Not)));
        // always advances: a token has at least one character
        rest = if after.len() < rest.len() { after } else { "" };
        tokens.extend(token);
    }
    tokens
}

/// Parses the first token and returns the rest; `bound` when a NOT stands before it.
fn token(text: &str, bound: bool) -> (Option<Token>, &str) {
    let (not, body) = match text.strip_prefix(['-', '－', '−']) {
        Some(body) if body.starts_with(|c: char| c.is_alphanumeric() || c == '(' || closing(c).is_some()) => {
            (true, body)
        }
        _ => (false, text),
    };
    let (field, body) = named(body);
    if let Some((inner, after)) = enclosed(body) {
        let inner = unquoted(inner);
        let term = Token::Term { not, field, text: inner.clone(), phrase: true };
        return ((!inner.is_empty()).then_some(term), after);
    }
    if (field.is_some() || not || bound)
        && let Some((inner, after)) = body.strip_prefix('(').and_then(|body| body.split_once(')'))
    {
        let inner = unquoted(inner);
        let term = Token::Term { not, field, text: inner.clone(), phrase: false };
        return ((!inner.is_empty()).then_some(term), after);
    }
    // a quotation may follow a word without a space: 鲁迅"短篇小说"
    let mut end = body.len();
    for (at, c) in body.char_indices() {
        let starts = at > 0 && closing(c).is_some() && body.get(at..).is_some_and(|t| enclosed(t).is_some());
        if c.is_whitespace() || starts {
            end = at;
            break;
        }
    }
    let (word, after) = body.split_at_checked(end).unwrap_or((body, ""));
    let token = match word {
        "AND" | "ＡＮＤ" if !not && field.is_none() => Token::Operator(Join::And),
        "OR" | "ＯＲ" if !not && field.is_none() => Token::Operator(Join::Or),
        "NOT" | "ＮＯＴ" if !not && field.is_none() => Token::Operator(Join::Not),
        _ => Token::Term { not, field, text: unquoted(word), phrase: false },
    };
    let nothing = matches!(&token, Token::Term { text, .. } if text.is_empty());
    ((!nothing).then_some(token), after)
}

/// Replaces unpaired quotation marks by spaces.
fn paired(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let whole = enclosed(rest).and_then(|(_, after)| rest.split_at_checked(rest.len() - after.len()));
        rest = match whole {
            Some((quotation, after)) => {
                out.push_str(quotation);
                after
            }
            None => {
                out.push(if closing(c).is_some() || matches!(c, '」' | '』') { ' ' } else { c });
                rest.get(c.len_utf8()..).unwrap_or_default()
            }
        };
    }
    out
}

/// Removes the remaining quotation marks, which are unpaired.
fn unquoted(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if closing(c).is_some() || matches!(c, '」' | '』') { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Parses a leading field name if a term follows it.
fn named(text: &str) -> (Option<Field>, &str) {
    let Some((name, body)) = text.split_once([':', '：']) else { return (None, text) };
    if name.chars().count() > 10 || !body.chars().next().is_some_and(|c| !c.is_whitespace() && c != '/') {
        return (None, text);
    }
    let name: String = name.chars().map(half_width).flat_map(char::to_lowercase).collect();
    match NAMES.iter().find(|(_, _, names)| names.contains(&name.as_str())) {
        Some((field, ..)) => (Some(*field), body),
        None => (None, text),
    }
}

/// Parses a leading quoted text; returns it and the rest.
fn enclosed(text: &str) -> Option<(&str, &str)> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let end = closing(first)?;
    let (open, _) = chars.next()?;
    let close = text.get(open..)?.char_indices().find(|(_, c)| *c == end || plain(*c) == end)?;
    let at = open + close.0;
    Some((text.get(open..at)?, text.get(at + close.1.len_utf8()..)?))
}

/// None when the operators are misplaced.
fn clauses(tokens: &[Token]) -> Option<Vec<Clause>> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut operator: Option<Join> = None;
    let mut positive = false;
    for token in tokens {
        match token {
            Token::Operator(join) => {
                operator = match (operator, join) {
                    (None, Join::Not) => Some(Join::Not),
                    (None, join) if !clauses.is_empty() => Some(*join),
                    (Some(Join::And), Join::Not) => Some(Join::Not),
                    _ => return None,
                };
            }
            Token::Term { not, field, text, phrase } => {
                let join = match operator.take() {
                    Some(Join::Or) if *not => return None,
                    Some(join) if !*not => Some(join),
                    _ if *not => Some(Join::Not),
                    _ => None,
                };
                positive |= join != Some(Join::Not);
                let words = field.is_none() && !phrase;
                let full = clauses.len() >= MOST;
                let last = clauses.last_mut().filter(|last| !last.phrase && last.field == Field::Any);
                match last {
                    // adjacent words form one clause
                    Some(last) if words && join.is_none() && last.join != Join::Not => {
                        last.text.push(' ');
                        last.text.push_str(text);
                    }
                    _ if full => {
                        let last = clauses.last_mut()?;
                        last.text.push(' ');
                        last.text.push_str(text);
                    }
                    _ => clauses.push(Clause {
                        join: join.unwrap_or_default(),
                        field: field.unwrap_or_default(),
                        text: text.clone(),
                        phrase: *phrase,
                    }),
                }
            }
        }
    }
    (operator.is_none() && positive).then_some(clauses)
}
