//! Sign-in and sign-out, passwords, registration.

use hongyan_connectors::error::NetError;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::Theme;
use hongyan_model::account::Registration;
use hongyan_model::notice::NoticeKind;
use hongyan_model::{AccountState, RequestState};

use crate::bench::{Machine, loan, submit, until, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";

#[tokio::test]
async fn an_initial_password_has_to_be_changed_before_anything_is_sent() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    let view = engine.platform().sign_in("20210001", "aaaaaa").await.unwrap();
    assert!(view.signed_in && view.must_change_password);
    let id = submit(&engine, "朝花夕拾").await;
    let blocked = async || {
        let outbox = engine.requests().get(id).await.unwrap().outbox;
        outbox.and_then(|o| o.problem).is_some_and(|p| p.code == ErrorCode::MustChangePassword)
    };
    until(&engine, "blocked", blocked).await;
    let weak = engine.platform().change_password("aaaaaa", "12345678").await.unwrap_err();
    assert_eq!(weak.code, ErrorCode::WeakPassword);
    let view = engine.platform().change_password("aaaaaa", "湖畔-904-借书").await.unwrap();
    assert!(!view.must_change_password);
    until_state(&engine, id, RequestState::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn signing_out_erases_and_a_new_key_begins() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let mut settings = engine.preferences().get().await.unwrap();
    settings.theme = Theme::Dark;
    engine.preferences().set(&settings).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    until_state(&engine, id, RequestState::Submitted).await;
    let before = machine.keyring.key();
    let other = engine.platform().sign_in("20219999", PASSWORD).await.unwrap_err();
    assert_eq!((other.code, other.params["username"].as_str()), (ErrorCode::NotAllowed, "20210001"));

    let view = engine.sign_out(false).await.unwrap();
    assert!(!view.signed_in && view.username.is_empty() && view.account.is_none());
    assert_ne!(machine.keyring.key(), before, "the old key is gone");
    assert!(machine.keyring.key().is_some());
    assert!(engine.requests().list().await.unwrap().requests.is_empty());
    assert_eq!(engine.preferences().get().await.unwrap().theme, Theme::Dark, "settings are the machine's");
    assert_eq!(platform.count("sign_out"), 1);
    engine.platform().sign_in("20219999", PASSWORD).await.unwrap();
    engine.stop().await;
}

#[tokio::test]
async fn signing_out_does_not_drop_what_was_not_sent_unasked() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    let id = loan(&engine, "家").await.id;
    engine.requests().submit(id).await.unwrap();
    let refused = engine.sign_out(false).await.unwrap_err();
    assert_eq!((refused.code, refused.params["unsent"].as_str()), (ErrorCode::NotAllowed, "1"));
    assert!(engine.requests().get(id).await.is_ok());
    engine.sign_out(true).await.unwrap();
    assert!(engine.requests().get(id).await.is_err());
    engine.stop().await;
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_finished_at_the_next_start() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    loan(&engine, "春").await;
    engine.stop().await;
    drop(engine);
    // a sign-out was interrupted: the key is deleted, the files are not
    std::fs::write(machine.path().join("hongyan.erasing"), "").unwrap();
    machine.keyring.replace(None);
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert!(engine.requests().list().await.unwrap().drafts.is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn an_approved_registration_is_told_once() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    let form =
        Registration { username: "20210001".into(), name: "韦小雁".into(), ..Registration::default() };
    let view = engine.platform().register(&form).await.unwrap();
    assert_eq!(view.registration.unwrap().state, AccountState::RegReview);
    platform.state().registration = Some(AccountState::ActiveMustChangePassword);
    engine.sync().now();
    until(&engine, "approved", async || engine.notices().list().await.unwrap().unread == 1).await;
    assert_eq!(engine.notices().list().await.unwrap().notices[0].kind, NoticeKind::AccountApproved);
    engine.stop().await;
    drop(engine);
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().refresh_account().await.unwrap();
    assert_eq!(engine.notices().list().await.unwrap().notices.len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn a_worn_token_is_renewed_once_for_all_who_wait() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    platform.mishap("precheck", Mishap::Before(NetError::SignIn));
    platform.mishap("precheck", Mishap::Before(NetError::SignIn));
    let draft = loan(&engine, "秋").await;
    let (one, two) =
        tokio::join!(engine.requests().draft_check(draft.id), engine.requests().draft_check(draft.id));
    assert!(one.unwrap().checked_online && two.unwrap().checked_online);
    assert!(platform.count("refresh") <= 2, "and the fake platform refuses a token used twice");
    engine.stop().await;
}
