//! Lists of works: parsed, persistent, submitted line by line; forms filled from texts; drafts restored;
//! requests checked again before they are sent.

use hongyan_connectors::error::NetError;
use hongyan_engine::batch::{Common, Given};
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::recheck::BeforeSending;
use hongyan_engine::view::{BatchLineView, LookUp, ReadAs, WhyLeft};
use hongyan_model::request::checks::{CheckCode, Verdict};
use hongyan_model::{Kind, RequestState, Service};

use crate::bench::{Machine, loan, submit};
use crate::platform::{Mishap, Platform};

const LIST: &str = "[1] 黄某, 韦某. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20.
[2] 曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.
[3] 铜鼓的来历
[4] 黄某, 韦某. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20.";

fn accepted() -> Common {
    Common { declaration_accepted: Some(true), pickup_location: Some("xsh-904".into()) }
}

fn line(lines: &[BatchLineView], number: u32) -> &BatchLineView {
    lines.iter().find(|line| line.line == number).unwrap()
}

#[tokio::test]
async fn a_list_is_read_reviewed_and_there_after_a_restart() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let list = engine.requests().batch_new(LIST, &[]).await.unwrap();
    assert_eq!(list.lines.len(), 4);
    let article = line(&list.lines, 1).form.clone().unwrap().draft;
    assert_eq!((article.service, article.kind), (Service::Copy, Kind::Article));
    assert_eq!((article.title.as_str(), article.pages.as_str()), ("广西民族研究", "12-20"));
    let book = line(&list.lines, 2).form.clone().unwrap().draft;
    assert_eq!((book.service, book.pickup_location.as_str()), (Service::Loan, "xsh-904"));
    assert_eq!((line(&list.lines, 3).read_as, list.left.len()), (ReadAs::Title, 0));
    assert_eq!((line(&list.lines, 4).same_as, line(&list.lines, 1).same_as), (Some(1), None));
    assert!(list.lines.iter().all(|line| line.look_up == LookUp::Waiting));
    let unasked = engine.requests().batch_look_up(list.id, 2).await.unwrap_err();
    assert_eq!(unasked.code, ErrorCode::Unreachable, "there are no catalogues to ask");
    engine.stop().await;
    drop(engine);

    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let again = engine.requests().batch_get(list.id).await.unwrap();
    assert_eq!(line(&again.lines, 2).look_up, LookUp::Waiting, "not asked is no answer");
    assert_eq!(line(&again.lines, 1).form.as_ref().unwrap().draft, article);
    let rows = engine.requests().batch_list().await.unwrap();
    assert_eq!((rows.len(), rows[0].drafts, rows[0].title.as_str()), (1, 4, "论壮族的铜鼓文化"));
    assert!(engine.requests().list().await.unwrap().drafts.iter().all(|draft| draft.batch == Some(list.id)));
    engine.stop().await;
}

/// A file of references that databases export is read as such, from its bytes; what looks like one and is not read
/// makes no request at all.
/// A number with a wrong check digit is told with its line, in a list and in a form, and is nobody's title.
#[tokio::test]
async fn a_misprinted_number_is_told_and_makes_no_work() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let text = "红楼梦\n书号：978-7-02-000872-9（精装）\n";
    let list = engine.requests().batch_new(text, &[]).await.unwrap();
    let left: Vec<_> = list.left.iter().map(|part| (part.line, part.text.as_str(), part.why)).collect();
    assert_eq!((list.lines.len(), left), (1, vec![(2, "ISBN 978-7-02-000872-9", WhyLeft::CheckDigit)]));
    let fill = engine.requests().draft_fill(Service::Loan, "978-7-02-000872-9", None).await.unwrap();
    assert_eq!((fill.read_as, fill.works, fill.draft.title.as_str()), (None, 0, ""));
    assert_eq!(fill.left[0].why, WhyLeft::CheckDigit);
    let fill = engine.requests().draft_fill(Service::Loan, "ISBN 9787020008729 红楼梦", None).await.unwrap();
    assert_eq!((fill.works, fill.draft.title.as_str(), fill.draft.isbn.as_str()), (1, "红楼梦", ""));
    assert_eq!(fill.left[0].why, WhyLeft::CheckDigit);
    let nothing = engine.requests().batch_new("ISSN 1001-7918", &[]).await.unwrap();
    assert_eq!((nothing.lines.len(), nothing.left.len()), (0, 1));
    engine.stop().await;
}

#[tokio::test]
async fn a_file_of_references_is_no_list_of_lines() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let text = "{Reference Type}: Journal Article\r\n{Title}: 湖与山的比较\r\n{Author}: 何远\r\n{Journal}: 太湖学报\r\n{Year}: 2021\r\n{Pages}: 7-19\r\n\r\n\
        {Reference Type}: Book\r\n{Publisher}: 某社\r\n";
    let bytes: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let list = engine.requests().batch_new(Given::File(bytes.clone()), &[]).await.unwrap();
    assert_eq!((list.lines.len(), list.lines[0].read_as), (1, ReadAs::File));
    let draft = list.lines[0].form.clone().unwrap().draft;
    assert_eq!((draft.title.as_str(), draft.component_title.as_str()), ("太湖学报", "湖与山的比较"));
    let left: Vec<_> = list.left.iter().map(|part| (part.line, part.why)).collect();
    assert_eq!(left, [(8, WhyLeft::Empty)]);
    let empty = || Given::File(Vec::new());
    let of_list = engine.requests().batch_new(empty(), &[]).await.unwrap_err();
    let of_form = engine.requests().draft_fill(Service::Copy, empty(), None).await.unwrap_err();
    assert_eq!((of_list.code, of_form.code), (ErrorCode::FileEmpty, ErrorCode::FileEmpty));
    let fill = engine.requests().draft_fill(Service::Copy, Given::File(bytes), None).await.unwrap();
    assert_eq!((fill.works, fill.draft.pages.as_str(), fill.left.len()), (1, "7-19", 1));
    for (what, unread) in [
        ("RIS", "TY  - BOOK\nPB  - 某社\nER  - \n".as_bytes()),
        ("PDF", b"%PDF-1.7\n1 0 obj\n"),
        ("“AU= Marsh, A.”", b"AU= Marsh, A.\nTI= Geese\nSO= Birds\nPY= 1999\n"),
    ] {
        let problem = engine.requests().batch_new(Given::File(unread.to_vec()), &[]).await.unwrap_err();
        assert_eq!((problem.code, problem.params["what"].as_str()), (ErrorCode::ReferencesUnread, what));
    }
    let one = engine.requests().batch_list().await.unwrap();
    assert_eq!(one.len(), 1, "nothing was made of what is not read");
    engine.stop().await;
}

#[tokio::test]
async fn each_line_is_submitted_by_itself_and_says_what_came_of_it() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let list = engine.requests().batch_new(LIST, &[]).await.unwrap();
    engine.requests().batch_set(list.id, &accepted()).await.unwrap();
    let came = engine.requests().batch_submit(list.id, &[1, 2, 3, 4], false).await.unwrap();
    let submitted: Vec<(u32, bool)> = came.outcomes.iter().map(|o| (o.line, o.submitted)).collect();
    assert_eq!(submitted, [(1, true), (2, true), (3, true), (4, false)]);
    let twin = &came.outcomes[3];
    assert_eq!(twin.problem.as_ref().unwrap().code, ErrorCode::ChecksFailed);
    let checks = &twin.form.as_ref().unwrap().checks;
    let found = checks.iter().find(|check| check.code == CheckCode::DuplicateOpenRequest).unwrap();
    assert_eq!(found.verdict, Verdict::Blocker);
    let requests = engine.requests().list().await.unwrap().requests;
    assert_eq!(requests.len(), 3);
    let mut ids: Vec<_> = requests.iter().map(|row| row.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has an id of its own");
    let kept = line(&came.batch.lines, 1).request.as_ref().unwrap();
    assert_eq!(kept.state, RequestState::Queued);
    // idempotent: submitting again sends nothing twice
    let again = engine.requests().batch_submit(list.id, &[1, 2], false).await.unwrap();
    assert!(again.outcomes.iter().all(|outcome| outcome.submitted));
    assert_eq!(engine.requests().list().await.unwrap().requests.len(), 3);
    engine.requests().batch_close(list.id, true).await.unwrap();
    assert!(engine.requests().batch_list().await.unwrap().is_empty());
    let left = engine.requests().list().await.unwrap();
    assert_eq!((left.drafts.len(), left.requests.len()), (0, 3));
    engine.stop().await;
}

#[tokio::test]
async fn what_the_platform_forbids_holds_up_only_its_own_line() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let list = engine.requests().batch_new(LIST, &[]).await.unwrap();
    engine.requests().batch_set(list.id, &accepted()).await.unwrap();
    // the platform blocks every line as held by the own library, and one check gets no response
    platform.mishap("precheck", Mishap::Before(NetError::Unreachable("断网".into())));
    let came = engine.requests().batch_submit(list.id, &[2, 3], false).await.unwrap();
    let (sent, held): (Vec<_>, Vec<_>) = came.outcomes.iter().partition(|outcome| outcome.submitted);
    assert_eq!((sent.len(), held.len()), (1, 1));
    let form = held[0].form.as_ref().unwrap();
    assert!(form.checked_online);
    assert!(form.checks.iter().any(|c| c.code == CheckCode::HeldLocally && c.verdict == Verdict::Blocker));
    engine.stop().await;
}

#[tokio::test]
async fn a_text_that_names_nothing_leaves_nothing() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let list = engine.requests().batch_new(" \n ", &[]).await.unwrap();
    assert!(list.lines.is_empty());
    assert_eq!(engine.requests().batch_get(list.id).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(engine.requests().list().await.unwrap().drafts.is_empty());
    let many = "红楼梦\n".repeat(203);
    let cut = engine.requests().batch_new(&many, &[]).await.unwrap();
    assert_eq!((cut.lines.len(), cut.left_out), (200, 3));
    engine.stop().await;
}

#[tokio::test]
async fn a_form_is_filled_from_what_was_pasted() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let fill = engine.requests().draft_fill(Service::Copy, LIST, None).await.unwrap();
    assert_eq!((fill.works, fill.read_as), (4, Some(ReadAs::Reference)));
    assert_eq!(fill.draft.catalogued, None, "no catalogue was there to ask");
    assert_eq!(fill.draft.component_title, "论壮族的铜鼓文化");
    let url = "https://r.example/?url_ver=Z39.88-2004&rft.genre=article&rft.atitle=%E8%8A%B1%E5%B1%B1&rft.spage=3&rft.epage=9";
    let fill = engine.requests().draft_fill(Service::Copy, url, None).await.unwrap();
    assert_eq!((fill.draft.component_title.as_str(), fill.draft.pages.as_str()), ("花山", "3-9"));
    assert_eq!(engine.requests().draft_fill(Service::Loan, "", None).await.unwrap().read_as, None);
    assert!(engine.requests().list().await.unwrap().drafts.is_empty(), "nothing is kept");
    engine.stop().await;
}

#[tokio::test]
async fn a_draft_that_was_thrown_away_comes_back_but_a_request_does_not() {
    let machine = Machine::new();
    let engine = machine.open(Platform::default().gateway()).await.unwrap();
    let draft = loan(&engine, "鸿雁传书考").await;
    engine.requests().draft_delete(draft.id).await.unwrap();
    assert_eq!(engine.requests().draft_get(draft.id).await.unwrap_err().code, ErrorCode::NotFound);
    engine.requests().draft_restore(draft.clone()).await.unwrap();
    assert_eq!(engine.requests().draft_get(draft.id).await.unwrap().draft, draft);
    engine.requests().submit(draft.id).await.unwrap();
    assert_eq!(engine.requests().draft_restore(draft).await.unwrap_err().code, ErrorCode::NotAllowed);
    engine.stop().await;
}

#[tokio::test]
async fn before_sending_everything_is_looked_at_again() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.open(platform.gateway()).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    let unasked = engine.requests().recheck_before_sending(id).await.unwrap();
    assert!(matches!(unasked, BeforeSending::Unasked(ref problem) if problem.code == ErrorCode::NeedsSignIn));
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    platform.mishap("precheck", Mishap::Before(NetError::Unreachable("断网".into())));
    assert!(matches!(engine.requests().recheck_before_sending(id).await.unwrap(), BeforeSending::Unasked(_)));
    // a duplicate created later does not block the first request
    let mut later = loan(&engine, "紅樓夢").await;
    later.override_duplicate = true;
    engine.requests().draft_save(later.clone()).await.unwrap();
    engine.requests().submit(later.id).await.unwrap();
    let BeforeSending::Blocked(checks) = engine.requests().recheck_before_sending(id).await.unwrap() else {
        panic!("the platform says that the library has it");
    };
    assert_eq!(checks.iter().map(|check| check.code).collect::<Vec<_>>(), [CheckCode::HeldLocally]);
    assert_eq!(checks[0].params["callNumber"], "I242.4/1");
    engine.stop().await;
}
