//! What the screens see of notices.

use hongyan_model::notice::{Notice, NoticeKind};
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

view! {
    /// The list of notices.
    pub struct NoticeList {
        /// newest first
        pub notices: Vec<Notice>,
        /// how many are unread
        pub unread: u32,
        /// when the platform last told
        pub as_of: Option<Timestamp>,
    }
}

/// When and of what no toast is shown. The list of notices shows everything at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct NoticeSettings {
    /// keep toasts back between the two times
    pub quiet: bool,
    /// from then on, on the patron's clock: `22:00:00`
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub quiet_from: Time,
    /// until then; earlier than `quiet_from` means the next morning
    #[cfg_attr(feature = "export", ts(type = "string"))]
    pub quiet_to: Time,
    /// kinds without a toast
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
