//! The engine: what lives as long as the program, and its start and stop.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::zotero::Zotero;
use hongyan_model::library::Library;
use hongyan_model::{Draft, RequestId};
use hongyan_store::{StoreError, Tx};
use jiff::{Timestamp, Zoned};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::care::Mending;
use crate::change::Tag;
use crate::config::EngineConfig;
use crate::connectivity::{is_cut, line};
use crate::documents::Fetching;
use crate::lock::DirLock;
use crate::news::News;
use crate::open::{self, Files, KeyStanding};
use crate::problem::{ErrorCode, Problem};
use crate::running::Running;
use crate::schedule::{Schedule, Wake};
use crate::secrets::SecretStore;
use crate::session::Wear;
use crate::terms::Told;
use crate::view::{Connection, KeyPlace};

/// How long a stop waits for what is running: a system that ends gives a program five seconds, mostly.
const STOP: Duration = Duration::from_secs(3);

/// The use cases of the program. Cheap to clone; when the last clone is gone the work behind the
/// screens ends (orderly with [`Engine::stop`]).
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// ends the tasks with the last clone that is not a task's own
    _guard: Option<Arc<DropGuard>>,
}

pub(crate) struct Inner {
    pub(crate) config: EngineConfig,
    pub(crate) gateway: Arc<dyn RequestGateway>,
    /// the library that the patron chose; the config's until then
    pub(crate) library: OnceLock<Library>,
    /// what the platform says of it, and when it did
    pub(crate) told: RwLock<Told>,
    pub(crate) zotero: Zotero,
    pub(crate) secrets: Arc<dyn SecretStore>,
    pub(crate) news: News,
    /// what sources are asked with
    pub(crate) http: Http,
    files: RwLock<Files>,
    pub(crate) key: Mutex<KeyStanding>,
    /// the key moves, or the files are opened again, once at a time
    pub(crate) key_turn: tokio::sync::Mutex<()>,
    /// what became of looking for damage
    pub(crate) mending: Mutex<Mending>,
    /// something was written since the last copy
    pub(crate) dirty: AtomicBool,
    pub(crate) written: Notify,
    live: Mutex<Live>,
    /// forms that were opened and not written to yet
    pub(crate) blanks: Mutex<HashMap<RequestId, Draft>>,
    /// one download at a time
    pub(crate) fetching: tokio::sync::Mutex<Fetching>,
    /// one refresh at a time
    pub(crate) refreshing: tokio::sync::Mutex<()>,
    /// whether the access token is nearly over
    pub(crate) wear: Wear,
    /// the account is read or changed, never both: an old answer must not undo a change
    pub(crate) account_turn: tokio::sync::Mutex<()>,
    /// one sync at a time
    pub(crate) sync_turn: tokio::sync::Mutex<()>,
    /// the list of sources is changed by one at a time
    pub(crate) sources_turn: tokio::sync::Mutex<()>,
    pub(crate) outbox_wake: Notify,
    pub(crate) sync_wake: Notify,
    pub(crate) remind_wake: Notify,
    /// when the platform is asked next; moments count from `opened`
    pub(crate) schedule: Mutex<Schedule>,
    pub(crate) opened: tokio::time::Instant,
    /// what waits to be sent need not wait out its time: the network is back, the clock was set, the patron
    /// says so, or the program was started
    pub(crate) back_online: AtomicBool,
    /// submissions that are not to be found, and since when, by [`Clock::steady`]
    ///
    /// [`Clock::steady`]: crate::clock::Clock::steady
    pub(crate) missed: Mutex<HashMap<i64, Duration>>,
    tasks: tokio::sync::Mutex<Option<Running>>,
    root: CancellationToken,
    _lock: DirLock,
}

/// What is true only now and is not kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Live {
    pub(crate) connection: Connection,
    pub(crate) syncing: bool,
    /// why the last sync failed
    pub(crate) sync_problem: Option<Problem>,
    /// why nothing is sent at present
    pub(crate) blocked: Option<Problem>,
    pub(crate) foreground: bool,
    /// the outcome of a submission is unknown
    pub(crate) in_doubt: bool,
}

impl Engine {
    /// Opens the data directory. Nothing runs until [`Engine::start`].
    ///
    /// # Errors
    /// `AlreadyRunning`, `DatabaseNewer`, `DiskFull`,
    /// `DiskReadOnly`, `DiskFailed`, `DiskBusy`; the files stay as they are. A damaged ledger is restored
    /// ([`Engine::recovery`]), and a missing key is no error: see [`Engine::key_place`].
    pub async fn open(
        config: EngineConfig,
        secrets: Arc<dyn SecretStore>,
        gateway: Arc<dyn RequestGateway>,
    ) -> Result<Engine, Problem> {
        let lock = DirLock::take(&config.data_dir)?;
        let http = Http::new(HttpOptions::default())?;
        let news = News::default();
        let now = config.clock.now();
        let dir = config.data_dir.clone();
        let (mut files, mut key) = open::open(&dir, secrets.as_ref(), &news, now).await?;
        // a gateway that the shell gives stands, and its library with it
        let hands_over = gateway.is_hand_over();
        let mut chosen = open::library(&files, hands_over).await;
        if chosen.as_ref().is_err_and(Problem::is_damage) {
            files.close().await;
            open::suspect(&dir)?;
            (files, key) = open::open(&dir, secrets.as_ref(), &news, now).await?;
            chosen = open::library(&files, hands_over).await;
        }
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(problem) => {
                files.close().await;
                return Err(problem);
            }
        };
        let gateway = match &chosen {
            Some(library) => crate::platform::gateway_of(library)?.unwrap_or(gateway),
            None => gateway,
        };
        let library = OnceLock::new();
        if let Some(chosen) = chosen {
            // fresh: nobody has set it
            let _ = library.set(chosen);
        }
        let root = CancellationToken::new();
        let poll = config.poll;
        let inner = Inner {
            config,
            gateway,
            library,
            told: RwLock::default(),
            zotero: Zotero::new(http.clone()),
            secrets,
            news,
            http,
            files: RwLock::new(files),
            key: Mutex::new(key),
            key_turn: tokio::sync::Mutex::default(),
            mending: Mutex::default(),
            dirty: AtomicBool::new(false),
            written: Notify::new(),
            live: Mutex::new(Live { foreground: true, ..Live::default() }),
            blanks: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
            wear: Wear::default(),
            account_turn: tokio::sync::Mutex::default(),
            sync_turn: tokio::sync::Mutex::default(),
            sources_turn: tokio::sync::Mutex::default(),
            outbox_wake: Notify::new(),
            sync_wake: Notify::new(),
            remind_wake: Notify::new(),
            schedule: Mutex::new(Schedule::new(poll)),
            opened: tokio::time::Instant::now(),
            back_online: AtomicBool::new(true),
            missed: Mutex::default(),
            tasks: tokio::sync::Mutex::default(),
            root: root.clone(),
            _lock: lock,
        };
        let engine = Engine { inner: Arc::new(inner), _guard: Some(Arc::new(root.drop_guard())) };
        let ready = match engine.read_in().await {
            Err(problem) if problem.is_damage() && engine.reading_only().is_none() => {
                engine.mend_files().await
            }
            ready => ready,
        };
        if let Err(problem) = ready {
            engine.files().close().await;
            return Err(problem);
        }
        Ok(engine)
    }

    /// Reads what every start needs from the files, and settles what the last end left open.
    pub(crate) async fn read_in(&self) -> Result<(), Problem> {
        self.open_sources().await?;
        self.recall_terms().await?;
        if self.reading_only().is_none() {
            self.doubt_what_was_sending().await?;
            self.leave_queue().await?;
        }
        Ok(())
    }

    /// Starts the work behind the screens: the queue to the library and the news from it. Does
    /// nothing when it runs already, nor where nothing can be written: an attempt to send is committed first.
    pub async fn start(&self) {
        if self.reading_only().is_some() {
            return;
        }
        let mut tasks = self.inner.tasks.lock().await;
        if tasks.is_some() {
            return;
        }
        let own = Engine { inner: Arc::clone(&self.inner), _guard: None };
        let mut running = Running::under(self.inner.root.child_token());
        running.spawn(|stop| own.clone().send_all(stop));
        running.spawn(|stop| own.clone().follow_all(stop));
        running.spawn(|stop| own.clone().keep_copies(stop));
        running.spawn(|stop| own.clone().keep_whole(stop));
        running.spawn(|stop| own.clone().remind_all(stop));
        running.spawn(|stop| own.clone().watch_line(stop));
        running.spawn(|stop| crate::history::tend(own.clone(), stop));
        *tasks = Some(running);
    }

    /// Stops the work behind the screens and closes the files; within about five seconds. What was
    /// being sent counts as unknown at the next start.
    pub async fn stop(&self) {
        self.end_mending().await;
        self.pause().await;
        self.files().close().await;
    }

    /// Stops the work behind the screens, within about five seconds.
    pub(crate) async fn pause(&self) {
        let Some(running) = self.inner.tasks.lock().await.take() else { return };
        // a refresh that is under way may end: its token would be lost otherwise
        running.end(STOP, self.inner.refreshing.lock()).await;
    }

    /// Erases everything of the patron from this machine and begins anew with a new key.
    pub(crate) async fn begin_anew(&self) -> Result<(), Problem> {
        let old = self.files();
        old.close().await;
        let dir = &self.inner.config.data_dir;
        if matches!(self.key_place(), KeyPlace::Keyring | KeyPlace::Passphrase) {
            open::forget(dir, self.inner.secrets.as_ref()).await?;
        } else {
            open::empty_logs(dir);
        }
        let (files, key) = open::open(dir, self.inner.secrets.as_ref(), &self.inner.news, self.now()).await?;
        self.put_files(files, key);
        self.open_sources().await?;
        self.recall_terms().await?;
        let connection = self.live().connection;
        *self.live() = Live { connection, foreground: true, ..Live::default() };
        Ok(())
    }

    /// Other files take the place of those that were open; the caller closes those.
    pub(crate) fn put_files(&self, files: Files, key: KeyStanding) {
        *self.inner.files.write().unwrap_or_else(PoisonError::into_inner) = files;
        *self.inner.key.lock().unwrap_or_else(PoisonError::into_inner) = key;
        self.inner.blanks().clear();
    }

    pub(crate) fn standing(&self) -> KeyStanding {
        self.inner.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What changed: the only thing the engine tells by itself.
    pub fn news(&self) -> News {
        self.inner.news.clone()
    }

    /// The patron's library.
    pub fn library(&self) -> &Library {
        self.inner.library.get().unwrap_or(&self.inner.config.library)
    }

    /// Everything is a sandbox.
    pub fn is_demo(&self) -> bool {
        self.inner.config.demo
    }

    /// Where the key is.
    pub fn key_place(&self) -> KeyPlace {
        self.standing().place
    }

    /// Why it is not in the keyring; param `untouched` when there is a history that was not opened.
    pub fn key_problem(&self) -> Option<Problem> {
        self.standing().problem
    }

    /// The open files.
    pub(crate) fn files(&self) -> Files {
        self.inner.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn read(&self) -> Result<Tx, StoreError> {
        self.files().ledger.read().await
    }

    /// Why the files can be read and not written; see [`Engine::reopen`].
    pub fn reading_only(&self) -> Option<Problem> {
        self.inner.files.read().unwrap_or_else(PoisonError::into_inner).reading.clone()
    }

    pub(crate) async fn write(&self) -> Result<Tx, StoreError> {
        match self.reading_only().map(|problem| problem.code) {
            None => {}
            Some(ErrorCode::DiskFull) => return Err(StoreError::DiskFull),
            Some(_) => return Err(StoreError::ReadOnly("opened for reading".to_owned())),
        }
        let tx = self.files().ledger.write().await?;
        self.inner.dirty.store(true, std::sync::atomic::Ordering::Release);
        self.inner.written.notify_one();
        Ok(tx)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.config.clock.now()
    }

    /// This moment on the patron's clock.
    pub(crate) fn local(&self) -> Zoned {
        self.inner.config.clock.local()
    }

    /// Never held over an await.
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.inner.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never held over an await.
    pub(crate) fn mending(&self) -> MutexGuard<'_, Mending> {
        self.inner.mending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn changed(&self, tags: &[Tag]) {
        self.inner.news.changed(tags);
    }

    /// Waits for an answer of the platform and learns from it how the line is.
    pub(crate) async fn watched<T>(
        &self,
        call: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, NetError> {
        let begun = Instant::now();
        let outcome = call.await;
        let Some(connection) = line(outcome.as_ref().err(), begun.elapsed()) else { return outcome };
        let was = std::mem::replace(&mut self.live().connection, connection);
        if was != connection {
            self.changed(&[Tag::Status]);
            if is_cut(was) && !is_cut(connection) {
                self.inner.back_online.store(true, std::sync::atomic::Ordering::Release);
                self.inner.outbox_wake.notify_one();
            }
            if is_cut(connection) && !is_cut(was) {
                // whoever found out need not be the one who asks regularly: the line is looked at soon
                self.wake(Wake::Looked);
            }
        }
        outcome
    }
}

impl Inner {
    pub(crate) fn blanks(&self) -> MutexGuard<'_, HashMap<RequestId, Draft>> {
        self.blanks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
