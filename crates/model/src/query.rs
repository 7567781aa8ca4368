//! A patron's query to the catalogues.

use serde::{Deserialize, Serialize};

use crate::identifier::{Identifier, IdentifierKind};
use crate::numbers;

mod citation;
mod expression;
mod refused;
mod relaxed;

pub use self::refused::{Refused, refused};
pub use self::relaxed::{LeftOut, Loosened, Relaxed, relaxed};

/// The field that a clause searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// any field
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

/// How a clause is combined with the clauses before it.
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
    /// operator towards the clauses before it, evaluated from left to right; in the first clause only
    /// [`Join::Not`] has an effect
    pub join: Join,
    /// the field
    pub field: Field,
    /// the words; all must occur
    pub text: String,
    /// whether the words must stand together, in this order
    pub phrase: bool,
}

impl Clause {
    /// A clause that requires all of these words in a field.
    pub fn words(field: Field, text: impl Into<String>) -> Clause {
        Clause { field, text: text.into(), ..Clause::default() }
    }
}

/// A query: either an identifier, or clauses evaluated from left to right; optionally limited to years.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Query {
    /// exact look-up; when set, the clauses are ignored
    pub identifier: Option<Identifier>,
    /// evaluated from left to right
    pub clauses: Vec<Clause>,
    /// first year, inclusive
    pub year_from: Option<i32>,
    /// last year, inclusive
    pub year_to: Option<i32>,
}

impl Query {
    /// Parses the text of the search box: an identifier if the text is or contains one; title and first
    /// creator of a pasted citation; else words, `"phrases"`, `AND` `OR` `NOT` `-word` and `题名:…`.
    /// Accepts any text; text longer than [`LONGEST`] is cut.
    pub fn from_box(text: &str) -> Query {
        let text = crate::text::clean(text);
        let whole: String = text.chars().take(LONGEST_PASTED).collect();
        // what the address of a shop or a catalogue says
        if let Some(query) = refused::address(&whole).as_ref().and_then(refused::named) {
            return query;
        }
        if let Some(identifier) = numbers::read(&whole).of_work() {
            return Query { identifier: Some(identifier.clone()), ..Query::default() };
        }
        if let Some(clauses) = citation::parse(&whole) {
            return Query { clauses, ..Query::default() };
        }
        let text: String = whole.chars().take(LONGEST).collect();
        Query { clauses: expression::parse(&text), ..Query::default() }
    }

    /// A query with one clause.
    pub fn words(field: Field, text: &str) -> Query {
        Query { clauses: vec![Clause::words(field, text)], ..Query::default() }
    }

    /// Whether the query asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.identifier.is_none() && self.clauses.iter().all(|clause| clause.text.trim().is_empty())
    }

    /// The query as a patron would type it, for recent searches and hand-over. Parsing it gives the same
    /// query, except for the years, which the box cannot express.
    pub fn display(&self) -> String {
        match &self.identifier {
            Some(identifier) => shown(identifier),
            None => expression::display(&self.clauses),
        }
    }
}

/// An identifier so that the box recognises it again.
fn shown(identifier: &Identifier) -> String {
    let value = &identifier.value;
    match identifier.kind {
        IdentifierKind::Pmid => format!("PMID: {value}"),
        IdentifierKind::Arxiv => format!("arXiv:{value}"),
        IdentifierKind::Oclc => format!("OCLC: {value}"),
        IdentifierKind::Cn => format!("CN {value}"),
        IdentifierKind::Cstr => format!("CSTR:{value}"),
        _ => value.clone(),
    }
}

/// Longest text of words that is sent, in characters.
pub const LONGEST: usize = 500;
/// Longest text that is searched for an identifier or a citation, in characters.
const LONGEST_PASTED: usize = 4_000;

#[cfg(test)]
mod tests;
