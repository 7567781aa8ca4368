//! Demo mode: a whole platform in this process, on a loopback port of its own. Compiled only with the
//! feature `demo`; no bundle has it.

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

/// A sandbox that runs elsewhere, for tests that want to hold it in their hand.
const ELSEWHERE: &str = "HONGYAN_SANDBOX";
/// A sources.toml, for a start without the demo.
const SOURCES: &str = "HONGYAN_SOURCES";
/// How much faster than usual the librarian works; 1 is about a minute from request to arrival.
const SPEED: &str = "HONGYAN_DEMO_SPEED";

/// The platform of the demo.
pub(crate) struct Demo {
    /// none when it runs elsewhere
    sandbox: Option<Sandbox>,
    base: String,
}

/// The demo plays on the day to which its librarian has put the clock.
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
    /// Starts the sandbox; its data is beside the patron's demo data, so that both tell one story.
    pub(crate) async fn start(data_dir: PathBuf) -> Result<Demo, Problem> {
        if let Ok(base) = std::env::var(ELSEWHERE) {
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

    /// What the engine is opened with: everything is the sandbox, and news is asked for often.
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

    /// What the sign-in screen offers to try.
    pub(crate) fn hints(&self) -> BTreeMap<String, String> {
        let account = hongyan_sandbox::demo_account();
        BTreeMap::from([
            ("username".to_owned(), account.username),
            ("password".to_owned(), account.password),
            ("librarian".to_owned(), self.base.clone()),
        ])
    }
}

/// A sources.toml for a start without the demo, so that tests search on this machine only.
pub(crate) fn sources() -> Result<Option<String>, Problem> {
    let Some(file) = std::env::var_os(SOURCES) else { return Ok(None) };
    let failed = |why: std::io::Error| Problem::new(ErrorCode::Internal, Retry::Never, why.to_string());
    std::fs::read_to_string(file).map(Some).map_err(failed)
}

fn speed() -> f64 {
    let given = std::env::var(SPEED).ok().and_then(|text| text.parse().ok());
    given.filter(|speed: &f64| speed.is_finite() && *speed > 0.0).unwrap_or(1.0)
}
