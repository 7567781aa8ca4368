//! Notices and reminders: exactly once each, whatever happens in between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use hongyan_connectors::error::NetError;
use hongyan_engine::change::{AppEvent, Tag};
use hongyan_engine::view::NoticeSettings;
use hongyan_engine::{Engine, SetClock};
use hongyan_model::account::Registration;
use hongyan_model::notice::NoticeKind;
use hongyan_model::request::Document;
use hongyan_model::{AccountState, RequestId, RequestState, Service};
use jiff::civil::{Date, date, time};
use jiff::tz::{TimeZone, offset};
use jiff::{ToSpan as _, Zoned};
use proptest::prelude::*;
use tokio::sync::broadcast::Receiver;

use crate::bench::Machine;
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";
const FIRST: Date = date(2026, 12, 1);
const DUE: Date = date(2026, 12, 15);

fn at(day: Date, hour: i8, minute: i8) -> Zoned {
    day.at(hour, minute, 0, 0).to_zoned(TimeZone::fixed(offset(8))).unwrap()
}

fn clock() -> Arc<SetClock> {
    Arc::new(SetClock::new(at(FIRST, 9, 0)))
}

async fn signed_in(machine: &Machine, platform: &Platform, clock: &Arc<SetClock>) -> Engine {
    let engine = machine.open_at(platform.gateway(), clock).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    engine.sync().finished().await.unwrap();
    engine
}

/// A loan of this patron, created on another machine.
fn lent(platform: &Platform, number: u128, due: Date) -> RequestId {
    let id = platform.ask_elsewhere(number);
    platform.say(id, |request| request.due_date = Some(due));
    platform.lead(id, RequestState::OnLoan);
    id
}

/// Kinds of the notices, oldest first.
async fn kinds(engine: &Engine) -> Vec<NoticeKind> {
    engine.notices().list().await.unwrap().notices.into_iter().rev().map(|notice| notice.kind).collect()
}

/// Waits until pending events are delivered: they are throttled by 100 ms.
async fn all_is_said(engine: &Engine) {
    let mut events = engine.news().subscribe();
    engine.news().changed(&[Tag::Notices]);
    let _ = events.recv().await;
}

/// Toasts so far: ids of the notices, and whether they were held back during quiet hours.
async fn toasts(engine: &Engine, events: &mut Receiver<AppEvent>) -> Vec<(i64, bool)> {
    all_is_said(engine).await;
    let mut shown = Vec::new();
    while let Ok(event) = events.try_recv() {
        shown.extend(event.notices.iter().map(|notice| (notice.id, event.gathered)));
    }
    shown
}

#[tokio::test]
async fn a_loan_is_reminded_of_without_a_network_once_at_each_stage() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let id = lent(&platform, 7, DUE);
    engine.sync().finished().await.unwrap();
    let asked = platform.state().calls.len();
    for day in 1..25 {
        for hour in [7, 9, 21] {
            clock.set(at(date(2026, 12, day), hour, 0));
            engine.reminders().check_clock().await.unwrap();
        }
    }
    let notices = engine.notices().list().await.unwrap().notices;
    let told: Vec<_> = notices.iter().rev().map(|notice| (notice.kind, notice.date)).collect();
    assert_eq!(
        told,
        [
            (NoticeKind::DueSoon, Some(DUE)),
            (NoticeKind::DueTomorrow, Some(DUE)),
            (NoticeKind::DueToday, Some(DUE)),
            (NoticeKind::DueOver, Some(DUE)),
        ]
    );
    assert!(notices.iter().all(|notice| notice.request == Some(id)));
    assert_eq!(platform.state().calls.len(), asked, "nobody was asked");
    engine.stop().await;
}

#[tokio::test]
async fn asleep_over_the_days_one_reminder_and_new_ones_after_a_renewal() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let id = lent(&platform, 7, DUE);
    engine.sync().finished().await.unwrap();
    engine.stop().await;
    drop(engine);
    clock.set(at(DUE, 10, 0));
    let engine = machine.open_at(platform.gateway(), &clock).await;
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(kinds(&engine).await, [NoticeKind::DueToday]);
    platform.say(id, |request| request.due_date = Some(date(2027, 1, 4)));
    engine.sync().finished().await.unwrap();
    clock.set(at(date(2027, 1, 3), 10, 0));
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(kinds(&engine).await, [NoticeKind::DueToday, NoticeKind::DueTomorrow]);
    engine.stop().await;
}

#[tokio::test]
async fn a_document_that_is_not_saved_is_reminded_of_once_before_it_is_gone() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let id = platform.ask_elsewhere(9);
    platform.say(id, |request| {
        request.documents = vec![Document {
            id: "d1".to_owned(),
            name: "馆际互借的时限.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 1024,
            sha256: "ab".repeat(32),
            views_remaining: Some(5),
            expires_at: Some(at(DUE, 18, 0).timestamp()),
        }];
    });
    platform.lead(id, RequestState::Delivered);
    engine.sync().finished().await.unwrap();
    for day in 1..20 {
        clock.set(at(date(2026, 12, day), 9, 0));
        engine.reminders().check_clock().await.unwrap();
    }
    let told = kinds(&engine).await;
    assert_eq!(told, [NoticeKind::Delivered, NoticeKind::DocumentExpiring]);
    engine.stop().await;
}

#[tokio::test]
async fn a_first_sync_reminds_of_nothing_and_the_next_day_does() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    lent(&platform, 7, FIRST.saturating_add(1.day()));
    let late = platform.ask_elsewhere(8);
    platform.say(late, |request| request.expected_by = Some(date(2026, 11, 20)));
    platform.lead(late, RequestState::SentToSupplier);
    let engine = signed_in(&machine, &platform, &clock).await;
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(kinds(&engine).await, []);
    clock.set(at(FIRST.saturating_add(1.day()), 9, 0));
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(kinds(&engine).await, [NoticeKind::DueToday]);
    engine.stop().await;
}

#[tokio::test]
async fn quiet_hours_keep_toasts_back_and_tell_them_as_one() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let mut settings = engine.preferences().get().await.unwrap();
    settings.notices = NoticeSettings {
        quiet: true,
        quiet_from: time(22, 0, 0, 0),
        quiet_to: time(7, 30, 0, 0),
        muted: vec![NoticeKind::Declined],
    };
    engine.preferences().set(&settings).await.unwrap();
    let ids = [1, 2, 3].map(|number| platform.ask_elsewhere(number));
    engine.sync().finished().await.unwrap();
    all_is_said(&engine).await;
    let mut events = engine.news().subscribe();
    clock.set(at(FIRST, 23, 0));
    platform.lead(ids[0], RequestState::AwaitingPickup);
    engine.sync().finished().await.unwrap();
    platform.lead(ids[1], RequestState::NeedsInfo);
    platform.lead(ids[2], RequestState::Declined);
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.notices().list().await.unwrap().unread, 3, "the list shows them at once");
    assert_eq!(toasts(&engine, &mut events).await, []);
    engine.stop().await;
    drop(engine);

    // quiet hours continue after the restart, then end
    let next = FIRST.saturating_add(1.day());
    clock.set(at(next, 6, 0));
    let engine = machine.open_at(platform.gateway(), &clock).await;
    let mut events = engine.news().subscribe();
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(toasts(&engine, &mut events).await, []);
    clock.set(at(next, 7, 30));
    engine.reminders().check_clock().await.unwrap();
    engine.reminders().check_clock().await.unwrap();
    let shown = toasts(&engine, &mut events).await;
    assert_eq!(shown.len(), 2, "what is muted is only in the list: {shown:?}");
    assert!(shown.iter().all(|(_, gathered)| *gathered));
    engine.stop().await;
}

#[tokio::test]
async fn what_was_read_in_the_night_is_not_told_in_the_morning() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let mut settings = engine.preferences().get().await.unwrap();
    settings.notices.quiet = true;
    engine.preferences().set(&settings).await.unwrap();
    let id = platform.ask_elsewhere(1);
    engine.sync().finished().await.unwrap();
    clock.set(at(FIRST, 23, 0));
    platform.lead(id, RequestState::AwaitingPickup);
    engine.sync().finished().await.unwrap();
    engine.notices().seen(&[]).await.unwrap();
    all_is_said(&engine).await;
    let mut events = engine.news().subscribe();
    clock.set(at(FIRST.saturating_add(1.day()), 9, 0));
    engine.reminders().check_clock().await.unwrap();
    assert_eq!(toasts(&engine, &mut events).await, []);
    engine.stop().await;
}

#[tokio::test]
async fn the_account_has_its_notices() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = machine.open_at(platform.gateway(), &clock).await;
    let form =
        Registration { username: "20210001".into(), name: "韦小雁".into(), ..Registration::default() };
    engine.platform().register(&form).await.unwrap();
    for state in [AccountState::RegNeedsInfo, AccountState::RegReview, AccountState::Active] {
        platform.state().registration = Some(state);
        engine.sync().finished().await.unwrap();
        engine.sync().finished().await.unwrap();
    }
    assert_eq!(kinds(&engine).await, [NoticeKind::RegistrationNeedsInfo, NoticeKind::AccountApproved]);
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    for (minute, spent) in [150, 160, 170, 200, 20, 190].into_iter().enumerate() {
        platform.state().spent_coins = spent;
        clock.set(at(FIRST, 11, i8::try_from(minute).unwrap()));
        engine.sync().finished().await.unwrap();
    }
    // the threshold is crossed twice: at 160 of 200, and again after a new grant
    assert_eq!(kinds(&engine).await[2..], [NoticeKind::QuotaLow, NoticeKind::QuotaLow]);
    engine.stop().await;
}

#[tokio::test]
async fn an_expired_cursor_ends_what_is_gone_even_when_the_reading_is_broken_off() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    let engine = signed_in(&machine, &platform, &clock).await;
    let ids: Vec<RequestId> = (1..=9).map(|number| platform.ask_elsewhere(number)).collect();
    engine.sync().finished().await.unwrap();
    let draft = engine.requests().draft_new(Service::Loan, None, None).await.unwrap().draft.id;
    {
        let mut state = platform.state();
        state.requests.remove(&ids[0]);
        state.feed.retain(|id| *id != ids[0]);
        state.page = 4;
        let expired = NetError::Refused {
            status: 410,
            code: "CURSOR_EXPIRED".into(),
            message: String::new(),
            params: vec![],
        };
        // the cursor is rejected and the full sync fails on its second page; then the same cursor is
        // rejected again
        let mishaps = state.mishaps.entry("changes").or_default();
        mishaps.extend([
            Mishap::Before(expired.clone()),
            Mishap::Nothing,
            Mishap::Before(NetError::Timeout),
            Mishap::Before(expired),
        ]);
    }
    assert!(engine.sync().finished().await.is_err());
    engine.sync().finished().await.unwrap();
    let list = engine.requests().list().await.unwrap();
    let states: BTreeMap<RequestId, RequestState> =
        list.requests.iter().map(|row| (row.id, row.state.clone())).collect();
    assert_eq!(states[&ids[0]], RequestState::Cancelled, "gone there");
    assert!(ids[1..].iter().all(|id| states[id] == RequestState::Submitted), "{states:?}");
    assert!(engine.requests().draft_get(draft).await.is_ok(), "what is only here stays");
    assert_eq!(kinds(&engine).await, []);
    engine.stop().await;
}

#[tokio::test]
async fn a_feed_with_events_is_asked_for_nothing_else() {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    platform.state().with_events = true;
    platform.state().page = 200;
    let engine = signed_in(&machine, &platform, &clock).await;
    // set to 10,000 to measure
    let count: u128 = std::env::var("HONGYAN_SYNC_COUNT").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    for number in 1..=count {
        let id = platform.ask_elsewhere(number);
        platform.lead(id, RequestState::LocalReview);
    }
    let begun = Instant::now();
    engine.sync().finished().await.unwrap();
    let first = begun.elapsed();
    for number in 1..=count {
        platform.lead(RequestId(uuid::Uuid::from_u128(number)), RequestState::AwaitingPickup);
    }
    let begun = Instant::now();
    engine.sync().finished().await.unwrap();
    println!(
        "{count} new requests: {first:.0?}; as many changed, each with a notice: {:.0?}",
        begun.elapsed()
    );
    assert_eq!(platform.count("events"), 0);
    assert_eq!(engine.notices().list().await.unwrap().notices.len() as u128, count);
    let detail = engine.requests().get(RequestId(uuid::Uuid::from_u128(1))).await.unwrap();
    assert_eq!(detail.row.state, RequestState::AwaitingPickup);
    assert!(detail.timeline.len() >= 2);
    // arrivals came with the events of the feed, and the statistics count them
    let services = engine.history().statistics(None, None).await.unwrap().services;
    let came: u32 = services.iter().filter_map(|one| one.turnaround.as_ref()).map(|one| one.count).sum();
    assert_eq!(u128::from(came), count);
    engine.stop().await;
}

#[derive(Debug, Clone)]
enum Step {
    /// moves a request on the platform
    Lead(usize, RequestState),
    Sync,
    /// a sync whose response is lost
    SyncBreaks,
    Restart,
    ExpireCursor,
    /// advances the clock by hours
    Hours(i64),
    Look,
    Quiet(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let states = prop_oneof![
        Just(RequestState::LocalReview),
        Just(RequestState::NeedsInfo),
        Just(RequestState::ConditionPending),
        Just(RequestState::AwaitingPickup),
        Just(RequestState::OnLoan),
        Just(RequestState::Recalled),
        Just(RequestState::Other("飞鸽传书中".into())),
    ];
    prop_oneof![
        5 => (0usize..3, states).prop_map(|(which, to)| Step::Lead(which, to)),
        3 => Just(Step::Sync),
        1 => Just(Step::SyncBreaks),
        1 => Just(Step::Restart),
        1 => Just(Step::ExpireCursor),
        2 => (1i64..60).prop_map(Step::Hours),
        2 => Just(Step::Look),
        1 => any::<bool>().prop_map(Step::Quiet),
    ]
}

/// Runs the steps, syncs to the end, and compares notices and toasts with the platform's moves.
async fn each_once(steps: Vec<Step>, with_events: bool) {
    let (platform, machine, clock) = (Platform::default(), Machine::new(), clock());
    platform.state().with_events = with_events;
    platform.state().page = 2;
    let mut engine = signed_in(&machine, &platform, &clock).await;
    let ids = [1, 2, 3].map(|number| platform.ask_elsewhere(number));
    for id in ids {
        platform.say(id, |request| request.due_date = Some(FIRST.saturating_add(6.days())));
    }
    engine.sync().finished().await.unwrap();
    let mut events = engine.news().subscribe();
    let mut shown = Vec::new();
    let mut now = at(FIRST, 9, 0);
    let end = [Step::Quiet(false), Step::Sync, Step::Hours(1), Step::Look];
    for step in steps.into_iter().chain(end) {
        match step {
            Step::Lead(which, to) => platform.lead(ids[which], to),
            Step::Sync => engine.sync().finished().await.unwrap(),
            Step::SyncBreaks => {
                platform.mishap("changes", Mishap::After(NetError::Timeout));
                // fails; succeeds only if the cursor had expired too, because everything is requested
                // again
                let _ = engine.sync().finished().await;
            }
            Step::Restart => {
                shown.extend(toasts(&engine, &mut events).await);
                engine.stop().await;
                drop(engine);
                engine = machine.open_at(platform.gateway(), &clock).await;
                events = engine.news().subscribe();
            }
            Step::ExpireCursor => platform.state().cursor_expired = true,
            Step::Hours(hours) => {
                now = now.saturating_add(hours.hours());
                clock.set(now.clone());
            }
            Step::Look => engine.reminders().check_clock().await.unwrap(),
            Step::Quiet(quiet) => {
                let mut settings = engine.preferences().get().await.unwrap();
                settings.notices.quiet = quiet;
                engine.preferences().set(&settings).await.unwrap();
            }
        }
    }
    shown.extend(toasts(&engine, &mut events).await);
    let toasted: BTreeSet<i64> = shown.iter().map(|(id, _)| *id).collect();
    assert_eq!(toasted.len(), shown.len(), "a toast came twice: {shown:?}");

    let notices = engine.notices().list().await.unwrap().notices;
    assert_eq!(toasted.len(), notices.len(), "a notice never had its toast");
    let reminders = [
        NoticeKind::DueSoon,
        NoticeKind::DueTomorrow,
        NoticeKind::DueToday,
        NoticeKind::DueOver,
        NoticeKind::PickupSoon,
        NoticeKind::Late,
    ];
    for id in ids {
        let mut wanted: BTreeMap<NoticeKind, usize> = BTreeMap::new();
        for event in platform.state().events.get(&id).into_iter().flatten() {
            if let Some(kind) = NoticeKind::for_state(&event.to_state) {
                *wanted.entry(kind).or_default() += 1;
            }
        }
        let mut had: BTreeMap<NoticeKind, usize> = BTreeMap::new();
        for notice in notices.iter().filter(|notice| notice.request == Some(id)) {
            *had.entry(notice.kind).or_default() += 1;
        }
        for kind in reminders {
            assert!(had.remove(&kind).unwrap_or(0) <= 1, "{kind:?} came twice");
        }
        assert_eq!(had, wanted, "{id}");
    }
    engine.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// For any order of moves, syncs, failures, restarts and quiet hours: each notice once, each toast
    /// once.
    #[test]
    fn each_notice_comes_once(steps in proptest::collection::vec(step(), 1..30), with_events: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(each_once(steps, with_events));
    }
}
