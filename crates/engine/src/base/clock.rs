//! What time it is, and how long a wait still lasts when the clock was wrong: the one place that decides.
//!
//! A clock on the wall is set: by a second system that keeps local time in the hardware clock (eight hours
//! ahead in China until NTP answers), by an empty battery, by hand. So a length of time is measured with
//! [`Clock::steady`], or with tokio's timers, which nobody can set. A wait that has to outlive the program is
//! kept as a moment, and [`left`] bounds it by what was asked: when more is left than that, the clock was
//! ahead when it was set, and it is over. [`Steps`] notices that the clock was set; what waits is then looked
//! at again. What a wrong clock said is taken back when the clock is right ([`is_told_too_early`]), unless
//! the clock is known to be behind ([`floor`]).
//!
//! Everything that waits, and what a step of the clock does to it:
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

/// The time and the day.
pub trait Clock: Send + Sync {
    /// This moment. May be set back and forth while the program runs.
    fn now(&self) -> Timestamp;
    /// The day on the patron's calendar.
    fn today(&self) -> Date;
    /// This moment on the patron's clock.
    fn local(&self) -> Zoned {
        self.now().to_zoned(zone())
    }
    /// Time since some moment of this run; nobody can set it. It may stand still while the machine sleeps
    /// (Linux, macOS) or go on (Windows).
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

/// A clock that stands until it is set: for tests, and where the whole program plays another day.
#[derive(Debug)]
pub struct SetClock(Mutex<Zoned>);

impl SetClock {
    /// Stands at this moment, in its time zone.
    pub fn new(at: Zoned) -> SetClock {
        SetClock(Mutex::new(at))
    }

    /// Sets it.
    pub fn set(&self, at: Zoned) {
        // one assignment: whole even if somebody panicked
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

/// What is left at `now` of a wait that ends at `until` and was `asked` long when it was set. Zero when it is
/// over, and when more is left than was asked: then the clock was ahead when it was set.
pub(crate) fn left(until: Timestamp, asked: Duration, now: Timestamp) -> Duration {
    // negative when it is past
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    if left > asked { Duration::ZERO } else { left }
}

/// Clocks that differ by less are the same: NTP moves a clock by fractions of a second, people by minutes.
const SAME: SignedDuration = SignedDuration::from_secs(30);

/// How the clock on the wall was found moved between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// it jumped ahead, or the machine slept: no clock of a program tells these apart
    Ahead,
    /// it was set back
    Back,
}

/// Compares the clock on the wall with the one that nobody can set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    wall: Timestamp,
    steady: Duration,
}

impl Steps {
    /// The first look.
    pub(crate) fn from(clock: &dyn Clock) -> Steps {
        Steps { wall: clock.now(), steady: clock.steady() }
    }

    /// Looks again; how far the clock was moved since the last time, if it was.
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

/// No right clock shows an earlier moment: the program was made then.
const MADE: Timestamp = Timestamp::constant(1_795_996_800, 0);

/// What no right clock is behind: the platform's own time when it was last heard, or when the program was made.
pub(crate) fn floor(heard: Option<Timestamp>) -> Timestamp {
    heard.map_or(MADE, |heard| heard.max(MADE))
}

/// Whether what was told at `at` was told by a clock that ran ahead: it is dated in the future. Not when it is
/// the clock now that is behind what is known for sure.
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
        // set by a clock that was ahead; looked at by one that went ahead; and by one that was set back
        for step in [8 * HOUR, 30 * 24 * HOUR, -24 * HOUR] {
            assert!(left(at(step + 10), ten, at(0)) <= ten, "{step} s when it was set");
            assert!(left(at(10), ten, at(step)) <= ten, "{step} s afterwards");
        }
        assert_eq!(left(Timestamp::MAX, ten, Timestamp::MIN), Duration::ZERO);
    }

    /// Two clocks by hand.
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
            (65 + 6, 65 + 5, None), // NTP
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
        // the platform was heard after this moment: it is this clock that is behind
        let behind = now.checked_sub(SignedDuration::from_hours(24)).unwrap();
        assert!(!is_told_too_early(at(-2 * HOUR), behind, floor(Some(heard))));
        // an empty battery: 2020, and nobody was ever heard
        let empty: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        assert!(!is_told_too_early(at(0), empty, floor(None)));
    }
}
