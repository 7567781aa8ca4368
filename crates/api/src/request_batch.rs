//! What the UI sends about forms that are filled from a text, and about lists of works.

use hongyan_model::{Draft, Service};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::request::{WorksRef, request};

request! {
    /// A text to fill a form from: a number, a title, a reference, an OpenURL, a file of references.
    pub struct DraftFill {
        /// copy or loan
        pub service: Service,
        /// as pasted, or the text of the file
        pub text: String,
        /// the form as it stands: nothing in it is replaced
        #[serde(default)]
        pub form: Option<Draft>,
    }

    /// A new list of works: from a text, or from works of a search.
    pub struct BatchNew {
        /// a line each, or the text of a file of references; empty with works of a search
        pub text: String,
        /// the works that were chosen, 200 at most
        pub works: Option<WorksRef>,
    }

    /// A list.
    pub struct BatchRef {
        /// its id
        pub id: Uuid,
    }

    /// A line of a list.
    pub struct BatchLineRef {
        /// the list
        pub id: Uuid,
        /// its place, from 1
        pub line: u32,
    }

    /// What is decided for all works of a list that are still drafts; what is none stays.
    pub struct BatchSet {
        /// the list
        pub id: Uuid,
        /// the copyright terms of every copy
        pub declaration_accepted: Option<bool>,
        /// the desk of every loan
        pub pickup_location: Option<String>,
    }

    /// Lines to submit.
    pub struct BatchSubmit {
        /// the list
        pub id: Uuid,
        /// their places
        pub lines: Vec<u32>,
        /// those for which the platform has no room are kept, too, and sent when a place is free
        #[serde(default)]
        pub wait: bool,
    }

    /// A list that is done with.
    pub struct BatchClose {
        /// the list
        pub id: Uuid,
        /// throw its drafts away, too; otherwise they stay among the others
        pub discard: bool,
    }
}
