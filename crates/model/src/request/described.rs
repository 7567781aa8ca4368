//! What the platform says of a request beside its state: who supplies, on what condition, which
//! documents came, what was written. All of it is outside text, cleaned by whoever reads it in.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Actor;
use crate::money::Fen;

/// 提供馆.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Supplier {
    /// short name: `PKU`; may be empty
    pub symbol: String,
    /// name to show; may be empty
    pub name: String,
}

impl Supplier {
    /// What to call it: its name, else its symbol.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.symbol } else { &self.name }
    }
}

/// What a supplier asks before it supplies (`CONDITION_PENDING`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// ISO 18626: `LibraryUseOnly`, `CostExceedsMaxCost` …; may be new to us or empty
    pub code: String,
    /// the supplier's own sentence
    pub text: String,
    /// what it would cost
    pub cost: Option<Fen>,
    /// what of it the patron would pay
    pub cost_to_patron: Option<Fen>,
    /// last day to answer
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub answer_by: Option<Date>,
}

/// A delivered document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// the platform's id
    pub id: String,
    /// name to show; never used as a path
    pub name: String,
    /// `application/pdf`
    pub media_type: String,
    /// bytes
    pub size: u64,
    /// of the content, lower-case hex; what does not match it is not the document
    pub sha256: String,
    /// how often it may still be fetched; none where the platform sets no limit
    pub views_remaining: Option<u32>,
    /// when the platform throws it away
    pub expires_at: Option<Timestamp>,
}

/// Something that patron and librarian wrote to each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// made by whoever wrote it; the patron's own are UUIDs made here
    pub id: String,
    /// when
    pub at: Timestamp,
    /// who
    pub from: Actor,
    /// what
    pub text: String,
    /// of a message of the library: when the patron read it, on whatever machine
    #[serde(default)]
    pub read_at: Option<Timestamp>,
}

/// The last renewal that the patron asked for. The new day stands in the request, and only the platform
/// sets it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Renewal {
    /// `requested`, `granted`, `refused`, or new to us
    pub state: String,
    /// when
    pub at: Option<Timestamp>,
    /// the librarian's words
    pub text: String,
}
