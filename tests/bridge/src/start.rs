//! Assembles a bridge: a sandbox (or the address of one in another process), an engine, access control.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use hongyan_api::App;
use hongyan_engine::platform::Opening;
use hongyan_engine::{Engine, PollTimes};
use hongyan_sandbox::Sandbox;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::MemorySecrets;
use crate::access::AccessControl;
use crate::host::TabHost;
use crate::paths::router;
use crate::policy::content_security_policy;

/// Options of a bridge.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 = any free port
    pub port: u16,
    /// folder of the built UI
    pub ui: PathBuf,
    /// folder of the databases; `None` = a temporary folder that is deleted with the bridge
    pub data_dir: Option<PathBuf>,
    /// speed of the sandbox's simulated librarian, as a factor
    pub speed: f64,
    /// whether the simulated librarian acts by itself
    pub librarian: bool,
    /// whether there is a keyring (in memory)
    pub keyring: bool,
    /// file that serves as the keyring, so that a second start finds the key
    pub keyring_file: Option<PathBuf>,
    /// base address of a sandbox in another process; `None` starts one
    pub gateway: Option<String>,
    /// neither sandbox nor demo, as in a release: the patron chooses the library and files requests by hand
    /// on its page; only the sources of `sources` are searched
    pub no_platform: bool,
    /// path of a sources.toml used instead of the sandbox's own; `{base}` in it is replaced by the sandbox's
    /// address
    pub sources: Option<PathBuf>,
    /// synchronisation intervals
    pub poll: PollTimes,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            ui: PathBuf::from("ui/dist"),
            data_dir: None,
            speed: 1.0,
            librarian: true,
            keyring: true,
            keyring_file: None,
            gateway: None,
            no_platform: false,
            sources: None,
            // short intervals, because the demo runs much faster than real time
            poll: PollTimes {
                foreground: Duration::from_secs(2),
                background: Duration::from_secs(2),
                unknown: Duration::from_secs(6),
            },
        }
    }
}

/// Why a bridge did not start.
#[derive(Debug, thiserror::Error)]
#[error("the bridge does not start: {0}")]
pub struct BridgeError(String);

fn failed(error: impl std::fmt::Display) -> BridgeError {
    BridgeError(error.to_string())
}

/// A running bridge.
pub struct Bridge {
    address: String,
    base: String,
    app: Arc<App>,
    leave: CancellationToken,
    serving: JoinHandle<()>,
    sandbox: Option<Sandbox>,
    _place: Option<TempDir>,
}

impl Bridge {
    /// Starts a bridge on 127.0.0.1. It accepts connections when this returns.
    ///
    /// # Errors
    /// The port is taken, or the sandbox or the engine does not start.
    pub async fn start(options: Options) -> Result<Bridge, BridgeError> {
        let (data_dir, place) = match options.data_dir.clone() {
            Some(given) => (given, None),
            None => {
                let place = TempDir::new().map_err(failed)?;
                (place.path().to_owned(), Some(place))
            }
        };
        let sandbox = match options.gateway {
            None if !options.no_platform => Some(start_sandbox(&options).await?),
            _ => None,
        };
        let base = options.gateway.clone();
        let base = base.unwrap_or_else(|| sandbox.as_ref().map(Sandbox::base_url).unwrap_or_default());
        let sources = match &options.sources {
            Some(file) => Some(std::fs::read_to_string(file).map_err(failed)?.replace("{base}", &base)),
            None if options.no_platform => return Err(failed("--no-platform needs --sources")),
            None => Some(hongyan_sandbox::sources_toml(&base)),
        };
        let downloads = data_dir.join("downloads");
        let opening = Opening {
            data_dir,
            demo: !options.no_platform,
            platform: (!options.no_platform).then(|| base.clone()),
            sources,
            poll: options.poll,
            clock: None,
        };
        let secrets = match options.keyring_file {
            Some(file) => MemorySecrets::in_file(file).map_err(failed)?,
            None if options.keyring => MemorySecrets::working(),
            None => MemorySecrets::absent(),
        };
        let engine = Engine::open_for(opening, Arc::new(secrets)).await.map_err(failed)?;
        let leave = CancellationToken::new();
        let host = Arc::new(TabHost { leave: leave.clone(), downloads });
        let hints = if options.no_platform { BTreeMap::new() } else { hints(&base) };
        let app = Arc::new(App::new(engine, host, hints));
        app.engine().start().await;

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(failed)?;
        let access = AccessControl::new(listener.local_addr().map_err(failed)?.port()).map_err(failed)?;
        let policy = content_security_policy().ok_or_else(|| failed("the shell's policy does not read"))?;
        let policy = HeaderValue::from_str(&policy).map_err(failed)?;
        let paths = router(Arc::clone(&app), &access, &options.ui, policy);
        let stop = leave.clone();
        let serving = tokio::spawn(async move {
            tokio::select! {
                // the server never ends by itself; open event streams must not delay the stop
                _ = axum::serve(listener, paths) => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(Bridge { address: access.address(), base, app, leave, serving, sandbox, _place: place })
    }

    /// The page's address including the token.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The sandbox's address.
    pub fn sandbox(&self) -> &str {
        &self.base
    }

    /// Resolves when the patron quits in the page.
    pub async fn left(&self) {
        self.leave.cancelled().await;
    }

    /// Stops in order: the server, the engine, the sandbox.
    pub async fn stop(self) {
        self.leave.cancel();
        // a panicked server task has ended as well
        let _ = self.serving.await;
        self.app.engine().stop().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.shutdown().await;
        }
    }
}

async fn start_sandbox(options: &Options) -> Result<Sandbox, BridgeError> {
    let wanted = hongyan_sandbox::Options {
        librarian: options.librarian,
        speed: options.speed,
        ..hongyan_sandbox::Options::default()
    };
    Sandbox::start(wanted).await.map_err(failed)
}

/// The credentials that the sign-in screen suggests.
fn hints(base: &str) -> BTreeMap<String, String> {
    let account = hongyan_sandbox::demo_account();
    BTreeMap::from([
        ("username".to_owned(), account.username),
        ("password".to_owned(), account.password),
        ("librarian".to_owned(), base.to_owned()),
    ])
}
