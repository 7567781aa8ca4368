use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hongyan_connectors::source::{Access, Credentials, Protocol, SourceConfig, SourceFile};
use hongyan_model::library::Library;

use super::Edit;
use crate::base::problem::ErrorCode;
use crate::ledger::secrets::{SecretError, SecretStore};
use crate::platform::no_interface::NoInterface;
use crate::view::{SourceAccess, SourceState};
use crate::{Engine, EngineConfig, PollTimes, SystemClock};

struct Fixed;

#[async_trait]
impl SecretStore for Fixed {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(Some(vec![7; 32]))
    }
    async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

async fn open(dir: &Path) -> Engine {
    let sru = |id: &str| SourceConfig::new(id, format!("目录{id}"), Protocol::Sru, "http://localhost:1/db");
    let mut locked = sru("locked");
    (locked.access, locked.address) = (Access::Key, "http://localhost:2/db".into());
    let config = EngineConfig {
        data_dir: dir.to_owned(),
        demo: false,
        library: Library::gxmzu(),
        sources: SourceFile { source: vec![sru("first"), locked] },
        poll: PollTimes::default(),
        clock: Arc::new(SystemClock),
    };
    Engine::open(config, Arc::new(Fixed), Arc::new(NoInterface)).await.unwrap()
}

async fn ids(engine: &Engine) -> Vec<String> {
    engine.sources().list().await.unwrap().into_iter().map(|source| source.id).collect()
}

fn key(secret: &str) -> Credentials {
    Credentials { secret: secret.into(), ..Credentials::default() }
}

#[tokio::test]
async fn what_the_patron_made_of_the_list_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    let own = engine.sources().add("https://sru.example/古籍").await.unwrap();
    assert_eq!(own, "own-sru-example");
    assert_eq!(engine.sources().add("HTTPS://sru.example/古籍/").await.unwrap(), own, "known already");
    assert_eq!(engine.sources().add("https://sru.example/other").await.unwrap(), "own-sru-example-2");
    engine.sources().order(&[own.clone(), "nowhere".into(), "locked".into()]).await.unwrap();
    assert_eq!(ids(&engine).await, [own.as_str(), "locked", "first", "own-sru-example-2"]);
    let edit = Edit { name: " 古籍库 ".into(), folds: true, home: true, ..Edit::default() };
    engine.sources().edit(&own, edit.clone()).await.unwrap();
    engine.sources().edit("first", Edit { name: "头一个".into(), ..Edit::default() }).await.unwrap();
    engine.sources().switch("locked", false).await.unwrap();
    engine.sources().remove("own-sru-example-2").await.unwrap();
    assert_eq!(engine.sources().remove("first").await.unwrap_err().code, ErrorCode::NotAllowed);
    assert_eq!(engine.sources().remove("nowhere").await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
    drop(engine);

    let engine = open(dir.path()).await;
    let sources = engine.sources().list().await.unwrap();
    let shown: Vec<_> =
        sources.iter().map(|s| (s.id.as_str(), s.name.as_str(), s.enabled, s.custom)).collect();
    assert_eq!(
        shown,
        [
            (own.as_str(), "古籍库", true, true),
            ("locked", "目录locked", false, false),
            ("first", "头一个", true, false)
        ]
    );
    assert!(sources[0].folds && sources[0].home);
    // the name of the file again: the source follows the file again
    engine.sources().edit("first", Edit { name: "目录first".into(), ..Edit::default() }).await.unwrap();
    assert_eq!(engine.sources().list().await.unwrap()[2].name, "目录first");
    engine.stop().await;
}

#[tokio::test]
async fn a_key_opens_a_source_and_is_never_given_out() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    let locked =
        || async { engine.sources().list().await.unwrap().into_iter().find(|s| s.id == "locked").unwrap() };
    assert_eq!((locked().await.access, locked().await.has_key), (SourceAccess::Key, false));
    let state = async || {
        let off = ["first".to_owned()].into();
        let id = engine.sources().searches().start("红楼梦", None, &off).unwrap();
        engine.sources().searches().finished(&id).await[1].state
    };
    assert_eq!(state().await, SourceState::NeedsKey);
    for bad in ["", "  ", "a\nb"] {
        assert_eq!(engine.sources().set_key("locked", key(bad)).await.unwrap_err().code, ErrorCode::BadCall);
    }
    engine.sources().set_key("locked", key("密钥-7f3a")).await.unwrap();
    assert!(locked().await.has_key);
    assert_eq!(state().await, SourceState::Failed, "now it is asked; nobody listens there");
    let told = serde_json::to_string(&engine.sources().list().await.unwrap()).unwrap();
    assert!(!told.contains("7f3a"), "{told}");
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|part| part == b"7f3a"), "the key lies in the clear");
    }
    engine.sources().clear_key("locked").await.unwrap();
    assert!(!locked().await.has_key);
    assert_eq!(state().await, SourceState::NeedsKey);

    engine.sources().set_key("locked", key("密钥-7f3a")).await.unwrap();
    let own = engine.sources().add("https://sru.example/古籍").await.unwrap();
    engine.sources().order(&["locked".into()]).await.unwrap();
    engine.sign_out(true).await.unwrap();
    assert!(!locked().await.has_key, "signing out erases keys");
    assert_eq!(ids(&engine).await, ["locked", "first"], "and the patron's own sources; the order stays");
    assert_eq!(engine.sources().clear_key(&own).await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
}

#[tokio::test]
async fn a_test_of_a_source_counts_for_its_health() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    for _ in 0..3 {
        assert_eq!(engine.sources().test("first").await.unwrap_err().code, ErrorCode::Unreachable);
    }
    let first = engine.sources().list().await.unwrap().remove(0);
    assert!(first.retry_at.is_some());
    assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Unreachable));
    assert_eq!(engine.sources().test("nowhere").await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
}

#[tokio::test]
async fn a_check_says_what_came_and_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    let away = engine.sources().check("first").await.unwrap();
    assert!(!away.stopped && !away.well && away.differences.is_empty());
    assert!(away.page.zh.contains("连接不上") && away.page.en.contains("cannot connect"), "{away:?}");
    assert!(!away.page.zh.contains("localhost"), "{away:?}");
    // a check is no search: the source does not rest for it
    assert!(engine.sources().list().await.unwrap().remove(0).retry_at.is_none());
    assert_eq!(engine.sources().check("nowhere").await.unwrap_err().code, ErrorCode::NotFound);

    // a check that has begun is stopped before anything comes
    let sources = engine.sources();
    let (checked, ()) = tokio::join!(sources.check("first"), async { sources.stop_check() });
    assert!(checked.unwrap().stopped);
    engine.stop().await;
}
