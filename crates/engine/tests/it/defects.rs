//! Defects of the program and failures of the disk are reported as such, never under another error code.

use hongyan_connectors::error::NetError;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::Connection;
use hongyan_model::RequestState;

use crate::bench::{Machine, submit, until, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";

#[tokio::test]
async fn a_panic_in_the_feed_is_a_defect_and_is_asked_for_again_soon() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    platform.state().page = 1;
    for number in 1..=3 {
        platform.ask_elsewhere(number);
    }
    platform.mishap("changes", Mishap::Nothing);
    platform.mishap("changes", Mishap::Panic);
    assert_eq!(engine.sync().finished().await.unwrap_err().code, ErrorCode::Internal);
    assert_eq!(engine.status().get().await.unwrap().problem.unwrap().code, ErrorCode::Internal);
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.requests().list().await.unwrap().requests.len(), 3);
    engine.stop().await;
}

#[tokio::test]
async fn a_panic_in_a_renewal_is_a_defect_and_ends_nothing_at_once() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    platform.mishap("account", Mishap::Before(NetError::SignIn));
    platform.mishap("refresh", Mishap::Panic);
    assert_eq!(engine.sync().finished().await.unwrap_err().code, ErrorCode::Internal);
    // the access token stays in use while the platform accepts it
    engine.sync().finished().await.unwrap();
    assert!(engine.platform().account().await.unwrap().signed_in);
    engine.stop().await;
}

#[tokio::test]
async fn a_renewal_that_is_cut_off_says_so() {
    for (outcome, cut_off) in [(NetError::Lost("重置".into()), true), (NetError::SignIn, false)] {
        let (platform, machine) = (Platform::default(), Machine::new());
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        platform.mishap("submit", Mishap::Before(NetError::SignIn));
        platform.mishap("refresh", Mishap::After(outcome));
        let id = submit(&engine, "搜神记").await;
        until(&engine, "over", async || engine.platform().account().await.unwrap().needs_sign_in).await;
        assert_eq!(engine.platform().account().await.unwrap().cut_off, cut_off);
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        assert!(!engine.platform().account().await.unwrap().cut_off);
        until_state(&engine, id, RequestState::Submitted).await;
        engine.stop().await;
    }
}

#[tokio::test]
async fn a_strangers_answer_to_a_renewal_ends_nothing() {
    for outcome in [NetError::WrongKind("a web page".into()), NetError::Server(503)] {
        let (platform, machine) = (Platform::default(), Machine::new());
        let engine = machine.start(platform.gateway()).await;
        engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
        platform.mishap("submit", Mishap::Before(NetError::SignIn));
        platform.mishap("refresh", Mishap::Before(outcome));
        let id = submit(&engine, "山海经").await;
        until_state(&engine, id, RequestState::Submitted).await;
        assert_eq!(platform.count("sign_in"), 1);
        engine.stop().await;
    }
}

#[tokio::test]
async fn without_a_session_the_line_is_looked_at_until_it_is_well_and_no_longer() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    for method in ["sign_in", "reach"] {
        platform.mishap(method, Mishap::Before(NetError::WrongKind("校园网认证".into())));
    }
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap_err();
    assert_eq!(engine.status().get().await.unwrap().connection, Connection::Captive);
    until(&engine, "back", async || engine.status().get().await.unwrap().connection == Connection::Online)
        .await;
    let asked = platform.count("reach");
    for _ in 0..3 {
        engine.sync().finished().await.unwrap();
    }
    assert_eq!(platform.count("reach"), asked, "a line that is well is left alone");
    engine.stop().await;
}
