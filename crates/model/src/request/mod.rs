//! A request and its life cycle: [`draft`] is the patron's form, [`fill`] completes it from a catalogue,
//! [`state`] has the states, [`transitions`] the steps between them and [`reasons`] their reasons,
//! [`batch`] splits a list of works into requests, [`checks`] validates before sending, [`wire`] produces
//! the bytes that are stored, sent and digested, [`described`] is what the platform reports besides the
//! state, [`status_words`] what a library's page seems to say, [`text`] the form's text as the platform holds it, [`again`] what to change after a refusal.

pub mod again;
pub mod batch;
pub mod checks;
pub mod described;
pub mod draft;
pub mod fill;
mod outcome;
mod provenance;
pub mod reasons;
mod record;
pub mod state;
pub mod status_words;
pub mod text;
pub mod transitions;
pub mod wire;
#[cfg(test)]
mod written;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use described::{Condition, Document, Message, Renewal, Supplier};
pub use draft::Draft;
pub use outcome::Outcome;
pub use provenance::Provenance;
pub use state::{Actor, RequestState, Stage};
pub use text::RequestText;

use crate::money::Fen;

/// Id and idempotency key of a request: a UUID v4 made by the client. Not v7, because FOLIO validates ids
/// with a pattern that rejects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct RequestId(pub Uuid);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The two services of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
pub enum Service {
    /// 文献传递: a copy, mailed to the registered address, not returned
    #[default]
    Copy,
    /// 馆际互借: a book, to be picked up at the desk and returned
    Loan,
}

/// An action on a request that the platform offers (`actions[]`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// `cancel`, `confirm-received`, `renew` …, or the name of an unknown one
    pub name: String,
    /// whether the platform would accept it now
    pub available: bool,
    /// names of its parameters: `reason`, `problem`, `note` …
    #[serde(default)]
    pub parameters: Vec<String>,
    /// 简体 label by the platform, for unknown actions; else empty
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub label: String,
    /// English label by the platform, for unknown actions; else empty
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub label_en: String,
}

impl Action {
    /// The actions of the contract (docs/reader-api.yaml), for which the UI has its own texts.
    pub const KNOWN: [&str; 8] = [
        "accept-condition",
        "cancel",
        "confirm-received",
        "override-duplicate",
        "reject-condition",
        "renew",
        "report-problem",
        "urge",
    ];

    /// An available action without parameters.
    pub fn plain(name: &str) -> Action {
        Action {
            name: name.to_owned(),
            available: true,
            parameters: Vec::new(),
            label: String::new(),
            label_en: String::new(),
        }
    }
}

/// Why a request is in its state, as the platform reports it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Reason {
    /// a code: `HELD_LOCALLY`, `NOT_PICKED_UP`; may be unknown
    pub code: String,
    /// explanation by the librarian
    pub text: String,
    /// the fields to check again, by their names in the form or in the contract; may be empty
    pub fields: Vec<String>,
}

/// A request as the platform last reported it. What it does not report is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// id, made by the client before anything was sent
    pub id: RequestId,
    /// human-readable number, used by librarians
    #[serde(default)]
    pub hrid: String,
    /// state
    pub state: RequestState,
    /// the platform's own label for the state, for states that we do not know
    #[serde(default)]
    pub state_label: String,
    /// reason of the state
    pub reason: Option<Reason>,
    /// actions that the platform offers now
    #[serde(default)]
    pub actions: Vec<Action>,
    /// 提供馆: the current supplier
    pub supplier: Option<Supplier>,
    /// number of suppliers asked so far; the next one is tried when one cannot supply
    #[serde(default)]
    pub supplier_attempt: u32,
    /// the condition of the supplier that awaits the patron's answer
    #[serde(default)]
    pub condition: Option<Condition>,
    /// whether the patron may edit the request
    #[serde(default)]
    pub editable: bool,
    /// expected day of arrival, if the platform gives one
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub expected_by: Option<Date>,
    /// due date of a loan
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub due_date: Option<Date>,
    /// last day for pickup of a loan
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub pickup_by: Option<Date>,
    /// when a copy was delivered
    #[serde(default)]
    pub delivered_at: Option<Timestamp>,
    /// delivered documents, where the platform lists them with the request
    #[serde(default)]
    pub documents: Vec<Document>,
    /// number of renewals of the loan
    #[serde(default)]
    pub renewals: u32,
    /// the last renewal that was asked for
    #[serde(default)]
    pub renewal: Option<Renewal>,
    /// the request that replaces this one
    #[serde(default)]
    pub succeeded_by: Option<RequestId>,
    /// number of the library's messages that were not read here
    #[serde(default)]
    pub unread_messages: u32,
    /// when the last message was written
    #[serde(default)]
    pub last_message_at: Option<Timestamp>,
    /// what was requested, as the platform holds it
    #[serde(default, skip_serializing_if = "RequestText::is_empty")]
    #[cfg_attr(feature = "export", ts(skip))]
    pub text: RequestText,
    /// cost to the library
    pub cost: Option<Fen>,
    /// cost to the patron
    pub cost_to_patron: Option<Fen>,
    /// version for optimistic locking
    pub version: i64,
    /// when the platform accepted it
    pub created_at: Timestamp,
    /// when it last changed on the platform
    pub updated_at: Timestamp,
}

/// Kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// a new state, or the next supplier
    #[default]
    Moved,
    /// a message; the state is unchanged
    Message,
    /// a document was added or changed
    Document,
    /// a renewal was asked for or decided
    Renewal,
    /// the patron urged the library
    Urged,
    /// an unknown event that changes no state
    #[serde(other)]
    Other,
}

impl Request {
    /// A request with nothing but a state.
    pub fn bare(id: RequestId, state: RequestState, at: Timestamp) -> Request {
        Request {
            id,
            hrid: String::new(),
            state,
            state_label: String::new(),
            reason: None,
            actions: Vec::new(),
            supplier: None,
            supplier_attempt: 0,
            condition: None,
            editable: false,
            expected_by: None,
            due_date: None,
            pickup_by: None,
            delivered_at: None,
            documents: Vec::new(),
            renewals: 0,
            renewal: None,
            succeeded_by: None,
            unread_messages: 0,
            last_message_at: None,
            text: RequestText::default(),
            cost: None,
            cost_to_patron: None,
            version: 0,
            created_at: at,
            updated_at: at,
        }
    }
}

/// An event of a request, from the platform's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RequestEvent {
    /// id on the platform; idempotency key of the notice
    pub id: String,
    /// when it happened
    pub at: Timestamp,
    /// state before; none if the platform does not report it
    pub from_state: Option<RequestState>,
    /// state after
    pub to_state: RequestState,
    /// who caused it
    pub actor: Actor,
    /// explanation by whoever caused it
    #[serde(default)]
    pub note: String,
    /// kind
    #[serde(default)]
    pub kind: EventKind,
}
