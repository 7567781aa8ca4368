//! A small working platform: the Reader API (`docs/reader-api.yaml`), the search interfaces of opac2, yidu,
//! NSTL and SRU, a catalogue of real works, and a simulated librarian. One process on loopback, for tests and
//! for the demo mode, which is labelled 演示 everywhere. It contains no data of any real platform.
//!
//! ```no_run
//! # async fn example() -> Result<(), hongyan_sandbox::SandboxError> {
//! use hongyan_sandbox::{Options, Sandbox};
//! let sandbox = Sandbox::start(Options::default()).await?;
//! println!("{}", sandbox.base_url());
//! sandbox.shutdown().await;
//! # Ok(()) }
//! ```

mod accounts;
mod app;
pub mod catalogue;
mod control;
mod control_routes;
mod cql;
mod days;
mod db;
mod faults;
mod librarian;
mod page;
mod received;
mod reply;
mod requests;
mod routes;
mod server;
mod sources;
mod terms;
mod tokens;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use accounts::{NewAccount, demo_account};
pub use app::{Renewal, Settings};
pub use control::{Control, Mail, MailTime, MoveError, NewReason, NewStep};
pub use days::{ChangedDay, Day, DayKind};
pub use faults::{Fault, FaultKind};
pub use received::Received;
pub use requests::documents::NewDocument;
pub use requests::moves::NewCondition;
pub use requests::{Label, Newer, NewerAction};
pub use routes::READER_PATHS;
pub use sources::habits::Habits;
pub use terms::Terms;

use app::App;
use server::{Cut, CuttableListener};

/// Options of a sandbox. The defaults suit tests: any free port, in memory, no librarian, with the demo
/// account (`20210001` / `相思湖畔904`).
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 = any free port
    pub port: u16,
    /// speed factor of the librarian; at 1 a request arrives after about a minute
    pub speed: f64,
    /// whether the automatic librarian runs
    pub librarian: bool,
    /// whether the demo account is created
    pub demo_account: bool,
    /// folder of the database; `None` = in memory
    pub data_dir: Option<PathBuf>,
    /// the other settings; `librarian` and `speed` above take precedence
    pub settings: Settings,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            speed: 1.0,
            librarian: false,
            demo_account: true,
            data_dir: None,
            settings: Settings::default(),
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// the port is taken, or loopback is not available
    #[error("the sandbox cannot listen on port {port}: {source}")]
    Listen {
        /// the port
        port: u16,
        /// the system's error
        source: std::io::Error,
    },
    /// the sandbox's own database failed
    #[error("the sandbox's database does not open: {0}")]
    Database(#[from] sqlx::Error),
    /// a catalogue file is invalid
    #[error("the catalogue does not read: {0}")]
    Catalogue(String),
}

/// Describes a sandbox at this address as search sources, in the format of sources.toml.
pub fn sources_toml(base: &str) -> String {
    include_str!("../sources.toml").replace("{base}", base)
}

/// A running sandbox. Dropping it stops it and resets every connection.
pub struct Sandbox {
    addr: SocketAddr,
    control: Control,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. It accepts connections when this returns.
    ///
    /// # Errors
    /// The port is taken, the database does not open, or a catalogue file is invalid.
    pub async fn start(options: Options) -> Result<Sandbox, SandboxError> {
        Sandbox::start_with(options, Router::new()).await
    }

    /// Starts a sandbox with additional routes, which are recorded and affected by faults like all others.
    ///
    /// # Errors
    /// Those of [`Sandbox::start`].
    pub async fn start_with(options: Options, more: Router) -> Result<Sandbox, SandboxError> {
        let catalogue = catalogue::Catalogue::read().map_err(SandboxError::Catalogue)?;
        let pool = db::open(options.data_dir.as_deref()).await?;
        let settings = Settings { librarian: options.librarian, speed: options.speed, ..options.settings };
        let app = App::new(pool, catalogue, settings);
        if options.demo_account {
            accounts::put(&app, &demo_account()).await?;
        }
        let listen = |source| SandboxError::Listen { port: options.port, source };
        let inner = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(listen)?;
        let addr = inner.local_addr().map_err(listen)?;
        let stop = CancellationToken::new();
        let listener = CuttableListener { inner, all: stop.clone() };
        let service = router(&app, more).into_make_service_with_connect_info::<Cut>();
        let (stopped, working) = (stop.clone(), stop.clone());
        let tasks = vec![
            tokio::spawn(async move {
                tokio::select! {
                    // the server never ends by itself
                    _ = axum::serve(listener, service) => {}
                    () = stopped.cancelled() => {}
                }
            }),
            tokio::spawn(librarian::work(app.clone(), working)),
        ];
        Ok(Sandbox { addr, control: Control { app }, stop, tasks })
    }

    /// `http://127.0.0.1:PORT`
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Describes it as search sources, in the format of sources.toml.
    pub fn sources_toml(&self) -> String {
        sources_toml(&self.base_url())
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its control API.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Stops it and waits until all tasks have ended.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // a panicked task has ended as well
            let _ = task.await;
        }
        self.control.app.pool.close().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn router(app: &App, more: Router) -> Router {
    routes::router(app)
        .merge(sources::router())
        .merge(control_routes::router())
        .merge(page::router())
        .with_state(app.clone())
        .merge(more)
        .fallback(|| async { reply::not_found().into_response() })
        .method_not_allowed_fallback(|| async {
            reply::Refusal::new(405, "METHOD_NOT_ALLOWED", "不支持此方法").into_response()
        })
        .layer(from_fn_with_state(app.clone(), faults::spoil))
}
