use std::time::Duration;

use super::{Failed, Need, Schedule, Wake};
use crate::base::config::PollTimes;

const LOOKS: Need = Need { in_doubt: false, foreground: true };
const AWAY: Need = Need { in_doubt: false, foreground: false };
const DOUBTS: Need = Need { in_doubt: true, foreground: false };

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn schedule() -> Schedule {
    Schedule::new(PollTimes::default())
}

/// The waits for `chance` 0, ½ and 1.
fn waits(of: impl Fn(f64) -> Schedule, from: Duration) -> [u64; 3] {
    [0.0, 0.5, 1.0].map(|chance| (of(chance).due() - from).as_secs())
}

#[test]
fn the_three_intervals_have_a_fifth_of_chance() {
    let answered = |need| {
        move |chance| {
            let mut schedule = schedule();
            schedule.begun(at(1000));
            schedule.answered(at(1000), need, chance);
            schedule
        }
    };
    assert_eq!(waits(answered(LOOKS), at(1000)), [240, 300, 360]);
    assert_eq!(waits(answered(AWAY), at(1000)), [1440, 1800, 2160]);
    assert_eq!(waits(answered(DOUBTS), at(1000)), [48, 60, 72]);
}

#[test]
fn failures_make_it_ask_less_and_less() {
    let waits = |need| {
        let mut schedule = schedule();
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..6 {
            schedule.begun(now);
            schedule.failed(now, Failed::default(), need, 0.5);
            waits.push((schedule.due() - now).as_secs());
            now = schedule.due();
        }
        waits
    };
    assert_eq!(waits(LOOKS), [60, 120, 240, 480, 600, 600]);
    assert_eq!(waits(AWAY), [1800, 3600, 3600, 3600, 3600, 3600]);
    let mut schedule = schedule();
    schedule.failed(at(0), Failed::default(), LOOKS, 0.5);
    schedule.answered(at(60), LOOKS, 0.5);
    assert_eq!(schedule.failures(), 0);
}

#[test]
fn retry_after_is_kept_by_everybody_and_left_by_nobody_in_step() {
    let told = |seconds, need| {
        move |chance| {
            let mut schedule = schedule();
            schedule.begun(at(100));
            let failed = Failed { retry_after: Some(at(seconds)), ..Failed::default() };
            schedule.failed(at(100), failed, need, chance);
            for wake in [Wake::Patron, Wake::Own, Wake::Looked, Wake::Network, Wake::Resumed] {
                let mut woken = schedule.clone();
                woken.woken(at(110), wake, need, 0.0);
                assert!(woken.due() >= at(100 + seconds.min(86_400)), "{wake:?}");
            }
            schedule
        }
    };
    assert_eq!(waits(told(900, LOOKS), at(100)), [900, 1050, 1200]);
    assert_eq!(waits(told(3600, AWAY), at(100)), [3600, 4500, 5400]);
    // a short `Retry-After` is no outage
    assert_eq!(waits(told(90, LOOKS), at(100)), [90, 240, 390]);
    assert_eq!(waits(told(5, LOOKS), at(100)), [48, 60, 72]);
    // a `Retry-After` is capped at a day
    assert!(told(u64::MAX / 4, LOOKS)(1.0).due() <= at(100 + 86_400 + 300));
}

#[test]
fn what_wakes_it_asks_sooner_within_limits() {
    let woken = |now, wake, need, chance| {
        let mut schedule = schedule();
        schedule.begun(at(1000));
        schedule.answered(at(1000), need, 0.5);
        schedule.woken(at(now), wake, need, chance);
        schedule.due().as_secs()
    };
    // on the patron's demand: at once, but not twice a second
    assert_eq!(woken(1100, Wake::Patron, LOOKS, 0.5), 1100);
    assert_eq!(woken(1000, Wake::Patron, LOOKS, 0.5), 1002);
    assert_eq!(woken(1000, Wake::Own, LOOKS, 0.5), 1002);
    // the window in front polls once a minute at most, however often it comes to the front
    assert_eq!(woken(1010, Wake::Looked, LOOKS, 0.5), 1060);
    assert_eq!(woken(1200, Wake::Looked, LOOKS, 0.5), 1200);
    // the clients of a campus spread their return
    assert_eq!(woken(1100, Wake::Network, LOOKS, 0.0), 1100);
    assert_eq!(woken(1100, Wake::Network, LOOKS, 1.0), 1160);
    assert_eq!(woken(1100, Wake::Resumed, AWAY, 1.0), 1400);
    // a wake-up never delays the next poll
    assert_eq!(woken(1295, Wake::Network, LOOKS, 1.0), 1300);
}

#[test]
fn a_patron_who_comes_back_from_the_sign_in_page_of_the_campus_waits_ten_seconds_at_most() {
    let mut schedule = schedule();
    schedule.begun(at(0));
    schedule.failed(at(0), Failed { captive: true, ..Failed::default() }, LOOKS, 0.5);
    schedule.woken(at(4), Wake::Looked, LOOKS, 0.5);
    assert_eq!(schedule.due(), at(10));
}

#[test]
fn chance_that_is_none_does_no_harm() {
    for chance in [f64::NAN, f64::INFINITY, -1.0, 7.0] {
        let mut schedule = schedule();
        schedule.answered(at(0), LOOKS, chance);
        assert!((at(240)..=at(360)).contains(&schedule.due()), "{chance}");
    }
}
