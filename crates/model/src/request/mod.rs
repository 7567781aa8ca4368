//! A request and its life: [`draft`] is what the patron writes, [`fill`] what a catalogue may add to it, [`state`] where it stands,
//! [`transitions`] how it moves and [`reasons`] why, [`batch`] how a list of works becomes several,
//! [`checks`] what is looked at before it is sent, [`wire`] the bytes that are stored, sent and digested,
//! [`described`] what the platform says beside the state, [`text`] what was asked for as the platform
//! holds it, [`again`] what to change after a no.

pub mod again;
pub mod batch;
pub mod checks;
pub mod described;
pub mod draft;
pub mod fill;
mod outcome;
pub mod reasons;
mod record;
pub mod state;
pub mod text;
pub mod transitions;
pub mod wire;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use described::{Condition, Document, Message, Renewal, Supplier};
pub use draft::Draft;
pub use outcome::Outcome;
pub use state::{Actor, RequestState, Stage};
pub use text::RequestText;

use crate::money::Fen;

/// The client-made UUID v4 that is the idempotency key of a request (FOLIO refuses v7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct RequestId(pub Uuid);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The two services of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
pub enum Service {
    /// 文献传递: a copy to the registered mail address, not returned
    #[default]
    Copy,
    /// 馆际互借: a book to fetch at the desk and bring back
    Loan,
}

/// Something the patron may do with a request, as the platform offers it (`actions[]`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// `cancel`, `confirm-received`, `renew` …, or one of a newer platform
    pub name: String,
    /// whether it would be accepted now
    pub available: bool,
    /// what it takes: `reason`, `problem`, `note` …
    #[serde(default)]
    pub parameters: Vec<String>,
    /// 简体 name that the platform gives it, for actions we do not know; else empty
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub label: String,
    /// the same in English
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
    pub label_en: String,
}

impl Action {
    /// Those of the contract (docs/reader-api.yaml): the screens have words of their own for them.
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

    /// An action that may be done now and takes nothing.
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

/// Why a state is what it is, in the platform's words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Reason {
    /// a code: `HELD_LOCALLY`, `NOT_PICKED_UP`; may be new to us
    pub code: String,
    /// a sentence of the librarian
    pub text: String,
    /// what to look at again, by the names of the form's fields or of the contract; may be empty
    pub fields: Vec<String>,
}

/// A request as the platform last described it. What is not said stays empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// ours, made before the first byte was sent
    pub id: RequestId,
    /// the number that librarians use
    #[serde(default)]
    pub hrid: String,
    /// where it stands
    pub state: RequestState,
    /// the platform's own word for the state, for states we do not know
    #[serde(default)]
    pub state_label: String,
    /// why
    pub reason: Option<Reason>,
    /// what the patron may do now
    #[serde(default)]
    pub actions: Vec<Action>,
    /// 提供馆 that has it now
    pub supplier: Option<Supplier>,
    /// how many suppliers were asked; the first that cannot supply is not the end
    #[serde(default)]
    pub supplier_attempt: u32,
    /// what the supplier asks for, while it waits for an answer
    #[serde(default)]
    pub condition: Option<Condition>,
    /// the patron may change what was asked for
    #[serde(default)]
    pub editable: bool,
    /// what may still be expected, if the platform says
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub expected_by: Option<Date>,
    /// last day to bring a loan back
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub due_date: Option<Date>,
    /// last day to fetch a loan
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub pickup_by: Option<Date>,
    /// when a copy was delivered
    #[serde(default)]
    pub delivered_at: Option<Timestamp>,
    /// what was delivered, if the platform says it with the request
    #[serde(default)]
    pub documents: Vec<Document>,
    /// how often a loan was renewed
    #[serde(default)]
    pub renewals: u32,
    /// the last renewal that was asked for
    #[serde(default)]
    pub renewal: Option<Renewal>,
    /// the request that took its place
    #[serde(default)]
    pub succeeded_by: Option<RequestId>,
    /// messages of the library that the patron has not seen here
    #[serde(default)]
    pub unread_messages: u32,
    /// when somebody last wrote
    #[serde(default)]
    pub last_message_at: Option<Timestamp>,
    /// what was asked for, as the platform holds it
    #[serde(default, skip_serializing_if = "RequestText::is_empty")]
    #[cfg_attr(feature = "export", ts(skip))]
    pub text: RequestText,
    /// what the library is charged
    pub cost: Option<Fen>,
    /// what the patron pays
    pub cost_to_patron: Option<Fen>,
    /// optimistic lock
    pub version: i64,
    /// when the platform accepted it
    pub created_at: Timestamp,
    /// when it last changed there
    pub updated_at: Timestamp,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// another state, or the next supplier
    #[default]
    Moved,
    /// somebody wrote; the state is the same
    Message,
    /// a document came or changed
    Document,
    /// a loan's renewal: asked for, or answered
    Renewal,
    /// the patron reminded the library
    Urged,
    /// something else that changes no state, of a newer platform
    #[serde(other)]
    Other,
}

impl Request {
    /// A request of which nothing is said but where it stands.
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

/// Something that happened to a request, from the platform's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RequestEvent {
    /// the platform's id: one notice per id, ever
    pub id: String,
    /// when it happened
    pub at: Timestamp,
    /// before, if it says
    pub from_state: Option<RequestState>,
    /// after
    pub to_state: RequestState,
    /// who did it
    pub actor: Actor,
    /// a sentence of whoever did it
    #[serde(default)]
    pub note: String,
    /// what it is about
    #[serde(default)]
    pub kind: EventKind,
}
