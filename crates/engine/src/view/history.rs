//! View types of the history: pages, months, filters, export files, retention.

use hongyan_model::{Kind, Outcome, RequestId, Service};
use serde::{Deserialize, Serialize};

use super::{RequestGroup, RequestRow};

choice! {
    /// Order of the history.
    pub enum HistorySort {
        /// most recently created first
        #[default]
        Newest,
        /// oldest first
        Oldest,
    }

    /// Export format of the history.
    pub enum HistoryForm {
        /// CSV for spreadsheets
        #[default]
        Csv,
        /// complete JSON, see docs/history-file.md
        Json,
        /// RIS for reference managers
        Ris,
        /// iCalendar with pickup, due and expected dates
        Ics,
    }
}

view! {
    /// Filter of the history. Empty lists and absent values do not filter.
    pub struct HistoryFilter {
        /// 需要你, 进行中 or 已结束
        pub group: Option<RequestGroup>,
        /// outcomes
        pub outcomes: Vec<Outcome>,
        /// copies or loans
        pub services: Vec<Service>,
        /// kinds of works
        pub kinds: Vec<Kind>,
        /// 提供馆, by name
        pub suppliers: Vec<String>,
        /// first month, `2026-03`
        pub from: Option<String>,
        /// last month, `2026-03`
        pub to: Option<String>,
    }

    /// A query of the history.
    pub struct HistoryQuery {
        /// search words: characters, pinyin, initials, numbers; a request must match all of them
        pub text: String,
        /// filter
        pub filter: HistoryFilter,
        /// order
        pub sort: HistorySort,
    }

    /// Number of requests in a month.
    pub struct MonthCount {
        /// `2026-03`, in the local calendar
        pub month: String,
        /// number of requests
        pub count: u32,
        /// cursor: pass it as `after` to read from the start of this month
        pub place: String,
    }

    /// Counts of all matching requests.
    pub struct HistoryCounts {
        /// number of requests
        pub total: u32,
        /// months with requests, in the order of the list
        pub months: Vec<MonthCount>,
        /// false while the index does not yet cover all requests, so that some are not found by words
        pub complete: bool,
    }

    /// A page of the history.
    pub struct HistoryPage {
        /// rows in order
        pub rows: Vec<RequestRow>,
        /// cursor: pass it as `after` for the next page; none at the end
        pub next: Option<String>,
        /// only if the call asked for them
        pub counts: Option<HistoryCounts>,
        /// requests that a mistyped mark in the search text may have meant
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "export", ts(as = "Option<_>", optional))]
        pub meant: Vec<MarkMeant>,
    }

    /// A request that a mistyped mark may have meant.
    pub struct MarkMeant {
        /// its mark, `HY-7K3M9QX`
        pub mark: String,
        /// the request
        pub id: RequestId,
        /// its title
        pub title: String,
    }

    /// A name with its number of requests.
    pub struct NameCount {
        /// name or code
        pub name: String,
        /// number of requests
        pub count: u32,
    }

    /// Values that the history can be filtered by.
    pub struct HistoryOptions {
        /// 提供馆, most frequent first
        pub suppliers: Vec<NameCount>,
        /// month of the first request; none without requests
        pub first: Option<String>,
        /// month of the last request; none without requests
        pub last: Option<String>,
    }

    /// An export of the history, saved in the patron's folder.
    pub struct HistoryFile {
        /// its path
        pub path: String,
        /// number of requests; for a calendar: number of dates
        pub count: u32,
    }

    /// Retention of ended requests.
    pub struct HistoryKept {
        /// days after the last change; 0: for ever
        pub days: u32,
        /// values that can be chosen
        pub choices: Vec<u32>,
        /// number of ended requests
        pub over: u32,
    }
}
