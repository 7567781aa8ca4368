//! View types of notices.

use hongyan_model::notice::{Notice, NoticeKind};
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

view! {
    /// The list of notices.
    pub struct NoticeList {
        /// newest first
        pub notices: Vec<Notice>,
        /// number of unread notices
        pub unread: u32,
        /// time of the last successful sync
        pub as_of: Option<Timestamp>,
    }
}

/// When no toasts are shown, and for which kinds. The list of notices always shows everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct NoticeSettings {
    /// hold back toasts during the quiet hours
    pub quiet: bool,
    /// start of the quiet hours in local time: `22:00:00`
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub quiet_from: Time,
    /// end of the quiet hours; earlier than `quiet_from` means the next morning
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub quiet_to: Time,
    /// kinds without toasts
    pub muted: Vec<NoticeKind>,
}

impl Default for NoticeSettings {
    fn default() -> NoticeSettings {
        NoticeSettings {
            quiet: false,
            quiet_from: Time::constant(22, 0, 0, 0),
            quiet_to: Time::constant(7, 30, 0, 0),
            muted: Vec::new(),
        }
    }
}
