//! Choice of the platform for an engine: the only place where the program's connectors are selected.

use std::path::PathBuf;
use std::sync::Arc;

use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::reader_api::ReaderApi;
use hongyan_connectors::sources;
use hongyan_model::library::{Gateway, Library};
use url::Url;

use crate::base::clock::{Clock, SystemClock};
use crate::base::config::{EngineConfig, PollTimes};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::platform::no_interface::NoInterface;

/// What a shell passes to open an engine.
#[derive(Clone, Default)]
pub struct Opening {
    /// directory of the databases; created if missing
    pub data_dir: PathBuf,
    /// demo mode: everything is a sandbox
    pub demo: bool,
    /// base address of a Reader API; `None` where the library offers none
    pub platform: Option<String>,
    /// a sources.toml that replaces the carried one
    pub sources: Option<String>,
    /// how often the platform is polled
    pub poll: PollTimes,
    /// a clock for a platform that plays another day; the system's clock if `None`
    pub clock: Option<Arc<dyn Clock>>,
}

/// The configuration of an engine, and the gateway of the platform that the shell names.
///
/// # Errors
/// `BadLink` for an address or a sources.toml that cannot be parsed.
pub(crate) fn configure(opening: Opening) -> Result<(EngineConfig, Arc<dyn RequestGateway>), Problem> {
    let library = Library::gxmzu();
    let gateway = gateway(opening.platform.as_deref(), &library)?;
    let sources = match &opening.sources {
        Some(text) => sources::parse(text).map_err(bad)?,
        None => sources::default_file(),
    };
    let Opening { data_dir, demo, poll, clock, .. } = opening;
    let clock = clock.unwrap_or_else(|| Arc::new(SystemClock));
    Ok((EngineConfig { data_dir, demo, library, sources, poll, clock }, gateway))
}

fn bad(error: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::BadLink, Retry::Never, error.to_string())
}

fn gateway(platform: Option<&str>, library: &Library) -> Result<Arc<dyn RequestGateway>, Problem> {
    let Some(base) = platform else { return Ok(Arc::new(NoInterface)) };
    let base = Url::parse(base).map_err(bad)?;
    let http = Http::new(HttpOptions::default()).map_err(bad)?;
    Ok(Arc::new(ReaderApi::new(base, library.tenant.clone(), http)))
}

/// The gateway that a profile names; `None` for a hand-over.
pub(crate) fn gateway_of(library: &Library) -> Result<Option<Arc<dyn RequestGateway>>, Problem> {
    match &library.gateway {
        Gateway::ReaderApi { address } => gateway(Some(address), library).map(Some),
        Gateway::HandOver { .. } => Ok(None),
    }
}
