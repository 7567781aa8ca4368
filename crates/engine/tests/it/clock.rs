//! Steps of the system clock while something waits: no wait becomes longer than was asked for, nothing
//! derived from a wrong clock remains, and no real reminder is lost. `crates/engine/src/base/clock.rs`
//! lists everything that waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_engine::view::{NoticeSettings, RequestGroup};
use hongyan_engine::{Clock, Engine};
use hongyan_model::RequestState;
use hongyan_model::notice::NoticeKind;
use jiff::civil::{Date, date, time};
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::bench::{Machine, submit, until, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";
const HOUR: i64 = 3600;
/// Clock steps in seconds: a day back, eight hours ahead, thirty days ahead.
const STEPS: [i64; 3] = [-24 * HOUR, 8 * HOUR, 30 * 24 * HOUR];

/// A wall clock that can be set, beside a steady clock that cannot.
struct Wall {
    begin: Zoned,
    started: std::time::Instant,
    off: Mutex<SignedDuration>,
}

impl Wall {
    fn at(day: Date, hour: i8) -> Arc<Wall> {
        let begin = day.at(hour, 0, 0, 0).to_zoned(TimeZone::fixed(offset(8))).unwrap();
        Arc::new(Wall { begin, started: std::time::Instant::now(), off: Mutex::default() })
    }
    fn is_off(&self, seconds: i64) {
        *self.off.lock().unwrap() = SignedDuration::from_secs(seconds);
    }
}

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let running = SignedDuration::try_from(self.started.elapsed()).unwrap();
        self.begin.timestamp() + running + *self.off.lock().unwrap()
    }
    fn local(&self) -> Zoned {
        self.now().to_zoned(TimeZone::fixed(offset(8)))
    }
    fn today(&self) -> Date {
        self.local().date()
    }
}

fn noon() -> Arc<Wall> {
    Wall::at(date(2026, 12, 10), 12)
}

fn machine(clock: &Arc<Wall>) -> Machine {
    Machine { clock: Arc::<Wall>::clone(clock), ..Machine::new() }
}

async fn kinds(engine: &Engine) -> Vec<NoticeKind> {
    engine.notices().list().await.unwrap().notices.into_iter().rev().map(|notice| notice.kind).collect()
}

/// Failures that delay a submission.
fn waits() -> Vec<(&'static str, NetError)> {
    vec![
        ("asked for", NetError::Throttled { after: Some(Duration::from_millis(50)) }),
        ("backoff", NetError::Throttled { after: None }),
        ("network", NetError::Unreachable("断网".into())),
        ("in doubt", NetError::Server(502)),
    ]
}

#[tokio::test]
async fn a_step_holds_no_submission() {
    for step in STEPS {
        for (name, error) in waits() {
            for before in [true, false] {
                let (platform, clock) = (Platform::default(), noon());
                let machine = machine(&clock);
                platform.mishap("submit", Mishap::Before(error.clone()));
                let engine = machine.start(platform.gateway()).await;
                engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
                if before {
                    clock.is_off(step);
                }
                let ids = [submit(&engine, "水经注").await, submit(&engine, "洛阳伽蓝记").await];
                until(&engine, "put off", async || platform.count("submit") >= 1).await;
                clock.is_off(if before { 0 } else { step });
                if !before {
                    // thirty days ahead, requests ask whether they are still wanted; the question is
                    // withdrawn once the clock is right
                    let goes_on = async || {
                        let list = engine.requests().list().await.unwrap().requests;
                        // one may have been sent just before the step
                        list.iter().all(|row| {
                            row.group == RequestGroup::NeedsYou || row.state == RequestState::Submitted
                        })
                    };
                    until(&engine, "asked or sent", goes_on).await;
                    clock.is_off(0);
                    engine.sync().clock_was_set();
                }
                for id in ids {
                    until_state(&engine, id, RequestState::Submitted).await;
                }
                assert_eq!(platform.state().stored, 2, "{name}, {step} s");
                engine.stop().await;
            }
        }
    }
}

#[tokio::test]
async fn a_wait_that_a_wrong_clock_set_is_over_at_the_next_start() {
    for step in STEPS {
        let (platform, clock) = (Platform::default(), noon());
        let machine = machine(&clock);
        // `Retry-After` of an hour: the test must not wait for it
        platform
            .mishap("submit", Mishap::Before(NetError::Throttled { after: Some(Duration::from_secs(3600)) }));
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        clock.is_off(step);
        let id = submit(&engine, "世说新语").await;
        let put_off =
            async || engine.requests().get(id).await.unwrap().outbox.is_some_and(|o| o.problem.is_some());
        until(&engine, "put off", put_off).await;
        engine.stop().await;
        drop(engine);
        // with an unchanged clock, the hour holds, whatever wakes the outbox
        let engine = machine.start(platform.gateway()).await;
        engine.sync().now();
        engine.sync().finished().await.unwrap();
        assert_eq!(platform.count("submit"), 1, "{step} s: an honest wait holds over a start");
        engine.stop().await;
        drop(engine);
        clock.is_off(if step > 0 { 0 } else { 2 * HOUR });
        let engine = machine.start(platform.gateway()).await;
        until_state(&engine, id, RequestState::Submitted).await;
        engine.stop().await;
    }
}

#[tokio::test]
async fn offline_two_that_wait_are_tried_once_when_the_patron_says_so() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    for _ in 0..1000 {
        platform.mishap("submit", Mishap::Before(NetError::Unreachable("断网".into())));
    }
    for title in ["尔雅", "方言"] {
        submit(&engine, title).await;
    }
    until(&engine, "tried", async || platform.count("submit") >= 1).await;
    for _ in 0..5 {
        engine.sync().now();
        engine.sync().finished().await.unwrap();
    }
    // automatic retries every 60 ms ± 20 %, and one for each action of the patron
    let tried = platform.count("submit");
    assert!(tried < 60, "{tried} tries: a storm");
    engine.stop().await;
}

#[tokio::test]
async fn a_question_of_a_wrong_clock_is_taken_back() {
    for restart in [false, true] {
        let (platform, clock) = (Platform::default(), noon());
        let machine = machine(&clock);
        let engine = machine.start(platform.gateway()).await; // not signed in: it waits
        let id = submit(&engine, "东京梦华录").await;
        clock.is_off(30 * 24 * HOUR);
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let asks = async || engine.requests().get(id).await.unwrap().row.group == RequestGroup::NeedsYou;
        until(&engine, "asked", asks).await;
        clock.is_off(0);
        if restart {
            engine.stop().await;
            drop(engine);
            let engine = machine.start(platform.gateway()).await;
            until_state(&engine, id, RequestState::Submitted).await;
            engine.stop().await;
        } else {
            engine.sync().clock_was_set();
            until_state(&engine, id, RequestState::Submitted).await;
            engine.stop().await;
        }
    }
}

#[tokio::test]
async fn the_engine_notices_by_itself_that_the_clock_was_set() {
    let (platform, clock) = (Platform::default(), noon());
    let machine = machine(&clock);
    let engine = machine.start(platform.gateway()).await;
    let id = submit(&engine, "酉阳杂俎").await;
    clock.is_off(30 * 24 * HOUR);
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let asks = async || engine.requests().get(id).await.unwrap().row.group == RequestGroup::NeedsYou;
    until(&engine, "asked", asks).await;
    // long enough for the periodic check of the clock, every five seconds
    let asked = platform.count("changes");
    until(&engine, "polled", async || platform.count("changes") > asked + 60).await;
    clock.is_off(0);
    until_state(&engine, id, RequestState::Submitted).await;
    engine.stop().await;
}

/// A loan of this patron, due on the 15th; today is the 10th.
async fn lent(platform: &Platform, machine: &Machine) -> Engine {
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    engine.sync().finished().await.unwrap();
    let id = platform.ask_elsewhere(7);
    platform.say(id, |request| request.due_date = Some(date(2026, 12, 15)));
    platform.lead(id, RequestState::OnLoan);
    engine.sync().finished().await.unwrap();
    engine.reminders().check_clock().await.unwrap();
    engine
}

#[tokio::test]
async fn reminders_of_a_wrong_clock_are_taken_back_and_the_real_ones_come() {
    let day = 24 * HOUR;
    for step in STEPS {
        let (platform, clock) = (Platform::default(), noon());
        let machine = machine(&clock);
        let engine = lent(&platform, &machine).await;
        for (passed, told) in [
            (0, vec![]),
            (2 * day, vec![NoticeKind::DueSoon]),
            (4 * day, vec![NoticeKind::DueSoon, NoticeKind::DueTomorrow]),
        ] {
            clock.is_off(passed);
            engine.reminders().check_clock().await.unwrap();
            assert_eq!(kinds(&engine).await, told, "{step} s: before");
            if step < 0 {
                continue; // only the platform's time can show that a clock is behind; tested below
            }
            clock.is_off(passed + step);
            engine.reminders().check_clock().await.unwrap();
            clock.is_off(passed);
            engine.reminders().check_clock().await.unwrap();
            assert_eq!(kinds(&engine).await, told, "{step} s: afterwards");
        }
        engine.stop().await;
    }
}

#[tokio::test]
async fn a_clock_that_is_behind_what_the_platform_said_takes_nothing_back() {
    let (platform, clock) = (Platform::default(), noon());
    let machine = machine(&clock);
    let engine = lent(&platform, &machine).await;
    clock.is_off(2 * 24 * HOUR);
    platform.state().time = Some(clock.now());
    engine.sync().finished().await.unwrap();
    engine.reminders().check_clock().await.unwrap();
    let told = engine.notices().list().await.unwrap().notices;
    assert_eq!(told.len(), 1);
    for behind in [24 * HOUR, -7 * 365 * 24 * HOUR] {
        clock.is_off(behind);
        engine.reminders().check_clock().await.unwrap();
        assert_eq!(engine.notices().list().await.unwrap().notices, told, "the same, not once more");
    }
    engine.stop().await;
}

#[tokio::test]
async fn quiet_hours_of_a_wrong_clock_keep_nothing_back() {
    let (platform, clock) = (Platform::default(), noon());
    let machine = machine(&clock);
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let mut settings = engine.preferences().get().await.unwrap();
    settings.notices = NoticeSettings {
        quiet: true,
        quiet_from: time(19, 0, 0, 0),
        quiet_to: time(7, 0, 0, 0),
        muted: vec![],
    };
    engine.preferences().set(&settings).await.unwrap();
    let id = platform.ask_elsewhere(3);
    engine.sync().finished().await.unwrap();
    engine.start().await;
    let mut events = engine.news().subscribe();
    clock.is_off(8 * HOUR); // 20:00
    platform.lead(id, RequestState::AwaitingPickup);
    engine.sync().finished().await.unwrap();
    clock.is_off(0);
    let told = async {
        loop {
            if events.recv().await.is_ok_and(|event| !event.notices.is_empty()) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.unwrap(); // told outside of the quiet hours
    engine.stop().await;
}

#[tokio::test]
async fn desks_are_asked_for_again_and_news_go_on() {
    for step in STEPS {
        let (platform, clock) = (Platform::default(), noon());
        let machine = machine(&clock);
        clock.is_off(step);
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "武林旧事").await;
        until_state(&engine, id, RequestState::Submitted).await;
        let asked = platform.count("pickup_locations");
        clock.is_off(0);
        platform.lead(id, RequestState::LocalReview);
        until_state(&engine, id, RequestState::LocalReview).await;
        // a sync that asked for the desks by the wrong clock may still be under way; the next one asks again
        until(&engine, "desks dated elsewhere are old", async || platform.count("pickup_locations") > asked)
            .await;
        engine.stop().await;
    }
}
