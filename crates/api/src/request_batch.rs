//! Parameters of the commands about lists of works and about forms filled from a text.

use hongyan_model::{Draft, Service};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::request::{WorksRef, request};

request! {
    /// A text to fill a form from: an identifier, a title, a reference, an OpenURL, a file of references.
    pub struct DraftFill {
        /// copy or loan
        pub service: Service,
        /// as pasted; empty if `file` is given
        pub text: String,
        /// the bytes of a file of references in base64
        #[serde(default)]
        pub file: Option<String>,
        /// the current form; fields that already have a value are kept
        #[serde(default)]
        pub form: Option<Draft>,
    }

    /// Creates a list of works from a text or from works of a search.
    pub struct BatchNew {
        /// one work on each line; empty if `file` or `works` is given
        pub text: String,
        /// the bytes of a file of references in base64
        #[serde(default)]
        pub file: Option<String>,
        /// the chosen works, at most 200
        pub works: Option<WorksRef>,
    }

    /// Identifies a list.
    pub struct BatchRef {
        /// its id
        pub id: Uuid,
    }

    /// Identifies a line of a list.
    pub struct BatchLineRef {
        /// the list
        pub id: Uuid,
        /// line number, from 1
        pub line: u32,
    }

    /// Sets a value in every work of a list that is still a draft; fields that are `None` stay as they are.
    pub struct BatchSet {
        /// the list
        pub id: Uuid,
        /// whether the copyright terms are accepted for all copies
        pub declaration_accepted: Option<bool>,
        /// the pickup desk of all loans
        pub pickup_location: Option<String>,
    }

    /// Submits lines of a list.
    pub struct BatchSubmit {
        /// the list
        pub id: Uuid,
        /// line numbers
        pub lines: Vec<u32>,
        /// if the platform's limit of open requests is reached, keep the rest and send them when places are
        /// free
        #[serde(default)]
        pub wait: bool,
    }

    /// Closes a list.
    pub struct BatchClose {
        /// the list
        pub id: Uuid,
        /// delete its drafts; otherwise they stay among the other drafts
        pub discard: bool,
    }
}
