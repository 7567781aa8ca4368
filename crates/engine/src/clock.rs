//! What time it is, so that tests and demo mode can say otherwise.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

/// The time and the day.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
    /// The day on the patron's calendar.
    fn today(&self) -> Date;
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
