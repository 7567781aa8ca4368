//! 工作日: which days the library works, by the published holidays and 调休 Saturdays and Sundays.
//!
//! Pure dates. A year whose holidays are not in the list is reckoned Monday to Friday, and what is
//! reckoned so says that it is an estimate (估算).

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// More working days than anything in a library takes.
const LONGEST: u16 = 400;
/// No count goes further: about two years.
const FARTHEST: i32 = 800;

/// The days of a library. Empty: Monday to Friday, every result an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Calendar {
    /// years whose holidays are all in the lists
    pub years: Vec<i16>,
    /// days off that would be working days, and holidays on weekends
    #[cfg_attr(feature = "export", ts(type = "string[]"))]
    pub holidays: Vec<Date>,
    /// Saturdays and Sundays that are working days (调休)
    #[cfg_attr(feature = "export", ts(type = "string[]"))]
    pub working_weekends: Vec<Date>,
}

/// What came of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reckoned<T> {
    /// the day or the number of days
    pub value: T,
    /// 估算: a year on the way has no published holidays here
    pub estimated: bool,
}

impl Calendar {
    /// Whether the library works on that day, as far as is known.
    pub fn works(&self, day: Date) -> bool {
        if self.holidays.contains(&day) {
            return false;
        }
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || self.working_weekends.contains(&day)
    }

    /// True when the holidays of that day's year are known.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// The day so many working days later; that very day for none. At most 400 working days.
    pub fn working_days_after(&self, from: Date, count: u16) -> Reckoned<Date> {
        let mut day = from;
        let mut left = count.min(LONGEST);
        let mut estimated = false;
        for _ in 0..FARTHEST {
            if left == 0 {
                break;
            }
            day = day.saturating_add(1.day());
            estimated |= !self.knows(day);
            left -= u16::from(self.works(day));
        }
        Reckoned { value: day, estimated }
    }

    /// How many working days lie after `from` up to and with `until`: what can still be done in between.
    /// Zero when `until` is not later; counted for about two years at most.
    pub fn working_days_between(&self, from: Date, until: Date) -> Reckoned<u16> {
        let mut day = from;
        let mut count = 0;
        let mut estimated = false;
        for _ in 0..FARTHEST {
            if day >= until {
                break;
            }
            day = day.saturating_add(1.day());
            estimated |= !self.knows(day);
            count += u16::from(self.works(day));
        }
        Reckoned { value: count, estimated }
    }

    /// This calendar, with the years that `told` knows as `told` has them: what the platform says stands
    /// above what the profile says.
    pub fn under(&self, told: &Calendar) -> Calendar {
        let kept = |days: &[Date], over: &[Date]| {
            let mut all: Vec<Date> =
                days.iter().filter(|day| !told.knows(**day)).chain(over).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut years = [self.years.as_slice(), told.years.as_slice()].concat();
        years.sort_unstable();
        years.dedup();
        Calendar {
            years,
            holidays: kept(&self.holidays, &told.holidays),
            working_weekends: kept(&self.working_weekends, &told.working_weekends),
        }
    }
}

#[cfg(test)]
mod tests;
