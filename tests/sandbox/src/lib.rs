//! A working platform in small: the Reader API (`docs/reader-api.yaml`), the search shapes of
//! opac2, yidu, NSTL and SRU, a catalogue of real works, and a librarian. One process on loopback, for
//! tests and for the demo mode that says 演示 everywhere. It imitates no real platform's data.
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
mod cql;
mod days;
mod db;
mod desk;
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
pub use terms::Terms;

use app::App;
use server::{Cut, CuttableListener};

/// How a sandbox starts. The default suits tests: any free port, memory, no librarian, the demo
/// account (`20210001` / `相思湖畔904`).
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 for any free port
    pub port: u16,
    /// how much faster than usual the librarian works; 1 is about a minute to arrival
    pub speed: f64,
    /// whether the librarian works by itself
    pub librarian: bool,
    /// whether the ready account is there
    pub demo_account: bool,
    /// where to keep the database; none for memory
    pub data_dir: Option<PathBuf>,
    /// the other switches; `librarian` and `speed` above win
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
    /// the port is taken, or loopback is not to be had
    #[error("the sandbox cannot listen on port {port}: {source}")]
    Listen {
        /// as asked
        port: u16,
        /// why
        source: std::io::Error,
    },
    /// its own database
    #[error("the sandbox's database does not open: {0}")]
    Database(#[from] sqlx::Error),
    /// a slip in a catalogue file
    #[error("the catalogue does not read: {0}")]
    Catalogue(String),
}

/// A sandbox at this address as sources of a search, in the form of sources.toml.
pub fn sources_toml(base: &str) -> String {
    include_str!("../sources.toml").replace("{base}", base)
}

/// A running sandbox. Dropping it stops it, and cuts every connection.
pub struct Sandbox {
    addr: SocketAddr,
    control: Control,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts on 127.0.0.1; ready to answer when this returns.
    ///
    /// # Errors
    /// When the port is taken, the database does not open, or the catalogue has a slip.
    pub async fn start(options: Options) -> Result<Sandbox, SandboxError> {
        Sandbox::start_with(options, Router::new()).await
    }

    /// Starts with more routes beside its own: they are written down and fail like all others.
    ///
    /// # Errors
    /// As [`Sandbox::start`].
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
                    // serving ends only with the process; a listener has no last connection
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

    /// The sandbox as sources of a search, in the form of sources.toml.
    pub fn sources_toml(&self) -> String {
        sources_toml(&self.base_url())
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The hand on it.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Stops and waits until everything has ended.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // a task that panicked has ended too
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
        .merge(desk::router())
        .merge(page::router())
        .with_state(app.clone())
        .merge(more)
        .fallback(|| async { reply::not_found().into_response() })
        .method_not_allowed_fallback(|| async {
            reply::Refusal::new(405, "METHOD_NOT_ALLOWED", "不支持此方法").into_response()
        })
        .layer(from_fn_with_state(app.clone(), faults::spoil))
}
