//! View types of the data key and of damage to the files.

use hongyan_model::{RequestId, Service};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

choice! {
    /// What happened to the damaged ledger.
    pub enum Loss {
        /// it was damaged or missing, and was restored from a copy
        #[default]
        Restored,
        /// it was damaged or missing, there was no usable copy, and a new one was created
        Emptied,
        /// the end of its write-ahead log could not be read: the last changes may be missing
        LogCut,
    }
}

view! {
    /// Damage to the files and its repair.
    pub struct RecoveryView {
        /// kind of damage
        pub loss: Loss,
        /// time of detection
        pub at: Timestamp,
        /// time of the copy; none when there was none
        pub from: Option<Timestamp>,
        /// name of the damaged file, kept in the data directory; empty when there is none
        pub kept: String,
        /// number of drafts and requests merged from the other file (the damaged one, or a copy)
        pub rescued: u32,
        /// number of drafts and requests that the damaged file lists but that cannot be read
        pub unreadable: u32,
        /// more than listed here may be missing
        pub uncertain: bool,
        /// requests that may not have arrived
        pub unsent: Vec<UnsentView>,
    }

    /// A request that may not have arrived, or a draft that was not submitted.
    pub struct UnsentView {
        /// request id
        pub id: RequestId,
        /// title
        pub title: String,
        /// copy or loan
        pub service: Service,
        /// it is a draft
        pub draft: bool,
    }
}
