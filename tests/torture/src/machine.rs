//! A patron's machine: a data directory, a key, an engine with short synchronisation intervals.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::reader_api::ReaderApi;
use hongyan_connectors::source::SourceFile;
use hongyan_engine::problem::Problem;
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_engine::{Clock, Engine, EngineConfig, PollTimes, SystemClock};
use hongyan_model::library::Library;

/// Timeout of a call: a hundredth of the program's own (20 s).
pub const DEADLINE: Duration = Duration::from_millis(200);
/// Maximum size of an answer in suites with decompression bombs; the program's own limit is 16 MiB.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A keyring in a file, which parent and child process share. The file is replaced atomically.
pub struct KeyFile(pub PathBuf);

#[async_trait]
impl SecretStore for KeyFile {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        match std::fs::read(&self.0) {
            Ok(key) => Ok(Some(key)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SecretError::Unavailable(error.to_string())),
        }
    }

    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        let wrong = |error: std::io::Error| SecretError::Unavailable(error.to_string());
        let new = self.0.with_extension("new");
        std::fs::write(&new, key).map_err(wrong)?;
        std::fs::File::open(&new).and_then(|file| file.sync_all()).map_err(wrong)?;
        std::fs::rename(&new, &self.0).map_err(wrong)
    }

    async fn erase(&self) -> Result<(), SecretError> {
        std::fs::remove_file(&self.0).map_err(|error| SecretError::Unavailable(error.to_string()))
    }
}

/// No keyring: the databases are in memory.
struct NoKeyring;

#[async_trait]
impl SecretStore for NoKeyring {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Err(SecretError::Unavailable("没有钥匙环".into()))
    }

    async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
        Err(SecretError::Unavailable("没有钥匙环".into()))
    }

    async fn erase(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// A Reader API client with the short timeouts of the tests.
///
/// # Panics
/// If the address is invalid.
pub fn reader_api(base: &str) -> Arc<dyn RequestGateway> {
    gateway(base, HttpOptions::default())
}

/// The same, reading at most [`BODY_LIMIT`] bytes, so that a bomb can be small.
///
/// # Panics
/// If the address is invalid.
pub fn narrow_reader_api(base: &str) -> Arc<dyn RequestGateway> {
    gateway(base, HttpOptions { body_limit: BODY_LIMIT, ..HttpOptions::default() })
}

/// The same with the program's own timeouts, for suites in which a call that is slow on a busy machine must
/// not count as a fault.
///
/// # Panics
/// If the address is invalid.
pub fn patient_reader_api(base: &str) -> Arc<dyn RequestGateway> {
    waiting(base, HttpOptions::default(), DEADLINE * 100)
}

fn gateway(base: &str, options: HttpOptions) -> Arc<dyn RequestGateway> {
    waiting(base, options, DEADLINE)
}

fn waiting(base: &str, options: HttpOptions, deadline: Duration) -> Arc<dyn RequestGateway> {
    let options = HttpOptions { connect_timeout: deadline, ..options };
    let http = Http::new(options).expect("a client");
    let base = base.parse().expect("an address");
    Arc::new(ReaderApi::new(base, Library::gxmzu().tenant, http).with_deadline(deadline))
}

/// The engine's configuration.
pub fn config(dir: &Path, clock: Arc<dyn Clock>) -> EngineConfig {
    EngineConfig {
        data_dir: dir.to_owned(),
        demo: true,
        library: Library::gxmzu(),
        sources: SourceFile::default(),
        poll: PollTimes {
            foreground: Duration::from_millis(300),
            background: Duration::from_millis(600),
            unknown: Duration::from_millis(120),
        },
        clock,
    }
}

/// A machine: what survives the end of the program.
pub struct Machine {
    place: tempfile::TempDir,
    secrets: Arc<dyn SecretStore>,
    /// its clock
    pub clock: Arc<dyn Clock>,
}

impl Machine {
    /// A machine whose key survives the program.
    ///
    /// # Panics
    /// If no temporary directory can be created.
    pub fn new() -> Machine {
        let place = tempfile::tempdir().expect("a temporary directory");
        let secrets = Arc::new(KeyFile(place.path().join("key")));
        Machine { place, secrets, clock: Arc::new(SystemClock) }
    }

    /// A machine without a keyring: faster, and everything is in memory.
    ///
    /// # Panics
    /// If no temporary directory can be created.
    pub fn without_keyring() -> Machine {
        Machine { secrets: Arc::new(NoKeyring), ..Machine::new() }
    }

    /// A machine with its own clock.
    ///
    /// # Panics
    /// If no temporary directory can be created.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Machine {
        Machine { clock, ..Machine::new() }
    }

    /// Path of the keyring file, for a child process.
    pub fn key_file(&self) -> PathBuf {
        self.place.path().join("key")
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// Opens the engine; background tasks are not started.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn open(&self, gateway: Arc<dyn RequestGateway>) -> Result<Engine, Problem> {
        let config = config(&self.data_dir(), Arc::clone(&self.clock));
        Engine::open(config, Arc::clone(&self.secrets), gateway).await
    }
}

impl Default for Machine {
    fn default() -> Machine {
        Machine::new()
    }
}
