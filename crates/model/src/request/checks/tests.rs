use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use super::{Check, CheckCode, Earlier, Verdict, check, duplicate_key, estimate};
use crate::library::Library;
use crate::money::Fen;
use crate::record::Kind;
use crate::request::{Draft, RequestId, RequestState, Service};

fn draft(service: Service, number: u128) -> Draft {
    Draft::blank(RequestId(Uuid::from_u128(number)), service, Timestamp::UNIX_EPOCH)
}

fn book_part(number: u128, pages: &str) -> Draft {
    Draft {
        kind: Kind::Book,
        title: "中国通史".into(),
        author: "吕思勉".into(),
        isbn: "978-7-02-000872-8".into(),
        pages: pages.into(),
        total_pages: Some(300),
        declaration_accepted: true,
        ..draft(Service::Copy, number)
    }
}

fn verdict(checks: &[Check], code: CheckCode) -> Option<Verdict> {
    checks.iter().find(|c| c.code == code).map(|c| c.verdict)
}

fn run(draft: &Draft, earlier: &[Earlier]) -> Vec<Check> {
    check(draft, &Library::gxmzu(), date(2026, 11, 22), earlier)
}

#[test]
fn one_third_counts_earlier_pages_once() {
    let earlier = Earlier { draft: book_part(1, "1-40"), state: RequestState::Delivered };
    let fits = run(&book_part(2, "31-100"), std::slice::from_ref(&earlier));
    assert_eq!(verdict(&fits, CheckCode::CopyrightLimitExceeded), Some(Verdict::Ok));
    let over = run(&book_part(2, "31-101"), std::slice::from_ref(&earlier));
    assert_eq!(verdict(&over, CheckCode::CopyrightLimitExceeded), Some(Verdict::Blocker));
    let cancelled = Earlier { state: RequestState::Cancelled, ..earlier };
    let again = run(&book_part(2, "31-101"), &[cancelled]);
    assert_eq!(verdict(&again, CheckCode::CopyrightLimitExceeded), Some(Verdict::Ok));
}

#[test]
fn a_thesis_is_copied_whole() {
    let thesis = Draft {
        kind: Kind::Thesis,
        title: "铜鼓研究".into(),
        author: "韦某".into(),
        declaration_accepted: true,
        ..draft(Service::Copy, 1)
    };
    let checks = run(&thesis, &[]);
    assert!(checks.iter().all(|c| c.verdict == Verdict::Ok), "{checks:?}");
}

#[test]
fn estimates() {
    let library = Library::gxmzu();
    assert_eq!(estimate(&book_part(1, "101-117"), &library), Some(Fen(510)));
    assert_eq!(estimate(&draft(Service::Loan, 1), &library), Some(Fen(4000)));
    assert_eq!(estimate(&book_part(1, ""), &library), None);
}

#[test]
fn an_open_twin_blocks_until_overridden() {
    let earlier = Earlier { draft: book_part(1, "1-40"), state: RequestState::LocalReview };
    let mut twin = book_part(2, "1-40");
    assert_eq!(
        verdict(&run(&twin, std::slice::from_ref(&earlier)), CheckCode::DuplicateOpenRequest),
        Some(Verdict::Blocker)
    );
    twin.override_duplicate = true;
    assert_eq!(verdict(&run(&twin, &[earlier]), CheckCode::DuplicateOpenRequest), Some(Verdict::Warning));
}

#[test]
fn the_same_thing_in_two_scripts_is_the_same() {
    let key = |title: &str, author: &str| {
        duplicate_key(&Draft { title: title.into(), author: author.into(), ..draft(Service::Loan, 1) })
    };
    assert_eq!(key("紅樓夢", "曹雪芹"), key("红楼梦", "曹雪芹"));
    assert_eq!(key("", ""), None);
}

#[test]
fn what_is_missing_is_said_at_its_field() {
    let checks = run(&draft(Service::Loan, 1), &[]);
    let blocked: Vec<&str> =
        checks.iter().filter(|c| c.verdict == Verdict::Blocker).map(|c| c.field.as_str()).collect();
    assert_eq!(blocked, ["title", "author", "pickupLocation"]);
    let late = Draft { needed_by: Some(date(2026, 11, 22)), ..draft(Service::Copy, 1) };
    assert_eq!(verdict(&run(&late, &[]), CheckCode::NeedBeforePast), Some(Verdict::Blocker));
    let typo = Draft { isbn: "978-7-02-000872-9".into(), ..draft(Service::Loan, 1) };
    assert_eq!(verdict(&run(&typo, &[]), CheckCode::IdentifierInvalid), Some(Verdict::Blocker));
}
