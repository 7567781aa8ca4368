//! View types: plain data that the screens render. Texts are the UI's. Exported to
//! `ui/src/api/generated.ts`.

use std::collections::BTreeMap;

use hongyan_model::account::{Account, RegistrationStatus};
use hongyan_model::library::Library;
use hongyan_model::request::checks::Check;
use hongyan_model::request::{Action, Actor, EventKind, Reason};
use hongyan_model::{Draft, Fen, Kind, Provenance, Request, RequestId, RequestState, Service};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::problem::Problem;

/// Derives of a view struct.
macro_rules! view {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "export", derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }
    )*};
}

/// Derives of a view enum.
macro_rules! choice {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "export", derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase")]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }
    )*};
}

// after the macros, because they use them
mod arrivals;
mod batch;
mod cite;
mod companion;
mod handover;
mod history;
mod intake;
mod letters;
mod notices;
mod search;
mod statistics;
mod vault;

pub use arrivals::{ArrivalTaken, ArrivalView, ArrivalWay, ArrivalWish, ArrivalsView, ListenerView};
pub use batch::{
    BatchLineView, BatchOutcome, BatchRow, BatchView, FormFill, Heard, LeftPart, LineOutcome, LookUp, ReadAs,
    WhyLeft,
};
pub use cite::{Citation, CiteForm, CiteForms, SavedFile, ZoteroSaved};
pub use companion::{
    CompanionFill, CompanionRows, FormFor, FoundField, LeftBecause, LeftField, NumberGuesses, PageRow, Taken,
};
pub use handover::{
    CarriedLibrary, DeskMail, FormView, HandOverField, HandOverStep, HandOverView, LibraryChosen, LibraryView,
};
pub use history::{
    HistoryCounts, HistoryFile, HistoryFilter, HistoryForm, HistoryKept, HistoryOptions, HistoryPage,
    HistoryQuery, HistorySort, MarkMeant, MonthCount, NameCount,
};
pub use intake::{
    CameFile, IntakeCandidate, IntakeKind, IntakeStep, IntakeView, KeptFileView, KeptLetterView, LinkView,
    TieKind,
};
pub use letters::{DocumentView, MessageThread, MessageView, PendingKind, PendingView};
pub use notices::{NoticeList, NoticeSettings};
pub use search::{
    Bilingual, FacetValue, Facets, RecentSearch, SearchFilter, SearchView, SortOrder, SourceAccess,
    SourceCheck, SourceProbe, SourceSetting, SourceState, SourceView, UnreadView, WorkDetail, WorkRow,
    YearCount,
};
pub use statistics::{
    MonthFigures, OutcomeCounts, ServiceFigures, Statistics, StatisticsTable, SupplierFigures, Turnaround,
};
pub use vault::{Loss, RecoveryView, UnsentView};

choice! {
    /// Group of a request in the list.
    pub enum RequestGroup {
        /// 需要你: waits for an action of the patron
        #[default]
        NeedsYou,
        /// 进行中
        Ongoing,
        /// 已结束
        Ended,
    }

    /// Kind of time information of a request.
    pub enum ClockKind {
        /// none
        #[default]
        None,
        /// 预计: expected on `date`
        Expected,
        /// `days` later than expected
        Late,
        /// ready for pickup until `date`
        PickupBy,
        /// due on `date`, in `days` days (negative: overdue)
        Due,
        /// will be sent when the network is available
        WhenOnline,
        /// will be sent when the platform's limit of open requests allows it
        WhenPlaceFree,
    }

    /// State of the connection to the platform.
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
        /// 需要先登录校园网: a captive portal answers instead of the platform
        Captive,
    }

    /// Colour theme.
    pub enum Theme {
        /// follows the system
        #[default]
        Auto,
        /// light
        Light,
        /// dark
        Dark,
    }

    /// Action of the window's close button.
    pub enum OnClose {
        /// asks the first time
        #[default]
        Ask,
        /// stays in the tray and watches for arrivals
        Tray,
        /// quits the program
        Quit,
    }

    /// Where the data key is stored.
    pub enum KeyPlace {
        /// in the system's keyring
        #[default]
        Keyring,
        /// in memory only, chosen by the patron for this run: all data is discarded at its end
        Memory,
        /// in memory only at every start: a shared computer, no data is kept
        Shared,
        /// wrapped with a passphrase
        Passphrase,
        /// undecided: there is no keyring, and the patron has not chosen yet
        Ask,
        /// wrapped with a passphrase that has not been entered yet
        Locked,
        /// unknown: there are files, but their key is not available
        Lost,
    }
}

view! {
    /// Time information of a request.
    pub struct Clock {
        /// kind; decides which fields are set
        pub kind: ClockKind,
        /// the date
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub date: Option<Date>,
        /// number of days
        pub days: Option<i32>,
        /// computed from usual durations, not stated by the platform
        pub estimated: bool,
    }

    /// A row of the list of requests.
    pub struct RequestRow {
        /// request id
        pub id: RequestId,
        /// number used by librarians; empty until the platform has accepted it
        pub hrid: String,
        /// title
        pub title: String,
        /// author or journal
        pub subtitle: String,
        /// copy or loan
        pub service: Service,
        /// kind of work
        pub kind: Kind,
        /// state
        pub state: RequestState,
        /// the platform's label of the state
        pub state_label: String,
        /// group in the list
        pub group: RequestGroup,
        /// time information
        pub clock: Clock,
        /// time of creation
        pub created_at: Timestamp,
        /// last change, local or on the platform
        pub updated_at: Timestamp,
        /// local change that the platform has not confirmed (`cancel`, `edit` …); empty if none
        pub pending_action: String,
        /// number of unread messages of the library
        pub unread: u32,
    }

    /// A timeline entry.
    pub struct TimelineEntry {
        /// time
        pub at: Timestamp,
        /// state after the event
        pub state: RequestState,
        /// who caused it
        pub actor: Actor,
        /// note by the actor
        pub note: String,
        /// kind of event; unless it is a change of state, `state` is the current one
        pub kind: EventKind,
        /// who said so
        pub source: Provenance,
    }

    /// Submission state of a request in the outbox.
    pub struct OutboxView {
        /// number of attempts
        pub attempts: u32,
        /// problem of the last failed attempt
        pub problem: Option<Problem>,
        /// backoff or `Retry-After`: no attempt before this
        pub not_before: Option<Timestamp>,
        /// held back, with the patron's consent, until the platform's limit of open requests allows it
        pub waits_for_place: bool,
    }

    /// Details of one request.
    pub struct RequestDetail {
        /// its row in the list
        pub row: RequestRow,
        /// its mark, `HY-7K3M9QX`
        pub mark: String,
        /// the last entry of the timeline was noted by hand, and can be taken back
        pub can_take_back: bool,
        /// the form as submitted
        pub draft: Draft,
        /// the platform's last description of it
        pub request: Option<Request>,
        /// reason for its state
        pub reason: Option<Reason>,
        /// past events, oldest first
        pub timeline: Vec<TimelineEntry>,
        /// states that usually follow on the way to success
        pub next: Vec<RequestState>,
        /// actions allowed now: the platform's, and local ones (`cancel`, `retry`, `edit-again`)
        pub actions: Vec<Action>,
        /// submission state; none when it is not in the outbox
        pub outbox: Option<OutboxView>,
        /// usual charge; must be labelled as an estimate
        pub estimate: Option<Fen>,
        /// operations that wait to be sent, and refused ones
        pub pending: Vec<PendingView>,
        /// delivered documents
        pub documents: Vec<DocumentView>,
        /// letters that were kept, oldest first
        pub letters: Vec<KeptLetterView>,
        /// files that came and were kept, oldest first
        pub files: Vec<KeptFileView>,
        /// the patron may edit the form
        pub editable: bool,
        /// after a refusal: changes to consider before requesting again
        pub again: Vec<hongyan_model::request::again::Change>,
    }

    /// A draft with the results of its checks.
    pub struct DraftView {
        /// the form
        pub draft: Draft,
        /// results of the checks
        pub checks: Vec<Check>,
        /// 费用预估
        pub estimate: Option<Fen>,
        /// no check blocks submission
        pub can_submit: bool,
        /// the platform was queried (holdings, account); otherwise its checks are unchecked
        pub checked_online: bool,
    }

    /// A row of the list of drafts.
    pub struct DraftRow {
        /// draft id
        pub id: RequestId,
        /// title; may be empty
        pub title: String,
        /// copy or loan
        pub service: Service,
        /// the list of works it belongs to
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "export", ts(optional))]
        pub batch: Option<Uuid>,
        /// time of the last save
        pub updated_at: Timestamp,
    }

    /// The list of requests and drafts.
    pub struct RequestList {
        /// all of 需要你 and 进行中, last changed first; then the 50 most recently created of 已结束
        pub requests: Vec<RequestRow>,
        /// more ended requests exist; `history_search` returns them
        pub more: bool,
        /// drafts
        pub drafts: Vec<DraftRow>,
        /// time of the last successful sync
        pub as_of: Option<Timestamp>,
    }

    /// The account screen.
    pub struct AccountView {
        /// a session is active
        pub signed_in: bool,
        /// the session has ended: the patron must sign in again
        pub needs_sign_in: bool,
        /// the session ended because its renewal was interrupted: the one-time refresh token must not be
        /// reused
        pub cut_off: bool,
        /// the password is the initial one or a well-known one
        pub must_change_password: bool,
        /// name used at the last sign-in
        pub username: String,
        /// the platform's last description of the account
        pub account: Option<Account>,
        /// a registration submitted with this program
        pub registration: Option<RegistrationStatus>,
        /// pickup desks
        pub desks: Vec<PickupDesk>,
    }

    /// A pickup desk.
    pub struct PickupDesk {
        /// id to send to the platform
        pub id: String,
        /// display name
        pub name: String,
    }

    /// Contents of the status line.
    pub struct StatusView {
        /// state of the connection
        pub connection: Connection,
        /// requests to be sent or verified, except those that wait for the patron or for the limit of
        /// open requests
        pub outbox: u32,
        /// requests that wait for the limit of open requests
        pub waiting: u32,
        /// requests in the group 需要你
        pub needs_you: u32,
        /// number of unread notices
        pub unread: u32,
        /// time of the last complete sync
        pub last_sync: Option<Timestamp>,
        /// a sync is running
        pub syncing: bool,
        /// problem of the last sync
        pub problem: Option<Problem>,
        /// a session is active
        pub signed_in: bool,
    }

    /// Settings of the patron.
    pub struct Settings {
        /// `zh-CN` or `en`; empty: follows the system
        pub locale: String,
        /// colour theme
        pub theme: Theme,
        /// action of the window's close button
        pub on_close: OnClose,
        /// show toasts
        pub toasts: bool,
        /// show titles in toasts
        pub toast_titles: bool,
        /// quiet hours and muted kinds
        #[serde(default)]
        pub notices: NoticeSettings,
    }

    /// Global state that the main window needs at start.
    pub struct AppView {
        /// version of the program
        pub version: String,
        /// demo mode: the platform and all sources are a sandbox
        pub demo: bool,
        /// demo mode: user name and password to try, and the address of the sandbox's librarian page
        pub demo_hints: BTreeMap<String, String>,
        /// where the data key is stored
        pub key_place: KeyPlace,
        /// why the keyring is not used
        pub key_problem: Option<Problem>,
        /// the keyring works: a key wrapped with a passphrase can be moved there
        pub keyring_ready: bool,
        /// why the files are read-only; none when they can be written
        pub reading_only: Option<Problem>,
        /// damage to the files that the patron has not acknowledged
        pub recovery: Option<RecoveryView>,
        /// the system has a tray
        pub tray: bool,
        /// settings
        pub settings: Settings,
        /// the patron's library
        pub library: Library,
        /// time of the platform's fees, times and calendar in `library`; none when they come from its
        /// profile
        pub terms_heard: Option<Timestamp>,
        /// chosen by the patron or preset; otherwise ask for it first
        pub library_chosen: bool,
        /// hand-over: the patron files requests on the platform's own page
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
