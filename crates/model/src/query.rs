//! What a patron asks the catalogues.

use serde::{Deserialize, Serialize};

use crate::identifier::Identifier;

mod citation;
mod expression;
mod number;

/// A field that a clause searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// anywhere
    #[default]
    Any,
    /// 题名
    Title,
    /// 责任者
    Creator,
    /// 主题
    Subject,
    /// 出版者
    Publisher,
    /// 刊名, title of the journal or host book
    Container,
}

/// How a clause joins what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Join {
    /// both must hold
    #[default]
    And,
    /// one of the two suffices
    Or,
    /// this one must not hold
    Not,
}

/// One condition: words in a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Clause {
    /// how it joins the clauses before it, from left to right; of no effect in the first clause
    /// unless it is [`Join::Not`]
    pub join: Join,
    /// where
    pub field: Field,
    /// the words, all of which must occur
    pub text: String,
    /// the words must stand together, in this order
    pub phrase: bool,
}

impl Clause {
    /// All of these words in a field.
    pub fn words(field: Field, text: impl Into<String>) -> Clause {
        Clause { field, text: text.into(), ..Clause::default() }
    }
}

/// A query: an identifier alone, or clauses read from left to right, within years.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Query {
    /// exact look-up; when set, the clauses are ignored
    pub identifier: Option<Identifier>,
    /// from left to right
    pub clauses: Vec<Clause>,
    /// first year, inclusive
    pub year_from: Option<i32>,
    /// last year, inclusive
    pub year_to: Option<i32>,
}

impl Query {
    /// From the one search box: an identifier if the text is or holds one; the title and first
    /// creator of a pasted citation; else words, `"phrases"`, `AND` `OR` `NOT` `-word` and
    /// `题名:…`. Any text at all; what is longer than [`LONGEST`] is cut.
    pub fn from_box(text: &str) -> Query {
        let text = crate::text::clean(text);
        let whole: String = text.chars().take(LONGEST_PASTED).collect();
        if let Some(identifier) = Identifier::recognise(&whole).or_else(|| number::within(&whole)) {
            return Query { identifier: Some(identifier), ..Query::default() };
        }
        if let Some(clauses) = citation::read(&whole) {
            return Query { clauses, ..Query::default() };
        }
        let text: String = whole.chars().take(LONGEST).collect();
        Query { clauses: expression::read(&text), ..Query::default() }
    }

    /// One clause.
    pub fn words(field: Field, text: &str) -> Query {
        Query { clauses: vec![Clause::words(field, text)], ..Query::default() }
    }

    /// True when nothing would be asked.
    pub fn is_empty(&self) -> bool {
        self.identifier.is_none() && self.clauses.iter().all(|clause| clause.text.trim().is_empty())
    }

    /// The query as a patron would type it, for recent searches and hand-over. Typed again it is the
    /// same query, but for the years, which the box does not know.
    pub fn display(&self) -> String {
        match &self.identifier {
            Some(identifier) => number::display(identifier),
            None => expression::display(&self.clauses),
        }
    }
}

/// Longest text of words that is asked, in characters; what is longer is no title.
pub const LONGEST: usize = 500;
/// Longest text that is looked through for a number or a citation, in characters.
const LONGEST_PASTED: usize = 4_000;

#[cfg(test)]
mod tests;
