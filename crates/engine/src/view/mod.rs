//! What the screens see. Plain data, ready to be shown; the words are the UI's.

use std::collections::BTreeMap;

use hongyan_model::account::{Account, RegistrationStatus};
use hongyan_model::library::Library;
use hongyan_model::request::checks::Check;
use hongyan_model::request::{Action, Actor, EventKind, Reason};
use hongyan_model::{Draft, Fen, Kind, Request, RequestId, RequestState, Service};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::problem::Problem;

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

// behind the macros, which they use
mod batch;
mod cite;
mod handover;
mod history;
mod letters;
mod notices;
mod search;
mod statistics;
mod vault;

pub use batch::{BatchLineView, BatchOutcome, BatchRow, BatchView, FormFill, LineOutcome, LookUp, ReadAs};
pub use cite::{Citation, CiteForm, CiteForms, SavedFile, ZoteroSaved};
pub use handover::{CarriedLibrary, HandOverField, HandOverStep, HandOverView, LibraryChosen, LibraryView};
pub use history::{
    HistoryCounts, HistoryFile, HistoryFilter, HistoryForm, HistoryKept, HistoryOptions, HistoryPage,
    HistoryQuery, HistorySort, MonthCount, NameCount,
};
pub use letters::{DocumentView, MessageThread, MessageView, PendingKind, PendingView};
pub use notices::{NoticeList, NoticeSettings};
pub use search::{
    FacetValue, Facets, RecentSearch, SearchFilter, SearchView, SortOrder, SourceAccess, SourceProbe,
    SourceSetting, SourceState, SourceView, UnreadView, WorkDetail, WorkRow, YearCount,
};
pub use statistics::{
    MonthFigures, OutcomeCounts, ServiceFigures, Statistics, StatisticsTable, SupplierFigures, Turnaround,
};
pub use vault::{Loss, RecoveryView, UnsentView};

choice! {
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
        /// will be sent when the platform has a free place for it
        WhenPlaceFree,
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
        /// 需要先登录校园网: something in between answers with a page of its own
        Captive,
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
        /// in memory only, as the patron wished: everything is forgotten at the end of this run
        Memory,
        /// in memory only at every start: the computer is shared, and nothing stays
        Shared,
        /// under a passphrase
        Passphrase,
        /// there is no keyring and the patron has not chosen yet
        Ask,
        /// under a passphrase that was not entered yet
        Locked,
        /// there are files and nobody has their key
        Lost,
    }
}

view! {
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
        /// when it was asked
        pub created_at: Timestamp,
        /// last change, here or there
        pub updated_at: Timestamp,
        /// a change made here that the platform has not confirmed (`cancel`, `edit` …), empty if none
        pub pending_action: String,
        /// messages of the library that were not seen yet
        pub unread: u32,
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
        /// what it is about: where nothing moved, the state is the one it stood in
        pub kind: EventKind,
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
        /// not sent before the platform has a free place for it, as the patron wanted it
        pub waits_for_place: bool,
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
        /// what waits to be told, and what was refused
        pub pending: Vec<PendingView>,
        /// what was delivered
        pub documents: Vec<DocumentView>,
        /// the patron may change what was asked for
        pub editable: bool,
        /// after a no: what could be changed before asking again
        pub again: Vec<hongyan_model::request::again::Change>,
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
        /// the list of works that it belongs to
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "export", ts(optional))]
        pub batch: Option<Uuid>,
        /// last saved
        pub updated_at: Timestamp,
    }

    /// The list of requests.
    pub struct RequestList {
        /// 需要你, 进行中: all, last changed first; then the 50 of 已结束 that were asked last
        pub requests: Vec<RequestRow>,
        /// more are over than are shown here; `history_search` has them
        pub more: bool,
        /// drafts
        pub drafts: Vec<DraftRow>,
        /// when the platform last told
        pub as_of: Option<Timestamp>,
    }

    /// The account screen.
    pub struct AccountView {
        /// a session is held
        pub signed_in: bool,
        /// a session was held and has ended: sign in to go on
        pub needs_sign_in: bool,
        /// it ended because its renewal was cut off on the way: its one-shot token must not be used again
        pub cut_off: bool,
        /// the password is still the initial one, or one that everybody knows
        pub must_change_password: bool,
        /// last name used
        pub username: String,
        /// as the platform last described it
        pub account: Option<Account>,
        /// a registration made here
        pub registration: Option<RegistrationStatus>,
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
        /// requests waiting to be sent or verified, without those that wait for the patron or for a free place
        pub outbox: u32,
        /// requests that wait for a free place
        pub waiting: u32,
        /// requests that need the patron, as many as stand in that group of the list
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
        /// quiet hours, and kinds without a toast
        #[serde(default)]
        pub notices: NoticeSettings,
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
        /// the system's keyring works: a key under a passphrase can move there
        pub keyring_ready: bool,
        /// why the files can be read and nothing can be written
        pub reading_only: Option<Problem>,
        /// damage to the files that the patron has not been told of yet
        pub recovery: Option<RecoveryView>,
        /// there is a tray to stay in
        pub tray: bool,
        /// settings
        pub settings: Settings,
        /// the patron's library
        pub library: Library,
        /// when the platform said its fees, times and days that `library` has; none where the profile holds
        pub terms_heard: Option<Timestamp>,
        /// it was chosen or is given; otherwise the first thing to ask
        pub library_chosen: bool,
        /// requests are carried to the platform's page by the patron
        pub hands_over: bool,
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            locale: String::new(),
            theme: Theme::Auto,
            on_close: OnClose::Ask,
            toasts: true,
            toast_titles: false,
            notices: NoticeSettings::default(),
        }
    }
}
