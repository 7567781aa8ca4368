//! A patron's machine: a data directory, a key, an engine with quick polls.

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

/// Time-outs are a hundredth of the program's own (20 s for a call).
pub const DEADLINE: Duration = Duration::from_millis(200);
/// Bytes that an answer may have where bombs come; the program's own limit is 16 MiB.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A key in a file: for tests, where a child has to find the same key as its parent. Whole or not there.
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

/// No keyring: everything is in memory.
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

/// The Reader API at an address, with the time-outs of the harness.
///
/// # Panics
/// When the address is none.
pub fn reader_api(base: &str) -> Arc<dyn RequestGateway> {
    gateway(base, HttpOptions::default())
}

/// The same that reads no more than [`BODY_LIMIT`], so that a bomb may be small.
///
/// # Panics
/// As [`reader_api`].
pub fn narrow_reader_api(base: &str) -> Arc<dyn RequestGateway> {
    gateway(base, HttpOptions { body_limit: BODY_LIMIT, ..HttpOptions::default() })
}

/// The same that is not hurried: for suites in which a call that takes long on a busy machine must not be
/// taken for a fault.
///
/// # Panics
/// As [`reader_api`].
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

/// What an engine is opened with here.
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

/// A machine: what stays when the program ends.
pub struct Machine {
    place: tempfile::TempDir,
    secrets: Arc<dyn SecretStore>,
    /// what time it is there
    pub clock: Arc<dyn Clock>,
}

impl Machine {
    /// With a key that survives the program.
    ///
    /// # Panics
    /// When there is no place for temporary files.
    pub fn new() -> Machine {
        let place = tempfile::tempdir().expect("a place");
        let secrets = Arc::new(KeyFile(place.path().join("key")));
        Machine { place, secrets, clock: Arc::new(SystemClock) }
    }

    /// In memory: quicker, and forgotten at the end.
    ///
    /// # Panics
    /// As [`Machine::new`].
    pub fn without_keyring() -> Machine {
        Machine { secrets: Arc::new(NoKeyring), ..Machine::new() }
    }

    /// With a clock of its own.
    ///
    /// # Panics
    /// As [`Machine::new`].
    pub fn with_clock(clock: Arc<dyn Clock>) -> Machine {
        Machine { clock, ..Machine::new() }
    }

    /// The key's file, for a child.
    pub fn key_file(&self) -> PathBuf {
        self.place.path().join("key")
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// Opens the engine; nothing runs yet.
    ///
    /// # Errors
    /// As the engine's own.
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
