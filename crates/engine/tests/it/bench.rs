//! Test fixture: data directory, keyring, short polling intervals, and waiting for conditions.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::source::SourceFile;
use hongyan_engine::problem::Problem;
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_engine::view::{HistoryFilter, HistoryQuery, HistorySort, RequestDetail, RequestGroup};
use hongyan_engine::{Clock, Engine, EngineConfig, PollTimes, SetClock, SystemClock};
use hongyan_model::library::Library;
use hongyan_model::{Draft, RequestId, RequestState, Service};

/// An in-memory keyring.
#[derive(Default)]
pub struct Keyring {
    key: Mutex<Option<Vec<u8>>>,
    pub broken: Option<SecretError>,
}

#[async_trait]
impl SecretStore for Keyring {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        self.broken.clone().map_or_else(|| Ok(self.key.lock().unwrap().clone()), Err)
    }
    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        *self.key.lock().unwrap() = Some(key.to_vec());
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        *self.key.lock().unwrap() = None;
        Ok(())
    }
}

impl Keyring {
    pub fn broken() -> Keyring {
        Keyring::failing(SecretError::Unavailable("没有钥匙环".into()))
    }
    pub fn failing(error: SecretError) -> Keyring {
        Keyring { broken: Some(error), ..Keyring::default() }
    }
    pub fn key(&self) -> Option<Vec<u8>> {
        self.key.lock().unwrap().clone()
    }
    pub fn replace(&self, key: Option<Vec<u8>>) {
        *self.key.lock().unwrap() = key;
    }
}

/// A machine: the state that outlives the program.
pub struct Machine {
    pub dir: tempfile::TempDir,
    pub keyring: Arc<Keyring>,
    pub clock: Arc<dyn Clock>,
}

impl Machine {
    pub fn new() -> Machine {
        Machine { dir: tempfile::tempdir().unwrap(), keyring: Arc::default(), clock: Arc::new(SystemClock) }
    }

    pub fn without_keyring() -> Machine {
        Machine { keyring: Arc::new(Keyring::broken()), ..Machine::new() }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub async fn open(&self, gateway: Arc<dyn RequestGateway>) -> Result<Engine, Problem> {
        Engine::open(
            config(self.path(), Arc::clone(&self.clock)),
            Arc::clone(&self.keyring) as Arc<dyn SecretStore>,
            gateway,
        )
        .await
    }

    /// Opens an engine with another clock, without background tasks.
    pub async fn open_at(&self, gateway: Arc<dyn RequestGateway>, clock: &Arc<SetClock>) -> Engine {
        let config = EngineConfig {
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            ..config(self.path(), Arc::clone(&self.clock))
        };
        let keyring = Arc::clone(&self.keyring) as Arc<dyn SecretStore>;
        Engine::open(config, keyring, gateway).await.unwrap()
    }

    pub async fn start(&self, gateway: Arc<dyn RequestGateway>) -> Engine {
        let engine = self.open(gateway).await.unwrap();
        engine.start().await;
        engine
    }
}

fn config(dir: &Path, clock: Arc<dyn Clock>) -> EngineConfig {
    EngineConfig {
        data_dir: dir.to_owned(),
        demo: true,
        library: Library::gxmzu(),
        sources: SourceFile::default(),
        poll: PollTimes {
            foreground: Duration::from_millis(150),
            background: Duration::from_millis(300),
            unknown: Duration::from_millis(60),
        },
        clock,
    }
}

/// Waits until the condition holds; evaluates it again after each event of the engine. Panics after 30 s.
pub async fn until(engine: &Engine, what: &str, condition: impl AsyncFn() -> bool) {
    let mut events = engine.news().subscribe();
    let wait = async {
        while !condition().await {
            let _ = events.recv().await; // evaluate again, even if events were missed
        }
    };
    if tokio::time::timeout(Duration::from_secs(30), wait).await.is_err() {
        let list = engine.requests().list().await.unwrap().requests;
        let rows: Vec<_> = list.iter().map(|row| (&row.title, &row.state, &row.pending_action)).collect();
        panic!("never: {what}; {:?}; {rows:?}", engine.status().get().await.unwrap());
    }
}

/// Waits until a request is in a state, and returns its details.
pub async fn until_state(engine: &Engine, id: RequestId, state: RequestState) -> RequestDetail {
    let is_there = async || engine.requests().get(id).await.is_ok_and(|detail| detail.row.state == state);
    until(engine, &format!("{state:?}"), is_there).await;
    engine.requests().get(id).await.unwrap()
}

/// Creates a loan draft that passes every check.
pub async fn loan(engine: &Engine, title: &str) -> Draft {
    let mut draft = engine.requests().draft_new(Service::Loan, None, None).await.unwrap().draft;
    draft.title = title.into();
    draft.author = "曹雪芹".into();
    draft.pickup_location = "xsh-904".into();
    engine.requests().draft_save(draft).await.unwrap().draft
}

/// A history query for one group of the list.
pub fn of_group(group: RequestGroup) -> HistoryQuery {
    let filter = HistoryFilter {
        group: Some(group),
        outcomes: Vec::new(),
        services: Vec::new(),
        kinds: Vec::new(),
        suppliers: Vec::new(),
        from: None,
        to: None,
    };
    HistoryQuery { text: String::new(), filter, sort: HistorySort::Newest }
}

/// Submits a loan that passes every check.
pub async fn submit(engine: &Engine, title: &str) -> RequestId {
    let id = loan(engine, title).await.id;
    engine.requests().submit(id).await.unwrap().row.id
}
