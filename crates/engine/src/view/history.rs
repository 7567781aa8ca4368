//! What the screens see of the history: pages, months, what it can be narrowed by, files, how long it is kept.

use hongyan_model::{Kind, Outcome, Service};
use serde::{Deserialize, Serialize};

use super::{RequestGroup, RequestRow};

choice! {
    /// Which way the history goes.
    pub enum HistorySort {
        /// asked last, first
        #[default]
        Newest,
        /// asked first, first
        Oldest,
    }

    /// As what kind of file the history is saved.
    pub enum HistoryForm {
        /// a table for Excel and the like
        #[default]
        Csv,
        /// everything, as docs/history-file.md describes it
        Json,
        /// for reference managers
        Ris,
        /// days to fetch, to bring back and to expect, for a calendar
        Ics,
    }
}

view! {
    /// What the history is narrowed to. Empty lists and none narrow nothing.
    pub struct HistoryFilter {
        /// 需要你, 进行中 or 已结束
        pub group: Option<RequestGroup>,
        /// what came of it
        pub outcomes: Vec<Outcome>,
        /// copy or loan
        pub services: Vec<Service>,
        /// kinds of works
        pub kinds: Vec<Kind>,
        /// 提供馆, by name
        pub suppliers: Vec<String>,
        /// first month, `2026-03`
        pub from: Option<String>,
        /// last month
        pub to: Option<String>,
    }

    /// What is asked of the history.
    pub struct HistoryQuery {
        /// words: characters, pinyin, initials, numbers; all of them have to be there
        pub text: String,
        /// narrowed to
        pub filter: HistoryFilter,
        /// order
        pub sort: HistorySort,
    }

    /// Requests of a month of the list.
    pub struct MonthCount {
        /// `2026-03`, on the patron's calendar
        pub month: String,
        /// how many
        pub count: u32,
        /// to be given as `after` to read the list from the beginning of this month
        pub place: String,
    }

    /// What the whole list has, without its rows.
    pub struct HistoryCounts {
        /// how many
        pub total: u32,
        /// in the order of the list; months without requests are left out
        pub months: Vec<MonthCount>,
        /// false while requests from before there was an index are not found by their words yet
        pub complete: bool,
    }

    /// A page of the history.
    pub struct HistoryPage {
        /// in order
        pub rows: Vec<RequestRow>,
        /// to be given as `after` for what follows; none at the end
        pub next: Option<String>,
        /// if they were asked for
        pub counts: Option<HistoryCounts>,
    }

    /// How often a name occurs.
    pub struct NameCount {
        /// name or code
        pub name: String,
        /// how many
        pub count: u32,
    }

    /// What the history can be narrowed by.
    pub struct HistoryOptions {
        /// 提供馆, the most frequent first
        pub suppliers: Vec<NameCount>,
        /// month of the first request, if there is one
        pub first: Option<String>,
        /// month of the last
        pub last: Option<String>,
    }

    /// The history as a file in the patron's folder.
    pub struct HistoryFile {
        /// where it is
        pub path: String,
        /// requests in it; of a calendar: days
        pub count: u32,
    }

    /// How long requests that are over are kept.
    pub struct HistoryKept {
        /// days after the last change; 0: for ever
        pub days: u32,
        /// the choices
        pub choices: Vec<u32>,
        /// requests that are over
        pub over: u32,
    }
}
