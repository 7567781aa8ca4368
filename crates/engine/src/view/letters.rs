//! View types of the exchange with the library about a request: pending operations, messages, documents.

use std::collections::BTreeMap;

use hongyan_model::Draft;
use hongyan_model::request::{Actor, Document};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::problem::Problem;

choice! {
    /// Kind of a pending operation.
    pub enum PendingKind {
        /// an action
        #[default]
        Action,
        /// a change of the form
        Edit,
        /// a message
        Message,
    }
}

view! {
    /// An operation on a request that waits to be sent to the library, or that the library refused.
    pub struct PendingView {
        /// local id, to withdraw it
        pub id: i64,
        /// what it is
        pub kind: PendingKind,
        /// action: its name
        pub action: String,
        /// action: its parameters
        pub params: BTreeMap<String, String>,
        /// message: its text
        pub text: String,
        /// change of the form: the new form
        pub draft: Option<Draft>,
        /// when the patron made it
        pub at: Timestamp,
        /// number of attempts
        pub attempts: u32,
        /// being sent now
        pub under_way: bool,
        /// problem of the last failed attempt, or the refusal
        pub problem: Option<Problem>,
        /// refused: stays until the patron dismisses it
        pub refused: bool,
        /// has certainly not arrived, so it can be withdrawn
        pub can_drop: bool,
    }

    /// A message.
    pub struct MessageView {
        /// message id
        pub id: String,
        /// time
        pub at: Timestamp,
        /// sender
        pub from: Actor,
        /// text
        pub text: String,
        /// the library has received it; otherwise it is pending
        pub sent: bool,
        /// while pending: local id, to withdraw it
        pub pending: Option<i64>,
        /// why the library refused it
        pub refused: Option<Problem>,
        /// unread
        pub new: bool,
    }

    /// Messages between patron and library about a request.
    pub struct MessageThread {
        /// oldest first
        pub messages: Vec<MessageView>,
        /// number of unread messages
        pub unread: u32,
        /// the patron may write
        pub can_write: bool,
        /// longest text of a message, in characters
        pub longest: u32,
    }

    /// A delivered document.
    pub struct DocumentView {
        /// the platform's description of it
        pub document: Document,
        /// it can be downloaded now
        pub can_fetch: bool,
        /// bytes of an interrupted download; resuming it does not count as another view
        pub part: u64,
        /// path of the saved file; empty before it was saved
        pub saved_path: String,
        /// time of saving
        pub saved_at: Option<Timestamp>,
    }
}
