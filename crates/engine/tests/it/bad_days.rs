//! Each failure of the platform has its error code, and drafts and history survive it.

use hongyan_connectors::error::NetError;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::secrets::SecretError;
use hongyan_engine::view::{KeyPlace, Loss};
use hongyan_model::RequestState;

use crate::bench::{Keyring, Machine, loan, submit, until_state};
use crate::platform::{Mishap, Platform};

const PASSWORD: &str = "相思湖畔904";

#[tokio::test]
async fn signing_in_says_what_is_wrong() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    let draft = loan(&engine, "红楼梦").await;
    let wrong = engine.platform().sign_in("20210001", "不是这个密码").await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    let locked = NetError::Refused {
        status: 422,
        code: "user.blocked".into(),
        message: "账户已锁定".into(),
        params: vec![],
    };
    let cases = [
        (locked, ErrorCode::AccountLocked),
        (NetError::Unreachable("断网".into()), ErrorCode::Unreachable),
        (NetError::Timeout, ErrorCode::Timeout),
        (NetError::Server(503), ErrorCode::ServerError),
        (NetError::WrongKind("维护页面".into()), ErrorCode::NotData),
        (NetError::Malformed("截断".into()), ErrorCode::BrokenAnswer),
        (NetError::Throttled { after: None }, ErrorCode::Busy),
    ];
    for (error, code) in cases {
        platform.mishap("sign_in", Mishap::Before(error));
        assert_eq!(engine.platform().sign_in("20210001", PASSWORD).await.unwrap_err().code, code);
        assert!(!engine.platform().account().await.unwrap().signed_in);
    }
    assert_eq!(engine.requests().draft_get(draft.id).await.unwrap().draft.title, "红楼梦");
    engine.stop().await;
}

#[tokio::test]
async fn the_history_is_readable_offline() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    until_state(&engine, id, RequestState::Submitted).await;
    engine.stop().await;
    drop(engine);
    for _ in 0..5 {
        platform.mishap("account", Mishap::Before(NetError::Unreachable("断网".into())));
    }
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.sync().finished().await.unwrap_err().code, ErrorCode::Unreachable);
    assert_eq!(engine.requests().get(id).await.unwrap().draft.title, "红楼梦");
    assert_eq!(engine.status().get().await.unwrap().problem.unwrap().code, ErrorCode::Unreachable);
    engine.stop().await;
}

#[tokio::test]
async fn a_second_start_is_refused_and_the_first_goes_on() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    let second = machine.open(platform.gateway()).await.err().unwrap();
    assert_eq!(second.code, ErrorCode::AlreadyRunning);
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    drop(engine);
    machine.open(platform.gateway()).await.unwrap().stop().await;
}

#[tokio::test]
async fn without_a_keyring_nothing_is_kept_and_nothing_is_touched() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Keyring);
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    drop(engine);
    let file = machine.path().join("hongyan.db");
    let before = std::fs::read(&file).unwrap();
    assert!(!before.windows("红楼梦".len()).any(|w| w == "红楼梦".as_bytes()), "nothing in the clear");
    let key = machine.keyring.key();

    machine.keyring = std::sync::Arc::new(Keyring::broken());
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    let problem = engine.vault().key_problem().unwrap();
    assert_eq!(problem.code, ErrorCode::NoKeyring);
    assert_eq!(problem.params.get("untouched").map(String::as_str), Some("true"));
    assert!(engine.requests().list().await.unwrap().drafts.is_empty());
    let refused = engine.set_passphrase("", "鸿雁传书二〇二六").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed, "there is a history under another key");
    engine.vault().stay_in_memory().await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Memory);
    loan(&engine, "只在此次").await;
    assert_eq!(engine.requests().list().await.unwrap().drafts.len(), 1);
    engine.stop().await;
    drop(engine);
    assert_eq!(std::fs::read(&file).unwrap(), before);

    machine.keyring = std::sync::Arc::default();
    machine.keyring.replace(key);
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.requests().list().await.unwrap().drafts[0].title, "红楼梦");
    engine.stop().await;
}

#[tokio::test]
async fn a_keyring_that_is_locked_is_not_called_none_and_one_that_is_silent_can_be_done_without() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    machine.keyring = std::sync::Arc::new(Keyring::failing(SecretError::Locked("锁着".into())));
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    assert_eq!(engine.vault().key_problem().unwrap().code, ErrorCode::KeyringLocked);
    engine.stop().await;
    drop(engine);
    machine.keyring = std::sync::Arc::new(Keyring::failing(SecretError::TimedOut));
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Memory, "the patron has chosen: nothing more is asked");
    assert_eq!(engine.vault().key_problem().unwrap().code, ErrorCode::KeyringSilent);
    loan(&engine, "只在此次").await;
    engine.stop().await;
    assert!(!machine.path().join("hongyan.db").exists());
}

#[tokio::test]
async fn a_fresh_machine_without_a_keyring_says_so_too() {
    let machine = Machine::without_keyring();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    engine.vault().stay_in_memory().await.unwrap();
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    assert!(!machine.path().join("hongyan.db").exists());
}

#[tokio::test]
async fn a_lost_or_wrong_key_is_told_apart_from_damage() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    drop(engine);
    let key = machine.keyring.key();
    for wrong in [None, Some(vec![7; 32]), Some(vec![1, 2, 3])] {
        machine.keyring.replace(wrong);
        let engine = machine.open(platform.gateway()).await.unwrap();
        assert_eq!(engine.vault().key_place(), KeyPlace::Lost);
        assert_eq!(engine.vault().key_problem().unwrap().code, ErrorCode::DatabaseKey);
        engine.stop().await;
    }
    machine.keyring.replace(key);
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.vault().back_up().await.unwrap();
    engine.stop().await;
    drop(engine);
    let file = machine.path().join("hongyan.db");
    std::fs::write(&file, "这不是数据库".repeat(1000)).unwrap();
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.requests().list().await.unwrap().drafts[0].title, "红楼梦");
    let recovery = engine.vault().recovery().await.unwrap().unwrap();
    assert_eq!(recovery.loss, Loss::Restored);
    assert!(recovery.from.is_some() && machine.path().join(&recovery.kept).exists());
    engine.vault().recovery_seen().await.unwrap();
    assert_eq!(engine.vault().recovery().await.unwrap(), None);
    engine.stop().await;
}
