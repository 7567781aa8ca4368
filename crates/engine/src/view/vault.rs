//! What the screens see of the key and of what happened to the files.

use hongyan_model::{RequestId, Service};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

choice! {
    /// What happened to the ledger.
    pub enum Loss {
        /// it was damaged or gone, and a copy took its place
        #[default]
        Restored,
        /// it was damaged or gone, there was no good copy, and a new one was begun
        Emptied,
        /// the end of its log could not be read: the last changes may be missing
        LogCut,
    }
}

view! {
    /// Damage that was found and what was done about it.
    pub struct RecoveryView {
        /// what happened
        pub loss: Loss,
        /// when it was found
        pub at: Timestamp,
        /// when the copy was made; none where there was none
        pub from: Option<Timestamp>,
        /// name of the damaged file in the data directory; empty where there is none
        pub kept: String,
        /// forms and requests that were taken from the other file
        pub rescued: u32,
        /// how many the damaged file names but cannot give
        pub unreadable: u32,
        /// more may be missing than is named here
        pub uncertain: bool,
        /// requests that are here and not known to have arrived
        pub unsent: Vec<UnsentView>,
    }

    /// A request that is not known to have arrived, or a form that was not submitted.
    pub struct UnsentView {
        /// its id
        pub id: RequestId,
        /// its title
        pub title: String,
        /// copy or loan
        pub service: Service,
        /// a form that was not submitted
        pub draft: bool,
    }
}
