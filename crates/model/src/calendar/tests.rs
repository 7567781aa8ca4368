use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::Calendar;
use crate::library::Library;

fn published() -> Calendar {
    Library::gxmzu().calendar
}

#[test]
fn the_holidays_of_2026_are_as_published() {
    let calendar = published();
    // 国庆: 10-01 至 10-07 放假, 10-10 (周六) 上班
    let after = |day, count| calendar.working_days_after(day, count).value;
    assert_eq!(after(date(2026, 9, 30), 1), date(2026, 10, 8));
    assert_eq!(after(date(2026, 9, 30), 3), date(2026, 10, 10));
    assert_eq!(after(date(2026, 9, 30), 4), date(2026, 10, 12));
    // 春节: 02-14 (周六) 上班, 02-15 至 02-23 放假
    assert_eq!(after(date(2026, 2, 13), 1), date(2026, 2, 14));
    assert_eq!(after(date(2026, 2, 13), 2), date(2026, 2, 24));
    assert!(!calendar.works(date(2026, 5, 5)) && calendar.works(date(2026, 5, 9)));
    for day in &calendar.working_weekends {
        assert!(calendar.works(*day), "{day} 调休");
        assert!(!Calendar::default().works(*day), "{day} is no weekend");
    }
    assert_eq!((calendar.holidays.len(), calendar.working_weekends.len()), (33, 6));
}

#[test]
fn what_is_not_published_is_an_estimate() {
    let calendar = published();
    let known = calendar.working_days_after(date(2026, 11, 24), 5);
    assert_eq!((known.value, known.estimated), (date(2026, 12, 1), false));
    let beyond = calendar.working_days_after(date(2026, 12, 30), 5);
    assert!(beyond.estimated);
    let plain = Calendar::default().working_days_after(date(2026, 11, 20), 1);
    assert_eq!((plain.value, plain.estimated), (date(2026, 11, 23), true));
    let same = Calendar::default().working_days_after(date(2026, 11, 21), 0);
    assert_eq!((same.value, same.estimated), (date(2026, 11, 21), false));
}

#[test]
fn the_platform_stands_above_the_profile() {
    let told = Calendar { years: vec![2026], holidays: vec![date(2026, 11, 25)], ..Calendar::default() };
    let calendar = published().under(&told);
    assert!(!calendar.works(date(2026, 11, 25)));
    assert!(calendar.works(date(2026, 10, 1)), "the platform says nothing of 国庆 in its year");
    let next = Calendar { years: vec![2027], holidays: vec![date(2027, 1, 1)], ..Calendar::default() };
    let both = published().under(&next);
    assert!(!both.works(date(2026, 10, 1)) && !both.works(date(2027, 1, 1)));
    assert!(!both.working_days_after(date(2026, 12, 30), 5).estimated);
}

#[test]
fn hostile_days_end() {
    let never = Calendar {
        holidays: (0..900).map(|n| date(2026, 1, 1).saturating_add(n.days())).collect(),
        ..Calendar::default()
    };
    assert!(never.working_days_after(date(2026, 1, 1), u16::MAX).value > date(2028, 1, 1));
    assert_eq!(Calendar::default().working_days_after(Date::MAX, 3).value, Date::MAX);
    let ages = Calendar::default().working_days_between(Date::MIN, Date::MAX).value;
    assert!((560..580).contains(&ages), "{ages}");
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..700i64).prop_map(|n| date(2025, 12, 1).saturating_add(n.days()))
}

proptest! {
    #[test]
    fn counting_there_and_back_agrees(from in any_day(), count in 1u16..120) {
        let calendar = published();
        let there = calendar.working_days_after(from, count).value;
        prop_assert!(calendar.works(there), "{} is a working day", there);
        prop_assert_eq!(calendar.working_days_between(from, there).value, count);
        // one calendar day less is one working day less
        let before = there.saturating_sub(1.day());
        prop_assert_eq!(calendar.working_days_between(from, before).value, count - 1);
    }

    #[test]
    fn later_never_comes_sooner(from in any_day(), a in 0u16..60, b in 0u16..60) {
        let calendar = published();
        let (less, more) = (a.min(b), a.max(b));
        prop_assert!(
            calendar.working_days_after(from, less).value <= calendar.working_days_after(from, more).value
        );
    }

    #[test]
    fn a_split_wait_is_the_same_wait(from in any_day(), a in 0u16..40, b in 0u16..40) {
        let calendar = published();
        let middle = calendar.working_days_after(from, a).value;
        prop_assert_eq!(
            calendar.working_days_after(middle, b).value,
            calendar.working_days_after(from, a + b).value
        );
    }
}
