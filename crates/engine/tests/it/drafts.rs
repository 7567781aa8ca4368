//! Drafts: stored, checked, filled.

use hongyan_connectors::error::NetError;
use hongyan_engine::problem::ErrorCode;
use hongyan_model::request::checks::{Check, CheckCode, Verdict};
use hongyan_model::{IdentifierKind, Kind, Record, Service};

use crate::bench::{Machine, loan, submit};
use crate::platform::{Mishap, Platform};

fn verdict(checks: &[Check], code: CheckCode) -> Option<Verdict> {
    checks.iter().find(|check| check.code == code).map(|check| check.verdict)
}

#[tokio::test]
async fn a_draft_is_there_after_a_restart_and_a_blank_one_is_not() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let blank = engine.requests().draft_new(Service::Copy, None, None).await.unwrap().draft;
    assert!(engine.requests().draft_get(blank.id).await.is_ok(), "it can be opened while the form is open");
    let kept = loan(&engine, "𠀀字考釋").await;
    engine.stop().await;
    drop(engine);
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let list = engine.requests().list().await.unwrap().drafts;
    assert_eq!(list.len(), 1);
    assert_eq!(engine.requests().draft_get(kept.id).await.unwrap().draft.title, "𠀀字考釋");
    engine.requests().draft_delete(kept.id).await.unwrap();
    assert_eq!(engine.requests().draft_save(kept).await.unwrap_err().code, ErrorCode::NotFound);
    engine.stop().await;
}

#[tokio::test]
async fn what_was_typed_goes_where_it_belongs() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let isbn =
        engine.requests().draft_new(Service::Loan, None, Some("978-7-02-000220-7")).await.unwrap().draft;
    assert_eq!((isbn.isbn.as_str(), isbn.title.as_str()), ("9787020002207", ""));
    assert_eq!(isbn.pickup_location, "xsh-904", "the only desk there is");
    let title = engine.requests().draft_new(Service::Loan, None, Some("红楼梦")).await.unwrap().draft;
    assert_eq!(title.title, "红楼梦");
    let mut record = Record { kind: Kind::Book, title: "红楼梦".into(), ..Record::default() };
    record.add_identifier(IdentifierKind::Isbn, "9787020002207");
    let from = engine.requests().draft_new(Service::Loan, Some(&record), Some("别的")).await.unwrap().draft;
    assert_eq!((from.title.as_str(), from.isbn.as_str()), ("红楼梦", "9787020002207"));

    engine.stop().await;
}

#[tokio::test]
async fn holdings_are_asked_of_the_platform_and_unchecked_without_it() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let draft = loan(&engine, "红楼梦").await;
    let view = engine.requests().draft_check(draft.id).await.unwrap();
    assert!(view.checked_online && !view.can_submit);
    let held = view.checks.iter().find(|check| check.code == CheckCode::HeldLocally).unwrap();
    assert_eq!((held.verdict, held.params["callNumber"].as_str()), (Verdict::Blocker, "I242.4/1"));
    assert_eq!(verdict(&view.checks, CheckCode::QuotaExceeded), Some(Verdict::Ok));

    platform.mishap("precheck", Mishap::Before(NetError::Unreachable("断网".into())));
    let view = engine.requests().draft_check(draft.id).await.unwrap();
    assert!(!view.checked_online && view.can_submit);
    assert_eq!(verdict(&view.checks, CheckCode::HeldLocally), Some(Verdict::Unchecked));
    engine.stop().await;
}

#[tokio::test]
async fn what_the_platform_did_not_look_for_has_not_passed() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let blank = engine.requests().draft_new(Service::Loan, None, None).await.unwrap().draft.id;
    let named = loan(&engine, "红楼梦").await.id;
    for (said, of_blank, of_named) in [
        // the platform states no holdings, also for an empty form
        (Some(Vec::new()), Verdict::Unchecked, Verdict::Ok),
        // the platform does not state holdings
        (None, Verdict::Unchecked, Verdict::Unchecked),
    ] {
        platform.state().holdings = Some(said);
        for (id, wanted) in [(blank, of_blank), (named, of_named)] {
            let view = engine.requests().draft_check(id).await.unwrap();
            assert!(view.checked_online);
            assert_eq!(verdict(&view.checks, CheckCode::HeldLocally), Some(wanted));
            // the precheck of this platform never states open-access copies
            assert_eq!(verdict(&view.checks, CheckCode::OpenAccess), Some(Verdict::Unchecked));
        }
    }
    // before the first sync, the platform may have a duplicate
    assert_eq!(
        verdict(&engine.requests().draft_get(named).await.unwrap().checks, CheckCode::DuplicateOpenRequest),
        Some(Verdict::Unchecked)
    );
    engine.sync().finished().await.unwrap();
    let checks = engine.requests().draft_get(named).await.unwrap().checks;
    assert_eq!(verdict(&checks, CheckCode::DuplicateOpenRequest), Some(Verdict::Ok));
    let checks = engine.requests().draft_get(blank).await.unwrap().checks;
    assert_eq!(verdict(&checks, CheckCode::DuplicateOpenRequest), Some(Verdict::Unchecked));
    engine.stop().await;
}

#[tokio::test]
async fn what_the_checks_forbid_is_not_queued() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let mut draft = loan(&engine, "三国演义").await;
    draft.isbn = "9787020002208".into(); // wrong check digit
    engine.requests().draft_save(draft.clone()).await.unwrap();
    let failed = engine.requests().submit(draft.id).await.unwrap_err();
    assert_eq!((failed.code, failed.params["fields"].as_str()), (ErrorCode::ChecksFailed, "isbn"));
    assert_eq!(engine.requests().draft_get(draft.id).await.unwrap().draft.title, "三国演义");
    submit(&engine, "水浒传").await;
    let twice = loan(&engine, "水滸傳").await;
    let view = engine.requests().draft_get(twice.id).await.unwrap();
    assert_eq!(verdict(&view.checks, CheckCode::DuplicateOpenRequest), Some(Verdict::Blocker));
    engine.stop().await;
}
