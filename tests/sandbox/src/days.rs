//! The library's working days: weekdays without holidays, plus make-up weekends (调休), with changes by the
//! librarian.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Kind of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// 工作日
    Workday,
    /// 周末
    Weekend,
    /// 节假日
    Holiday,
    /// 调休上班
    Makeup,
}

/// One day of `/ill/calendar`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// the date
    pub date: Date,
    /// whether the library is open
    pub open: bool,
    /// kind of day
    pub kind: DayKind,
    /// reason in Chinese; empty for an ordinary day
    pub note: String,
}

/// A change of one day by the librarian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedDay {
    /// the date
    pub date: Date,
    /// whether the library is open
    pub open: bool,
    /// reason
    #[serde(default)]
    pub note: String,
}

/// Month and day.
type MonthDay = (i8, i8);

/// Holidays and make-up working days of 2026, as published by the State Council.
const OFF_2026: [(MonthDay, MonthDay, &str); 7] = [
    ((1, 1), (1, 3), "元旦"),
    ((2, 15), (2, 23), "春节"),
    ((4, 4), (4, 6), "清明节"),
    ((5, 1), (5, 5), "劳动节"),
    ((6, 19), (6, 21), "端午节"),
    ((9, 25), (9, 27), "中秋节"),
    ((10, 1), (10, 7), "国庆节"),
];
const WORK_2026: [MonthDay; 6] = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

/// The calendar: days changed by hand, all others by the rules above.
#[derive(Debug, Clone, Default)]
pub(crate) struct Days {
    changed: BTreeMap<Date, ChangedDay>,
}

impl Days {
    /// The entry of a date.
    pub(crate) fn day(&self, date: Date) -> Day {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let of = |open: bool, note: &str| Day {
            date,
            open,
            kind: match (open, weekend) {
                (true, true) => DayKind::Makeup,
                (true, false) => DayKind::Workday,
                (false, true) if note == "周末" => DayKind::Weekend,
                (false, _) => DayKind::Holiday,
            },
            note: note.to_owned(),
        };
        if let Some(changed) = self.changed.get(&date) {
            return of(changed.open, &changed.note);
        }
        if date.year() == 2026 {
            let key = (date.month(), date.day());
            if WORK_2026.contains(&key) {
                return of(true, "调休上班");
            }
            if let Some((_, _, name)) = OFF_2026.iter().find(|(from, to, _)| (*from..=*to).contains(&key)) {
                return of(false, name);
            }
        }
        if weekend { of(false, "周末") } else { of(true, "") }
    }

    /// Changes a day.
    pub(crate) fn change(&mut self, day: ChangedDay) {
        self.changed.insert(day.date, day);
    }

    /// The changed days, in order.
    pub(crate) fn changed(&self) -> Vec<ChangedDay> {
        self.changed.values().cloned().collect()
    }

    /// The date that is this many working days later; the date itself at the end of the calendar.
    pub(crate) fn after(&self, day: Date, working_days: u16) -> Date {
        let mut day = day;
        let mut left = working_days;
        // bounds the search: no calendar has ten years without a working day
        for _ in 0..3653 {
            if left == 0 {
                break;
            }
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            if self.day(day).open {
                left -= 1;
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{ChangedDay, DayKind, Days};

    #[test]
    fn national_day_is_skipped_and_the_make_up_saturday_counts() {
        // 国庆节: 2026-09-30 is a Wednesday, work resumes on Thursday the 8th, Saturday the 10th is a make-up
        // day
        let mut days = Days::default();
        assert_eq!(days.after(date(2026, 9, 30), 2), date(2026, 10, 9));
        assert_eq!(days.after(date(2026, 10, 9), 1), date(2026, 10, 10));
        assert_eq!(days.after(date(2026, 11, 20), 2), date(2026, 11, 24));
        assert_eq!(days.day(date(2026, 10, 10)).kind, DayKind::Makeup);
        assert_eq!(days.day(date(2026, 10, 3)).kind, DayKind::Holiday);
        days.change(ChangedDay { date: date(2026, 11, 23), open: false, note: "校庆".into() });
        assert_eq!(days.after(date(2026, 11, 20), 2), date(2026, 11, 25));
        assert_eq!(days.day(date(2026, 11, 23)).note, "校庆");
    }
}
