//! Circuit breaker of a source: when it is not queried, and which deadline it gets.
//!
//! After three failures in a row the breaker opens ("the source rests") with exponential backoff: 5 s,
//! doubled after each further failure, 2 min at most. A throttled source (429, 503) rests as long as its
//! `Retry-After` says, or 1 h; a source that wants a human (captcha, block page) rests a day, or until
//! the patron presses «try now». When the time is over, the next search queries the source as a probe; a
//! response closes the breaker. Pure: the time is an argument, [`super::healthbook`] stores it.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::base::backoff::doubling;
use crate::base::clock::left;
use crate::base::problem::{ErrorCode, Problem, Retry};

/// Failures in a row that open the breaker.
const FAILURES: u32 = 3;
/// First and longest backoff.
const RESTS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(120));
/// Rest of a source that wants a human; upper bound of every rest.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Response times that are remembered.
const TIMES: usize = 50;
/// Response times needed before a deadline is derived from them.
const HABIT: usize = 8;
/// Shortest deadline of a source.
const LEAST: Duration = Duration::from_secs(5);

/// Health of a source.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Health {
    /// failures in a row
    pub failures: u32,
    /// not queried before this; none while the breaker is closed
    pub rests_until: Option<Timestamp>,
    /// last failure; none when it has responded since
    pub problem: Option<Problem>,
    /// time of the last response
    pub answered_at: Option<Timestamp>,
    /// last response times in milliseconds, newest last
    pub took_ms: VecDeque<u32>,
}

impl Health {
    /// When the breaker lets the next query through; none when the source may be queried now.
    pub(crate) fn rest(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.rests_until?;
        (!left(until, self.asked(), now).is_zero()).then_some(until)
    }

    /// The longest rest that the last failure can cause. Bounds a rest that was computed with a wrong
    /// clock.
    fn asked(&self) -> Duration {
        match &self.problem {
            Some(Problem { code: ErrorCode::Busy, retry: Retry::After(seconds), .. }) => {
                Duration::from_secs(u64::from(*seconds))
            }
            Some(Problem { code: ErrorCode::Blocked, .. }) | None => DAY,
            Some(_) => RESTS.1,
        }
    }

    /// Records a response: closes the breaker.
    pub(crate) fn answered(&mut self, now: Timestamp) {
        (self.failures, self.rests_until, self.problem) = (0, None, None);
        self.answered_at = Some(now);
    }

    /// Records a response time.
    pub(crate) fn took(&mut self, time: Duration) {
        self.took_ms.push_back(u32::try_from(time.as_millis()).unwrap_or(u32::MAX));
        while self.took_ms.len() > TIMES {
            self.took_ms.pop_front();
        }
    }

    /// Records a failure. `sent` is true when the source had sent something before: then it is alive, and
    /// only throttling or a block opens the breaker.
    pub(crate) fn failed(&mut self, problem: &Problem, sent: bool, now: Timestamp) {
        let rest = match problem.code {
            // not queried at all, or understood and refused: no sign of bad health
            ErrorCode::QueryUnsupported | ErrorCode::NeedsKey | ErrorCode::NeedsSignIn => return,
            ErrorCode::SourceRefused => return self.answered(now),
            ErrorCode::Busy => match problem.retry {
                Retry::After(seconds) => Duration::from_secs(u64::from(seconds)).min(DAY),
                _ => Duration::ZERO,
            },
            ErrorCode::Blocked => DAY,
            _ if sent => return self.answered(now),
            _ => {
                self.failures = self.failures.saturating_add(1);
                match self.failures.checked_sub(FAILURES) {
                    None => Duration::ZERO,
                    Some(beyond) => doubling(RESTS.0, RESTS.1, beyond + 1),
                }
            }
        };
        self.problem = Some(problem.clone());
        self.rests_until = if rest.is_zero() { None } else { now.checked_add(signed(rest)).ok() };
    }

    /// True when the last failure was an unreachable host: the local network may be the cause.
    pub(crate) fn was_unreachable(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::Unreachable)
    }

    /// Median response time in milliseconds; none before the first response.
    pub(crate) fn usual_ms(&self) -> Option<u32> {
        let mut times: Vec<u32> = self.took_ms.iter().copied().collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }

    /// Deadline for a response: three times the 95th percentile of the response times, at least 5 s,
    /// `most` at most. None while too few response times are known.
    pub(crate) fn deadline(&self, most: Duration) -> Option<Duration> {
        if self.took_ms.len() < HABIT {
            return None;
        }
        let mut times: Vec<u32> = self.took_ms.iter().copied().collect();
        times.sort_unstable();
        let p95 = times.get((times.len() * 95).div_ceil(100).saturating_sub(1)).copied()?;
        Some((Duration::from_millis(u64::from(p95)) * 3).max(LEAST).min(most))
    }
}

fn signed(time: Duration) -> SignedDuration {
    SignedDuration::try_from(time).unwrap_or(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn problem(code: ErrorCode) -> Problem {
        Problem::new(code, Retry::Now, "没有回答")
    }

    #[test]
    fn rests_grow_from_the_third_failure_and_end_with_an_answer() {
        let mut health = Health::default();
        let mut rests = Vec::new();
        for n in 0..9 {
            let code = if n % 2 == 0 { ErrorCode::Timeout } else { ErrorCode::ServerError };
            health.failed(&problem(code), false, at(0));
            rests.push(health.rest(at(0)).map_or(0, |until| until.duration_since(at(0)).as_secs()));
        }
        assert_eq!(rests, [0, 0, 5, 10, 20, 40, 80, 120, 120]);
        assert!(health.rest(at(119)).is_some());
        assert_eq!(health.rest(at(120)), None, "then it is tried");
        health.failed(&problem(ErrorCode::Unreachable), false, at(120));
        assert_eq!(health.rest(at(121)), Some(at(240)), "and rests again when that fails");
        health.answered(at(300));
        assert_eq!((health.rest(at(300)), health.failures, &health.problem), (None, 0, &None));
        assert_eq!(health.answered_at, Some(at(300)));
    }

    #[test]
    fn who_asks_for_silence_gets_it() {
        let mut health = Health::default();
        let busy = Problem::new(ErrorCode::Busy, Retry::After(90), "429");
        health.failed(&busy, true, at(0));
        assert_eq!(health.rest(at(1)), Some(at(90)));
        let mut blocked = Health::default();
        blocked.failed(&problem(ErrorCode::Blocked), false, at(0));
        assert_eq!(blocked.rest(at(1)), Some(at(86_400)));
        // the clock was set back by a year: the rest is over
        assert_eq!(blocked.rest(at(-31_536_000)), None);
    }

    #[test]
    fn a_clock_that_was_ahead_makes_no_rest_longer_than_was_asked() {
        let busy = Problem::new(ErrorCode::Busy, Retry::After(90), "429");
        let cases =
            [(busy, 1, 90), (problem(ErrorCode::Timeout), 9, 120), (problem(ErrorCode::Blocked), 1, 86_400)];
        for (problem, failures, asked) in cases {
            for step in [8 * 3_600, 30 * 86_400, -86_400] {
                let mut health = Health::default();
                for _ in 0..failures {
                    health.failed(&problem, false, at(step));
                }
                assert!(health.rest(at(step + 1)).is_some(), "it rests");
                let held = health.rest(at(0)).map_or(0, |until| until.duration_since(at(0)).as_secs());
                assert!(held <= asked, "{:?}, {step} s: {held} s", problem.code);
            }
        }
    }

    #[test]
    fn what_is_no_illness_is_not_counted() {
        let mut health = Health::default();
        for code in [ErrorCode::QueryUnsupported, ErrorCode::NeedsKey, ErrorCode::SourceRefused] {
            for _ in 0..9 {
                health.failed(&problem(code), false, at(0));
            }
        }
        // it sent records and then failed: it is alive
        for _ in 0..9 {
            health.failed(&problem(ErrorCode::BrokenAnswer), true, at(0));
        }
        assert_eq!((health.rest(at(0)), health.failures), (None, 0));
    }

    #[test]
    fn time_is_given_by_habit() {
        let most = Duration::from_secs(15);
        let mut health = Health::default();
        for _ in 0..7 {
            health.took(Duration::from_millis(100));
        }
        assert_eq!(health.deadline(most), None, "no habit yet");
        health.took(Duration::from_millis(100));
        assert_eq!(health.deadline(most), Some(Duration::from_secs(5)));
        assert_eq!(health.deadline(Duration::from_secs(2)), Some(Duration::from_secs(2)), "never more");
        for _ in 0..200 {
            health.took(Duration::from_millis(2_500));
        }
        assert_eq!(health.took_ms.len(), 50);
        assert_eq!(health.deadline(most), Some(Duration::from_millis(7_500)));
        for _ in 0..3 {
            health.took(Duration::from_secs(14));
        }
        assert_eq!(health.deadline(most), Some(most), "three slow ones in fifty are a habit");
    }
}
