//! What the screens see. Plain data, ready to be shown; the words are the UI's.

use std::collections::BTreeMap;

use hongyan_model::account::{Account, RegistrationStatus};
use hongyan_model::library::Library;
use hongyan_model::notice::Notice;
use hongyan_model::request::checks::Check;
use hongyan_model::request::{Action, Actor, Reason};
use hongyan_model::work::{Availability, Work};
use hongyan_model::{Draft, Fen, Kind, Query, Request, RequestId, RequestState, Service};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Gives a view its derives.
macro_rules! view {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "export", derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }
    )*};
}

/// Gives a choice its derives.
macro_rules! choice {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "export", derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }
    )*};
}

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

    /// The three groups of the list of requests.
    pub enum RequestGroup {
        /// 需要你: waits for the patron
        #[default]
        NeedsYou,
        /// 进行中
        Ongoing,
        /// 已结束
        Ended,
    }

    /// What the clock of a request says.
    pub enum ClockKind {
        /// nothing to say
        #[default]
        None,
        /// 预计 on `date`
        Expected,
        /// `days` later than usual
        Late,
        /// to be fetched by `date`
        PickupBy,
        /// to be brought back by `date`, `days` left (negative: over)
        Due,
        /// will be sent when the network is back
        WhenOnline,
    }

    /// Who wrote a line of the timeline.
    pub enum TimelineSource {
        /// this program
        #[default]
        Here,
        /// the platform's log
        Platform,
    }

    /// The line to the platform.
    pub enum Connection {
        /// not tried yet
        #[default]
        Unknown,
        /// 已连接
        Online,
        /// 平台响应慢
        Slow,
        /// 离线
        Offline,
    }

    /// Light or dark.
    pub enum Theme {
        /// as the system
        #[default]
        Auto,
        /// light
        Light,
        /// dark
        Dark,
    }

    /// What closing the window does.
    pub enum OnClose {
        /// ask the first time
        #[default]
        Ask,
        /// stay in the tray and watch for arrivals
        Tray,
        /// quit
        Quit,
    }

    /// Where the data key is.
    pub enum KeyPlace {
        /// in the system's keyring
        #[default]
        Keyring,
        /// in memory only: everything is forgotten at the end of this run
        Memory,
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
        /// what to filter by: a kind, a language code, a source id, an availability
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

    /// The clock of a request.
    pub struct Clock {
        /// what it says
        pub kind: ClockKind,
        /// the day
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub date: Option<Date>,
        /// days
        pub days: Option<i32>,
        /// reckoned by us from what is usual, not said by the platform
        pub estimated: bool,
    }

    /// One line of the list of requests.
    pub struct RequestRow {
        /// id
        pub id: RequestId,
        /// librarians' number, empty until accepted
        pub hrid: String,
        /// title
        pub title: String,
        /// author or journal
        pub subtitle: String,
        /// copy or loan
        pub service: Service,
        /// kind of work
        pub kind: Kind,
        /// where it stands
        pub state: RequestState,
        /// the platform's word for it
        pub state_label: String,
        /// group of the list
        pub group: RequestGroup,
        /// what the clock says
        pub clock: Clock,
        /// last change, here or there
        pub updated_at: Timestamp,
        /// a change made here that the platform has not confirmed (`cancel` …), empty if none
        pub pending_action: String,
    }

    /// A line of the timeline.
    pub struct TimelineEntry {
        /// when
        pub at: Timestamp,
        /// state reached
        pub state: RequestState,
        /// who
        pub actor: Actor,
        /// what they wrote
        pub note: String,
        /// whose log
        pub source: TimelineSource,
    }

    /// Where a request stands on its way out.
    pub struct OutboxView {
        /// attempts so far
        pub attempts: u32,
        /// why the last failed
        pub problem: Option<Problem>,
        /// not tried before
        pub not_before: Option<Timestamp>,
    }

    /// Everything about one request.
    pub struct RequestDetail {
        /// its line
        pub row: RequestRow,
        /// what was asked
        pub draft: Draft,
        /// as the platform last described it
        pub request: Option<Request>,
        /// why it is where it is
        pub reason: Option<Reason>,
        /// past, oldest first
        pub timeline: Vec<TimelineEntry>,
        /// states that usually come next, if all goes well
        pub next: Vec<RequestState>,
        /// what may be done now: the platform's actions, and ours (`cancel`, `retry`, `edit-again`)
        pub actions: Vec<Action>,
        /// on its way out
        pub outbox: Option<OutboxView>,
        /// usual charge, labelled as an estimate
        pub estimate: Option<Fen>,
    }

    /// A draft with its checks.
    pub struct DraftView {
        /// the form
        pub draft: Draft,
        /// the list beside it
        pub checks: Vec<Check>,
        /// 费用预估
        pub estimate: Option<Fen>,
        /// may be submitted now
        pub can_submit: bool,
        /// the platform was asked (holdings, account); otherwise those checks are unchecked
        pub checked_online: bool,
    }

    /// A line of the list of drafts.
    pub struct DraftRow {
        /// id
        pub id: RequestId,
        /// title, may be empty
        pub title: String,
        /// copy or loan
        pub service: Service,
        /// last saved
        pub updated_at: Timestamp,
    }

    /// The list of requests.
    pub struct RequestList {
        /// 需要你, 进行中, 已结束; newest first in each
        pub requests: Vec<RequestRow>,
        /// drafts
        pub drafts: Vec<DraftRow>,
        /// when the platform last told
        pub as_of: Option<Timestamp>,
    }

    /// The list of notices.
    pub struct NoticeList {
        /// newest first
        pub notices: Vec<Notice>,
        /// how many are unread
        pub unread: u32,
    }

    /// The account screen.
    pub struct AccountView {
        /// a session is held
        pub signed_in: bool,
        /// a session was held and has ended: sign in to go on
        pub needs_sign_in: bool,
        /// the password is still the initial one, or one that everybody knows
        pub must_change_password: bool,
        /// last name used
        pub username: String,
        /// as the platform last described it
        pub account: Option<Account>,
        /// a registration made here
        pub registration: Option<RegistrationStatus>,
        /// requests that wait to be sent
        pub unsent: u32,
        /// desks
        pub desks: Vec<PickupDesk>,
    }

    /// A desk.
    pub struct PickupDesk {
        /// id to send
        pub id: String,
        /// name
        pub name: String,
    }

    /// The status line.
    pub struct StatusView {
        /// the line to the platform
        pub connection: Connection,
        /// requests waiting to be sent or verified
        pub outbox: u32,
        /// requests that need the patron
        pub needs_you: u32,
        /// unread notices
        pub unread: u32,
        /// when the platform last told everything
        pub last_sync: Option<Timestamp>,
        /// a sync is running
        pub syncing: bool,
        /// why the last sync failed
        pub problem: Option<Problem>,
        /// a session is held
        pub signed_in: bool,
    }

    /// What the patron chose.
    pub struct Settings {
        /// `zh-CN`, `en`, or empty for the system's
        pub locale: String,
        /// light or dark
        pub theme: Theme,
        /// closing the window
        pub on_close: OnClose,
        /// toasts at all
        pub toasts: bool,
        /// titles in toasts
        pub toast_titles: bool,
    }

    /// What the frame needs at start.
    pub struct AppView {
        /// version of the program
        pub version: String,
        /// demo mode: everything is a sandbox
        pub demo: bool,
        /// demo mode: name and password to try, and where the sandbox's librarian sits
        pub demo_hints: BTreeMap<String, String>,
        /// where the key is
        pub key_place: KeyPlace,
        /// why it is not in the keyring
        pub key_problem: Option<Problem>,
        /// there is a tray to stay in
        pub tray: bool,
        /// settings
        pub settings: Settings,
        /// the patron's library
        pub library: Library,
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
    /// first year
    pub year_from: Option<i32>,
    /// last year
    pub year_to: Option<i32>,
}

/// In what form works are cited or exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CiteForm {
    /// GB/T 7714—2025, numeric
    #[default]
    Gbt2025,
    /// GB/T 7714—2015, numeric
    Gbt2015,
    /// APA, 7th edition
    Apa,
    /// MLA, 9th edition
    Mla,
    /// sentences to read
    Plain,
    /// RIS
    Ris,
    /// BibTeX
    Bibtex,
    /// BibLaTeX
    Biblatex,
    /// CSL-JSON
    CslJson,
}

impl CiteForm {
    /// Every form, references first, in the order the UI lists them.
    pub const ALL: [CiteForm; 9] = [
        CiteForm::Gbt2025,
        CiteForm::Gbt2015,
        CiteForm::Apa,
        CiteForm::Mla,
        CiteForm::Plain,
        CiteForm::Ris,
        CiteForm::Bibtex,
        CiteForm::Biblatex,
        CiteForm::CslJson,
    ];
}

view! {
    /// The forms that works can be cited in.
    pub struct CiteForms {
        /// in the order of the list
        pub forms: Vec<CiteForm>,
        /// the one used last
        pub last: CiteForm,
    }

    /// Works in a form.
    pub struct Citation {
        /// the text of the list or of the file
        pub text: String,
        /// what the file would be called
        pub file_name: String,
    }

    /// A file that was put into the patron's folder.
    pub struct SavedFile {
        /// where it is
        pub path: String,
    }

    /// What Zotero took.
    pub struct ZoteroSaved {
        /// works
        pub count: u32,
    }
}
