//! Change events: the only thing that the engine pushes to the screens.

pub use hongyan_model::notice::{Notice, NoticeKind};
use serde::{Deserialize, Serialize};

/// A part of the readable state. A read command declares the tags that it shows, a write command or an event
/// those that it changes; the UI refetches the queries with a matching tag.
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
    /// works that a browser sent
    Arrivals,
}

/// A change event, throttled: the first is sent at once, later ones at most every 100 ms. After a gap in `seq`
/// the listener refetches everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppEvent {
    /// counts from 1; a gap means that events were lost
    pub seq: u64,
    /// tags to refetch
    pub changed: Vec<Tag>,
    /// notices to show as toasts; each occurs in one event at most
    pub notices: Vec<Notice>,
    /// the notices were held back in quiet hours and are shown as one toast
    pub gathered: bool,
}
