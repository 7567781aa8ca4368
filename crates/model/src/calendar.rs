//! 工作日: the working days of a library, from the published holidays and 调休 weekends.
//!
//! Pure functions over dates. A year whose holidays are not listed is counted Monday to Friday, and the
//! result is marked as an estimate (估算).

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Upper bound of a count in working days. No procedure of a library takes longer.
const LONGEST: u16 = 400;
/// Upper bound of the days that a count visits, about two years.
const FARTHEST: i32 = 800;

/// The calendar of a library. An empty one counts Monday to Friday, and marks every result as an
/// estimate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Calendar {
    /// years whose holidays are completely listed
    pub years: Vec<i16>,
    /// days off that would otherwise be working days, and holidays on weekends
    #[cfg_attr(feature = "export", ts(type = "string[]"))]
    pub holidays: Vec<Date>,
    /// Saturdays and Sundays that are working days (调休)
    #[cfg_attr(feature = "export", ts(type = "string[]"))]
    pub working_weekends: Vec<Date>,
}

/// Result of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reckoned<T> {
    /// the resulting day or number of days
    pub value: T,
    /// 估算: the count crossed a year whose holidays are not listed
    pub estimated: bool,
}

impl Calendar {
    /// Whether the library works on that day, as far as the calendar knows.
    pub fn works(&self, day: Date) -> bool {
        if self.holidays.contains(&day) {
            return false;
        }
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || self.working_weekends.contains(&day)
    }

    /// Whether the holidays of that day's year are listed.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// The day `count` working days after `from`; `from` itself when `count` is 0. `count` is capped at
    /// 400.
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

    /// Number of working days after `from`, up to and including `until`. Zero when `until` is not later
    /// than `from`. Counts at most about two years.
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

    /// This calendar, with every year that `told` lists taken from `told`: the platform's calendar takes
    /// precedence over the library profile's.
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
