//! A simulated client: its window, its network, and its polling schedule.

use std::time::Duration;

use hongyan_engine::PollTimes;
use hongyan_engine::schedule::{Failed, Need, Schedule, Wake};

use super::Kind;

/// Retry interval of the control.
const AGAIN: Duration = Duration::from_secs(10);

/// Polling strategy.
pub(super) enum Manner {
    /// the program's schedule
    Ours(Schedule),
    /// a fixed interval, a retry ten seconds after a failure, immediately when woken
    Naive { due: Duration },
}

impl Manner {
    pub(super) fn new(kind: Kind) -> Manner {
        match kind {
            Kind::Ours => Manner::Ours(Schedule::new(PollTimes::default())),
            Kind::Naive => Manner::Naive { due: Duration::ZERO },
        }
    }

    fn due(&self) -> Duration {
        match self {
            Manner::Ours(schedule) => schedule.due(),
            Manner::Naive { due } => *due,
        }
    }
}

/// A client.
pub(super) struct Client {
    manner: Manner,
    need: Need,
    /// whether it is on the campus that loses its network
    on_campus: bool,
    cut: bool,
    /// when it was started; not woken before
    started: u64,
    /// number of its next poll; polls with lower numbers were rescheduled
    turn: u32,
}

impl Client {
    pub(super) fn new(manner: Manner, foreground: bool, in_doubt: bool, on_campus: bool) -> Client {
        let need = Need { foreground, in_doubt };
        Client { manner, need, on_campus, cut: false, started: 0, turn: 0 }
    }

    pub(super) fn wait_until(&mut self, started: u64) {
        self.started = started;
    }

    pub(super) fn turn(&self) -> u32 {
        self.turn
    }

    pub(super) fn in_front(&self) -> bool {
        self.need.foreground
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Handles the outcome of a poll; returns the time of the next one in milliseconds.
    pub(super) fn asked(&mut self, at: u64, outcome: Result<(), Option<Duration>>, chance: f64) -> u64 {
        let now = Duration::from_millis(at);
        let poll = PollTimes::default();
        match &mut self.manner {
            Manner::Ours(schedule) => {
                schedule.begun(now);
                match outcome {
                    Ok(()) => schedule.answered(now, self.need, chance),
                    Err(retry_after) => {
                        schedule.failed(now, Failed { retry_after, captive: false }, self.need, chance);
                    }
                }
            }
            Manner::Naive { due } => {
                let usual = match self.need {
                    Need { in_doubt: true, .. } => poll.unknown,
                    Need { foreground: true, .. } => poll.foreground,
                    Need { .. } => poll.background,
                };
                *due = now + if outcome.is_ok() { usual } else { AGAIN };
            }
        }
        self.next(at)
    }

    /// The window comes to the front or leaves it; returns the time of the next poll, if it changed.
    pub(super) fn turned(&mut self, at: u64, chance: f64) -> Option<u64> {
        self.need.foreground = !self.need.foreground;
        if self.need.foreground { self.woken(at, Wake::Looked, chance) } else { None }
    }

    /// The network goes or returns; returns the time of the next poll, if it changed.
    pub(super) fn network(&mut self, at: u64, up: bool, chance: f64) -> Option<u64> {
        if !self.on_campus {
            return None;
        }
        self.cut = !up;
        if up { self.woken(at, Wake::Network, chance) } else { None }
    }

    fn woken(&mut self, at: u64, wake: Wake, chance: f64) -> Option<u64> {
        if at < self.started {
            return None;
        }
        let now = Duration::from_millis(at);
        let before = self.manner.due();
        match &mut self.manner {
            Manner::Ours(schedule) => schedule.woken(now, wake, self.need, chance),
            Manner::Naive { due } => *due = now,
        }
        (self.manner.due() != before).then(|| self.next(at))
    }

    fn next(&mut self, at: u64) -> u64 {
        self.turn += 1;
        let due = u64::try_from(self.manner.due().as_millis()).unwrap_or(u64::MAX);
        // at most one poll per millisecond
        due.max(at + 1)
    }
}
