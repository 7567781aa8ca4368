//! Parameters of the commands. Their results are defined in `hongyan_engine::view`.

use std::collections::BTreeMap;

use hongyan_engine::view::{CiteForm, NoticeSettings, OnClose, SearchFilter, SortOrder, Theme};
use hongyan_model::account::Registration;
use hongyan_model::{Draft, Query, RequestId, Service};
use serde::{Deserialize, Serialize};

/// Adds the derives that every parameter type has.
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

// must come after the macro, which it uses
mod history;

pub use history::{
    Counted, HistoryExport, HistoryKeep, HistorySearch, RequestsCite, RequestsRef, StatisticsExport,
    StatisticsGet,
};

request! {
    /// No parameters, or no result.
    pub struct Nothing {}

    /// Starts a search from the text of the search box, or from a query of the fielded form.
    pub struct SearchStart {
        /// as typed
        pub text: String,
        /// fielded query; `None` = parse `text` instead
        pub query: Option<Query>,
    }

    /// Text of the search box to parse.
    pub struct SearchRead {
        /// as typed
        pub text: String,
    }

    /// Identifies a search.
    pub struct SearchRef {
        /// the search
        pub search_id: String,
    }

    /// Identifies a source within a search.
    pub struct SearchSourceRef {
        /// the search
        pub search_id: String,
        /// the source
        pub source_id: String,
    }

    /// A window onto the result list of a search.
    pub struct SearchPage {
        /// the search
        pub search_id: String,
        /// index of the first row
        pub offset: u32,
        /// number of rows, at most 200
        pub limit: u32,
        /// sort order
        pub sort: SortOrder,
        /// filters to apply
        pub filter: SearchFilter,
    }

    /// Identifies a work within a search.
    pub struct WorkRef {
        /// the search
        pub search_id: String,
        /// the work
        pub work_id: String,
    }

    /// Identifies works within a search.
    pub struct WorksRef {
        /// the search
        pub search_id: String,
        /// the works, at most 1000
        pub work_ids: Vec<String>,
    }

    /// Works of a search to cite or export.
    pub struct WorksCite {
        /// the search
        pub search_id: String,
        /// the works, at most 1000, in list order
        pub work_ids: Vec<String>,
        /// citation style or export format
        pub form: CiteForm,
    }

    /// The citation form to preselect next time.
    pub struct CitePrefer {
        /// citation style or export format
        pub form: CiteForm,
    }

    /// Switches a source on or off.
    pub struct SourceSwitch {
        /// the source
        pub id: String,
        /// on or off
        pub enabled: bool,
    }

    /// Adds a source by its address.
    pub struct SourceAdd {
        /// `https://…` for SRU, `z3950://host:port/db` or `host:port/db` for Z39.50
        pub address: String,
    }

    /// Identifies a source.
    pub struct SourceId {
        /// its id
        pub id: String,
    }

    /// The editable properties of a source.
    pub struct SourceEdit {
        /// the source
        pub id: String,
        /// display name; empty = the name in the source file
        pub name: String,
        /// Z39.50: character set; empty = detect it
        pub charset: String,
        /// Z39.50: record syntax; empty = the best that the server offers
        pub syntax: String,
        /// the server treats 简体, 繁體 and 日本漢字 variants of a character as equal
        pub folds: bool,
        /// this is the patron's own library
        pub home: bool,
    }

    /// The display order of the sources.
    pub struct SourceOrder {
        /// source ids; those not listed follow
        pub ids: Vec<String>,
    }

    /// Credentials that the patron has for a source. They are sent to that source only.
    pub struct SourceKey {
        /// the source
        pub id: String,
        /// user name; empty if the source uses a key
        pub user: String,
        /// API key or password
        pub secret: String,
        /// group of a Z39.50 account; usually empty
        pub group: String,
    }

    /// Creates a draft: from a work of a search, from an identifier or text, or empty.
    pub struct DraftNew {
        /// copy or loan
        pub service: Service,
        /// the work whose data fill the form
        pub work: Option<WorkRef>,
        /// an identifier to look up (DOI, ISBN …) or a title
        pub text: Option<String>,
    }

    /// Saves a draft.
    pub struct DraftSave {
        /// the complete form
        pub draft: Draft,
    }

    /// Identifies a draft or request.
    pub struct RequestRef {
        /// the request's id
        pub id: RequestId,
    }

    /// Submits a draft.
    pub struct RequestSubmit {
        /// the draft's id
        pub id: RequestId,
        /// if the platform's limit of open requests is reached, keep the request and send it when a place is
        /// free
        #[serde(default)]
        pub wait: bool,
    }

    /// Performs an action on a request.
    pub struct RequestAct {
        /// the request's id
        pub id: RequestId,
        /// one of the ids in the request's `actions`
        pub action: String,
        /// values of the action's `parameters`
        #[serde(default)]
        pub params: BTreeMap<String, String>,
    }

    /// Replaces the text of a request that the library has sent back for correction.
    pub struct RequestEdit {
        /// the complete form, under the request's id
        pub draft: Draft,
    }

    /// Identifies an outbox entry of a request that was not sent yet or was refused.
    pub struct PendingRef {
        /// the request
        pub id: RequestId,
        /// number of the entry
        pub pending: i64,
    }

    /// A message to the librarian.
    pub struct MessageSend {
        /// the request
        pub id: RequestId,
        /// the text, at most 2000 characters
        pub text: String,
    }

    /// Identifies a text field whose unsent content is kept.
    pub struct JottingRef {
        /// the request, form or screen that the field belongs to
        pub about: String,
        /// name of the field within it
        pub field: String,
    }

    /// Saves the unsent content of a text field.
    pub struct JottingKeep {
        /// the request, form or screen that the field belongs to
        pub about: String,
        /// name of the field within it
        pub field: String,
        /// the content; empty deletes what is kept
        pub text: String,
    }

    /// The unsent content of a text field.
    pub struct Jotting {
        /// the content; empty if nothing is kept
        pub text: String,
    }

    /// A delivered document.
    pub struct DocumentRef {
        /// the request
        pub id: RequestId,
        /// the document
        pub document: String,
    }

    /// Marks notices as seen.
    pub struct NoticesSeen {
        /// notice ids; empty = all
        pub ids: Vec<i64>,
    }

    /// Signs in. The password is sent to the platform only and is not stored.
    pub struct SignIn {
        /// 学号/工号
        pub username: String,
        /// password
        pub password: String,
    }

    /// Registers a new patron.
    pub struct Register {
        /// the registration form
        pub registration: Registration,
    }

    /// Changes the patron's password on the platform.
    pub struct ChangePassword {
        /// current password
        pub old: String,
        /// new password
        pub new: String,
    }

    /// Opens the databases with a passphrase. It never leaves this machine.
    pub struct Passphrase {
        /// as typed
        pub passphrase: String,
    }

    /// Sets or changes the passphrase that protects the database key.
    pub struct PassphraseSet {
        /// current passphrase; empty if none is set
        pub current: String,
        /// new passphrase
        pub passphrase: String,
    }

    /// Marks this computer as shared or private.
    pub struct VaultShare {
        /// whether many people use it
        pub shared: bool,
        /// the patron was shown the number of unsent requests and agreed to lose them
        pub discard_unsent: bool,
    }

    /// Signs out.
    pub struct SignOut {
        /// the patron was shown the number of unsent requests and agreed to lose them
        pub discard_unsent: bool,
    }

    /// Changes settings; fields that are `None` stay as they are.
    pub struct SettingsChange {
        /// `zh-CN` or `en`; empty = the system's language
        pub locale: Option<String>,
        /// colour theme
        pub theme: Option<Theme>,
        /// what closing the window does
        pub on_close: Option<OnClose>,
        /// whether toasts are shown at all
        pub toasts: Option<bool>,
        /// whether toasts show titles of works
        pub toast_titles: Option<bool>,
        /// quiet hours, and the kinds of notices that show no toast
        pub notices: Option<NoticeSettings>,
    }

    /// An address to open in the browser.
    pub struct LinkOpen {
        /// http(s) only
        pub url: String,
    }

    /// The search that was started.
    pub struct SearchStarted {
        /// the id of the search
        pub search_id: String,
    }
}
