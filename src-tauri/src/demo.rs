//! Demo mode: runs the sandbox platform in this process on a loopback port. Compiled only with the feature
//! `demo`; no bundle contains it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hongyan_api::{ErrorCode, Problem, Retry};
use hongyan_engine::platform::Opening;
use hongyan_engine::{Clock, PollTimes};
use hongyan_sandbox::{Control, Options, Sandbox, Settings};
use jiff::Timestamp;
use jiff::civil::Date;

/// Environment variable with the address of a sandbox in another process, for tests that control it.
const SANDBOX_ADDRESS: &str = "HONGYAN_SANDBOX";
/// Environment variable with the path of a sources.toml for a start without the demo.
const SOURCES: &str = "HONGYAN_SOURCES";
/// Environment variable with the speed of the simulated librarian; at 1 a request arrives after about a
/// minute.
const SPEED: &str = "HONGYAN_DEMO_SPEED";

/// The demo's platform.
pub(crate) struct Demo {
    /// `None` if it runs in another process
    sandbox: Option<Sandbox>,
    base: String,
}

/// The engine's clock in the demo: the sandbox's simulated date.
struct DemoClock(Control);

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.now_ms()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn today(&self) -> Date {
        self.local().date()
    }
}

impl Demo {
    /// Starts the sandbox. Its data directory is next to the demo's databases, so that both have the same
    /// history.
    pub(crate) async fn start(data_dir: PathBuf) -> Result<Demo, Problem> {
        if let Ok(base) = std::env::var(SANDBOX_ADDRESS) {
            return Ok(Demo { sandbox: None, base });
        }
        let platform = data_dir.join("platform");
        let failed = |why: String| Problem::new(ErrorCode::Internal, Retry::Never, why);
        hongyan_engine::disk::make_dir(&platform).map_err(|error| failed(error.to_string()))?;
        let settings = Settings { varies: true, ..Settings::default() };
        let options = Options {
            librarian: true,
            speed: speed(),
            data_dir: Some(platform),
            settings,
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.map_err(|error| failed(error.to_string()))?;
        tracing::info!(base = sandbox.base_url(), "The demo platform runs.");
        Ok(Demo { base: sandbox.base_url(), sandbox: Some(sandbox) })
    }

    /// The engine's options: every source is the sandbox, and the synchronisation interval is short.
    pub(crate) fn opening(&self, data_dir: PathBuf) -> Opening {
        let poll = PollTimes {
            foreground: Duration::from_secs(2),
            background: Duration::from_secs(2),
            unknown: Duration::from_secs(6),
        };
        Opening {
            data_dir,
            demo: true,
            platform: Some(self.base.clone()),
            sources: Some(hongyan_sandbox::sources_toml(&self.base)),
            poll,
            clock: self
                .sandbox
                .as_ref()
                .map(|sandbox| Arc::new(DemoClock(sandbox.control())) as Arc<dyn Clock>),
        }
    }

    /// The credentials that the sign-in screen suggests.
    pub(crate) fn hints(&self) -> BTreeMap<String, String> {
        let account = hongyan_sandbox::demo_account();
        BTreeMap::from([
            ("username".to_owned(), account.username),
            ("password".to_owned(), account.password),
            ("librarian".to_owned(), self.base.clone()),
        ])
    }
}

/// Reads a sources.toml for a start without the demo, so that tests search on this machine only.
pub(crate) fn sources() -> Result<Option<String>, Problem> {
    let Some(file) = std::env::var_os(SOURCES) else { return Ok(None) };
    let failed = |why: std::io::Error| Problem::new(ErrorCode::Internal, Retry::Never, why.to_string());
    std::fs::read_to_string(file).map(Some).map_err(failed)
}

fn speed() -> f64 {
    let given = std::env::var(SPEED).ok().and_then(|text| text.parse().ok());
    given.filter(|speed: &f64| speed.is_finite() && *speed > 0.0).unwrap_or(1.0)
}
