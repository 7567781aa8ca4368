//! What time it is, so that tests and demo mode can say otherwise.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The time and the day.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
    /// The day on the patron's calendar.
    fn today(&self) -> Date;
    /// This moment on the patron's clock.
    fn local(&self) -> Zoned {
        self.now().to_zoned(TimeZone::system())
    }
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
