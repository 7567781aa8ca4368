//! Parameters of the history and statistics commands.

use hongyan_engine::view::{CiteForm, HistoryForm, HistoryQuery, StatisticsTable};
use hongyan_model::RequestId;
use serde::{Deserialize, Serialize};

request! {
    /// A page of the history.
    pub struct HistorySearch {
        /// words and filters
        pub query: HistoryQuery,
        /// cursor: `next` of the previous page or `place` of a month; `None` = start at the newest
        pub after: Option<String>,
        /// number of rows, at most 200
        pub limit: u32,
        /// whether to count the matches by month as well
        pub counts: bool,
    }

    /// Exports the history, or the part of it that a query selects, to a file.
    pub struct HistoryExport {
        /// words and filters
        pub query: HistoryQuery,
        /// file format
        pub form: HistoryForm,
        /// language of headings and words in the file: `en`, anything else is Chinese
        pub locale: String,
    }

    /// Sets the retention of closed requests.
    pub struct HistoryKeep {
        /// days, one of the offered choices; 0 = keep for ever
        pub days: u32,
    }

    /// A number of requests.
    pub struct Counted {
        /// the number
        pub count: u32,
    }

    /// Identifies requests.
    pub struct RequestsRef {
        /// at most 1000
        pub ids: Vec<RequestId>,
    }

    /// Requests to cite or export.
    pub struct RequestsCite {
        /// at most 1000, in list order
        pub ids: Vec<RequestId>,
        /// citation style or export format
        pub form: CiteForm,
    }

    /// The period of the statistics.
    pub struct StatisticsGet {
        /// first month, for example `2026-03`; `None` = the last twelve months
        pub from: Option<String>,
        /// last month; `None` = the current one
        pub to: Option<String>,
    }

    /// Exports one table of the statistics to a file.
    pub struct StatisticsExport {
        /// first month
        pub from: Option<String>,
        /// last month
        pub to: Option<String>,
        /// which table
        pub table: StatisticsTable,
        /// language of headings and words in the file: `en`, anything else is Chinese
        pub locale: String,
    }
}
