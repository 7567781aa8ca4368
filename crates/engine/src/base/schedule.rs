//! Poll schedule of the sync: when the platform is asked for news. Pure: time and randomness are arguments, so
//! that the simulation of a hundred thousand clients (`npm run simulate`) runs this very code.
//!
//! Rules: poll seldom while the window is in the background; add jitter to every wait, so that clients are not
//! in step; back off after failures; respect the platform's `Retry-After`, and spread the return after it; let
//! wake-ups bring a poll forward only within these limits. Instants are durations since a start that the caller
//! chose; `chance` is a random number from 0 to 1 that the caller draws.

use std::time::Duration;

use crate::base::backoff::doubling;
use crate::base::config::PollTimes;

/// Upper bound for a `Retry-After`: a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How urgently the patron needs news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// the outcome of a submission is unknown (结果待核实)
    pub in_doubt: bool,
    /// the window is in front
    pub foreground: bool,
}

/// A reason to poll sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// the patron asked for a sync
    Patron,
    /// this client just changed something at the platform, or the patron signed in
    Own,
    /// the window came to the front, or the tray icon was clicked
    Looked,
    /// the network came back or changed
    Network,
    /// the machine woke from sleep
    Resumed,
}

/// How a poll failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failed {
    /// the platform's `Retry-After`
    pub retry_after: Option<Duration>,
    /// a captive portal (校园网登录页) answered: polling again costs the platform nothing
    pub captive: bool,
}

/// State of the poll schedule.
#[derive(Debug, Clone)]
pub struct Schedule {
    poll: PollTimes,
    /// failures in a row
    failures: u32,
    captive: bool,
    /// when the last poll began
    asked: Option<Duration>,
    /// end of the platform's `Retry-After`
    quiet_until: Duration,
    due: Duration,
}

impl Schedule {
    /// Polls at once: the program was just started.
    pub fn new(poll: PollTimes) -> Schedule {
        Schedule {
            poll,
            failures: 0,
            captive: false,
            asked: None,
            quiet_until: Duration::ZERO,
            due: Duration::ZERO,
        }
    }

    /// When to poll next.
    pub fn due(&self) -> Duration {
        self.due
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// A poll begins.
    pub fn begun(&mut self, now: Duration) {
        self.asked = Some(now);
    }

    /// A poll succeeded, or there was nothing to ask.
    pub fn answered(&mut self, now: Duration, need: Need, chance: f64) {
        self.failures = 0;
        self.captive = false;
        self.quiet_until = Duration::ZERO;
        self.due = now + around(self.usual(need), chance);
    }

    /// A poll failed: exponential backoff. It starts at the background interval, or at the interval for unknown
    /// outcomes while the patron looks or waits for an outcome, and is soon longer than the usual interval, so
    /// that a platform that is down gets fewer polls than one that is up.
    pub fn failed(&mut self, now: Duration, failed: Failed, need: Need, chance: f64) {
        self.failures = self.failures.saturating_add(1);
        self.captive = failed.captive;
        let (first, longest) = if failed.captive {
            // it ends when the patron signs in on a web page, and the system reports no change of the route
            // then
            (self.poll.unknown, self.poll.foreground)
        } else if need.foreground || need.in_doubt {
            (self.poll.unknown, self.poll.foreground * 2)
        } else {
            (self.poll.background, self.poll.background * 2)
        };
        self.due = now + around(doubling(first, longest, self.failures), chance);
        if let Some(after) = failed.retry_after {
            let after = after.min(LONGEST);
            self.quiet_until = now + after;
            // every client got the same instant: spread their return over one usual interval
            let spread = self.usual(need);
            let spread = if after < self.poll.unknown { spread.min(self.poll.unknown) } else { spread };
            self.due = self.due.max(self.quiet_until + spread.mul_f64(within(chance)));
        }
    }

    /// A wake-up: brings the next poll forward where the limits allow it.
    pub fn woken(&mut self, now: Duration, wake: Wake, need: Need, chance: f64) {
        let since = |gap: Duration| self.asked.map_or(now, |asked| (asked + gap).max(now));
        let haste = self.poll.unknown / 30;
        let sooner = match wake {
            Wake::Patron | Wake::Own => since(haste),
            // the patron returns from the captive portal, probably after signing in there
            Wake::Looked if self.captive => since(self.poll.unknown / 6),
            Wake::Looked => since(self.poll.unknown),
            // the machines of a campus get the network back together: spread their polls
            Wake::Network | Wake::Resumed => {
                let spread = if need.foreground { self.poll.unknown } else { self.poll.foreground };
                since(haste) + spread.mul_f64(within(chance))
            }
        };
        self.due = self.due.min(sooner.max(self.quiet_until));
    }

    fn usual(&self, need: Need) -> Duration {
        let usual = if need.foreground { self.poll.foreground } else { self.poll.background };
        if need.in_doubt { usual.min(self.poll.unknown) } else { usual }
    }
}

/// Jitter of ±20 %.
fn around(wait: Duration, chance: f64) -> Duration {
    wait.mul_f64(0.8 + 0.4 * within(chance))
}

fn within(chance: f64) -> f64 {
    if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 0.5 }
}

#[cfg(test)]
mod tests;
