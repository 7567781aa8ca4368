//! Time, and how long a wait still lasts after the system clock was wrong. All such decisions are made here.
//!
//! The wall clock gets set: by a second operating system that keeps local time in the hardware clock (eight
//! hours ahead in China until NTP answers), by an empty battery, by hand. So durations are measured with the
//! monotonic [`Clock::steady`] or with tokio's timers. A wait that has to survive a restart is stored as an
//! instant, and [`left`] caps it at the duration that was asked for: if more than that is left, the clock was
//! ahead when the wait was set, and the wait is over. [`Steps`] detects that the clock was set; then all waits
//! are evaluated again. What the program told the patron because of a wrong clock is taken back once the clock
//! is right ([`is_told_too_early`]), unless the clock is known to be behind ([`floor`]).
//!
//! Every wait of the program, and the effect of a clock step on it:
//!
//! | wait | kept as | a step |
//! |---|---|---|
//! | outbox: backoff, `Retry-After`, network (`outbox/`) | moment, [`left`] | bounded by what was asked; freed by a step, `sync_now`, a start (an honest `Retry-After` holds) |
//! | a platform without a free place (`requests/places.rs`) | moment, [`left`] | bounded by what was asked |
//! | outbox: the loop's sleep | timer | none |
//! | «still wanted?» after 14 days or past its day (`outbox/intent.rs`) | question to the patron | taken back when it does not hold any more |
//! | a platform that settles, 10 min (`outbox/`) | [`Clock::steady`] | none |
//! | checked with the platform, 10 min (`outbox/intent.rs`) | moment | at most one check more |
//! | a source that rests (`search/health.rs`) | moment, [`left`] | bounded by what was asked |
//! | politeness towards a host, its `Retry-After` (`connectors::http::rate_limit`) | timer | none; a date is measured with the server's own |
//! | when the platform is asked for news (`base/schedule.rs`) | [`Clock::steady`] | none |
//! | a mail server without IDLE, 10 to 11 min; IDLE renewed, 9 min (`connectors::mail`) | timer | none |
//! | the look at route and clocks (`sync/mod.rs`) | timer | this is what notices it |
//! | reminders (`reminders/mod.rs`) | the day | looked at again; what is dated in the future is taken back |
//! | quiet hours (`notices/quiet.rs`) | time of day | looked at again; what was kept back is told when they are over |
//! | copies of the ledger (`ledger/care.rs`) | timer | none; copies are named in the order in which they were made |
//! | the weekly look at every page (`store::ledger`) | moment, both ways | done once more |
//! | answers of sources (`connectors::http::cache`) | moment | one dated in the future is asked for again |
//! | desks and terms, a day (`platform/account.rs`) | moment | asked for again when dated in the future |
//! | a document's last day (`requests/documents.rs`) | the platform's moment | shown as over only while the clock is wrong |
//! | an access token's wear (`platform/session.rs`) | moment | at most one renewal more; the platform's 401 decides |
//! | autosave of a form, search while typing (`ui/`) | timer | none |
//! | «needed by» in the form (`requests/drafts.rs`) | the day | reckoned anew at each look |
//! | ten minutes without use on a shared computer (`ui/src/app/IdleWatch.vue`) | moment, on purpose | a sleeping machine counts; the patron is asked first |

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use tokio::time::Instant;

/// Source of the current time and date.
pub trait Clock: Send + Sync {
    /// The wall clock. May jump in both directions while the program runs.
    fn now(&self) -> Timestamp;
    /// The current date in the patron's time zone.
    fn today(&self) -> Date;
    /// The current time in the patron's time zone.
    fn local(&self) -> Zoned {
        self.now().to_zoned(zone())
    }
    /// Monotonic time since an arbitrary moment of this run. It stops while the machine sleeps on Linux and
    /// macOS and runs on on Windows.
    fn steady(&self) -> Duration {
        static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGIN.elapsed()
    }
}

/// The time zone of this machine.
pub(crate) fn zone() -> TimeZone {
    TimeZone::system()
}

/// The system's clock and time zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn today(&self) -> Date {
        Zoned::now().date()
    }
}

/// A clock that stands still until it is set: for tests, and for demos that play another day.
#[derive(Debug)]
pub struct SetClock(Mutex<Zoned>);

impl SetClock {
    /// Creates a clock that stands at this moment, in its time zone.
    pub fn new(at: Zoned) -> SetClock {
        SetClock(Mutex::new(at))
    }

    /// Sets the clock.
    pub fn set(&self, at: Zoned) {
        // ignores poisoning: a single assignment is never half done
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.local().timestamp()
    }

    fn today(&self) -> Date {
        self.local().date()
    }

    fn local(&self) -> Zoned {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The time left at `now` of a wait that was set for the duration `asked` and ends at `until`. Zero when it is
/// over, and also when more than `asked` is left: then the clock was ahead when the wait was set.
pub(crate) fn left(until: Timestamp, asked: Duration, now: Timestamp) -> Duration {
    // negative when `until` is past
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    if left > asked { Duration::ZERO } else { left }
}

/// Tolerance within which two clocks count as equal: NTP corrects by fractions of a second, people set by
/// minutes.
const SAME: SignedDuration = SignedDuration::from_secs(30);

/// Direction in which the wall clock moved against the monotonic clock between two observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// it jumped ahead, or the machine slept: a program cannot tell these apart
    Ahead,
    /// it was set back
    Back,
}

/// Detects steps of the wall clock by comparing it with the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    wall: Timestamp,
    steady: Duration,
}

impl Steps {
    /// Takes the first observation.
    pub(crate) fn from(clock: &dyn Clock) -> Steps {
        Steps { wall: clock.now(), steady: clock.steady() }
    }

    /// Takes the next observation; returns the step since the last one, if there was one.
    pub(crate) fn look(&mut self, clock: &dyn Clock) -> Option<Step> {
        let before = std::mem::replace(self, Steps::from(clock));
        let steady = SignedDuration::try_from(self.steady.saturating_sub(before.steady)).unwrap_or_default();
        let moved = self.wall.duration_since(before.wall).saturating_sub(steady);
        if moved > SAME {
            return Some(Step::Ahead);
        }
        (moved < -SAME).then_some(Step::Back)
    }
}

/// Lower bound for a correct clock: the time at which the program was built.
const MADE: Timestamp = Timestamp::constant(1_795_996_800, 0);

/// Lower bound for the true time: the platform's own time when it last answered, or the time of the build.
pub(crate) fn floor(heard: Option<Timestamp>) -> Timestamp {
    heard.map_or(MADE, |heard| heard.max(MADE))
}

/// Whether something told at `at` was told by a clock that ran ahead: it is dated in the future. False when the
/// present clock is known to be behind, because then `at` may be right.
pub(crate) fn is_told_too_early(at: Timestamp, now: Timestamp, floor: Timestamp) -> bool {
    at.duration_since(now) > SAME && floor.duration_since(now) <= SAME
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use jiff::civil::Date;
    use jiff::{SignedDuration, Timestamp};

    use super::{Clock, MADE, Step, Steps, floor, is_told_too_early, left};

    const HOUR: i64 = 3600;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(MADE.as_second() + 86_400 * 60 + second).unwrap()
    }

    #[test]
    fn a_wait_never_has_more_left_than_was_asked() {
        let ten = Duration::from_secs(10);
        assert_eq!(left(at(10), ten, at(0)), ten);
        assert_eq!(left(at(10), ten, at(4)), Duration::from_secs(6));
        assert_eq!(left(at(10), ten, at(10)), Duration::ZERO);
        // set by a clock that was ahead; evaluated by one that jumped ahead; and by one that was set back
        for step in [8 * HOUR, 30 * 24 * HOUR, -24 * HOUR] {
            assert!(left(at(step + 10), ten, at(0)) <= ten, "{step} s when it was set");
            assert!(left(at(10), ten, at(step)) <= ten, "{step} s afterwards");
        }
        assert_eq!(left(Timestamp::MAX, ten, Timestamp::MIN), Duration::ZERO);
    }

    /// Both clocks, set by hand.
    #[derive(Default)]
    struct Two(Mutex<(i64, u64)>);

    impl Clock for Two {
        fn now(&self) -> Timestamp {
            at(self.0.lock().unwrap().0)
        }
        fn today(&self) -> Date {
            Date::default()
        }
        fn steady(&self) -> Duration {
            Duration::from_secs(self.0.lock().unwrap().1)
        }
    }

    #[test]
    fn a_step_shows_between_the_clocks() {
        let clock = Two::default();
        let mut steps = Steps::from(&clock);
        for (wall, steady, seen) in [
            (5, 5, None),
            (5 + 60, 5 + 60, None), // a busy machine
            (65 + 6, 65 + 5, None), // a correction by NTP
            (71 + 8 * HOUR, 75, Some(Step::Ahead)),
            (76, 80, Some(Step::Back)),
            (76 - 24 * HOUR, 85, Some(Step::Back)),
        ] {
            *clock.0.lock().unwrap() = (wall, steady);
            assert_eq!(steps.look(&clock), seen, "{wall}");
        }
    }

    #[test]
    fn only_a_clock_that_is_right_takes_back() {
        let (now, heard) = (at(0), at(-HOUR));
        assert!(is_told_too_early(at(30 * 24 * HOUR), now, floor(Some(heard))));
        assert!(!is_told_too_early(at(-1), now, floor(Some(heard))));
        // the platform answered after this moment: the present clock is behind
        let behind = now.checked_sub(SignedDuration::from_hours(24)).unwrap();
        assert!(!is_told_too_early(at(-2 * HOUR), behind, floor(Some(heard))));
        // an empty battery: the clock says 2020, and the platform never answered
        let empty: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        assert!(!is_told_too_early(at(0), empty, floor(None)));
    }
}
