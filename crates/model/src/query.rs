//! What a patron asks the catalogues.

use serde::{Deserialize, Serialize};

use crate::identifier::Identifier;

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
    /// From the one search box: an identifier if the whole text is one, else words anywhere.
    pub fn from_box(text: &str) -> Query {
        let text = crate::text::clean(text);
        match Identifier::recognise(&text) {
            Some(identifier) => Query { identifier: Some(identifier), ..Query::default() },
            None => Query::words(Field::Any, &text),
        }
    }

    /// One clause.
    pub fn words(field: Field, text: &str) -> Query {
        Query { clauses: vec![Clause::words(field, text)], ..Query::default() }
    }

    /// True when nothing would be asked.
    pub fn is_empty(&self) -> bool {
        self.identifier.is_none() && self.clauses.iter().all(|clause| clause.text.trim().is_empty())
    }

    /// The query as a patron would type it, for recent searches and hand-over.
    pub fn display(&self) -> String {
        match &self.identifier {
            Some(identifier) => identifier.value.clone(),
            None => self.clauses.iter().map(|c| c.text.trim()).collect::<Vec<_>>().join(" "),
        }
    }
}
