//! What the UI sends about the history and the statistics.

use hongyan_engine::view::{CiteForm, HistoryForm, HistoryQuery, StatisticsTable};
use hongyan_model::RequestId;
use serde::{Deserialize, Serialize};

request! {
    /// A page of the history.
    pub struct HistorySearch {
        /// what is asked
        pub query: HistoryQuery,
        /// the `next` of the page before, or the `place` of a month; none from the beginning
        pub after: Option<String>,
        /// rows, 200 at most
        pub limit: u32,
        /// also how many there are, and in which months
        pub counts: bool,
    }

    /// The history, or what a list of it has, as a file.
    pub struct HistoryExport {
        /// what is asked
        pub query: HistoryQuery,
        /// kind of file
        pub form: HistoryForm,
        /// language of its words: `en`, else Chinese
        pub locale: String,
    }

    /// How long requests that are over are kept.
    pub struct HistoryKeep {
        /// one of the choices, days; 0: for ever
        pub days: u32,
    }

    /// How many.
    pub struct Counted {
        /// requests
        pub count: u32,
    }

    /// Requests.
    pub struct RequestsRef {
        /// 1000 at most
        pub ids: Vec<RequestId>,
    }

    /// What was asked for, in a form.
    pub struct RequestsCite {
        /// 1000 at most, in the order of the list
        pub ids: Vec<RequestId>,
        /// style or format
        pub form: CiteForm,
    }

    /// The figures of some months.
    pub struct StatisticsGet {
        /// first month, `2026-03`; the last twelve if none
        pub from: Option<String>,
        /// last month; the present one if none
        pub to: Option<String>,
    }

    /// A table of the figures as a file.
    pub struct StatisticsExport {
        /// first month
        pub from: Option<String>,
        /// last month
        pub to: Option<String>,
        /// which
        pub table: StatisticsTable,
        /// language of its words: `en`, else Chinese
        pub locale: String,
    }
}
