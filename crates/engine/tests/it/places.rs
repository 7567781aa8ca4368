//! The platform's limit of open requests: checked before sending, waited for locally, served in order.

use hongyan_connectors::error::NetError;
use hongyan_engine::Engine;
use hongyan_engine::batch::Common;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{ClockKind, RequestDetail};
use hongyan_model::account::Limits;
use hongyan_model::capacity::Shortage;
use hongyan_model::{RequestId, RequestState};
use hongyan_sandbox::{Options, Sandbox, demo_account};

use crate::bench::{Machine, loan, until, until_state};
use crate::platform::{Mishap, Platform};
use crate::sandbox::gateway;

const LIST: &str = "[1] 韦某. 相思湖志[M]. 南宁: 广西人民出版社, 1981.
[2] 黄某. 铜鼓志[M]. 南宁: 广西人民出版社, 1982.
[3] 覃某. 壮锦志[M]. 南宁: 广西人民出版社, 1983.
[4] 农某. 花山志[M]. 南宁: 广西人民出版社, 1984.
[5] 陆某. 左江志[M]. 南宁: 广西人民出版社, 1985.";

async fn waits(engine: &Engine, id: RequestId) -> RequestDetail {
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!(
        (detail.row.state.clone(), detail.row.clock.kind),
        (RequestState::Queued, ClockKind::WhenPlaceFree)
    );
    assert!(detail.outbox.as_ref().is_some_and(|outbox| outbox.waits_for_place));
    let names: Vec<_> = detail.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(names, ["edit-again", "cancel"], "it can be changed and taken back");
    detail
}

#[tokio::test]
async fn what_is_over_the_limit_waits_here_and_goes_once_when_a_place_is_free() {
    let sandbox = Sandbox::start(Options { librarian: false, ..Options::default() }).await.unwrap();
    let control = sandbox.control();
    control.change_settings(|settings| settings.max_active = 3);
    let there = async || control.requests().await.unwrap().len();
    let machine = Machine::new();
    let engine = machine.start(gateway(&sandbox)).await;
    let account = demo_account();
    engine.platform().sign_in(&account.username, &account.password).await.unwrap();
    engine.sync().finished().await.unwrap();

    let list = engine.requests().batch_new(LIST, &[]).await.unwrap();
    for line in 1..=5 {
        // there is no catalogue here: the form stands as it was read
        let asked = engine.requests().batch_look_up(list.id, line).await;
        assert_eq!(asked.unwrap_err().code, ErrorCode::Unreachable);
    }
    let common = Common { declaration_accepted: None, pickup_location: Some("xsh-904".into()) };
    let view = engine.requests().batch_set(list.id, &common).await.unwrap();
    let lacks: Vec<_> = view.lines.iter().map(|line| line.lacks).collect();
    let over = Some(Shortage::Places);
    assert_eq!((view.room.places, lacks), (Some(3), vec![None, None, None, over, over]), "counted before");

    // without the patron's consent, excess requests neither wait nor are sent
    let came = engine.requests().batch_submit(list.id, &[1, 2, 3, 4, 5], false).await.unwrap();
    let done: Vec<_> = came.outcomes.iter().map(|outcome| outcome.submitted).collect();
    assert_eq!(done, [true, true, true, false, false]);
    assert!(came.outcomes[3].problem.as_ref().unwrap().detail.contains("LimitReached"));
    until(&engine, "three arrive", async || there().await == 3).await;
    let came = engine.requests().batch_submit(list.id, &[4, 5], true).await.unwrap();
    assert!(came.outcomes.iter().all(|outcome| outcome.submitted));
    let ids: Vec<RequestId> = came.batch.lines.iter().map(|line| line.request.as_ref().unwrap().id).collect();
    for id in &ids[..3] {
        until_state(&engine, *id, RequestState::Submitted).await;
    }
    engine.sync().finished().await.unwrap();
    let status = engine.status().get().await.unwrap();
    assert_eq!((status.waiting, status.outbox, status.needs_you), (2, 0, 0));
    waits(&engine, ids[3]).await;
    assert_eq!(there().await, 3, "nothing over the limit was sent");
    // a single form fails its check too, and is not sent
    let next = loan(&engine, "右江志").await.id;
    let refused = engine.requests().submit(next).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChecksFailed);
    engine.stop().await;
    drop(engine);

    // waiting requests survive a restart, and can be edited and cancelled
    let engine = machine.start(gateway(&sandbox)).await;
    waits(&engine, ids[3]).await;
    let draft = engine.requests().act(ids[4], "edit-again").await.unwrap();
    assert_eq!((draft.row.state, draft.draft.title.as_str()), (RequestState::Draft, "左江志"));
    assert!(engine.requests().get(ids[4]).await.is_err(), "its text lives in the draft");
    engine.requests().submit_or_wait(next, true, false).await.unwrap();
    waits(&engine, next).await;
    assert_eq!(engine.vault().unsent().await.unwrap().len(), 2, "told before anything is erased");

    // a free place goes to the first in the queue, once; the next one keeps waiting
    control.lead_to(&ids[0].to_string(), RequestState::Unfilled).await.unwrap();
    engine.sync().now();
    until_state(&engine, ids[3], RequestState::Submitted).await;
    engine.sync().finished().await.unwrap();
    waits(&engine, next).await;
    assert_eq!(there().await, 4);
    engine.requests().act(next, "cancel").await.unwrap();
    assert!(engine.requests().get(next).await.is_err());
    assert_eq!(engine.status().get().await.unwrap().waiting, 0);
    control.lead_to(&ids[1].to_string(), RequestState::Unfilled).await.unwrap();
    engine.sync().finished().await.unwrap();
    assert_eq!(there().await, 4, "what was taken back is not sent");
    engine.stop().await;
}

#[tokio::test]
async fn a_place_that_somebody_else_took_is_waited_for_again() {
    let (platform, machine) = (Platform::default(), Machine::new());
    platform.state().limits = Some(Limits { max_active: 1, active: 1 });
    platform.state().holdings = Some(Some(Vec::new()));
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let id = loan(&engine, "边城").await.id;
    engine.requests().submit_or_wait(id, true, false).await.unwrap();
    waits(&engine, id).await;
    assert_eq!(platform.count("submit"), 0);

    // a place seems free, but the precheck reports the limit
    platform.state().blockers = vec![("LIMIT_REACHED".into(), "在办申请已达上限".into())];
    platform.state().limits = Some(Limits { max_active: 1, active: 0 });
    let asked = platform.count("precheck");
    engine.sync().now();
    until(&engine, "asked", async || platform.count("precheck") > asked).await;
    until(&engine, "it waits again", async || engine.status().get().await.unwrap().waiting == 1).await;
    waits(&engine, id).await;
    assert_eq!(platform.count("submit"), 0);

    // the platform reports the limit only on submission: nothing was stored, the same bytes are sent
    // later
    let full = NetError::Refused {
        status: 422,
        code: "LIMIT_REACHED".into(),
        message: "在办申请已达上限".into(),
        params: Vec::new(),
    };
    platform.mishap("submit", Mishap::Before(full));
    platform.state().blockers.clear();
    engine.sync().now();
    until_state(&engine, id, RequestState::Submitted).await;
    let stored = platform.state().stored;
    assert_eq!((stored, platform.count("submit")), (1, 2), "refused once, taken once");
    assert_eq!(engine.requests().get(id).await.unwrap().row.id, id, "under its own number");
    engine.stop().await;
}

#[tokio::test]
async fn the_allowance_is_counted_with_what_is_promised() {
    let (platform, machine) = (Platform::default(), Machine::new());
    platform.state().spent_coins = 199;
    platform.state().holdings = Some(Some(Vec::new()));
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let (first, second) = (loan(&engine, "家").await.id, loan(&engine, "春").await.id);
    engine.requests().submit(first).await.unwrap();
    let refused = engine.requests().submit(second).await.unwrap_err();
    assert!(refused.detail.contains("QuotaExceeded"), "{refused}");
    engine.requests().submit_or_wait(second, true, false).await.unwrap();
    waits(&engine, second).await;
    engine.stop().await;
}
