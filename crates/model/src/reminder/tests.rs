use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, offset};
use jiff::{ToSpan as _, Zoned};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Days, day_of, next_look};
use crate::notice::NoticeKind::{
    self, DocumentExpiring, DueOver, DueSoon, DueToday, DueTomorrow, Late, PickupSoon, PickupToday,
};
use crate::request::{RequestId, RequestState};

const DUE: Date = date(2026, 12, 15);

fn days(state: RequestState) -> Days {
    let request = RequestId(Uuid::from_u128(7));
    Days { request, state, due: None, pickup_by: None, open_until: None, expected: None, link_until: None }
}

fn loan() -> Days {
    Days { due: Some(DUE), ..days(RequestState::OnLoan) }
}

/// The reminders that are told when the engine computes them on these days.
fn told(mut of: impl FnMut(Date) -> Days, looks: &[Date]) -> Vec<(Date, NoticeKind)> {
    let mut had = BTreeSet::new();
    let mut told = Vec::new();
    for look in looks {
        for reminder in of(*look).reminders(*look) {
            if !had.contains(&reminder.key) && reminder.later.iter().all(|key| !had.contains(key)) {
                told.push((*look, reminder.kind));
            }
            had.insert(reminder.key);
        }
    }
    told
}

fn every_day(from: Date, count: i64) -> Vec<Date> {
    (0..count).map(|n| from.saturating_add(n.days())).collect()
}

#[test]
fn a_loan_is_reminded_three_days_and_one_before_on_the_day_and_after() {
    let twice_a_day: Vec<Date> = every_day(date(2026, 12, 1), 40).into_iter().flat_map(|d| [d, d]).collect();
    assert_eq!(
        told(|_| loan(), &twice_a_day),
        [
            (date(2026, 12, 12), DueSoon),
            (date(2026, 12, 14), DueTomorrow),
            (DUE, DueToday),
            (date(2026, 12, 16), DueOver),
        ]
    );
}

#[test]
fn whoever_was_away_hears_of_one_not_four() {
    let before = date(2026, 12, 11);
    assert_eq!(told(|_| loan(), &[before, DUE]), [(DUE, DueToday)]);
    let after = date(2026, 12, 20);
    assert_eq!(told(|_| loan(), &[before, after]), [(after, DueOver)]);
    // nor after a year without a look
    assert_eq!(told(|_| loan(), &[before, date(2027, 12, 20)]), []);
}

#[test]
fn a_clock_that_was_set_back_tells_nothing_again() {
    let looks = [DUE, date(2026, 12, 12), date(2026, 12, 14), DUE];
    assert_eq!(told(|_| loan(), &looks), [(DUE, DueToday)]);
}

#[test]
fn a_renewal_makes_new_reminders() {
    let renewed = date(2026, 12, 14);
    let due = |look: Date| if look < renewed { DUE } else { date(2027, 1, 4) };
    let given = told(|look| Days { due: Some(due(look)), ..loan() }, &every_day(date(2026, 12, 1), 60));
    let kinds: Vec<NoticeKind> = given.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [DueSoon, DueSoon, DueTomorrow, DueToday, DueOver]);
    assert_eq!(given[1].0, date(2027, 1, 1));
}

#[test]
fn what_was_brought_back_or_is_overdue_there_is_left_alone() {
    for state in [RequestState::Returned, RequestState::Completed, RequestState::Overdue] {
        assert_eq!(Days { due: Some(DUE), ..days(state) }.reminders(date(2026, 12, 16)), []);
    }
}

#[test]
fn a_pickup_a_copy_and_a_late_request_have_reminders_of_their_own() {
    let kinds = |days: &Days, today| days.reminders(today).iter().map(|r| r.kind).collect::<Vec<_>>();
    let waits = Days { pickup_by: Some(DUE), ..days(RequestState::AwaitingPickup) };
    assert_eq!(kinds(&waits, date(2026, 12, 12)), []);
    assert_eq!(kinds(&waits, date(2026, 12, 13)), [PickupSoon]);
    assert_eq!(kinds(&waits, DUE), [PickupToday]);
    assert_eq!(kinds(&waits, date(2026, 12, 16)), []);
    let copy = Days { open_until: Some(DUE), ..days(RequestState::Delivered) };
    assert_eq!(kinds(&copy, date(2026, 12, 11)), []);
    assert_eq!(kinds(&copy, date(2026, 12, 12)), [DocumentExpiring]);
    assert_eq!(kinds(&copy, date(2026, 12, 16)), []);
    let late = Days { expected: Some(DUE), ..days(RequestState::SentToSupplier) };
    assert_eq!(kinds(&late, DUE), []);
    assert_eq!(kinds(&late, date(2026, 12, 16)), [Late]);
    // once, not every day
    assert_eq!(told(|_| late.clone(), &every_day(DUE, 90)).len(), 1);
}

#[test]
fn nobody_is_reminded_at_midnight() {
    let china = TimeZone::fixed(offset(8));
    let at = |hour, minute| date(2026, 12, 15).at(hour, minute, 0, 0).to_zoned(china.clone()).unwrap();
    assert_eq!(day_of(&at(0, 10)), date(2026, 12, 14));
    assert_eq!(day_of(&at(7, 59)), date(2026, 12, 14));
    assert_eq!(day_of(&at(8, 0)), date(2026, 12, 15));
    for (now, then) in
        [(at(0, 10), at(8, 0)), (at(7, 59), at(8, 0)), (at(23, 0), at(8, 0).saturating_add(1.day()))]
    {
        assert_eq!(next_look(&now), then.timestamp());
        let look: Zoned = next_look(&now).to_zoned(china.clone());
        assert!(day_of(&look) > day_of(&now), "a look changes the day");
    }
}

proptest! {
    /// Whenever reminders are computed, each stage is told at most once, in order, and never two at a
    /// time.
    #[test]
    fn stages_come_once_and_in_order(mut looks in proptest::collection::vec(-30i64..60, 1..40)) {
        looks.sort_unstable();
        let looks: Vec<Date> = looks.into_iter().map(|n| DUE.saturating_add(n.days())).collect();
        let given = told(|_| loan(), &looks);
        let order = [DueSoon, DueTomorrow, DueToday, DueOver];
        let places: Vec<usize> =
            given.iter().map(|(_, kind)| order.iter().position(|k| k == kind).unwrap()).collect();
        prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{given:?}");
        let last = looks.last().unwrap();
        prop_assert_eq!(
            given.iter().any(|(_, kind)| *kind == DueOver),
            looks.iter().any(|look| *look > DUE && *look <= DUE.saturating_add(60.days())),
            "{:?}", last
        );
    }
}
