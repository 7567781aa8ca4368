//! The patron's intent: a request that waited too long is not sent silently, requests leave in order, and
//! one whose outcome could not be stored is verified.

use std::sync::{Arc, Mutex};

use hongyan_connectors::error::NetError;
use hongyan_engine::Clock;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::RequestGroup;
use hongyan_model::RequestState;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::bench::{Machine, loan, of_group, submit, until, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";

/// A clock that can be advanced.
#[derive(Default)]
struct Ahead(Mutex<SignedDuration>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().unwrap()
    }
    fn today(&self) -> Date {
        self.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }
    /// the steady clock advances too: time passes, no clock is wrong
    fn steady(&self) -> std::time::Duration {
        static BEGIN: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        BEGIN.elapsed() + std::time::Duration::try_from(*self.0.lock().unwrap()).unwrap_or_default()
    }
}

#[tokio::test]
async fn what_waited_for_two_weeks_is_asked_about_and_sent_when_the_patron_says_so() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let clock = Arc::new(Ahead::default());
    machine.clock = clock.clone();
    let engine = machine.start(platform.gateway()).await; // not signed in: it waits
    let ids = [
        submit(&engine, "水经注").await,
        submit(&engine, "洛阳伽蓝记").await,
        submit(&engine, "世说新语").await,
    ];
    *clock.0.lock().unwrap() = SignedDuration::from_hours(15 * 24);
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    for id in ids {
        let asks = async || engine.requests().get(id).await.unwrap().row.group == RequestGroup::NeedsYou;
        until(&engine, "asked", asks).await;
        let detail = engine.requests().get(id).await.unwrap();
        assert_eq!(detail.row.state, RequestState::Queued);
        assert_eq!(detail.outbox.unwrap().problem.unwrap().code, ErrorCode::StillWanted);
        let names: Vec<&str> = detail.actions.iter().map(|action| action.name.as_str()).collect();
        assert_eq!(names, ["send-anyway", "edit-again", "discard"]);
    }
    assert_eq!(platform.count("submit"), 0, "never silently");
    let status = engine.status().get().await.unwrap();
    assert_eq!((status.needs_you, status.outbox), (3, 0), "they wait for the patron, not for the line");
    engine.requests().act(ids[0], "send-anyway").await.unwrap();
    until_state(&engine, ids[0], RequestState::Submitted).await;
    let again = engine.requests().act(ids[1], "edit-again").await.unwrap();
    assert_eq!(engine.requests().draft_get(again.row.id).await.unwrap().draft.title, "洛阳伽蓝记");
    engine.requests().act(ids[2], "discard").await.unwrap();
    for id in [ids[1], ids[2]] {
        assert_eq!(engine.requests().get(id).await.unwrap_err().code, ErrorCode::NotFound);
    }
    assert_eq!(platform.state().stored, 1);
    engine.stop().await;
}

#[tokio::test]
async fn a_request_whose_day_has_passed_is_asked_about() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let clock = Arc::new(Ahead::default());
    machine.clock = clock.clone();
    let engine = machine.start(platform.gateway()).await;
    let mut draft = loan(&engine, "东京梦华录").await;
    draft.needed_by = Some(clock.today() + 2.days());
    engine.requests().draft_save(draft.clone()).await.unwrap();
    engine.requests().submit(draft.id).await.unwrap();
    *clock.0.lock().unwrap() = SignedDuration::from_hours(4 * 24);
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let why = async || {
        let outbox = engine.requests().get(draft.id).await.unwrap().outbox.unwrap();
        outbox.problem.is_some_and(|problem| problem.params.get("why").is_some_and(|why| why == "needed-by"))
    };
    until(&engine, "asked", why).await;
    assert_eq!(platform.count("submit"), 0);
    engine.stop().await;
}

#[tokio::test]
async fn what_was_written_offline_is_checked_again_before_it_is_sent() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    for method in ["account", "submit"] {
        for _ in 0..2 {
            platform.mishap(method, Mishap::Before(NetError::Unreachable("断网".into())));
        }
    }
    assert!(engine.sync().finished().await.is_err(), "offline");
    platform.state().blockers = vec![("HELD_LOCALLY".into(), "本馆已有馆藏".into())];
    let id = submit(&engine, "酉阳杂俎").await;
    let detail = until_state(&engine, id, RequestState::Rejected).await;
    let reason = detail.reason.unwrap();
    assert_eq!((reason.code.as_str(), reason.text.as_str()), ("HELD_LOCALLY", "本馆已有馆藏"));
    assert_eq!((platform.count("precheck"), platform.state().stored), (1, 0), "not sent silently");
    engine.stop().await;
}

#[tokio::test]
async fn they_leave_in_the_order_in_which_they_were_made() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await; // not signed in: they wait
    let mut made = Vec::new();
    for title in ["甲骨文编", "金文编", "说文解字", "尔雅", "方言"] {
        made.push(submit(&engine, title).await);
    }
    // the first one fails three times: the others do not overtake it
    for _ in 0..3 {
        platform.mishap("submit", Mishap::Before(NetError::Unreachable("断网".into())));
    }
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    for id in &made {
        until_state(&engine, *id, RequestState::Submitted).await;
    }
    let mut arrived = platform.state().feed.clone();
    arrived.dedup();
    assert_eq!(arrived, made);
    engine.stop().await;
}

#[tokio::test]
async fn where_sending_again_could_make_two_the_patron_is_asked() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let clock = Arc::new(Ahead::default());
    machine.clock = clock.clone();
    platform.state().creates_many = true;
    platform.mishap("submit", Mishap::Before(NetError::Timeout));
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "梦溪笔谈").await;
    until(&engine, "looked up", async || platform.count("look_up") > 1).await;
    assert_eq!(platform.count("submit"), 1, "not again by itself");
    *clock.0.lock().unwrap() = SignedDuration::from_mins(11);
    let asked = async || engine.requests().get(id).await.unwrap().row.group == RequestGroup::NeedsYou;
    until(&engine, "asked", asked).await;
    assert_eq!(engine.requests().get(id).await.unwrap().row.state, RequestState::Unknown);
    for (group, count) in [(RequestGroup::NeedsYou, 1), (RequestGroup::Ongoing, 0)] {
        let page = engine.history().search(&of_group(group), None, 50, false).await.unwrap();
        assert_eq!(page.rows.len(), count, "{group:?}");
    }
    engine.requests().act(id, "send-anyway").await.unwrap();
    until_state(&engine, id, RequestState::Submitted).await;
    assert_eq!(platform.count("submit"), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_a_day_off_makes_no_storm_of_refreshes() {
    for hours in [26, -26, 24 * 30] {
        let (platform, mut machine) = (Platform::default(), Machine::new());
        machine.clock = Arc::new(Ahead(Mutex::new(SignedDuration::from_hours(hours))));
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        platform.mishap("submit", Mishap::Before(NetError::SignIn));
        let id = submit(&engine, "徐霞客游记").await;
        until_state(&engine, id, RequestState::Submitted).await;
        assert_eq!(platform.count("refresh"), 1, "{hours} hours off");
        assert!(engine.platform().account().await.unwrap().signed_in);
        engine.stop().await;
    }
}
