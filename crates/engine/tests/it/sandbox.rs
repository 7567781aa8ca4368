//! A complete workflow against the sandbox, through the Reader API.

use std::sync::Arc;
use std::time::Duration;

use hongyan_connectors::gateway::RequestGateway;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::reader_api::ReaderApi;
use hongyan_engine::view::Connection;
use hongyan_model::account::Registration;
use hongyan_model::notice::NoticeKind;
use hongyan_model::{AccountState, RequestState};
use hongyan_sandbox::{Fault, FaultKind, Options, Sandbox};

use crate::bench::{Machine, loan, submit, until, until_state};

const NEW: &str = "湖畔-904-借书";

pub fn gateway(sandbox: &Sandbox) -> Arc<dyn RequestGateway> {
    let http = Http::new(HttpOptions::default()).unwrap();
    let base = sandbox.base_url().parse().unwrap();
    Arc::new(ReaderApi::new(base, "a001962".into(), http).with_deadline(Duration::from_secs(5)))
}

#[tokio::test]
async fn from_registration_to_the_book_on_the_desk() {
    let sandbox = Sandbox::start(Options { demo_account: false, ..Options::default() }).await.unwrap();
    sandbox.control().change_settings(|s| s.fixed_initial_password = Some("aaaaaa".into()));
    let machine = Machine::new();
    let engine = machine.start(gateway(&sandbox)).await;
    let form = Registration {
        username: "20230904".into(),
        name: "陆鸿雁".into(),
        email: "hongyan@stu.example.edu.cn".into(),
        phone: String::new(),
    };
    engine.platform().register(&form).await.unwrap();
    assert!(sandbox.control().approve("20230904").await.unwrap());
    engine.sync().now();
    until(&engine, "approved", async || engine.notices().list().await.unwrap().unread == 1).await;
    let view = engine.platform().sign_in("20230904", "aaaaaa").await.unwrap();
    assert!(view.must_change_password);
    let view = engine.platform().change_password("aaaaaa", NEW).await.unwrap();
    assert!(!view.must_change_password);
    assert_eq!(view.account.unwrap().state, AccountState::Active);
    assert!(!view.desks.is_empty());

    let id = submit(&engine, "鸿雁传书考").await;
    until_state(&engine, id, RequestState::Submitted).await;
    sandbox.control().lead_to(&id.to_string(), RequestState::AwaitingPickup).await.unwrap();
    engine.sync().now();
    let detail = until_state(&engine, id, RequestState::AwaitingPickup).await;
    assert!(!detail.row.hrid.is_empty() && detail.timeline.len() >= 4);
    let arrivals = async || {
        let notices = engine.notices().list().await.unwrap().notices;
        notices.iter().filter(|notice| notice.kind == NoticeKind::Arrived).count()
    };
    until(&engine, "told", async || arrivals().await == 1).await;
    engine.stop().await;
    drop(engine);

    let engine = machine.start(gateway(&sandbox)).await;
    sandbox.control().expire_cursors().await.unwrap();
    engine.sync().finished().await.unwrap();
    let notices = engine.notices().list().await.unwrap().notices;
    assert_eq!(notices.iter().filter(|n| n.kind == NoticeKind::Arrived).count(), 1, "no second notice");
    engine.stop().await;
    drop(engine);

    sandbox.shutdown().await;
    let nowhere = Http::new(HttpOptions::default()).unwrap();
    let gone = ReaderApi::new("http://127.0.0.1:9/".parse().unwrap(), "a001962".into(), nowhere);
    let engine = machine.open(Arc::new(gone)).await.unwrap();
    assert!(engine.sync().finished().await.is_err());
    assert_eq!(engine.status().get().await.unwrap().connection, Connection::Offline);
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!((detail.draft.title.as_str(), detail.row.state), ("鸿雁传书考", RequestState::AwaitingPickup));
    engine.stop().await;
}

#[tokio::test]
async fn faults_on_the_wire_neither_lose_nor_double() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let control = sandbox.control();
    let machine = Machine::new();
    let engine = machine.start(gateway(&sandbox)).await;
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let faults = [
        FaultKind::Reset,
        FaultKind::Status { status: 500 },
        FaultKind::Maintenance,
        FaultKind::Truncated,
        FaultKind::DropAfterCommit,
        FaultKind::TokenExpiry,
    ];
    for (number, kind) in faults.into_iter().enumerate() {
        let name = kind.name();
        control.add_fault(Fault::on("/ill/requests/", kind).method("PUT").times(1));
        let id = loan(&engine, &format!("第{number}卷 广西通志")).await.id;
        engine.requests().submit(id).await.unwrap();
        until_state(&engine, id, RequestState::Submitted).await;
        let there = control.requests().await.unwrap();
        let same = there.iter().filter(|r| r["id"] == id.to_string()).count();
        assert_eq!((same, there.len()), (1, number + 1), "{name}");
        assert!(control.faults().is_empty(), "{name} never happened");
    }
    engine.stop().await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn one_question_is_three_requests_and_costs_no_body_when_nothing_has_changed() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let control = sandbox.control();
    let machine = Machine::new();
    let engine = machine.open(gateway(&sandbox)).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    engine.sync().finished().await.unwrap();
    control.clear_received();
    engine.sync().finished().await.unwrap();
    let heard: Vec<(String, Option<u16>)> =
        control.received().into_iter().map(|entry| (entry.path, entry.status)).collect();
    // the load simulation assumes this number of calls (tests/tools, simulate)
    assert_eq!(
        heard,
        [
            ("/bl-users/_self".to_owned(), Some(304)),
            ("/ill/account".to_owned(), Some(304)),
            ("/ill/changes".to_owned(), Some(200)),
        ]
    );
    engine.stop().await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_sign_in_page_of_the_campus_is_told_from_no_network() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let control = sandbox.control();
    let machine = Machine::new();
    let engine = machine.open(gateway(&sandbox)).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.status().get().await.unwrap().connection, Connection::Online);
    control.add_fault(Fault::on("/", FaultKind::Maintenance));
    assert!(engine.sync().finished().await.is_err());
    assert_eq!(engine.status().get().await.unwrap().connection, Connection::Captive);
    control.clear_faults();
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.status().get().await.unwrap().connection, Connection::Online);
    engine.stop().await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_deleted_request_and_a_state_of_a_newer_platform_come_over_the_wire() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let control = sandbox.control();
    let machine = Machine::new();
    let engine = machine.start(gateway(&sandbox)).await;
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let (kept, gone) = (submit(&engine, "广西通志").await, submit(&engine, "百粤风物志").await);
    for id in [kept, gone] {
        until_state(&engine, id, RequestState::Submitted).await;
    }
    control.force_state(&kept.to_string(), "飞鸽传书中").await.unwrap();
    control.delete_request(&gone.to_string()).await.unwrap();
    control.expire_cursors().await.unwrap();
    engine.sync().now();
    until_state(&engine, gone, RequestState::Cancelled).await;
    let detail = until_state(&engine, kept, RequestState::Other("飞鸽传书中".into())).await;
    assert!(detail.timeline.iter().any(|entry| entry.state == RequestState::Other("飞鸽传书中".into())));
    engine.stop().await;
    sandbox.shutdown().await;
}
