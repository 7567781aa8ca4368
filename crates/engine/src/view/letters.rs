//! What goes between patron and library about a request: what waits to be told, messages, documents.

use std::collections::BTreeMap;

use hongyan_model::Draft;
use hongyan_model::request::{Actor, Document};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::problem::Problem;

choice! {
    /// What waits to be told.
    pub enum PendingKind {
        /// something to do with it
        #[default]
        Action,
        /// another text
        Edit,
        /// a message
        Message,
    }
}

view! {
    /// Something that waits to be told to the library about a request, or that it refused.
    pub struct PendingView {
        /// its number here, to take it back
        pub id: i64,
        /// what it is
        pub kind: PendingKind,
        /// of an action: its name
        pub action: String,
        /// of an action: what was said with it
        pub params: BTreeMap<String, String>,
        /// of a message: its text
        pub text: String,
        /// of another text: the form as it would be
        pub draft: Option<Draft>,
        /// when the patron did it
        pub at: Timestamp,
        /// attempts so far
        pub attempts: u32,
        /// being told at this moment
        pub under_way: bool,
        /// why the last attempt failed, or why it was refused
        pub problem: Option<Problem>,
        /// a definite no: it stays until the patron puts it away
        pub refused: bool,
        /// it has surely not arrived and can be taken back
        pub can_drop: bool,
    }

    /// One message.
    pub struct MessageView {
        /// its id
        pub id: String,
        /// when
        pub at: Timestamp,
        /// who
        pub from: Actor,
        /// what
        pub text: String,
        /// the library has it; otherwise it waits here
        pub sent: bool,
        /// while it waits: its number, to take it back
        pub pending: Option<i64>,
        /// why the library did not take it
        pub refused: Option<Problem>,
        /// not seen yet
        pub new: bool,
    }

    /// What patron and librarian wrote about a request.
    pub struct MessageThread {
        /// oldest first
        pub messages: Vec<MessageView>,
        /// not seen yet
        pub unread: u32,
        /// something can be written
        pub can_write: bool,
        /// characters
        pub longest: u32,
    }

    /// A delivered document.
    pub struct DocumentView {
        /// as the platform describes it
        pub document: Document,
        /// it may be fetched now
        pub can_fetch: bool,
        /// bytes of a fetch that was broken off: going on uses up no view
        pub part: u64,
        /// where its verified bytes are; empty before
        pub saved_path: String,
        /// when they were put there
        pub saved_at: Option<Timestamp>,
    }
}
