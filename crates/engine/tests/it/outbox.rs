//! The promise: a saved request is neither lost nor sent twice.

use hongyan_connectors::error::NetError;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{Connection, RequestGroup};
use hongyan_model::{AccountState, RequestId, RequestState};
use uuid::Uuid;

use crate::bench::{Machine, loan, submit, until, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";

fn refused(code: &str) -> NetError {
    NetError::Refused { status: 422, code: code.into(), message: "本馆已有馆藏".into(), params: vec![] }
}

#[tokio::test]
async fn whatever_happens_on_the_way_it_arrives_once() {
    let server = || NetError::Server(502);
    let cases: Vec<(&str, Vec<(&'static str, Mishap)>)> = vec![
        ("nothing", vec![]),
        ("lost after commit", vec![("submit", Mishap::After(NetError::Lost("重置".into())))]),
        ("lost before commit", vec![("submit", Mishap::Before(NetError::Lost("重置".into())))]),
        ("time out after commit", vec![("submit", Mishap::After(NetError::Timeout))]),
        ("5xx before", vec![("submit", Mishap::Before(server()))]),
        (
            "5xx after, look-up fails too",
            vec![
                ("submit", Mishap::After(server())),
                ("look_up", Mishap::Before(server())),
                ("look_up", Mishap::Before(NetError::Timeout)),
            ],
        ),
        ("a web page", vec![("submit", Mishap::Before(NetError::WrongKind("维护页面".into())))]),
        ("truncated after commit", vec![("submit", Mishap::After(NetError::Malformed("EOF".into())))]),
        (
            "offline, then back",
            vec![
                ("submit", Mishap::Before(NetError::Unreachable("断网".into()))),
                ("submit", Mishap::Before(NetError::Unreachable("断网".into()))),
            ],
        ),
        (
            "asked to slow down",
            vec![(
                "submit",
                Mishap::Before(NetError::Throttled { after: Some(std::time::Duration::from_millis(50)) }),
            )],
        ),
        ("the token ends in the middle", vec![("submit", Mishap::Before(NetError::SignIn))]),
        (
            "the token ends at the look-up",
            vec![("submit", Mishap::After(NetError::Timeout)), ("look_up", Mishap::Before(NetError::SignIn))],
        ),
    ];
    for (name, mishaps) in cases {
        let platform = Platform::default();
        for (method, mishap) in mishaps {
            platform.mishap(method, mishap);
        }
        let machine = Machine::new();
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "红楼梦").await;
        until_state(&engine, id, RequestState::Submitted).await;
        engine.stop().await;
        let state = platform.state();
        assert_eq!(state.stored, 1, "{name}");
        let mut sent: Vec<_> = state.calls.iter().filter(|(call, _)| *call == "submit").collect();
        sent.dedup();
        assert_eq!(sent.len(), 1, "{name}: other bytes were sent");
    }
}

#[tokio::test]
async fn killed_between_sending_and_answer_it_is_looked_up_at_the_next_start() {
    for (mishap, submissions) in [(Mishap::HangAfter, 1), (Mishap::Hang, 2)] {
        let (platform, machine) = (Platform::default(), Machine::new());
        platform.mishap("submit", mishap);
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "論語譯注").await;
        until(&engine, "sending", async || platform.count("submit") == 1).await;
        engine.stop().await;
        drop(engine);

        let engine = machine.open(platform.gateway()).await.unwrap();
        assert_eq!(engine.requests().get(id).await.unwrap().row.state, RequestState::Unknown);
        engine.start().await;
        until_state(&engine, id, RequestState::Submitted).await;
        assert_eq!(platform.count("submit"), submissions);
        assert_eq!(platform.state().stored, 1);
        assert!(platform.count("look_up") >= 1);
        engine.stop().await;
    }
}

#[tokio::test]
async fn pressing_twice_is_once() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let draft = loan(&engine, "围城").await;
    let (one, two) = tokio::join!(engine.requests().submit(draft.id), engine.requests().submit(draft.id));
    assert_eq!(one.unwrap().row.id, two.unwrap().row.id);
    until_state(&engine, draft.id, RequestState::Submitted).await;
    assert_eq!(platform.state().stored, 1);
    let late = engine.requests().draft_save(draft.clone()).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::NotFound, "a late save must not make a second draft");
    engine.stop().await;
}

#[tokio::test]
async fn a_refusal_keeps_the_text_and_is_told_once() {
    let (platform, machine) = (Platform::default(), Machine::new());
    platform.mishap("submit", Mishap::Before(refused("HELD_LOCALLY")));
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "鲁迅全集").await;
    let detail = until_state(&engine, id, RequestState::Rejected).await;
    let reason = detail.reason.unwrap();
    assert_eq!((reason.code.as_str(), reason.text.as_str()), ("HELD_LOCALLY", "本馆已有馆藏"));
    assert_eq!(detail.row.group, RequestGroup::NeedsYou);
    assert_eq!(engine.notices().list().await.unwrap().unread, 1);

    let again = engine.requests().act(id, "edit-again").await.unwrap();
    assert_ne!(again.row.id, id, "a refused number is never used again");
    assert_eq!(again.draft.title, "鲁迅全集");
    assert_eq!(engine.requests().draft_get(again.row.id).await.unwrap().draft.title, "鲁迅全集");
    assert_eq!(engine.requests().get(id).await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
}

#[tokio::test]
async fn ends_that_are_final() {
    let cases = [
        ("another request under the number", "IDEMPOTENCY_CONFLICT"),
        ("deleted there", "DELETED_AT_LIBRARY"),
        ("never ours", "NOT_ACCEPTED"),
    ];
    for (name, code) in cases {
        let (platform, machine) = (Platform::default(), Machine::new());
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let draft = loan(&engine, "边城").await;
        {
            let mut state = platform.state();
            state.other_fingerprint = code == "IDEMPOTENCY_CONFLICT";
            state.never_ours = code == "NOT_ACCEPTED";
            if code == "DELETED_AT_LIBRARY" {
                state.deleted.push(draft.id);
            }
        }
        engine.requests().submit(draft.id).await.unwrap();
        let detail = until_state(&engine, draft.id, RequestState::Rejected).await;
        assert_eq!(detail.reason.unwrap().code, code, "{name}");
        assert_eq!(detail.draft.title, "边城", "{name}");
        assert!(platform.count("submit") <= 2, "{name}: no loop");
        engine.stop().await;
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_blocks_the_queue_and_loses_nothing() {
    for refresh in [refused("token.refresh.unprocessable"), NetError::Timeout] {
        let (platform, machine) = (Platform::default(), Machine::new());
        platform.mishap("submit", Mishap::Before(NetError::SignIn));
        platform.mishap("refresh", Mishap::After(refresh));
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "平凡的世界").await;
        until(&engine, "needs sign-in", async || engine.platform().account().await.unwrap().needs_sign_in)
            .await;
        let waits = async || {
            let outbox = engine.requests().get(id).await.unwrap().outbox.unwrap();
            outbox.problem.is_some_and(|problem| problem.code == ErrorCode::NeedsSignIn)
        };
        until(&engine, "blocked", waits).await;
        assert_eq!(platform.count("refresh"), 1, "never repeated");
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        until_state(&engine, id, RequestState::Submitted).await;
        assert_eq!(platform.state().stored, 1);
        engine.stop().await;
    }
}

#[tokio::test]
async fn offline_it_waits_and_counts_no_attempt() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = loan(&engine, "史记").await.id;
    for method in ["submit", "account"] {
        for _ in 0..3 {
            platform.mishap(method, Mishap::Before(NetError::Unreachable("断网".into())));
        }
    }
    engine.requests().submit(id).await.unwrap();
    until(&engine, "offline", async || {
        engine.status().get().await.unwrap().connection == Connection::Offline
            && platform.count("submit") >= 1
    })
    .await;
    let detail = until_state(&engine, id, RequestState::Submitted).await;
    assert!(detail.outbox.is_none());
    assert_eq!(platform.state().stored, 1);
    engine.stop().await;
}

#[tokio::test]
async fn what_was_not_sent_is_taken_back_here() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await; // not signed in: it waits
    let draft = loan(&engine, "呐喊").await;
    engine.requests().submit(draft.id).await.unwrap();
    let gone = engine.requests().act(draft.id, "cancel").await.unwrap();
    assert_eq!(gone.row.state, RequestState::Cancelled);
    assert_eq!(engine.requests().get(draft.id).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(engine.requests().draft_save(draft).await.is_err(), "a late save does not bring it back");
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    engine.sync().finished().await.unwrap();
    assert_eq!(platform.count("submit"), 0);
    engine.stop().await;
}

#[tokio::test]
async fn cancelling_what_may_have_arrived_waits_for_the_truth() {
    for (mishap, acts) in [(Mishap::HangAfter, 1), (Mishap::Hang, 0)] {
        let (platform, machine) = (Platform::default(), Machine::new());
        platform.mishap("submit", mishap);
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        let id = submit(&engine, "彷徨").await;
        until(&engine, "sending", async || platform.count("submit") == 1).await;
        let pending = engine.requests().act(id, "cancel").await.unwrap();
        assert_eq!(pending.row.pending_action, "cancel");
        engine.stop().await;
        drop(engine);

        let engine = machine.start(platform.gateway()).await;
        let over = async || match engine.requests().get(id).await {
            Ok(detail) => detail.row.state == RequestState::Cancelled && detail.row.pending_action.is_empty(),
            Err(problem) => problem.code == ErrorCode::NotFound,
        };
        until(&engine, "cancelled", over).await;
        assert_eq!((platform.count("act"), platform.count("submit")), (acts, 1));
        engine.stop().await;
    }
}

#[tokio::test]
async fn an_action_is_repeated_under_its_own_number() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "子夜").await;
    until_state(&engine, id, RequestState::Submitted).await;
    platform.mishap("act", Mishap::After(NetError::Timeout));
    platform.mishap("act", Mishap::Before(NetError::Server(503)));
    let detail = engine.requests().act(id, "cancel").await.unwrap();
    assert_eq!(detail.row.pending_action, "cancel");
    until_state(&engine, id, RequestState::Cancelled).await;
    assert_eq!(platform.state().actions.len(), 1);
    let done = engine.requests().act(id, "renew").await.unwrap_err();
    assert_eq!(done.code, ErrorCode::NotAllowed);
    engine.stop().await;
}

#[tokio::test]
async fn the_account_blocks_with_its_reason_until_it_is_ready() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    platform.state().account = Some(AccountState::Suspended);
    engine.sync().finished().await.unwrap();
    let id = submit(&engine, "骆驼祥子").await;
    let blocked = async || {
        let outbox = engine.requests().get(id).await.unwrap().outbox;
        outbox.and_then(|o| o.problem).is_some_and(|p| p.code == ErrorCode::AccountNotActive)
    };
    until(&engine, "blocked", blocked).await;
    assert_eq!(platform.count("submit"), 0);
    platform.state().account = None;
    engine.sync().now();
    until_state(&engine, id, RequestState::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let id = RequestId(Uuid::new_v4());
    assert_eq!(engine.requests().get(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(engine.requests().submit(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(engine.requests().act(id, "cancel").await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
}
