//! Fixtures: a data directory with its key, the engine on it, and the platform that it talks to.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::reader_api::ReaderApi;
use hongyan_connectors::source::SourceFile;
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_engine::{Engine, EngineConfig, PollTimes, SystemClock};
use hongyan_model::library::Library;
use hongyan_sandbox::{NewAccount, Options, Sandbox, Settings, demo_account};
use hongyan_seed::History;
use hongyan_store::{Key, Ledger};
use tempfile::TempDir;
use url::Url;

/// The library of the sandbox.
pub const TENANT: &str = "a001962";
/// The key of every data directory of the benchmark.
const KEY: [u8; 32] = [7; 32];

/// A keyring with that key.
struct Keyring;

#[async_trait]
impl SecretStore for Keyring {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(Some(KEY.to_vec()))
    }
    async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// Formats an error.
pub fn said(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

/// Creates a data directory with an encrypted ledger and a history in it.
///
/// # Errors
/// A sentence for the console.
pub async fn directory(history: History) -> Result<TempDir, String> {
    let dir = tempfile::tempdir().map_err(said)?;
    hongyan_seed::directory(dir.path(), &KEY, history).await.map_err(said)?;
    Ok(dir)
}

/// Opens the ledger of a directory without the engine.
///
/// # Errors
/// A sentence for the console.
pub async fn ledger(dir: &Path) -> Result<Ledger, String> {
    let key = Key::from_bytes(&KEY).ok_or("no key")?;
    Ledger::open(dir, &key).await.map_err(said)
}

/// Opens the engine on a directory.
///
/// # Errors
/// A sentence for the console.
pub async fn engine(dir: &Path, gateway: Arc<dyn RequestGateway>) -> Result<Engine, String> {
    let config = EngineConfig {
        data_dir: dir.to_owned(),
        demo: true,
        library: Library::gxmzu(),
        sources: SourceFile::default(),
        poll: PollTimes::default(),
        clock: Arc::new(SystemClock),
    };
    Engine::open(config, Arc::new(Keyring), gateway).await.map_err(said)
}

/// Creates a Reader API client.
///
/// # Errors
/// A sentence for the console.
pub fn gateway(base: &str) -> Result<Arc<ReaderApi>, String> {
    let http = Http::new(HttpOptions::default()).map_err(said)?;
    Ok(Arc::new(ReaderApi::new(Url::parse(base).map_err(said)?, TENANT.to_owned(), http)))
}

/// Starts a platform whose patron has no limits.
///
/// # Errors
/// A sentence for the console.
pub async fn platform() -> Result<(Sandbox, NewAccount), String> {
    let settings = Settings { max_active: 1_000_000, ..Settings::default() };
    let sandbox = Sandbox::start(Options { settings, ..Options::default() }).await.map_err(said)?;
    let patron = NewAccount { granted: 1_000_000_000, ..demo_account() };
    sandbox.control().create_account(&patron).await.map_err(said)?;
    Ok((sandbox, patron))
}
