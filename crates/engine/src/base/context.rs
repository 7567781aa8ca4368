//! What every room is given: the open files, the clock, the channel of news and the wakes.

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
    /// what cannot be fetched again
    pub(crate) ledger: Ledger,
    /// what can
    pub(crate) cache: Cache,
    /// why the ledger can be read and not written
    pub(crate) reading: Option<Problem>,
}

impl Files {
    /// Closes them. Nothing may run on them.
    pub(crate) async fn close(&self) {
        self.cache.close().await;
        self.ledger.database().close().await;
    }
}

/// Cheap to clone; all clones are the same.
#[derive(Clone)]
pub(crate) struct Context {
    own: Arc<Own>,
}

struct Own {
    config: EngineConfig,
    files: RwLock<Files>,
    /// the library that the patron chose; the config's until then
    library: OnceLock<Library>,
    news: EventThrottle,
    wakes: Wakes,
}

impl Context {
    /// Over these files, for this library; `None` where none is chosen yet.
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

    /// What the engine was opened with.
    pub(crate) fn config(&self) -> &EngineConfig {
        &self.own.config
    }

    /// The directory of the files.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.own.config.data_dir
    }

    /// Everything is a sandbox.
    pub(crate) fn is_demo(&self) -> bool {
        self.own.config.demo
    }

    /// The patron's library, as its profile has it.
    pub(crate) fn library(&self) -> &Library {
        self.own.library.get().unwrap_or(&self.own.config.library)
    }

    /// Whether a library was chosen.
    pub(crate) fn library_is_chosen(&self) -> bool {
        self.own.library.get().is_some()
    }

    /// The first choice takes effect; a later one waits for the next start, because everything that is kept
    /// here belongs to one library.
    pub(crate) fn choose_library(&self, library: Library) {
        let _ = self.own.library.set(library);
    }

    /// The open files.
    pub(crate) fn files(&self) -> Files {
        self.own.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Other files take the place of those that were open; the caller closes those.
    pub(crate) fn put_files(&self, files: Files) {
        *self.own.files.write().unwrap_or_else(PoisonError::into_inner) = files;
    }

    /// A transaction that reads. The ledger has one connection: a function that was given a transaction uses that
    /// one (debug builds panic where a task opens a second).
    pub(crate) async fn read(&self) -> Result<Tx, StoreError> {
        self.files().ledger.read().await
    }

    /// A transaction that writes; as [`Context::read`]. What is not committed has not happened.
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

    /// Why the files can be read and not written.
    pub(crate) fn reading_only(&self) -> Option<Problem> {
        self.own.files.read().unwrap_or_else(PoisonError::into_inner).reading.clone()
    }

    /// This moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.own.config.clock.now()
    }

    /// The day on the patron's calendar.
    pub(crate) fn today(&self) -> Date {
        self.own.config.clock.today()
    }

    /// This moment on the patron's clock.
    pub(crate) fn local(&self) -> Zoned {
        self.own.config.clock.local()
    }

    /// The channel to the screens.
    pub(crate) fn news(&self) -> &EventThrottle {
        &self.own.news
    }

    /// Says that these parts changed.
    pub(crate) fn changed(&self, tags: &[Tag]) {
        self.own.news.changed(tags);
    }

    /// What wakes the work behind the screens.
    pub(crate) fn wakes(&self) -> &Wakes {
        &self.own.wakes
    }

    /// Perhaps the platform is asked sooner.
    pub(crate) fn wake(&self, wake: Wake) {
        self.own.wakes.sync(wake);
    }
}
