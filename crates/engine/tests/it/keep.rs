//! Retention: the history is kept for ever unless the patron chooses otherwise.

use std::sync::Arc;

use hongyan_engine::problem::ErrorCode;
use hongyan_engine::{Engine, SetClock};
use hongyan_model::{RequestId, RequestState};
use jiff::ToSpan;

use crate::bench::{Machine, submit, until, until_state};
use crate::platform::Platform;

const PASSWORD: &str = "相思湖畔904";

/// A request that ended three years ago, and an open one.
async fn long_ago(machine: &mut Machine, platform: &Platform) -> (Engine, RequestId, RequestId) {
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let (over, open) = (submit(&engine, "红楼梦").await, submit(&engine, "围城").await);
    for id in [over, open] {
        until_state(&engine, id, RequestState::Submitted).await;
    }
    platform.lead(over, RequestState::AwaitingPickup);
    platform.lead(over, RequestState::Completed);
    engine.sync().now();
    until_state(&engine, over, RequestState::Completed).await;
    engine.stop().await;
    drop(engine);
    machine.clock = Arc::new(SetClock::new(machine.clock.local() + 3.years()));
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    (engine, over, open)
}

#[tokio::test]
async fn nothing_goes_by_itself_where_nothing_was_chosen() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let (engine, over, _) = long_ago(&mut machine, &platform).await;
    let kept = engine.history().kept().await.unwrap();
    assert_eq!((kept.days, kept.over), (0, 1), "for ever, whatever an older program would have done");
    // retention runs in the background at every start; `stop` waits for it
    engine.stop().await;
    drop(engine);
    let engine = machine.start(platform.gateway()).await;
    assert_eq!(engine.requests().get(over).await.unwrap().draft.title, "红楼梦");
    // the preview counts without deleting
    assert_eq!(engine.history().would_go(365).await.unwrap(), 1);
    assert_eq!(engine.history().kept().await.unwrap().over, 1);
    engine.stop().await;
}

#[tokio::test]
async fn what_the_patron_deletes_goes_and_what_the_platform_has_may_come_back() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let (engine, over, open) = long_ago(&mut machine, &platform).await;
    let notices = engine.notices().list().await.unwrap().notices.len();
    assert_eq!(engine.history().clear().await.unwrap(), 1);
    assert_eq!(engine.requests().get(over).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(engine.requests().get(open).await.unwrap().draft.title, "围城", "what is not over stays");
    let told = engine.notices().list().await.unwrap().notices.len();
    assert!(told < notices, "{told} {notices}");
    // an incremental change does not restore it …
    platform.say(over, |request| request.version += 1);
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.requests().get(over).await.unwrap_err().code, ErrorCode::NotFound);
    // … a full resync does, as history and without notices
    platform.state().cursor_expired = true;
    engine.sync().finished().await.unwrap();
    until(&engine, "back", async || engine.requests().get(over).await.is_ok()).await;
    assert_eq!(engine.notices().list().await.unwrap().notices.len(), told);
    engine.stop().await;
}
