//! What the platform reports about a request besides its state: supplier, condition, documents, messages.
//! All of it is outside text; the connector cleans it.

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
    /// short code: `PKU`; may be empty
    pub symbol: String,
    /// display name; may be empty
    pub name: String,
}

impl Supplier {
    /// The text to display: the name, else the symbol.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.symbol } else { &self.name }
    }
}

/// What a supplier requires before it supplies (`CONDITION_PENDING`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// ISO 18626 code: `LibraryUseOnly`, `CostExceedsMaxCost` …; may be unknown or empty
    pub code: String,
    /// explanation by the supplier
    pub text: String,
    /// cost of the supply
    pub cost: Option<Fen>,
    /// the part of it that the patron would pay
    pub cost_to_patron: Option<Fen>,
    /// last day for the patron's answer
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
    /// display name; never used as a path
    pub name: String,
    /// `application/pdf`
    pub media_type: String,
    /// size in bytes
    pub size: u64,
    /// SHA-256 of the content, lower-case hex; content with another digest is rejected
    pub sha256: String,
    /// remaining number of downloads; none where the platform sets no limit
    pub views_remaining: Option<u32>,
    /// when the platform deletes it
    pub expires_at: Option<Timestamp>,
}

/// A message between patron and librarian.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// id, made by the sender; for the patron's messages a UUID made here
    pub id: String,
    /// when it was sent
    pub at: Timestamp,
    /// sender
    pub from: Actor,
    /// text
    pub text: String,
    /// for a message of the library: when the patron read it, on any device
    #[serde(default)]
    pub read_at: Option<Timestamp>,
}

/// The last renewal that the patron asked for. The new due date is a field of the request, and only the
/// platform sets it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Renewal {
    /// `requested`, `granted`, `refused`, or an unknown state
    pub state: String,
    /// when it was asked for or decided
    pub at: Option<Timestamp>,
    /// explanation by the librarian
    pub text: String,
}
