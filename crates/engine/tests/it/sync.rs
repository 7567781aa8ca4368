//! Synchronisation with the platform.

use hongyan_engine::view::{ClockKind, RequestGroup};
use hongyan_model::notice::NoticeKind;
use hongyan_model::{RequestId, RequestState};
use uuid::Uuid;

use crate::bench::{Machine, submit, until_state};
use crate::platform::Platform;

const PASSWORD: &str = "相思湖畔904";

#[tokio::test]
async fn an_arrival_is_told_once_over_restarts_and_an_expired_cursor() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    let mut events = engine.news().subscribe();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    until_state(&engine, id, RequestState::Submitted).await;
    platform.lead(id, RequestState::Shipped);
    platform.lead(id, RequestState::AwaitingPickup);
    engine.sync().now();
    let detail = until_state(&engine, id, RequestState::AwaitingPickup).await;
    assert_eq!(detail.row.group, RequestGroup::NeedsYou);
    assert_eq!(detail.next[0], RequestState::OnLoan);
    let toast = loop {
        let event = events.recv().await.unwrap();
        if let Some(notice) = event.notices.first() {
            break notice.clone();
        }
    };
    assert_eq!((toast.kind, toast.request), (NoticeKind::Arrived, Some(id)));
    assert_eq!(toast.title, "红楼梦");
    engine.stop().await;
    drop(engine);

    let engine = machine.start(platform.gateway()).await;
    platform.state().cursor_expired = true;
    engine.sync().finished().await.unwrap();
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.notices().list().await.unwrap().notices.len(), 1);
    engine.notices().seen(&[]).await.unwrap();
    assert_eq!(engine.notices().list().await.unwrap().unread, 0);
    engine.stop().await;
}

#[tokio::test]
async fn the_first_sync_is_history_not_news() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let elsewhere = RequestId(Uuid::from_u128(4));
    {
        let other = Machine::new();
        let engine = other.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "别处申请").await;
        until_state(&engine, id, RequestState::Submitted).await;
        platform.lead(id, RequestState::AwaitingPickup);
        engine.stop().await;
        assert_ne!(id, elsewhere);
    }
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    engine.sync().finished().await.unwrap();
    let list = engine.requests().list().await.unwrap();
    assert_eq!(list.requests.len(), 1);
    assert_eq!(list.requests[0].title, "GXMZU-0001", "the number, where no title is known");
    assert!(list.as_of.is_some());
    assert!(engine.notices().list().await.unwrap().notices.is_empty());
    // later changes do cause notices
    platform.lead(list.requests[0].id, RequestState::Recalled);
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.notices().list().await.unwrap().notices[0].kind, NoticeKind::Recalled);
    engine.stop().await;
}

#[tokio::test]
async fn a_state_of_a_newer_platform_is_shown_and_a_deleted_request_ends() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "围城").await;
    let detail = until_state(&engine, id, RequestState::Submitted).await;
    assert_eq!((detail.row.clock.kind, detail.row.clock.estimated), (ClockKind::Expected, true));
    platform.lead(id, RequestState::Other("IN_QUANTUM_TRANSIT".into()));
    engine.sync().now();
    let detail = until_state(&engine, id, RequestState::Other("IN_QUANTUM_TRANSIT".into())).await;
    assert_eq!(detail.row.group, RequestGroup::Ongoing);
    {
        let mut state = platform.state();
        state.requests.remove(&id);
        state.feed.push(id);
    }
    engine.sync().now();
    let detail = until_state(&engine, id, RequestState::Cancelled).await;
    assert_eq!(detail.reason.unwrap().code, "REQUEST_DELETED");
    assert_eq!(detail.draft.title, "围城");
    engine.stop().await;
}
