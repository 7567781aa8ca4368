//! The engine together with the shell that hosts it: what the UI talks to.

use std::collections::BTreeMap;
use std::sync::Arc;

use hongyan_engine::Engine;
use hongyan_engine::change::{AppEvent, Tag};
use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::IntakeView;
use hongyan_engine::view::{
    AccountView, AppView, Citation, CiteForms, DraftView, HistoryFile, HistoryKept, HistoryOptions,
    HistoryPage, MessageThread, NoticeList, RecentSearch, RequestDetail, RequestList, SavedFile, SearchView,
    Settings, SourceCheck, SourceProbe, SourceSetting, Statistics, StatusView, UnsentView, WorkDetail,
    ZoteroSaved,
};
use hongyan_engine::view::{ArrivalTaken, ArrivalsView, ListenerView};
use hongyan_engine::view::{BatchOutcome, BatchRow, BatchView, FormFill};
use hongyan_engine::view::{CarriedLibrary, DeskMail, FormView, HandOverView, LibraryChosen, LibraryView};
use hongyan_engine::view::{CompanionFill, CompanionRows, NumberGuesses};
use hongyan_model::Query;
use hongyan_model::log::Logged as _;
use hongyan_model::query::Relaxed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::broadcast;

use crate::handlers;
use crate::host::Host;
use crate::library_window::{LibraryPlace, LibraryWindow};
use crate::request::{
    ChangePassword, CitePrefer, Counted, DocumentRef, DraftNew, DraftSave, HistoryExport, HistoryKeep,
    HistorySearch, Jotting, JottingKeep, JottingRef, LinkOpen, MessageSend, Nothing, NoticesSeen, Passphrase,
    PassphraseSet, PendingRef, Register, RequestAct, RequestEdit, RequestRef, RequestSubmit, RequestsCite,
    RequestsRef, SearchPage, SearchRead, SearchRef, SearchSourceRef, SearchStart, SearchStarted,
    SettingsChange, SignIn, SignOut, SourceAdd, SourceEdit, SourceId, SourceKey, SourceOrder, SourceSwitch,
    StatisticsExport, StatisticsGet, VaultShare, WorkRef, WorksCite, WorksRef,
};
use crate::request_arrivals::{AddressCalled, ArrivalRef, ArrivalTake, ListenerSet};
use crate::request_batch::{BatchClose, BatchLineRef, BatchNew, BatchRef, BatchSet, BatchSubmit, DraftFill};
use crate::request_companion::{
    CompanionCorrect, CompanionDownload, CompanionFillNow, CompanionGo, CompanionKeep, CompanionKept,
    CompanionOpen, CompanionState,
};
use crate::request_handover::{
    FormSet, HandOverPage, HandOverSent, HandOverState, LibraryChoose, LibraryFind,
};
use crate::request_intake::{FileRef, FilesSaved, IntakeLook, IntakeRef, IntakeTake, SavedRef};
use crate::with_commands;

/// State behind a shell's two entry points. Cheap to share behind an `Arc`.
pub struct App {
    /// executes the commands
    pub(crate) engine: Engine,
    /// what differs between shells
    pub(crate) host: Arc<dyn Host>,
    /// values that the frame shows in demo mode; empty otherwise
    pub(crate) demo_hints: BTreeMap<String, String>,
}

impl App {
    /// Combines an engine with its shell. In demo mode `demo_hints` holds `username`, `password` and
    /// `librarian` (the address of the sandbox's page); otherwise it is empty.
    pub fn new(engine: Engine, host: Arc<dyn Host>, demo_hints: BTreeMap<String, String>) -> App {
        App { engine, host, demo_hints }
    }

    /// Runs one command of the table.
    ///
    /// # Errors
    /// The command's own `Problem`; `BAD_CALL` if the name is unknown or the payload does not deserialize.
    pub async fn rpc(&self, name: &str, payload: Value) -> Result<Value, Problem> {
        let outcome = dispatch(self, name, payload).await;
        match &outcome {
            // other windows and the tray read again what the table says that it changes
            Ok(_) => self.engine.news().changed(changes(name)),
            Err(problem) => {
                tracing::info!(command = table_name(name), code = ?problem.code, said = %problem.logged(), "A command failed.");
                self.engine.vault().noticed(problem);
            }
        }
        outcome
    }

    /// Runs [`App::rpc`] in a task of its own. Shells whose command futures must be `Send` call this one: the
    /// compiler cannot prove `Send` for the handlers' futures (rust-lang/rust#102211).
    ///
    /// # Errors
    /// Those of [`App::rpc`]; `INTERNAL` if the handler panicked.
    pub async fn rpc_spawned(self: Arc<Self>, name: String, payload: Value) -> Result<Value, Problem> {
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(self.rpc(&name, payload));
        // the panic message is dropped: it may quote user data
        let panicked =
            |_: tokio::task::JoinError| Problem::new(ErrorCode::Internal, Retry::Never, "a handler panicked");
        tokio::task::spawn_blocking(work).await.map_err(panicked)?
    }

    /// Subscribes to events from now on; earlier ones are not replayed.
    pub fn events(&self) -> broadcast::Receiver<AppEvent> {
        self.engine.news().subscribe()
    }

    /// Closes the window with the library's page and erases what its pages have stored of the patron. Called
    /// wherever the patron's data is erased.
    pub(crate) fn forget_library_page(&self) -> Result<(), Problem> {
        self.host.library().map_or(Ok(()), LibraryWindow::erase)
    }

    /// The engine, for work that a shell does without the UI: toasts, the tray, stopping.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

macro_rules! dispatcher {
    ($($(#[doc = $doc:expr])+ $name:ident($request:ty) -> $response:ty, reads [$($read:ident),*], changes [$($change:ident),*];)*) => {
        /// Maps a command name to the table's own `&'static str`, so that no text chosen by a page reaches
        /// the log.
        fn table_name(name: &str) -> &'static str {
            match name {
                $(stringify!($name) => stringify!($name),)*
                _ => "unknown",
            }
        }

        /// What a command changes.
        fn changes(name: &str) -> &'static [Tag] {
            match name {
                $(stringify!($name) => &[$(Tag::$change),*],)*
                _ => &[],
            }
        }

        async fn dispatch(app: &App, name: &str, payload: Value) -> Result<Value, Problem> {
            match name {
                // boxed, so that the largest handler does not set the size of every call's future
                $(stringify!($name) => {
                    let request: $request = read(payload)?;
                    let response: $response = Box::pin(handlers::$name(app, request)).await?;
                    write(&response)
                })*
                _ => Err(Problem::new(ErrorCode::BadCall, Retry::Never, "no such command")),
            }
        }
    };
}
with_commands!(dispatcher);

fn read<T: DeserializeOwned>(payload: Value) -> Result<T, Problem> {
    // commands without parameters may be called with a null payload
    let payload = if payload.is_null() { Value::Object(serde_json::Map::new()) } else { payload };
    serde_json::from_value(payload).map_err(|error| {
        Problem::new(ErrorCode::BadCall, Retry::Never, format!("payload: {}", error.logged()))
    })
}

fn write<T: Serialize>(response: &T) -> Result<Value, Problem> {
    serde_json::to_value(response).map_err(|error| {
        Problem::new(ErrorCode::Internal, Retry::Never, format!("answer: {}", error.logged()))
    })
}
