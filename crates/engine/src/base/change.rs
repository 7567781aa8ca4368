//! What changed: the only thing the engine tells the screens by itself.

pub use hongyan_model::notice::{Notice, NoticeKind};
use serde::{Deserialize, Serialize};

/// A part of what can be read. A read command declares which it shows, a write or an event which it
/// changes; the UI refetches what matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Tag {
    /// a running search: its results and its sources' states
    Search,
    /// the list of recent searches
    RecentSearches,
    /// which sources there are and which are on
    Sources,
    /// drafts
    Drafts,
    /// requests, their timelines, the outbox
    Requests,
    /// notices
    Notices,
    /// account, registration, quota
    Account,
    /// settings
    Settings,
    /// connection, counts, last sync
    Status,
}

/// News. The first goes out at once, then at most one in 100 ms; a gap in `seq` means: refetch all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppEvent {
    /// counts from 1, without gaps unless events were lost
    pub seq: u64,
    /// what to read again
    pub changed: Vec<Tag>,
    /// notices to show as toasts; each comes here at most once
    pub notices: Vec<Notice>,
    /// they were kept back and are told together, as one
    pub gathered: bool,
}
