use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use super::{Check, CheckCode, Earlier, Verdict, check, duplicate_key, estimate, same_thing, twins_within};
use crate::holding::Holding;
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

fn earlier(draft: Draft, state: RequestState) -> Earlier {
    Earlier::new(draft, state, date(2026, 11, 1))
}

fn run(draft: &Draft, earlier: &[Earlier]) -> Vec<Check> {
    check(draft, &Library::gxmzu(), date(2026, 11, 22), earlier)
}

#[test]
fn one_third_counts_earlier_pages_once() {
    let before = earlier(book_part(1, "1-40"), RequestState::Delivered);
    let fits = run(&book_part(2, "31-100"), std::slice::from_ref(&before));
    assert_eq!(verdict(&fits, CheckCode::CopyrightLimitExceeded), Some(Verdict::Ok));
    let over = run(&book_part(2, "31-101"), std::slice::from_ref(&before));
    assert_eq!(verdict(&over, CheckCode::CopyrightLimitExceeded), Some(Verdict::Blocker));
    let cancelled = Earlier { state: RequestState::Cancelled, ..before };
    let again = run(&book_part(2, "31-101"), &[cancelled]);
    assert_eq!(verdict(&again, CheckCode::CopyrightLimitExceeded), Some(Verdict::Ok));
}

#[test]
fn a_thesis_is_copied_whole() {
    let thesis = Draft {
        kind: Kind::Thesis,
        title: "铜鼓研究".into(),
        author: "韦某".into(),
        publisher: "广西民族大学".into(),
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
    let before = earlier(book_part(1, "1-40"), RequestState::LocalReview);
    let mut twin = book_part(2, "1-40");
    assert_eq!(
        verdict(&run(&twin, std::slice::from_ref(&before)), CheckCode::DuplicateOpenRequest),
        Some(Verdict::Blocker)
    );
    twin.override_duplicate = true;
    assert_eq!(verdict(&run(&twin, &[before]), CheckCode::DuplicateOpenRequest), Some(Verdict::Warning));
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

fn article(number: u128, pages: &str) -> Draft {
    Draft {
        title: "广西民族研究".into(),
        component_title: "论壮族的铜鼓文化".into(),
        date: "2009".into(),
        issn: "1004-454X".into(),
        volume: "30".into(),
        issue: "2".into(),
        pages: pages.into(),
        declaration_accepted: true,
        ..draft(Service::Copy, number)
    }
}

#[test]
fn the_key_is_that_of_the_surest_way() {
    let key = |draft: &Draft| duplicate_key(draft).unwrap();
    let mut one = article(1, "pp. 12–20");
    assert_eq!(key(&one), "issn:1004-454X|30|2|12");
    assert_eq!(key(&article(2, "第12页")), key(&one), "the first page decides");
    one.pmid = "123456".into();
    assert_eq!(key(&one), "pmid:123456");
    one.doi = "https://doi.org/10.1000/ABC".into();
    assert_eq!(key(&one), "doi:10.1000/abc");
    assert_eq!(key(&book_part(1, "１-40")), key(&book_part(2, "1～20, 21-40")), "however it is written");
    assert_ne!(key(&book_part(1, "1-40")), key(&book_part(2, "1-41")));
    let text = key(&Draft { issn: String::new(), ..article(1, "12") });
    assert!(text.starts_with("text:") && text.len() == 5 + 64, "{text}");
    let dated = Draft { issn: String::new(), date: "2009-05".into(), ..article(1, "12") };
    assert_eq!(key(&dated), text);
}

#[test]
fn a_twin_that_was_typed_without_its_doi_is_found() {
    let with = Draft { doi: "10.1000/abc".into(), ..article(1, "12-20") };
    assert!(same_thing(&with, &article(2, "12")));
    assert!(!same_thing(&with, &Draft { doi: "10.1000/other".into(), ..article(2, "12-20") }));
    assert!(!same_thing(&with, &Draft { service: Service::Loan, ..with.clone() }));
    assert!(!same_thing(&draft(Service::Copy, 1), &draft(Service::Copy, 2)), "empty forms are no twins");
}

#[test]
fn a_closed_twin_is_spoken_of_for_half_a_year() {
    let said = |state: RequestState, changed| {
        let before = Earlier::new(article(1, "12-20"), state, changed);
        let checks = run(&article(2, "12-20"), &[before]);
        let found = checks.into_iter().find(|c| c.code == CheckCode::DuplicateClosedRequest);
        found.map(|c| (c.verdict, c.params["delivered"].clone()))
    };
    let warned = |delivered: &str| Some((Verdict::Warning, delivered.to_owned()));
    assert_eq!(said(RequestState::Completed, date(2026, 11, 1)), warned("true"));
    assert_eq!(said(RequestState::Completed, date(2026, 6, 1)), warned("false"));
    assert_eq!(said(RequestState::Unfilled, date(2026, 11, 1)), warned("false"));
    assert_eq!(said(RequestState::Completed, date(2026, 5, 1)), None);
    assert_eq!(said(RequestState::Rejected, date(2026, 11, 1)), None);
}

#[test]
fn a_delivered_twin_can_be_opened() {
    let before = earlier(article(1, "12-20"), RequestState::Delivered);
    let checks = run(&article(2, "12-20"), &[before]);
    let twin = checks.iter().find(|c| c.code == CheckCode::DuplicateOpenRequest).unwrap();
    assert_eq!((twin.verdict, twin.params["delivered"].as_str()), (Verdict::Blocker, "true"));
    assert_eq!(twin.params["title"], "论壮族的铜鼓文化");
}

#[test]
fn needed_by_is_reckoned_in_working_days() {
    let on = |day| {
        let wanted = Draft { needed_by: Some(day), ..article(1, "12") };
        let checks = check(&wanted, &Library::gxmzu(), date(2026, 9, 30), &[]);
        let found = checks.into_iter().find(|c| c.code == CheckCode::NeedBeforePast).unwrap();
        (found.verdict, found.params["workingDays"].clone(), found.params["usual"].clone())
    };
    // 国庆 is not a working day, Saturday 10-10 is: five working days end on 10-13
    let usual = "2026-10-13".to_owned();
    assert_eq!(on(date(2026, 9, 30)), (Verdict::Blocker, "0".to_owned(), usual.clone()));
    assert_eq!(on(date(2026, 10, 7)), (Verdict::Warning, "0".to_owned(), usual.clone()));
    assert_eq!(on(date(2026, 10, 12)), (Verdict::Warning, "4".to_owned(), usual.clone()));
    assert_eq!(on(date(2026, 10, 13)), (Verdict::Ok, "5".to_owned(), usual));
}

#[test]
fn pages_that_are_numbers_of_articles_do_not_block() {
    assert_eq!(verdict(&run(&article(1, "e01567"), &[]), CheckCode::PagesInvalid), Some(Verdict::Warning));
    assert_eq!(verdict(&run(&book_part(1, "e01567"), &[]), CheckCode::PagesInvalid), Some(Verdict::Blocker));
}

#[test]
fn what_the_search_knew_is_said_while_the_form_speaks_of_that_work() {
    let mut wanted = book_part(1, "1-40");
    let copy = |call: &str, available| Holding {
        library: "本馆".into(),
        location: "相思湖馆".into(),
        call_number: call.into(),
        available,
    };
    wanted.set_known(
        vec![copy("K20/1", Some(false)), copy("K20/2", Some(true))],
        vec!["https://example.org/a".into()],
    );
    let checks = run(&wanted, &[]);
    let held = checks.iter().find(|c| c.code == CheckCode::HeldLocally).unwrap();
    assert_eq!((held.verdict, held.params["callNumber"].as_str()), (Verdict::Warning, "K20/2"));
    assert_eq!(verdict(&checks, CheckCode::OpenAccess), Some(Verdict::Warning));
    wanted.isbn = "978-0-306-40615-7".into();
    assert_eq!(verdict(&run(&wanted, &[]), CheckCode::HeldLocally), None, "another book now");
}

#[test]
fn twins_of_a_list_are_found_before_it_is_sent() {
    let list =
        [article(1, "12-20"), article(2, "33"), article(3, "12"), book_part(4, "1-9"), article(5, "33")];
    assert_eq!(twins_within(&list), [None, None, Some(0), None, Some(1)]);
}
