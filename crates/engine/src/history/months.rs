//! Months in the patron's time zone.

use std::fmt;

use hongyan_store::history::{HistoryPosition, Order};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::bad;
use crate::base::problem::Problem;
use crate::view::MonthCount;

/// A month, counted from the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(i32);

impl Month {
    /// Parses `2026-03`.
    pub(super) fn read(text: &str) -> Result<Month, Problem> {
        let wrong = || bad("not a month");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let year: i16 = year.parse().map_err(|_| wrong())?;
        let month: i8 = month.parse().map_err(|_| wrong())?;
        if !(1..=9998).contains(&year) || !(1..=12).contains(&month) {
            return Err(wrong());
        }
        Ok(Month::from(year, month))
    }

    fn from(year: i16, month: i8) -> Month {
        Month(i32::from(year) * 12 + i32::from(month) - 1)
    }

    /// The month of an instant in a zone.
    pub(super) fn of(at: Timestamp, zone: &TimeZone) -> Month {
        let day = at.to_zoned(zone.clone()).date();
        Month::from(day.year(), day.month())
    }

    pub(super) fn next(self) -> Month {
        self.plus(1)
    }

    pub(super) fn plus(self, months: i32) -> Month {
        Month(self.0.saturating_add(months))
    }

    /// Number of months from this one to `later`.
    pub(super) fn until(self, later: Month) -> i32 {
        later.0.saturating_sub(self.0)
    }

    /// The first instant of the month.
    pub(super) fn begins(self, zone: &TimeZone) -> Timestamp {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(9999).clamp(1, 9999);
        let month = i8::try_from(self.0.rem_euclid(12)).unwrap_or(0).saturating_add(1);
        let first = date(year, month, 1);
        first.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Counts positions, sorted from the oldest, per month, in the order of the list.
pub(super) fn count(places: &[HistoryPosition], order: Order, zone: &TimeZone) -> Vec<MonthCount> {
    let mut months = Vec::new();
    let mut rest = places;
    while let Some(first) = rest.first() {
        // a position is made from a time, so this never fails
        let Ok(asked) = first.asked() else { break };
        let month = Month::of(asked, zone);
        let (begin, end) =
            (HistoryPosition::before(month.begins(zone)), HistoryPosition::before(month.next().begins(zone)));
        let here = rest.partition_point(|place| *place <= end);
        let (inside, after) = rest.split_at_checked(here.max(1)).unwrap_or((rest, &[]));
        let before = match order {
            Order::Newest => HistoryPosition(end.0.saturating_add(1)),
            Order::Oldest => begin,
        };
        months.push(MonthCount {
            month: month.to_string(),
            count: u32::try_from(inside.len()).unwrap_or(u32::MAX),
            place: before.0.to_string(),
        });
        rest = after;
    }
    if order == Order::Newest {
        months.reverse();
    }
    months
}

#[cfg(test)]
mod tests {
    use hongyan_store::history::{HistoryPosition, Order};
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::{Month, count};

    #[test]
    fn months_begin_where_the_patron_is() {
        let china = TimeZone::fixed(jiff::tz::offset(8));
        let at: Timestamp = "2026-11-30T17:00:00Z".parse().unwrap();
        assert_eq!(Month::of(at, &china).to_string(), "2026-12");
        assert_eq!(Month::of(at, &TimeZone::UTC).to_string(), "2026-11");
        assert_eq!(Month::read("2026-12").unwrap().next().to_string(), "2027-01");
        assert_eq!(Month::read("2026-12").unwrap().begins(&china).to_string(), "2026-11-30T16:00:00Z");
        for wrong in ["", "2026", "2026-13", "2026-0", "十一月", "99999-01"] {
            assert!(Month::read(wrong).is_err(), "{wrong}");
        }
        let places: Vec<HistoryPosition> =
            ["2026-10-02T00:00:00Z", "2026-11-30T15:59:59.999Z", "2026-11-30T16:00:00Z"]
                .iter()
                .map(|at| HistoryPosition(HistoryPosition::before(at.parse().unwrap()).0 + 1))
                .collect();
        let months = count(&places, Order::Newest, &china);
        let said: Vec<_> = months.iter().map(|month| (month.month.as_str(), month.count)).collect();
        assert_eq!(said, [("2026-12", 1), ("2026-11", 1), ("2026-10", 1)]);
        assert_eq!(months[1].place, places[2].0.to_string(), "what stands before it is newer");
        assert_eq!(count(&[], Order::Oldest, &china), []);
    }
}
