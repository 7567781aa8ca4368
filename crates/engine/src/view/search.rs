//! View types of searches and sources.

use hongyan_model::work::{Availability, Work};
use hongyan_model::{Kind, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RequestRow;
use crate::base::problem::Problem;

choice! {
    /// State of a source in a search.
    pub enum SourceState {
        /// queried, no response yet
        #[default]
        Waiting,
        /// no response within the soft deadline (3 s)
        Slow,
        /// some records have arrived, more may follow
        Receiving,
        /// all requested records have arrived
        Done,
        /// ended with a problem
        Failed,
        /// the patron cancelled the search
        Cancelled,
        /// disabled
        Off,
        /// not queried: its key was not entered
        NeedsKey,
        /// not queried before `retry_at`: the circuit breaker is open after failures; «try now» overrides
        /// it
        Resting,
        /// has no interface: `link` opens its own search page with the query filled in
        Page,
    }

    /// Credentials that a source requires.
    pub enum SourceAccess {
        /// none
        #[default]
        Open,
        /// optional key, for better service
        Optional,
        /// a key from its provider
        Key,
        /// user name and password
        Account,
    }

    /// Order of the results.
    pub enum SortOrder {
        /// by relevance
        #[default]
        Relevance,
        /// newest first
        Newest,
        /// oldest first
        Oldest,
        /// by title, Chinese by pinyin
        Title,
    }
}

view! {
    /// A source in a search.
    pub struct SourceView {
        /// id in sources.toml
        pub id: String,
        /// 简体 name
        pub name: String,
        /// English name
        pub name_en: String,
        /// connector, as sources.toml names it: `opac2`, `sru`, `z3950`, `page` …
        #[serde(default)]
        pub protocol: String,
        /// state
        pub state: SourceState,
        /// number of hits stated by the source
        pub hits: Option<u64>,
        /// number of records received
        pub records: u32,
        /// milliseconds from the start of the search to the first records
        pub first_ms: Option<u32>,
        /// milliseconds from the start of the search to the end of this source
        pub done_ms: Option<u32>,
        /// why it failed
        pub problem: Option<Problem>,
        /// parts of the query that the source does not support and that were dropped
        pub dropped: Vec<String>,
        /// while it rests: when it can be queried again
        #[serde(default)]
        pub retry_at: Option<Timestamp>,
        /// address of its search page; may be empty
        #[serde(default)]
        pub link: String,
        /// records that could not be parsed; none when all were
        #[serde(default)]
        pub unread: Option<UnreadView>,
    }

    /// Records of a source that could not be parsed.
    pub struct UnreadView {
        /// number of records
        pub records: u32,
        /// unsupported schema or syntax; empty when that is not the reason
        pub schema: String,
        /// error text of the source, to be shown as a quotation; empty when it gave none
        pub said: String,
    }

    /// A source in the settings.
    pub struct SourceSetting {
        /// id in sources.toml; `own-…` for one that the patron added
        pub id: String,
        /// 简体 name
        pub name: String,
        /// English name
        pub name_en: String,
        /// connector, as sources.toml names it: `opac2`, `sru`, `z3950`, `page` …
        pub protocol: String,
        /// host name
        pub host: String,
        /// full address
        pub address: String,
        /// included in searches
        pub enabled: bool,
        /// catalogue of the patron's own library
        pub home: bool,
        /// required credentials
        pub access: SourceAccess,
        /// page where the provider issues keys; may be empty
        pub key_page: String,
        /// a key or an account is stored; it cannot be read back
        pub has_key: bool,
        /// added by the patron; can be removed
        pub custom: bool,
        /// Z39.50: character set; empty: detected
        pub charset: String,
        /// Z39.50: record syntax; empty: the best supported one
        pub syntax: String,
        /// matches 简体, 繁體 and 日本漢字 alike
        pub folds: bool,
        /// while it rests: when it can be queried again
        pub retry_at: Option<Timestamp>,
        /// last failure; none when it has responded since
        pub problem: Option<Problem>,
        /// time of the last response
        pub answered_at: Option<Timestamp>,
        /// median response time in milliseconds
        pub usual_ms: Option<u32>,
    }

    /// Result of testing a source.
    pub struct SourceProbe {
        /// title that it gives itself; empty when it gives none
        pub title: String,
        /// version of the protocol, or name of the software
        pub version: String,
        /// supported record schemas or syntaxes, best first
        pub schemas: Vec<String>,
        /// supported indexes
        pub indexes: Vec<String>,
        /// number of hits for a common word; none when the source does not count
        pub hits: Option<u64>,
    }

    /// A sentence in both languages.
    pub struct Bilingual {
        /// 简体中文
        pub zh: String,
        /// English
        pub en: String,
    }

    /// Result of checking a source with three questions. Nothing in it names the patron.
    pub struct SourceCheck {
        /// it was stopped; the rest is empty then
        pub stopped: bool,
        /// whether records came
        pub well: bool,
        /// how it fared, in a sentence
        pub headline: Bilingual,
        /// answers that are not as set, each with the setting to change
        pub differences: Vec<Bilingual>,
        /// its section of the page, as Markdown
        pub page: Bilingual,
    }

    /// A facet value.
    pub struct FacetValue {
        /// value for the filter: a kind, a language code, a source id, an availability, a library
        pub value: String,
        /// number of works
        pub count: u32,
    }

    /// A year with its number of works.
    pub struct YearCount {
        /// year
        pub year: i32,
        /// number of works
        pub count: u32,
    }

    /// Facet counts over all works received. Each facet applies the filters of the other facets only.
    pub struct Facets {
        /// kinds
        pub kinds: Vec<FacetValue>,
        /// years with works, ascending
        pub years: Vec<YearCount>,
        /// ISO 639-2 codes
        pub languages: Vec<FacetValue>,
        /// source ids
        pub sources: Vec<FacetValue>,
        /// availabilities
        pub availability: Vec<FacetValue>,
        /// libraries that hold works, the hundred most frequent
        #[serde(default)]
        pub holders: Vec<FacetValue>,
    }

    /// A row of results.
    pub struct WorkRow {
        /// stable within the search
        pub id: String,
        /// kind
        pub kind: Kind,
        /// title with subtitle and part
        pub title: String,
        /// matched parts of the title as [start, end) in UTF-16 units
        pub matches: Vec<(u32, u32)>,
        /// creators, joined in one line
        pub creators: String,
        /// title of the journal or host; otherwise the publisher
        pub container: String,
        /// year
        pub year: Option<i32>,
        /// ISO 639-2 code
        pub language: String,
        /// best way to obtain it
        pub availability: Availability,
        /// 索书号 in the own library; empty if it has none
        pub call_number: String,
        /// ids of the sources that returned it
        pub sources: Vec<String>,
    }

    /// A page of results with everything else that the screen of a search shows.
    pub struct SearchView {
        /// search id
        pub search_id: String,
        /// text as typed
        pub text: String,
        /// parsed query
        pub query: Query,
        /// rows of the page
        pub works: Vec<WorkRow>,
        /// index of the first row
        pub offset: u32,
        /// number of rows in the list, after filtering
        pub shown: u32,
        /// number of works before filtering, without waiting ones
        pub found: u32,
        /// number of works that arrived later and wait behind «n new», so that rows do not move
        pub waiting: u32,
        /// lower bound of all hits: the largest source
        pub total_low: u64,
        /// upper bound of all hits: the sum of the sources
        pub total_high: u64,
        /// sources, in the order of the configuration
        pub sources: Vec<SourceView>,
        /// facet counts
        pub facets: Facets,
        /// every source has ended
        pub done: bool,
        /// read from the cache: as old as `searched_at`
        pub from_cache: bool,
        /// time of the search
        pub searched_at: Timestamp,
    }

    /// Details of one work.
    pub struct WorkDetail {
        /// the work with its member records
        pub work: Work,
        /// 索书号 and location of each copy in the own library
        pub own_holdings: Vec<hongyan_model::holding::Holding>,
        /// the patron's requests for this work
        pub requests: Vec<RequestRow>,
    }

    /// An earlier search.
    pub struct RecentSearch {
        /// id to open it
        pub search_id: String,
        /// text as typed
        pub text: String,
        /// time of the search
        pub searched_at: Timestamp,
        /// number of works found
        pub works: u32,
    }
}

/// Filter of the results. Empty lists do not filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SearchFilter {
    /// kinds
    pub kinds: Vec<Kind>,
    /// ISO 639-2 codes
    pub languages: Vec<String>,
    /// source ids
    pub sources: Vec<String>,
    /// availabilities
    pub availability: Vec<Availability>,
    /// libraries that hold it
    pub holders: Vec<String>,
    /// first year
    pub year_from: Option<i32>,
    /// last year
    pub year_to: Option<i32>,
}
