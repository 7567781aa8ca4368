//! What the UI sends with each command; the answers are `hongyan_engine::view`.

use std::collections::BTreeMap;

use hongyan_engine::view::{CiteForm, NoticeSettings, OnClose, SearchFilter, SortOrder, Theme};
use hongyan_model::account::Registration;
use hongyan_model::{Draft, Query, RequestId, Service};
use serde::{Deserialize, Serialize};

/// Gives a request its derives.
macro_rules! request {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "export", derive(ts_rs::TS))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }
    )*};
}
pub(crate) use request;

// behind the macro, which it uses
mod history;

pub use history::{
    Counted, HistoryExport, HistoryKeep, HistorySearch, RequestsCite, RequestsRef, StatisticsExport,
    StatisticsGet,
};

request! {
    /// Nothing to say.
    pub struct Nothing {}

    /// Starts a search: the text of the one box, or a query of the fielded form.
    pub struct SearchStart {
        /// as typed
        pub text: String,
        /// fielded query; the text is recognised when none
        pub query: Option<Query>,
    }

    /// Text of the one box, to be recognised.
    pub struct SearchRead {
        /// as typed
        pub text: String,
    }

    /// One search.
    pub struct SearchRef {
        /// the search
        pub search_id: String,
    }

    /// A source of a search.
    pub struct SearchSourceRef {
        /// the search
        pub search_id: String,
        /// the source
        pub source_id: String,
    }

    /// A page of a search.
    pub struct SearchPage {
        /// the search
        pub search_id: String,
        /// first row
        pub offset: u32,
        /// rows, 200 at most
        pub limit: u32,
        /// order
        pub sort: SortOrder,
        /// narrowed to
        pub filter: SearchFilter,
    }

    /// A work of a search.
    pub struct WorkRef {
        /// the search
        pub search_id: String,
        /// the work
        pub work_id: String,
    }

    /// Works of a search.
    pub struct WorksRef {
        /// the search
        pub search_id: String,
        /// the works, 1000 at most
        pub work_ids: Vec<String>,
    }

    /// Works of a search in a form.
    pub struct WorksCite {
        /// the search
        pub search_id: String,
        /// the works, 1000 at most, in the order of the list
        pub work_ids: Vec<String>,
        /// style or format
        pub form: CiteForm,
    }

    /// The form to offer first.
    pub struct CitePrefer {
        /// style or format
        pub form: CiteForm,
    }

    /// Switches a source.
    pub struct SourceSwitch {
        /// the source
        pub id: String,
        /// on or off
        pub enabled: bool,
    }

    /// An address, and nothing else.
    pub struct SourceAdd {
        /// `https://…` for SRU, `z3950://host:port/db` or `host:port/db` for Z39.50
        pub address: String,
    }

    /// A source.
    pub struct SourceId {
        /// its id
        pub id: String,
    }

    /// A source as the patron wants it.
    pub struct SourceEdit {
        /// the source
        pub id: String,
        /// name; as in the file where empty
        pub name: String,
        /// Z39.50: character set; found out where empty
        pub charset: String,
        /// Z39.50: record syntax; the best that there is where empty
        pub syntax: String,
        /// finds 简体, 繁體 and 日本漢字 alike
        pub folds: bool,
        /// the patron's own library
        pub home: bool,
    }

    /// The sources in an order.
    pub struct SourceOrder {
        /// ids; those that are missing come after
        pub ids: Vec<String>,
    }

    /// What the patron has from the owner of a source. It goes to the source and nowhere else.
    pub struct SourceKey {
        /// the source
        pub id: String,
        /// user name; empty with a key
        pub user: String,
        /// key or password
        pub secret: String,
        /// group of a Z39.50 account; mostly empty
        pub group: String,
    }

    /// A new draft: from a work of a search, from an identifier or text, or blank.
    pub struct DraftNew {
        /// copy or loan
        pub service: Service,
        /// the work to fill from
        pub work: Option<WorkRef>,
        /// DOI, ISBN … to look up, or a title
        pub text: Option<String>,
    }

    /// A draft as it stands on the screen.
    pub struct DraftSave {
        /// the whole form
        pub draft: Draft,
    }

    /// A draft or request.
    pub struct RequestRef {
        /// its id
        pub id: RequestId,
    }

    /// A draft to submit.
    pub struct RequestSubmit {
        /// its id
        pub id: RequestId,
        /// where the platform has no room for it, it is kept and sent when a place is free
        #[serde(default)]
        pub wait: bool,
    }

    /// Something to do with a request.
    pub struct RequestAct {
        /// its id
        pub id: RequestId,
        /// one of its `actions`
        pub action: String,
        /// what is said with it, as its `parameters` name it
        #[serde(default)]
        pub params: BTreeMap<String, String>,
    }

    /// Another text of a request that the library waits for.
    pub struct RequestEdit {
        /// the whole form, under the request's id
        pub draft: Draft,
    }

    /// Something of a request that waits to be told, or was refused.
    pub struct PendingRef {
        /// the request
        pub id: RequestId,
        /// its number
        pub pending: i64,
    }

    /// Something written to the librarian.
    pub struct MessageSend {
        /// the request
        pub id: RequestId,
        /// as written, 2000 characters at most
        pub text: String,
    }

    /// A field that is written in.
    pub struct JottingRef {
        /// the request or the form that it is about, or a screen
        pub about: String,
        /// which field
        pub field: String,
    }

    /// What stands in a field.
    pub struct JottingKeep {
        /// the request or the form that it is about, or a screen
        pub about: String,
        /// which field
        pub field: String,
        /// as it stands there; empty is forgotten
        pub text: String,
    }

    /// What stands in a field.
    pub struct Jotting {
        /// as it stands there
        pub text: String,
    }

    /// A delivered document.
    pub struct DocumentRef {
        /// the request
        pub id: RequestId,
        /// the document
        pub document: String,
    }

    /// Notices that were seen.
    pub struct NoticesSeen {
        /// ids; all when empty
        pub ids: Vec<i64>,
    }

    /// Name and password. The password goes to the platform and nowhere else.
    pub struct SignIn {
        /// 学号/工号
        pub username: String,
        /// password
        pub password: String,
    }

    /// A new patron.
    pub struct Register {
        /// the form
        pub registration: Registration,
    }

    /// Old password for new.
    pub struct ChangePassword {
        /// the one in force
        pub old: String,
        /// the one to be
        pub new: String,
    }

    /// The passphrase that the key is under. It goes no further than this machine.
    pub struct Passphrase {
        /// as typed
        pub passphrase: String,
    }

    /// A passphrase to put the key under.
    pub struct PassphraseSet {
        /// the one in force; empty where there is none
        pub current: String,
        /// the one to be
        pub passphrase: String,
    }

    /// Whether this computer is shared by many.
    pub struct VaultShare {
        /// it is
        pub shared: bool,
        /// the patron has been told how many requests were not sent and said yes
        pub discard_unsent: bool,
    }

    /// What to do with requests that were not sent, when signing out.
    pub struct SignOut {
        /// the patron has been told how many and said yes
        pub discard_unsent: bool,
    }

    /// Settings to change; what is none stays.
    pub struct SettingsChange {
        /// `zh-CN`, `en`, or empty for the system's
        pub locale: Option<String>,
        /// light or dark
        pub theme: Option<Theme>,
        /// closing the window
        pub on_close: Option<OnClose>,
        /// toasts at all
        pub toasts: Option<bool>,
        /// titles in toasts
        pub toast_titles: Option<bool>,
        /// quiet hours, and kinds without a toast
        pub notices: Option<NoticeSettings>,
    }

    /// An address to open in the browser.
    pub struct LinkOpen {
        /// http(s) only
        pub url: String,
    }

    /// The search that was started.
    pub struct SearchStarted {
        /// its id
        pub search_id: String,
    }
}
