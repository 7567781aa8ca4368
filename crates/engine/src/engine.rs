//! The engine: it builds the rooms in order and does what concerns all of them: start, stop, and the exchange
//! of the files under them.

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
use crate::intake::Intake;
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

/// Deadline for the running tasks at a stop: an operating system that shuts down usually gives a program five
/// seconds.
const STOP: Duration = Duration::from_secs(3);

/// The use cases of the program, room by room. Cheap to clone. When the last clone is dropped the background
/// tasks are cancelled; [`Engine::stop`] ends them in order.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// The rooms in dependency order: each may use only those above it.
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
    intake: Intake,
    history: History,
    status: Status,
    tasks: tokio::sync::Mutex<Option<Running>>,
    root: CancellationToken,
    /// cancels the tasks when the last clone of the engine is dropped; tasks hold rooms, never this
    _guard: DropGuard,
    _lock: DirLock,
}

impl Engine {
    /// Opens an engine with the program's own connectors. Nothing runs before [`Engine::start`].
    ///
    /// # Errors
    /// As [`Engine::open`]; `BadLink` for an address or a sources.toml that cannot be parsed.
    pub async fn open_for(opening: Opening, secrets: Arc<dyn SecretStore>) -> Result<Engine, Problem> {
        let (config, gateway) = configure(opening)?;
        Engine::open(config, secrets, gateway).await
    }

    /// Opens the data directory. Nothing runs before [`Engine::start`].
    ///
    /// # Errors
    /// `AlreadyRunning`, `DatabaseNewer`, `DiskFull`, `DiskReadOnly`, `DiskFailed`, `DiskBusy`; the files are
    /// unchanged then. A damaged ledger is restored ([`Vault::recovery`]), and a missing key is no error: see
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
        // a gateway given by the shell takes precedence, and so does its library
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
        let intake =
            Intake::new(context.clone(), notices.clone(), vault.clone(), platform.clone(), requests.clone());
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
                intake,
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

    /// Loads the state that every start needs from the files, and resolves what the last run left open.
    async fn read_in(&self) -> Result<(), Problem> {
        self.inner.sources.open().await?;
        self.inner.platform.recall_terms().await?;
        if self.reading_only().is_none() {
            self.inner.outbox.mark_sending_unknown().await?;
            self.inner.handover.leave_queue().await?;
        }
        // of a run that was killed
        self.inner.intake.forget();
        self.inner.intake.sweep().await;
        Ok(())
    }

    /// Starts the background tasks: the outbox, the sync, reminders and care of the files. Does nothing when
    /// they already run, or when the files are read-only: an attempt to send must be committed first (T2).
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
        drop(tasks);
        rooms.intake.start_listening().await;
    }

    /// Stops the background tasks and closes the files, within about five seconds. A submission that was being
    /// sent counts as unknown at the next start.
    pub async fn stop(&self) {
        self.inner.vault.end_mending().await;
        self.inner.intake.forget();
        self.pause().await;
        self.close_files().await;
    }

    /// Stops the background tasks, within about five seconds.
    async fn pause(&self) {
        self.inner.intake.stop_listening().await;
        let Some(running) = self.inner.tasks.lock().await.take() else { return };
        // let a token refresh that is under way finish: the new token would be lost otherwise
        running.end(STOP, self.inner.platform.refresh_ended()).await;
    }

    /// Ends what still uses the files, then closes them.
    async fn close_files(&self) {
        self.inner.sources.searches().stop().await;
        self.inner.context.files().close().await;
    }

    /// Signs out: erases everything of the patron from this machine, the key first. Settings stay.
    ///
    /// # Errors
    /// `NotAllowed` with param `unsent` while requests or drafts exist only here and `discard_unsent` is false;
    /// [store errors](crate#errors).
    pub async fn sign_out(&self, discard_unsent: bool) -> Result<AccountView, Problem> {
        exchange::sign_out(self, discard_unsent).await
    }

    /// Makes this computer a shared one, or ends that. The present data is erased as by [`Engine::sign_out`]; a
    /// history whose key is not available stays on the disk unread.
    ///
    /// # Errors
    /// `NotAllowed` while files are locked; those of [`Engine::sign_out`]. Nothing has changed after an error.
    pub async fn share(&self, shared: bool, discard_unsent: bool) -> Result<(), Problem> {
        exchange::share(self, shared, discard_unsent).await
    }

    /// Opens the locked files with the passphrase.
    ///
    /// # Errors
    /// `WrongPassphrase`; `NotAllowed` when nothing is locked; [store errors](crate#errors).
    pub async fn unlock(&self, passphrase: &str) -> Result<(), Problem> {
        exchange::unlock(self, passphrase).await
    }

    /// Protects the key with a passphrase: makes a new key where there was none, or changes the passphrase, for
    /// which `current` must be the present one.
    ///
    /// # Errors
    /// `WeakPassword` for a passphrase that is too short or too common; `WrongPassphrase`; `NotAllowed` where
    /// the keyring has the key or a history under another key exists; [store errors](crate#errors).
    pub async fn set_passphrase(&self, current: &str, passphrase: &str) -> Result<(), Problem> {
        exchange::set_passphrase(self, current, passphrase).await
    }

    /// Starts with empty files where nobody has the key any more. The old files are set aside, not deleted.
    ///
    /// # Errors
    /// `NotAllowed` when the files are open; [store errors](crate#errors).
    pub async fn start_anew(&self) -> Result<(), Problem> {
        exchange::start_anew(self).await
    }

    /// Reopens files that were opened read-only: there may be free disk space now. Does nothing otherwise.
    ///
    /// # Errors
    /// The reason why they still cannot be written; they stay open for reading.
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

    /// The channel of change events: the only thing that the engine pushes.
    pub fn news(&self) -> EventThrottle {
        self.inner.context.news().clone()
    }

    /// The patron's library, as its profile describes it.
    pub fn library(&self) -> &Library {
        self.inner.context.library()
    }

    /// Whether the engine is in demo mode (everything is a sandbox).
    pub fn is_demo(&self) -> bool {
        self.inner.context.is_demo()
    }

    /// Why the files are open read-only, if they are; see [`Engine::reopen`].
    pub fn reading_only(&self) -> Option<Problem> {
        self.inner.context.reading_only()
    }

    /// The open files, for tests that inject faults into them.
    #[cfg(test)]
    pub(crate) fn files(&self) -> crate::base::context::Files {
        self.inner.context.files()
    }

    /// Notices and their toasts.
    pub fn notices(&self) -> &Notices {
        &self.inner.notices
    }

    /// The sources and the searches over them.
    pub fn sources(&self) -> &Sources {
        &self.inner.sources
    }

    /// The key of the files, and their care: copies, checks, restoration.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The platform: session, account, fees and times.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    /// The libraries to choose from.
    pub fn libraries(&self) -> &Libraries {
        &self.inner.libraries
    }

    /// The preferences of this machine.
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

    /// Reminders about due dates and other days.
    pub fn reminders(&self) -> &Reminders {
        &self.inner.reminders
    }

    /// The sync with the platform.
    pub fn sync(&self) -> &Synchronizer {
        &self.inner.sync
    }

    /// Hand-over: requests that the patron files on the platform's page.
    pub fn handover(&self) -> &HandOver {
        &self.inner.handover
    }

    /// Letters and files that come for requests.
    pub fn intake(&self) -> &Intake {
        &self.inner.intake
    }

    /// The history of requests, and statistics.
    pub fn history(&self) -> &History {
        &self.inner.history
    }

    /// The status line.
    pub fn status(&self) -> &Status {
        &self.inner.status
    }
}

/// The function that restores the files of this engine, while it exists (holds a weak reference).
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
