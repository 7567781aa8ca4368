//! The context that every room is given: the open files, the clock, the event channel and the wake-ups.

use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hongyan_model::library::Library;
use hongyan_store::{Cache, Ledger, StoreError, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::change::Tag;
use super::config::EngineConfig;
use super::news::EventThrottle;
use super::problem::{ErrorCode, Problem};
use super::schedule::Wake;
use super::wakes::Wakes;

/// The open files.
#[derive(Clone)]
pub(crate) struct Files {
    /// data that cannot be fetched again
    pub(crate) ledger: Ledger,
    /// data that can be fetched again
    pub(crate) cache: Cache,
    /// set while the ledger is open read-only: the reason
    pub(crate) reading: Option<Problem>,
}

impl Files {
    /// Closes both files. Nothing may use them any more.
    pub(crate) async fn close(&self) {
        self.cache.close().await;
        self.ledger.database().close().await;
    }
}

/// Shared context of all rooms. Cheap to clone; clones share their state.
#[derive(Clone)]
pub(crate) struct Context {
    own: Arc<Own>,
}

struct Own {
    config: EngineConfig,
    files: RwLock<Files>,
    /// the library that the patron chose; the library of `config` while unset
    library: OnceLock<Library>,
    news: EventThrottle,
    wakes: Wakes,
}

impl Context {
    /// Creates a context over these files and this library; `None` while no library is chosen.
    pub(crate) fn new(
        config: EngineConfig,
        files: Files,
        library: Option<Library>,
        news: EventThrottle,
    ) -> Context {
        let wakes = Wakes::new(config.poll);
        let library = library.map(OnceLock::from).unwrap_or_default();
        Context { own: Arc::new(Own { config, files: RwLock::new(files), library, news, wakes }) }
    }

    /// The configuration of the engine.
    pub(crate) fn config(&self) -> &EngineConfig {
        &self.own.config
    }

    /// The directory of the files.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.own.config.data_dir
    }

    /// Whether the engine is in demo mode (everything is a sandbox).
    pub(crate) fn is_demo(&self) -> bool {
        self.own.config.demo
    }

    /// The patron's library, as its profile describes it.
    pub(crate) fn library(&self) -> &Library {
        self.own.library.get().unwrap_or(&self.own.config.library)
    }

    /// Whether a library has been chosen.
    pub(crate) fn library_is_chosen(&self) -> bool {
        self.own.library.get().is_some()
    }

    /// Sets the library once. A later choice takes effect at the next start only, because everything stored
    /// here belongs to one library.
    pub(crate) fn choose_library(&self, library: Library) {
        let _ = self.own.library.set(library);
    }

    /// The open files.
    pub(crate) fn files(&self) -> Files {
        self.own.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the open files. The caller closes the old ones.
    pub(crate) fn put_files(&self, files: Files) {
        *self.own.files.write().unwrap_or_else(PoisonError::into_inner) = files;
    }

    /// Begins a read transaction. The ledger has one connection, so a second transaction in the same task would
    /// deadlock: a function that was given a transaction uses that one (debug builds panic where a task opens a
    /// second).
    pub(crate) async fn read(&self) -> Result<Tx, StoreError> {
        self.files().ledger.read().await
    }

    /// Begins a write transaction; the rule of [`Context::read`] holds. Without a commit it is rolled back.
    pub(crate) async fn write(&self) -> Result<Tx, StoreError> {
        match self.reading_only().map(|problem| problem.code) {
            None => {}
            Some(ErrorCode::DiskFull) => return Err(StoreError::DiskFull),
            Some(_) => return Err(StoreError::ReadOnly("opened for reading".to_owned())),
        }
        let tx = self.files().ledger.write().await?;
        self.own.wakes.written();
        Ok(tx)
    }

    /// Why the files are open read-only; `None` when they can be written.
    pub(crate) fn reading_only(&self) -> Option<Problem> {
        self.own.files.read().unwrap_or_else(PoisonError::into_inner).reading.clone()
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.own.config.clock.now()
    }

    /// The current date in the patron's time zone.
    pub(crate) fn today(&self) -> Date {
        self.own.config.clock.today()
    }

    /// The current time in the patron's time zone.
    pub(crate) fn local(&self) -> Zoned {
        self.own.config.clock.local()
    }

    /// The event channel to the screens.
    pub(crate) fn news(&self) -> &EventThrottle {
        &self.own.news
    }

    /// Announces that these parts changed.
    pub(crate) fn changed(&self, tags: &[Tag]) {
        self.own.news.changed(tags);
    }

    /// The wake-ups of the background tasks.
    pub(crate) fn wakes(&self) -> &Wakes {
        &self.own.wakes
    }

    /// Tells the poll schedule of an event; the platform may be polled sooner.
    pub(crate) fn wake(&self, wake: Wake) {
        self.own.wakes.sync(wake);
    }
}
