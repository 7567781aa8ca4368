//! What the screens see of searches and sources.

use hongyan_model::work::{Availability, Work};
use hongyan_model::{Kind, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RequestRow;
use crate::base::problem::Problem;

choice! {
    /// Where a source stands in a search.
    pub enum SourceState {
        /// asked, nothing yet
        #[default]
        Waiting,
        /// nothing for longer than the soft deadline (3 s)
        Slow,
        /// some records are here, more are coming
        Receiving,
        /// all that was asked for is here
        Done,
        /// ended with an error
        Failed,
        /// the patron stopped the search
        Cancelled,
        /// switched off
        Off,
        /// wants a key that was not entered: not asked
        NeedsKey,
        /// failed too often of late: not asked before `retry_at`, unless the patron says «try now»
        Resting,
        /// has no interface: `link` opens its own search page with the question filled in
        Page,
    }

    /// What a source wants before it answers.
    pub enum SourceAccess {
        /// nothing
        #[default]
        Open,
        /// answers without a key, better with one
        Optional,
        /// a key that the patron gets from the owner
        Key,
        /// a user name and a password
        Account,
    }

    /// Order of the list.
    pub enum SortOrder {
        /// best first
        #[default]
        Relevance,
        /// newest first
        Newest,
        /// oldest first
        Oldest,
        /// by title
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
        /// where it stands
        pub state: SourceState,
        /// how many the source says it has
        pub hits: Option<u64>,
        /// how many are here
        pub records: u32,
        /// milliseconds from the question to the first records
        pub first_ms: Option<u32>,
        /// milliseconds from the question to the end
        pub done_ms: Option<u32>,
        /// why it failed
        pub problem: Option<Problem>,
        /// parts of the query it could not be asked
        pub dropped: Vec<String>,
        /// while it rests: when it is asked again
        #[serde(default)]
        pub retry_at: Option<Timestamp>,
        /// of a page: the address to open; empty for others
        #[serde(default)]
        pub link: String,
        /// what it sent and is not among the records; none when all could be read
        #[serde(default)]
        pub unread: Option<UnreadView>,
    }

    /// What a source sent and is not among its records.
    pub struct UnreadView {
        /// how many records
        pub records: u32,
        /// the schema or syntax that is not read here; empty when that is not why
        pub schema: String,
        /// what the source says about it, to be shown as its words; empty when it says nothing
        pub said: String,
    }

    /// A source in the settings.
    pub struct SourceSetting {
        /// id in sources.toml; of the patron's own, `own-…`
        pub id: String,
        /// 简体 name
        pub name: String,
        /// English name
        pub name_en: String,
        /// connector, as sources.toml names it: `opac2`, `sru`, `z3950`, `page` …
        pub protocol: String,
        /// host it is asked at
        pub host: String,
        /// whole address
        pub address: String,
        /// whether searches ask it
        pub enabled: bool,
        /// the patron's own library
        pub home: bool,
        /// what it wants before it answers
        pub access: SourceAccess,
        /// page of the owner where a key is asked for; may be empty
        pub key_page: String,
        /// a key or an account was entered; nothing gives it out again
        pub has_key: bool,
        /// added by the patron: can be removed
        pub custom: bool,
        /// Z39.50: character set; found out where empty
        pub charset: String,
        /// Z39.50: record syntax; the best that there is where empty
        pub syntax: String,
        /// finds 简体, 繁體 and 日本漢字 alike
        pub folds: bool,
        /// while it rests: when it is asked again
        pub retry_at: Option<Timestamp>,
        /// why it failed last; none when it answered since
        pub problem: Option<Problem>,
        /// when it last answered
        pub answered_at: Option<Timestamp>,
        /// milliseconds that half of its answers took at most
        pub usual_ms: Option<u32>,
    }

    /// What a source said when it was tested.
    pub struct SourceProbe {
        /// what it calls itself; empty when it does not say
        pub title: String,
        /// version of its protocol, or the name of its software
        pub version: String,
        /// record schemas or syntaxes that it gives, best first
        pub schemas: Vec<String>,
        /// indexes that it knows
        pub indexes: Vec<String>,
        /// hits for a word that every catalogue has; none when it does not count
        pub hits: Option<u64>,
    }

    /// A value of a facet.
    pub struct FacetValue {
        /// what to filter by: a kind, a language code, a source id, an availability, a library
        pub value: String,
        /// how many works
        pub count: u32,
    }

    /// Works of one year.
    pub struct YearCount {
        /// year
        pub year: i32,
        /// how many works
        pub count: u32,
    }

    /// Counts over all works here, each facet under the other facets' filters.
    pub struct Facets {
        /// kinds
        pub kinds: Vec<FacetValue>,
        /// years, ascending, without gaps filled
        pub years: Vec<YearCount>,
        /// ISO 639-2 codes
        pub languages: Vec<FacetValue>,
        /// source ids
        pub sources: Vec<FacetValue>,
        /// availabilities
        pub availability: Vec<FacetValue>,
        /// libraries that have it, the hundred commonest
        #[serde(default)]
        pub holders: Vec<FacetValue>,
    }

    /// One line of results.
    pub struct WorkRow {
        /// stable within the search
        pub id: String,
        /// kind
        pub kind: Kind,
        /// title with subtitle and part
        pub title: String,
        /// matched parts of the title as [start, end) in UTF-16 units
        pub matches: Vec<(u32, u32)>,
        /// creators in one line
        pub creators: String,
        /// journal or host, else publisher
        pub container: String,
        /// year
        pub year: Option<i32>,
        /// ISO 639-2 code
        pub language: String,
        /// best way to get it
        pub availability: Availability,
        /// 索书号 in the own library, if it has it
        pub call_number: String,
        /// ids of the sources that have it
        pub sources: Vec<String>,
    }

    /// A page of results, with everything the screen of a search shows.
    pub struct SearchView {
        /// the search
        pub search_id: String,
        /// as the patron typed it
        pub text: String,
        /// what was asked
        pub query: Query,
        /// the page
        pub works: Vec<WorkRow>,
        /// index of its first row
        pub offset: u32,
        /// rows in the list, after filters
        pub shown: u32,
        /// works before filters, not counting those that wait
        pub found: u32,
        /// works that came later and wait behind «n new»
        pub waiting: u32,
        /// at least this many exist: the largest source
        pub total_low: u64,
        /// at most this many: the sum of the sources
        pub total_high: u64,
        /// the sources, in the file's order
        pub sources: Vec<SourceView>,
        /// counts
        pub facets: Facets,
        /// nothing more will come
        pub done: bool,
        /// read from the cache: as old as `searched_at`
        pub from_cache: bool,
        /// when it was asked
        pub searched_at: Timestamp,
    }

    /// Everything about one work.
    pub struct WorkDetail {
        /// the work with its member records
        pub work: Work,
        /// 索书号 and place of each copy in the own library
        pub own_holdings: Vec<hongyan_model::holding::Holding>,
        /// the patron's own requests for it
        pub requests: Vec<RequestRow>,
    }

    /// A search that was made before.
    pub struct RecentSearch {
        /// opens it
        pub search_id: String,
        /// as typed
        pub text: String,
        /// when
        pub searched_at: Timestamp,
        /// works found
        pub works: u32,
    }
}

/// What the list is narrowed to; empty lists do not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct SearchFilter {
    /// kinds
    pub kinds: Vec<Kind>,
    /// languages
    pub languages: Vec<String>,
    /// sources
    pub sources: Vec<String>,
    /// availabilities
    pub availability: Vec<Availability>,
    /// libraries that have it
    pub holders: Vec<String>,
    /// first year
    pub year_from: Option<i32>,
    /// last year
    pub year_to: Option<i32>,
}
