//! The engine as this shell runs it: started in parallel with the window, called by the page, stopped at
//! exit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hongyan_api::log::Logged as _;
use hongyan_api::{App, ErrorCode, Problem, Retry};
use hongyan_engine::Engine;
use hongyan_engine::platform::Opening;
use hongyan_engine::secrets::{KeyringWithTimeout, SecretStore};
use hongyan_engine::view::{AppView, OnClose, Settings};
use serde_json::Value;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

use crate::desktop_host::DesktopHost;
use crate::library::OnDesktop;
use crate::page::Page;
use crate::secrets::Keyring;
use crate::texts::Texts;
use crate::{events, places, platform, toast, tray, window};

/// Deadline for stopping the engine at exit.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(4);

/// Timeout of the question whether the desktop shows tray icons.
const TRAY_TIMEOUT: Duration = Duration::from_secs(3);

/// Interval at which the file lock of a previous process is polled.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Shown in the error message if the system names no data directory.
const IDENTIFIER: &str = "org.hongyan.desktop";

/// Environment variable with the base address of the library's Reader API, where the library offers one.
const PLATFORM: &str = "HONGYAN_PLATFORM";

/// Values that the frame shows in demo mode.
type Hints = BTreeMap<String, String>;

/// `None` while starting, then the running app or the reason why it did not start.
type State = Option<Result<Arc<App>, Problem>>;

/// The engine as the rest of the shell uses it.
pub(crate) struct Backend {
    state: watch::Sender<State>,
    /// the last known settings; `None` until the engine has reported them
    settings: Mutex<Option<Settings>>,
    tray: OnceLock<bool>,
    /// whether requests are filed by hand, so that there is no platform to synchronise with
    by_hand: OnceLock<bool>,
    keyring: Arc<KeyringWithTimeout>,
}

impl Default for Backend {
    fn default() -> Backend {
        Backend {
            state: watch::Sender::new(None),
            settings: Mutex::default(),
            tray: OnceLock::new(),
            by_hand: OnceLock::new(),
            keyring: Arc::new(KeyringWithTimeout::new(Arc::new(Keyring::ours()))),
        }
    }
}

impl Backend {
    /// Waits until the engine has started and returns it.
    async fn app(&self) -> Result<Arc<App>, Problem> {
        let mut state = self.state.subscribe();
        let gone = || Problem::new(ErrorCode::Internal, Retry::Never, "the shell is ending");
        let state = state.wait_for(Option::is_some).await.map_err(|_| gone())?;
        state.clone().unwrap_or_else(|| Err(gone()))
    }

    /// Runs a command of the table.
    pub(crate) async fn rpc(&self, name: &str, payload: Value) -> Result<Value, Problem> {
        self.app().await?.rpc_spawned(name.to_owned(), payload).await
    }

    /// Tells the engine whether the window has the focus, which sets how often it synchronises.
    pub(crate) fn focus_changed(&self, front: bool) {
        if let Some(Ok(app)) = &*self.state.borrow() {
            app.engine().sync().set_foreground(front);
        }
    }

    /// The patron clicked the tray icon: the engine checks whether to synchronise earlier than scheduled.
    pub(crate) fn tray_clicked(&self) {
        if let Some(Ok(app)) = &*self.state.borrow() {
            app.engine().sync().looked();
        }
    }

    /// The last known settings.
    pub(crate) fn settings(&self) -> Option<Settings> {
        self.lock_settings().clone()
    }

    /// Stores settings that have changed.
    pub(crate) fn store_settings(&self, settings: Settings) {
        *self.lock_settings() = Some(settings);
    }

    /// The setting for closing the window.
    pub(crate) fn on_close(&self) -> OnClose {
        self.lock_settings().as_ref().map(|settings| settings.on_close).unwrap_or_default()
    }

    /// Whether the desktop shows the tray icon; false until that has been found out.
    pub(crate) fn has_tray(&self) -> bool {
        self.tray.get().copied().unwrap_or(false)
    }

    /// Whether requests are filed by hand, so that no platform can be queried.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.by_hand.get().copied().unwrap_or(false)
    }

    fn lock_settings(&self) -> MutexGuard<'_, Option<Settings>> {
        // poisoning is harmless: settings are replaced as a whole
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a command for the page. If the engine did not start, the page can still be shown and closed.
pub(crate) async fn rpc(shell: &AppHandle, name: &str, payload: Value) -> Result<Value, Problem> {
    let backend = shell.state::<Backend>();
    if let Some(answer) = answer_without_engine(shell, &backend, name) {
        return Ok(answer);
    }
    let answers_close =
        name == "settings_change" && payload.get("onClose").is_some_and(|wish| !wish.is_null());
    let outcome = match backend.app().await {
        Ok(app) => app.rpc_spawned(name.to_owned(), payload).await,
        Err(problem) => {
            match name {
                "app_ready" => window::ready(shell),
                "app_quit" => shell.exit(0),
                _ => return Err(problem),
            }
            return Ok(Value::Object(serde_json::Map::new()));
        }
    };
    if answers_close
        && let Ok(settings) = &outcome
        && let Ok(settings) = serde_json::from_value::<Settings>(settings.clone())
    {
        let wish = settings.on_close;
        backend.store_settings(settings);
        window::close_answered(shell, wish);
    }
    outcome
}

/// Answers the commands that must work while the engine starts or after it failed to: show the window, quit,
/// continue without a keyring that does not answer, try again.
fn answer_without_engine(shell: &AppHandle, backend: &Backend, name: &str) -> Option<Value> {
    let done = || Some(Value::Object(serde_json::Map::new()));
    let (starts, failed) = match &*backend.state.borrow() {
        None => (true, false),
        Some(outcome) => (false, outcome.is_err()),
    };
    match name {
        "app_ready" if starts => window::ready(shell),
        "app_quit" if starts => shell.exit(0),
        "vault_keep_nothing" if starts => backend.keyring.stop_waiting(),
        // the page loads again: retry, because the cause may be gone
        "app_start" if failed => {
            backend.state.send_replace(None);
            let shell = shell.clone();
            std::thread::spawn(move || tauri::async_runtime::block_on(start(shell)));
            return None;
        }
        _ => return None,
    }
    done()
}

/// Tells the page while the start waits for the keyring.
async fn report_keyring_wait(shell: AppHandle) {
    let mut overdue = shell.state::<Backend>().keyring.overdue();
    while overdue.changed().await.is_ok() {
        let waits = *overdue.borrow_and_update();
        shell.state::<Page>().waiting_for_keyring(waits);
    }
}

/// Starts the engine, then tray, toasts and event forwarding. The page is told of every failure.
pub(crate) async fn start(shell: AppHandle) {
    let saying = tauri::async_runtime::spawn(report_keyring_wait(shell.clone()));
    let outcome = open(shell.clone()).await;
    saying.abort();
    shell.state::<Page>().waiting_for_keyring(false);
    if let Err(problem) = &outcome {
        tracing::error!(code = ?problem.code, said = %problem.logged(), "The engine did not start.");
    }
    shell.state::<Backend>().state.send_replace(Some(outcome));
}

async fn open(shell: AppHandle) -> Result<Arc<App>, Problem> {
    let data_dir = places::data_dir(&shell).map_err(|error| {
        hongyan_engine::lock::unusable(Path::new(IDENTIFIER), "missing", &error.to_string())
    })?;
    hongyan_engine::lock::make_folder(&data_dir)?;
    let (opening, hints) = opening(shell.clone(), data_dir).await?;
    let keyring = Arc::clone(&shell.state::<Backend>().keyring);
    let engine = engine(opening, keyring).await?;
    // a desktop that does not answer in time counts as one without a tray
    let tray = tokio::time::timeout(TRAY_TIMEOUT, platform::tray_is_shown()).await.unwrap_or(false);
    let backend = shell.state::<Backend>();
    // the cell is empty: this function runs once
    let _ = backend.tray.set(tray);
    let host = Arc::new(DesktopHost { app: shell.clone(), tray, library: OnDesktop { app: shell.clone() } });
    let app = Arc::new(App::new(engine, host, hints));
    let mut texts = Texts::of("");
    if let Some(view) = events::read::<AppView>(Arc::clone(&app), "app_start").await {
        texts = Texts::of(&view.settings.locale);
        backend.store_settings(view.settings);
        // the cell is empty: another library takes effect at the next start
        let _ = backend.by_hand.set(view.hands_over);
    }
    set_up_tray_and_toasts(&shell, &texts, tray);
    tauri::async_runtime::spawn(events::forward(shell.clone(), Arc::clone(&app), texts));
    app.engine().start().await;
    Ok(app)
}

/// Opens the engine. If a previous process still holds the file lock because it is just exiting, this waits
/// for it.
async fn engine(opening: Opening, keyring: Arc<KeyringWithTimeout>) -> Result<Engine, Problem> {
    let until = Instant::now() + STOP_WITHIN + LOCK_POLL_INTERVAL;
    loop {
        match Engine::open_for(opening.clone(), Arc::clone(&keyring) as Arc<dyn SecretStore>).await {
            Err(problem) if problem.code == ErrorCode::AlreadyRunning && Instant::now() < until => {
                tokio::time::sleep(LOCK_POLL_INTERVAL).await;
            }
            opened => return opened,
        }
    }
}

/// Sets up tray and toasts. Failures are logged only: everything else works without them.
fn set_up_tray_and_toasts(shell: &AppHandle, texts: &Texts, tray: bool) {
    if tray && let Err(error) = tray::make(shell, texts) {
        tracing::warn!(error = %crate::log::words(&error), "The tray icon could not be created.");
    }
    if let Err(error) = toast::label(shell, texts).and_then(|()| toast::listen(shell)) {
        tracing::warn!(error = %crate::log::words(&error), "The handler for clicks on toasts could not be registered.");
    }
}

#[cfg(feature = "demo")]
async fn opening(shell: AppHandle, data_dir: PathBuf) -> Result<(Opening, Hints), Problem> {
    use crate::demo::Demo;
    if !places::is_demo() {
        return Ok((Opening { sources: crate::demo::sources()?, ..without_demo(data_dir) }, Hints::new()));
    }
    // Tauri's state keeps the sandbox alive until exit, and a second attempt to start finds it there
    if shell.try_state::<Demo>().is_none() {
        shell.manage(Demo::start(data_dir.clone()).await?);
    }
    let demo = shell.state::<Demo>();
    Ok((demo.opening(data_dir), demo.hints()))
}

#[cfg(not(feature = "demo"))]
async fn opening(_: AppHandle, data_dir: PathBuf) -> Result<(Opening, Hints), Problem> {
    Ok((without_demo(data_dir), Hints::new()))
}

/// The options of a start without the demo: the library's platform, if one is configured.
fn without_demo(data_dir: PathBuf) -> Opening {
    let platform = std::env::var(PLATFORM).ok().filter(|address| !address.is_empty());
    Opening { data_dir, platform, ..Opening::default() }
}

/// Stops the engine: waits for requests being sent, then closes the databases.
pub(crate) async fn stop(shell: &AppHandle) {
    let started = shell.state::<Backend>().state.borrow().clone();
    if let Some(Ok(app)) = started {
        app.engine().stop().await;
    }
}
