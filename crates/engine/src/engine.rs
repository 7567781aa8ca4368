//! The engine: the rooms of the house, built in order, and what concerns all of them at once — the start, the
//! stop, and the exchange of the files under them.

mod exchange;

use std::sync::{Arc, Weak};
use std::time::Duration;

use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::zotero::Zotero;
use hongyan_model::library::Library;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::base::config::EngineConfig;
use crate::base::context::Context;
use crate::base::lock::DirLock;
use crate::base::news::EventThrottle;
use crate::base::problem::Problem;
use crate::base::running::Running;
use crate::cite::Citations;
use crate::handover::HandOver;
use crate::history::History;
use crate::ledger::secrets::SecretStore;
use crate::ledger::{Vault, open};
use crate::library::{Libraries, LibraryPick};
use crate::notices::Notices;
use crate::outbox::Outbox;
use crate::platform::{Opening, Platform, configure, gateway_of};
use crate::reminders::Reminders;
use crate::requests::Requests;
use crate::settings::Preferences;
use crate::sources::Sources;
use crate::status::Status;
use crate::sync::Synchronizer;
use crate::view::{AccountView, LibraryChosen};

/// How long a stop waits for what is running: a system that ends gives a program five seconds, mostly.
const STOP: Duration = Duration::from_secs(3);

/// The use cases of the program, room by room. Cheap to clone; when the last clone is gone the work behind the
/// screens ends (orderly with [`Engine::stop`]).
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// The rooms in the order in which they may use each other: each one only those above it.
struct Inner {
    context: Context,
    notices: Notices,
    sources: Sources,
    vault: Vault,
    platform: Platform,
    libraries: Libraries,
    preferences: Preferences,
    citations: Citations,
    requests: Requests,
    reminders: Reminders,
    outbox: Outbox,
    sync: Synchronizer,
    handover: HandOver,
    history: History,
    status: Status,
    tasks: tokio::sync::Mutex<Option<Running>>,
    root: CancellationToken,
    /// ends the tasks with the last clone of the engine; they hold rooms, never this
    _guard: DropGuard,
    _lock: DirLock,
}

impl Engine {
    /// Opens an engine with the program's own connectors. Nothing runs until [`Engine::start`].
    ///
    /// # Errors
    /// As [`Engine::open`]; `BadLink` for an address or a sources.toml that does not read.
    pub async fn open_for(opening: Opening, secrets: Arc<dyn SecretStore>) -> Result<Engine, Problem> {
        let (config, gateway) = configure(opening)?;
        Engine::open(config, secrets, gateway).await
    }

    /// Opens the data directory. Nothing runs until [`Engine::start`].
    ///
    /// # Errors
    /// `AlreadyRunning`, `DatabaseNewer`, `DiskFull`, `DiskReadOnly`, `DiskFailed`, `DiskBusy`; the files stay as
    /// they are. A damaged ledger is restored ([`Vault::recovery`]), and a missing key is no error: see
    /// [`Vault::key_place`].
    pub async fn open(
        config: EngineConfig,
        secrets: Arc<dyn SecretStore>,
        gateway: Arc<dyn RequestGateway>,
    ) -> Result<Engine, Problem> {
        let lock = DirLock::take(&config.data_dir)?;
        let http = Http::new(HttpOptions::default())?;
        let (dir, now) = (config.data_dir.clone(), config.clock.now());
        let (mut files, mut key) = open::open(&dir, secrets.as_ref(), now).await?;
        // a gateway that the shell gives stands, and its library with it
        let hands_over = gateway.is_hand_over();
        let mut chosen = Libraries::chosen_in(&files, hands_over).await;
        if chosen.as_ref().is_err_and(Problem::is_damage) {
            files.close().await;
            open::mark_suspect(&dir)?;
            (files, key) = open::open(&dir, secrets.as_ref(), now).await?;
            chosen = Libraries::chosen_in(&files, hands_over).await;
        }
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(problem) => {
                files.close().await;
                return Err(problem);
            }
        };
        let gateway = match &chosen {
            Some(library) => gateway_of(library)?.unwrap_or(gateway),
            None => gateway,
        };

        let context = Context::new(config, files, chosen, EventThrottle::default());
        let notices = Notices::new(context.clone());
        let sources = Sources::new(context.clone(), http.clone()).await;
        let vault = Vault::new(context.clone(), secrets, key);
        let platform = Platform::new(context.clone(), notices.clone(), gateway);
        let libraries = Libraries::new(context.clone(), vault.clone(), platform.clone());
        let preferences = Preferences::new(context.clone(), vault.clone());
        let citations = Citations::new(context.clone(), sources.clone(), Zotero::new(http));
        let requests = Requests::new(context.clone(), sources.clone(), platform.clone());
        let reminders = Reminders::new(
            context.clone(),
            notices.clone(),
            vault.clone(),
            platform.clone(),
            preferences.clone(),
        );
        let outbox =
            Outbox::new(context.clone(), notices.clone(), vault.clone(), platform.clone(), requests.clone());
        let sync = Synchronizer::new(
            context.clone(),
            notices.clone(),
            platform.clone(),
            requests.clone(),
            reminders.clone(),
        );
        let handover = HandOver::new(context.clone(), platform.clone(), requests.clone());
        let history = History::new(context.clone(), vault.clone(), platform.clone());
        let status = Status::new(context.clone(), platform.clone(), sync.clone());
        let root = CancellationToken::new();
        let engine = Engine {
            inner: Arc::new(Inner {
                context,
                notices,
                sources,
                vault,
                platform,
                libraries,
                preferences,
                citations,
                requests,
                reminders,
                outbox,
                sync,
                handover,
                history,
                status,
                tasks: tokio::sync::Mutex::default(),
                _guard: root.clone().drop_guard(),
                root,
                _lock: lock,
            }),
        };
        engine.inner.vault.mend_with(mend_of(&engine.inner));
        let ready = match engine.read_in().await {
            Err(problem) if problem.is_damage() && engine.reading_only().is_none() => {
                exchange::mend_files(&engine).await
            }
            ready => ready,
        };
        if let Err(problem) = ready {
            engine.close_files().await;
            return Err(problem);
        }
        Ok(engine)
    }

    /// Reads what every start needs from the files, and settles what the last end left open.
    async fn read_in(&self) -> Result<(), Problem> {
        self.inner.sources.open().await?;
        self.inner.platform.recall_terms().await?;
        if self.reading_only().is_none() {
            self.inner.outbox.mark_sending_unknown().await?;
            self.inner.handover.leave_queue().await?;
        }
        Ok(())
    }

    /// Starts the work behind the screens: the queue to the library and the news from it. Does
    /// nothing when it runs already, nor where nothing can be written: an attempt to send is committed first.
    pub async fn start(&self) {
        if self.reading_only().is_some() {
            return;
        }
        let rooms = &self.inner;
        let mut tasks = rooms.tasks.lock().await;
        if tasks.is_some() {
            return;
        }
        let mut running = Running::under(rooms.root.child_token());
        running.spawn(|stop| rooms.outbox.clone().send_all(stop));
        running.spawn(|stop| rooms.sync.clone().follow_all(stop));
        running.spawn(|stop| rooms.vault.clone().keep_copies(stop));
        running.spawn(|stop| rooms.vault.clone().keep_whole(stop));
        running.spawn(|stop| rooms.reminders.clone().remind_all(stop));
        running.spawn(|stop| rooms.sync.clone().watch_line(stop));
        running.spawn(|stop| rooms.history.clone().tend(stop));
        *tasks = Some(running);
    }

    /// Stops the work behind the screens and closes the files; within about five seconds. What was
    /// being sent counts as unknown at the next start.
    pub async fn stop(&self) {
        self.inner.vault.end_mending().await;
        self.pause().await;
        self.close_files().await;
    }

    /// Stops the work behind the screens, within about five seconds.
    async fn pause(&self) {
        let Some(running) = self.inner.tasks.lock().await.take() else { return };
        // a refresh that is under way may end: its token would be lost otherwise
        running.end(STOP, self.inner.platform.refresh_ended()).await;
    }

    /// Ends what runs on the files, then closes them.
    async fn close_files(&self) {
        self.inner.sources.searches().stop().await;
        self.inner.context.files().close().await;
    }

    /// Signs out: everything of the patron is erased from this machine, the key first. Settings stay.
    ///
    /// # Errors
    /// `NotAllowed` with param `unsent` while requests or drafts are here and nowhere else, unless they may be
    /// discarded; those of the files.
    pub async fn sign_out(&self, discard_unsent: bool) -> Result<AccountView, Problem> {
        exchange::sign_out(self, discard_unsent).await
    }

    /// Makes this computer a shared one, or ends that. What is here now is erased as with
    /// [`Engine::sign_out`]; a history whose key is elsewhere stays on the disk, unread.
    ///
    /// # Errors
    /// `NotAllowed` while files are locked; those of [`Engine::sign_out`]; then nothing has changed.
    pub async fn share(&self, shared: bool, discard_unsent: bool) -> Result<(), Problem> {
        exchange::share(self, shared, discard_unsent).await
    }

    /// Opens the files with the passphrase.
    ///
    /// # Errors
    /// `WrongPassphrase`; `NotAllowed` when nothing is locked; those of the files.
    pub async fn unlock(&self, passphrase: &str) -> Result<(), Problem> {
        exchange::unlock(self, passphrase).await
    }

    /// Puts the key under a passphrase: a new key where there was none, or another passphrase for the one
    /// there is, with the passphrase in force as `current`.
    ///
    /// # Errors
    /// `WeakPassword` for one that is too short or known to everybody; `WrongPassphrase`; `NotAllowed`
    /// where a keyring has the key or where a history of another key is; those of the files.
    pub async fn set_passphrase(&self, current: &str, passphrase: &str) -> Result<(), Problem> {
        exchange::set_passphrase(self, current, passphrase).await
    }

    /// Begins anew where nobody has the key any more. What is there is put aside, not thrown away.
    ///
    /// # Errors
    /// `NotAllowed` when the files are open; those of the files.
    pub async fn start_anew(&self) -> Result<(), Problem> {
        exchange::start_anew(self).await
    }

    /// Opens files again that could be read and not written: there may be room now. Does nothing otherwise.
    ///
    /// # Errors
    /// Why they still cannot be written; what is in them can be read as before.
    pub async fn reopen(&self) -> Result<(), Problem> {
        exchange::reopen(self).await
    }

    /// Chooses the library; as [`Libraries::choose`].
    ///
    /// # Errors
    /// As [`Libraries::choose`].
    pub async fn choose_library(&self, pick: LibraryPick) -> Result<LibraryChosen, Problem> {
        self.inner.libraries.choose(pick).await
    }

    /// What changed: the only thing the engine tells by itself.
    pub fn news(&self) -> EventThrottle {
        self.inner.context.news().clone()
    }

    /// The patron's library, as its profile has it.
    pub fn library(&self) -> &Library {
        self.inner.context.library()
    }

    /// Everything is a sandbox.
    pub fn is_demo(&self) -> bool {
        self.inner.context.is_demo()
    }

    /// Why the files can be read and not written; see [`Engine::reopen`].
    pub fn reading_only(&self) -> Option<Problem> {
        self.inner.context.reading_only()
    }

    /// The open files, for tests that make trouble in them.
    #[cfg(test)]
    pub(crate) fn files(&self) -> crate::base::context::Files {
        self.inner.context.files()
    }

    /// Notices and their toasts.
    pub fn notices(&self) -> &Notices {
        &self.inner.notices
    }

    /// The sources, and the searches over them.
    pub fn sources(&self) -> &Sources {
        &self.inner.sources
    }

    /// The key of the files, and their care.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The platform: session, account, what it says of fees and times.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    /// The libraries to choose from.
    pub fn libraries(&self) -> &Libraries {
        &self.inner.libraries
    }

    /// The patron's choices.
    pub fn preferences(&self) -> &Preferences {
        &self.inner.preferences
    }

    /// Citing and exporting works.
    pub fn citations(&self) -> &Citations {
        &self.inner.citations
    }

    /// Requests, drafts and lists of works.
    pub fn requests(&self) -> &Requests {
        &self.inner.requests
    }

    /// What the calendar says about requests.
    pub fn reminders(&self) -> &Reminders {
        &self.inner.reminders
    }

    /// News from the platform.
    pub fn sync(&self) -> &Synchronizer {
        &self.inner.sync
    }

    /// Carrying requests to the platform's page by hand.
    pub fn handover(&self) -> &HandOver {
        &self.inner.handover
    }

    /// The history of requests, and figures about it.
    pub fn history(&self) -> &History {
        &self.inner.history
    }

    /// The status line.
    pub fn status(&self) -> &Status {
        &self.inner.status
    }
}

/// Mends the files of this engine, if it is still there.
fn mend_of(inner: &Arc<Inner>) -> crate::ledger::Mend {
    let inner: Weak<Inner> = Arc::downgrade(inner);
    Arc::new(move || {
        let inner = inner.upgrade();
        Box::pin(async move {
            if let Some(inner) = inner {
                exchange::mend(&Engine { inner }).await;
            }
        })
    })
}
