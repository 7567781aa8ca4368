//! When the platform is asked for news: pure, no clock and no chance of its own, so that the simulation
//! of a hundred thousand clients (`npm run simulate`) runs the very same code.
//!
//! Polite means: seldom while nobody looks; never in step with others (every wait has chance in it); after
//! a failure less often, not more; not before the platform's own `Retry-After`, and then not all at once;
//! whatever wakes the program asks sooner only as far as that goes. Moments are durations since some start
//! that the caller chose; chance is a number from 0 to 1 that the caller draws.

use std::time::Duration;

use crate::base::backoff::doubling;
use crate::base::config::PollTimes;

/// No platform makes a patron wait longer than this.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How much the patron needs news now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// the outcome of a submission is unknown (结果待核实)
    pub in_doubt: bool,
    /// somebody looks at the window
    pub foreground: bool,
}

/// What wakes the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// the patron said: now
    Patron,
    /// something of ours has just changed there, or the patron signed in
    Own,
    /// the patron looks: the window came to the front, the tray was clicked
    Looked,
    /// the network is back, or is another one
    Network,
    /// the machine was asleep
    Resumed,
}

/// How a question failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failed {
    /// the platform asked to be left alone for so long
    pub retry_after: Option<Duration>,
    /// something in between answered (校园网登录页): asking it again costs the platform nothing
    pub captive: bool,
}

/// When to ask next.
#[derive(Debug, Clone)]
pub struct Schedule {
    poll: PollTimes,
    /// failures in a row
    failures: u32,
    captive: bool,
    /// when the last question began
    asked: Option<Duration>,
    /// the platform asked to be left alone until then
    quiet_until: Duration,
    due: Duration,
}

impl Schedule {
    /// Asks at once: a program that was started is wanted.
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

    /// When to ask.
    pub fn due(&self) -> Duration {
        self.due
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// A question begins.
    pub fn begun(&mut self, now: Duration) {
        self.asked = Some(now);
    }

    /// It was answered, or there was nothing to ask.
    pub fn answered(&mut self, now: Duration, need: Need, chance: f64) {
        self.failures = 0;
        self.captive = false;
        self.quiet_until = Duration::ZERO;
        self.due = now + around(self.usual(need), chance);
    }

    /// It failed. The wait doubles from the usual one of a background program, and from that of a doubtful
    /// one while the patron looks; never more often than usual for long: a platform that is down is not
    /// asked by more programs than one that is well.
    pub fn failed(&mut self, now: Duration, failed: Failed, need: Need, chance: f64) {
        self.failures = self.failures.saturating_add(1);
        self.captive = failed.captive;
        let (first, longest) = if failed.captive {
            // it ends with a sign-in at a web page, of which the system says nothing
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
            // everybody was told the same moment: they come back over one usual interval, not at it
            let spread = self.usual(need);
            let spread = if after < self.poll.unknown { spread.min(self.poll.unknown) } else { spread };
            self.due = self.due.max(self.quiet_until + spread.mul_f64(within(chance)));
        }
    }

    /// Something woke the program: perhaps it asks sooner.
    pub fn woken(&mut self, now: Duration, wake: Wake, need: Need, chance: f64) {
        let since = |gap: Duration| self.asked.map_or(now, |asked| (asked + gap).max(now));
        let haste = self.poll.unknown / 30;
        let sooner = match wake {
            Wake::Patron | Wake::Own => since(haste),
            // at a page that asks to sign in, the patron comes back from having done so
            Wake::Looked if self.captive => since(self.poll.unknown / 6),
            Wake::Looked => since(self.poll.unknown),
            // a campus comes back as one: its programs do not
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

/// ±20 %.
fn around(wait: Duration, chance: f64) -> Duration {
    wait.mul_f64(0.8 + 0.4 * within(chance))
}

fn within(chance: f64) -> f64 {
    if chance.is_finite() { chance.clamp(0.0, 1.0) } else { 0.5 }
}

#[cfg(test)]
mod tests;
