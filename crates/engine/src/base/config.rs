//! Configuration of an engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hongyan_connectors::source::SourceFile;
use hongyan_model::library::Library;

use crate::base::backoff::doubling;
use crate::base::clock::Clock;

/// How often the platform is polled; every interval gets a jitter of ±20 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollTimes {
    /// while the window is in front
    pub foreground: Duration,
    /// while it is in the background
    pub background: Duration,
    /// while the outcome of a submission is unknown; the backoff of failed attempts starts at a twelfth of this
    pub unknown: Duration,
}

impl Default for PollTimes {
    fn default() -> PollTimes {
        PollTimes {
            foreground: Duration::from_secs(5 * 60),
            background: Duration::from_secs(30 * 60),
            unknown: Duration::from_secs(60),
        }
    }
}

impl PollTimes {
    /// Backoff after `attempts` failed attempts, without jitter: doubling, at most the foreground interval.
    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        doubling(self.unknown / 12, self.foreground, attempts)
    }
}

/// Configuration of an engine.
#[derive(Clone)]
pub struct EngineConfig {
    /// directory of `hongyan.db` and `cache.db`; created if missing
    pub data_dir: PathBuf,
    /// demo mode: platform and sources are the sandbox
    pub demo: bool,
    /// the patron's library
    pub library: Library,
    /// the sources that searches ask
    pub sources: SourceFile,
    /// how often the platform is polled
    pub poll: PollTimes,
    /// source of time
    pub clock: Arc<dyn Clock>,
}

/// Upper bound of the factor that [`jitter`] applies.
pub(crate) const MOST_JITTER: f64 = 1.2;

/// Adds a jitter of ±20 %, so that the clients of a campus do not send in step.
pub(crate) fn jitter(wait: Duration) -> Duration {
    wait.mul_f64(0.8 + 0.4 * chance())
}

/// A random number from 0 to 1, from the random bits of a v4 UUID.
pub(crate) fn chance() -> f64 {
    (uuid::Uuid::new_v4().as_u128() % 1_000_001) as f64 / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PollTimes, jitter};

    #[test]
    fn waits_double_up_to_the_interval() {
        let poll = PollTimes::default();
        let waits: Vec<u64> = [1, 2, 3, 30].map(|n| poll.backoff(n).as_secs()).to_vec();
        assert_eq!(waits, [5, 10, 20, 300]);
        for _ in 0..100 {
            let wait = jitter(Duration::from_secs(100)).as_secs();
            assert!((80..=120).contains(&wait), "{wait}");
        }
    }
}
