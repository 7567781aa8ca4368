//! A library without an interface: chosen at the first start, its requests handed over by the patron.

use std::sync::Arc;

use hongyan_connectors::error::NetError;
use hongyan_engine::platform::Opening;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::secrets::SecretStore;
use hongyan_engine::view::{ClockKind, HistoryFilter, HistoryForm, HistoryQuery, RequestGroup};
use hongyan_engine::{Engine, LibraryPick};
use hongyan_model::RequestState as S;
use hongyan_model::account::Registration;
use hongyan_model::library::{Library, SlipKind, Typed};
use hongyan_model::request::checks::{CheckCode, Verdict};
use hongyan_model::{Provenance, Service};
use jiff::civil::date;

use crate::bench::{Machine, loan, of_group, until_state};
use crate::platform::{Mishap, Platform};

pub async fn open(machine: &Machine) -> Engine {
    let opening = Opening { data_dir: machine.path().to_owned(), ..Opening::default() };
    let keyring = Arc::clone(&machine.keyring) as Arc<dyn SecretStore>;
    let engine = Engine::open_for(opening, keyring).await.unwrap();
    engine.start().await;
    engine
}

#[tokio::test]
async fn a_request_is_kept_carried_over_and_followed_by_hand() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    assert!(!engine.libraries().list().await.unwrap().chosen, "the first thing to ask");
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let view = engine.libraries().list().await.unwrap();
    assert!(view.chosen && view.hands_over && !view.given);

    let id = loan(&engine, "石头记").await.id;
    let detail = engine.requests().submit(id).await.unwrap();
    assert_eq!((detail.row.state, detail.row.group), (S::Queued, RequestGroup::NeedsYou));
    assert!(detail.outbox.is_none() && detail.actions.iter().all(|action| action.name != "retry"));
    let status = engine.status().get().await.unwrap();
    assert_eq!((status.needs_you, status.outbox), (1, 0), "nothing leaves by itself");
    let query = of_group(RequestGroup::NeedsYou);
    let found = engine.history().search(&query, None, 10, false).await.unwrap().rows;
    assert_eq!(
        found.iter().map(|row| (row.id, row.group)).collect::<Vec<_>>(),
        [(id, RequestGroup::NeedsYou)]
    );
    let over = engine.handover().get(id).await.unwrap();
    assert_eq!((over.page.as_str(), over.sent), ("https://smart.calis.edu.cn/", false));
    let title = over.fields.iter().find(|field| field.name == "title").unwrap();
    assert_eq!(title.value, "石头记");
    assert!(over.steps.is_empty() && over.resolver.is_none());
    let early = engine
        .handover()
        .state(id, S::OnLoan, Some(date(2027, 1, 5)), "", Provenance::Patron)
        .await
        .unwrap_err();
    assert_eq!(early.code, ErrorCode::NotAllowed);

    let detail = engine.handover().sent(id, " CALIS-2026-0077 ").await.unwrap();
    assert_eq!((detail.row.hrid.as_str(), detail.row.state), ("CALIS-2026-0077", S::Submitted));
    assert_eq!(detail.row.clock.kind, ClockKind::Expected);
    assert_eq!(engine.status().get().await.unwrap().needs_you, 0, "filed");
    let over = engine.handover().get(id).await.unwrap();
    let loan_step = over.steps.iter().find(|step| step.state == S::OnLoan).unwrap();
    assert!(loan_step.dated && loan_step.usual.is_some());
    let detail = engine
        .handover()
        .state(id, S::AwaitingPickup, Some(date(2030, 1, 5)), "馆员来电", Provenance::Patron)
        .await
        .unwrap();
    assert_eq!((detail.row.clock.kind, detail.row.clock.date), (ClockKind::PickupBy, Some(date(2030, 1, 5))));
    assert_eq!(detail.timeline.last().unwrap().note, "馆员来电");
    assert!(
        engine.handover().state(id, S::OnLoan, None, "", Provenance::Patron).await.is_err(),
        "a loan has a day"
    );
    engine.handover().state(id, S::OnLoan, Some(date(2030, 2, 1)), "", Provenance::Patron).await.unwrap();
    engine.stop().await;
    drop(engine);

    let engine = open(&machine).await;
    assert!(engine.libraries().list().await.unwrap().chosen, "asked once");
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!((detail.row.clock.kind, detail.row.clock.date), (ClockKind::Due, Some(date(2030, 2, 1))));
    engine.handover().state(id, S::Returned, None, "", Provenance::Patron).await.unwrap();
    let detail = engine.handover().state(id, S::Completed, None, "", Provenance::Patron).await.unwrap();
    assert_eq!(detail.row.group, RequestGroup::Ended);
    assert!(engine.handover().get(id).await.unwrap().steps.is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn a_profile_of_ones_own_is_read_or_its_slip_is_said() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    let slip =
        engine.choose_library(LibraryPick::Profile("name = \"某馆\"\nnmae = 1\n".into())).await.unwrap();
    let slip = slip.slip.unwrap();
    assert_eq!((slip.kind, slip.key.as_str(), slip.line), (SlipKind::UnknownKey, "nmae", 2));
    assert!(!engine.libraries().list().await.unwrap().chosen, "nothing has changed");
    let mut own = of_hand();
    own.gateway = hongyan_model::library::Gateway::HandOver {
        page: "https://ill.example.edu.cn/new".into(),
        resolver: Some("https://resolver.example.edu.cn/".into()),
    };
    let chosen = engine.choose_library(LibraryPick::Profile(own.to_toml())).await.unwrap();
    assert_eq!((chosen.slip, chosen.view.library.name.as_str()), (None, "相思湖学院图书馆"));
    assert_eq!(engine.library().name, "相思湖学院图书馆", "the first choice takes effect at once");
    let mut draft = loan(&engine, "边城").await;
    draft.pickup_location = "desk".into();
    let id = engine.requests().draft_save(draft).await.unwrap().draft.id;
    engine.requests().submit(id).await.unwrap();
    let resolver = engine.handover().get(id).await.unwrap().resolver.unwrap();
    assert!(resolver.starts_with("https://resolver.example.edu.cn/?url_ver="), "{resolver}");
    // a later choice takes effect at the next start, because the stored requests belong to the current
    // library
    let again = engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    assert_eq!(again.view.at_next_start.as_deref(), Some("广西民族大学图书馆"));
    assert_eq!(engine.library().name, "相思湖学院图书馆");
    engine.stop().await;
}

#[tokio::test]
async fn a_shared_computer_asks_for_its_library_once() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.share(true, false).await.unwrap();
    assert!(!engine.libraries().list().await.unwrap().chosen);
    let own = of_hand().to_toml();
    engine.choose_library(LibraryPick::Profile(own)).await.unwrap();
    engine.sign_out(true).await.unwrap();
    assert!(engine.libraries().list().await.unwrap().chosen, "it is the computer's, not the patron's");
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    let view = engine.libraries().list().await.unwrap();
    assert_eq!((view.chosen, view.library.name.as_str()), (true, "相思湖学院图书馆"));
    engine.share(false, false).await.unwrap();
    assert!(engine.libraries().list().await.unwrap().chosen);
    engine.stop().await;
}

#[tokio::test]
async fn nothing_speaks_of_a_sign_in_where_there_is_none() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let no = ErrorCode::NoPlatform;
    assert_eq!(engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap_err().code, no);
    assert_eq!(engine.platform().register(&Registration::default()).await.unwrap_err().code, no);
    assert_eq!(engine.platform().change_password("旧", "新的口令很长").await.unwrap_err().code, no);
    let account = engine.platform().account().await.unwrap();
    assert!(!account.signed_in && !account.needs_sign_in);

    let draft = loan(&engine, "石头记").await;
    for view in [
        engine.requests().draft_get(draft.id).await.unwrap(),
        engine.requests().draft_check(draft.id).await.unwrap(),
    ] {
        assert!(view.can_submit, "{:?}", view.checks);
        let of_account = [CheckCode::AccountNotActive, CheckCode::QuotaExceeded, CheckCode::DeliveryMail];
        assert!(view.checks.iter().all(|check| !of_account.contains(&check.code)), "{:?}", view.checks);
    }
    let detail = engine.requests().submit(draft.id).await.unwrap();
    let names: Vec<_> = detail.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(names, ["edit-again", "cancel"], "it can be changed and taken back as long as it is here");
    engine.handover().sent(draft.id, "77").await.unwrap();
    assert!(!engine.requests().messages(draft.id).await.unwrap().can_write, "nobody would read it");
    assert_eq!(engine.requests().message_send(draft.id, "请问").await.unwrap_err().code, no);
    engine.sync().now();
    engine.sync().finished().await.unwrap();
    let status = engine.status().get().await.unwrap();
    assert_eq!((status.outbox, status.problem, status.last_sync), (0, None, None));
    engine.stop().await;
}

#[tokio::test]
async fn what_is_to_be_carried_over_is_not_erased_unasked() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let (carried, kept) = (loan(&engine, "边城").await.id, loan(&engine, "围城").await.id);
    let begun = loan(&engine, "没写完").await.id;
    for id in [carried, kept] {
        engine.requests().submit(id).await.unwrap();
    }
    engine.handover().sent(carried, "77").await.unwrap();
    let lost: Vec<_> = engine
        .vault()
        .unsent_and_drafts()
        .await
        .unwrap()
        .into_iter()
        .map(|one| (one.id, one.title, one.draft))
        .collect();
    assert_eq!(lost, [(kept, "围城".to_owned(), false), (begun, "没写完".to_owned(), true)]);
    for refused in [engine.sign_out(false).await.unwrap_err(), engine.share(true, false).await.unwrap_err()] {
        assert_eq!((refused.code, refused.params["unsent"].as_str()), (ErrorCode::NotAllowed, "2"));
    }
    assert!(engine.requests().get(kept).await.is_ok());
    engine.sign_out(true).await.unwrap();
    assert!(engine.vault().unsent_and_drafts().await.unwrap().is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn a_queue_of_another_library_waits_for_no_sign_in() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let doubtful = loan(&engine, "家").await.id;
    platform.mishap("submit", Mishap::After(NetError::Timeout));
    for _ in 0..200 {
        platform.mishap("look_up", Mishap::Before(NetError::Timeout));
    }
    engine.requests().submit(doubtful).await.unwrap();
    until_state(&engine, doubtful, S::Unknown).await;
    let told = platform.ask_elsewhere(7);
    engine.sync().finished().await.unwrap();
    engine.stop().await;
    drop(engine);
    let engine = machine.open(platform.gateway()).await.unwrap();
    let waiting = loan(&engine, "春").await.id;
    engine.requests().submit(waiting).await.unwrap();
    engine.requests().message_send(told, "请问到哪里了").await.unwrap();
    engine.stop().await;
    drop(engine);

    // the library no longer has an interface: nothing waits for the network
    let engine = open(&machine).await;
    let detail = engine.requests().get(waiting).await.unwrap();
    assert_eq!((detail.row.state, detail.row.group), (S::Queued, RequestGroup::NeedsYou));
    assert!(detail.outbox.is_none());
    engine.handover().sent(waiting, "78").await.unwrap();
    let detail = engine.requests().get(doubtful).await.unwrap();
    assert_eq!((detail.row.state, detail.row.group), (S::Unknown, RequestGroup::NeedsYou));
    let detail = engine.requests().act(doubtful, "send-anyway").await.unwrap();
    assert_eq!(detail.row.state, S::Queued, "the patron has looked: it is not there");
    engine.handover().sent(doubtful, "79").await.unwrap();
    let thread = engine.requests().messages(told).await.unwrap();
    assert_eq!(thread.messages[0].refused.as_ref().map(|problem| problem.code), Some(ErrorCode::NoPlatform));
    assert_eq!(engine.status().get().await.unwrap().problem, None);
    engine.stop().await;
}

#[tokio::test]
async fn what_was_not_asked_has_not_passed() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let blank = engine.requests().draft_new(Service::Loan, None, None).await.unwrap().draft.id;
    for view in [
        engine.requests().draft_get(blank).await.unwrap(),
        engine.requests().draft_check(blank).await.unwrap(),
    ] {
        for code in [CheckCode::HeldLocally, CheckCode::OpenAccess, CheckCode::DuplicateOpenRequest] {
            let said = view.checks.iter().find(|check| check.code == code).unwrap();
            assert_eq!(said.verdict, Verdict::Unchecked, "{code:?} of an empty form");
        }
    }
    engine.stop().await;
}

#[tokio::test]
async fn the_mark_goes_with_the_request_and_finds_it_again() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let mut draft = loan(&engine, "石头记").await;
    draft.note = "急用".into();
    let id = engine.requests().draft_save(draft).await.unwrap().draft.id;
    let mark = engine.requests().submit(id).await.unwrap().mark;
    let other = loan(&engine, "边城").await.id;
    engine.requests().submit(other).await.unwrap();
    let over = engine.handover().get(id).await.unwrap();
    let note = over.fields.iter().find(|field| field.name == "note").unwrap();
    assert_eq!((over.mark.as_str(), note.value.as_str()), (mark.as_str(), format!("{mark} 急用").as_str()));

    let signs = mark.trim_start_matches("HY-").to_owned();
    let found = async |text: &str| {
        let query = HistoryQuery { text: text.into(), ..of_any() };
        engine.history().search(&query, None, 10, true).await.unwrap()
    };
    for text in [
        mark.clone(),
        mark.to_lowercase(),
        signs.clone(),
        format!("hy {}", signs.to_lowercase().replace('0', "o").replace('1', "l")),
        format!("您的申请（{}）已到馆", mark.replace('-', "－")),
    ] {
        let page = found(&text).await;
        assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id], "{text}");
        assert!(page.meant.is_empty() && page.counts.unwrap().total == 1);
    }
    // one sign wrong: nothing is found, and what was meant is named
    let last = signs.chars().last().unwrap();
    let wrong = format!("HY-{}{}", signs.trim_end_matches(last), if last == '7' { '8' } else { '7' });
    let page = found(&wrong).await;
    assert!(page.rows.is_empty());
    let meant: Vec<_> =
        page.meant.iter().map(|one| (one.mark.as_str(), one.id, one.title.as_str())).collect();
    assert_eq!(meant, [(mark.as_str(), id, "石头记")]);
    assert_eq!(found("边城").await.rows.len(), 1, "other words are searched for as before");
    // it is exported with the history, and so is who said what
    engine.handover().sent(id, "77").await.unwrap();
    let query = HistoryQuery { text: mark.clone(), ..of_any() };
    let file = engine.history().file(&query, HistoryForm::Json, false).await.unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(file["requests"][0]["mark"], serde_json::json!(mark));
    let said: Vec<_> = file["requests"][0]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["state"].as_str().unwrap(), event["source"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("QUEUED", "program"), ("SUBMITTED", "patron")]);
    engine.stop().await;
}

/// A query of everything.
fn of_any() -> HistoryQuery {
    HistoryQuery {
        filter: HistoryFilter { group: None, ..of_group(RequestGroup::Ended).filter },
        ..of_group(RequestGroup::Ended)
    }
}

#[tokio::test]
async fn what_the_page_and_a_mail_say_stands_with_its_provenance_and_can_be_taken_back() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let id = loan(&engine, "石头记").await.id;
    engine.requests().submit(id).await.unwrap();
    let handover = engine.handover();
    assert!(handover.take_back(id).await.is_err(), "nothing was noted");
    // the page knows it although nobody noted that it was filed
    let detail = handover.state(id, S::WillSupply, None, "", Provenance::Page).await.unwrap();
    assert_eq!((detail.row.state.clone(), detail.can_take_back), (S::WillSupply, true));
    handover.sent(id, "CALIS-77").await.unwrap();
    assert!(
        !handover.get(id).await.unwrap().steps.is_empty(),
        "the patron can go on from what the page said"
    );
    handover
        .state(id, S::AwaitingPickup, Some(date(2030, 1, 5)), "到馆通知", Provenance::Mail)
        .await
        .unwrap();
    let wrong = handover.state(id, S::Cancelled, None, "", Provenance::Page).await.unwrap();
    assert_eq!(wrong.row.group, RequestGroup::Ended);
    assert!(handover.state(id, S::Delivered, None, "", Provenance::Mail).await.is_err(), "over, and a loan");
    // an end that was noted by mistake is taken back with the day that it had
    let detail = handover.take_back(id).await.unwrap();
    assert_eq!((detail.row.state.clone(), detail.row.hrid.as_str()), (S::AwaitingPickup, "CALIS-77"));
    assert_eq!(detail.row.clock.date, Some(date(2030, 1, 5)));
    assert!(handover.state(id, S::Delivered, None, "", Provenance::Mail).await.is_err(), "a loan");
    let said: Vec<_> = detail.timeline.iter().map(|entry| (entry.state.clone(), entry.source)).collect();
    use Provenance as P;
    assert_eq!(
        said,
        [
            (S::Queued, P::Program),
            (S::Submitted, P::Page),
            (S::WillSupply, P::Page),
            (S::AwaitingPickup, P::Mail)
        ]
    );
    // back to before it was filed, and no further
    for _ in 0..3 {
        handover.take_back(id).await.unwrap();
    }
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!((detail.row.state, detail.row.group), (S::Queued, RequestGroup::NeedsYou));
    assert!(!detail.can_take_back && detail.request.is_none());
    assert!(handover.take_back(id).await.is_err());
    for nobody in [Provenance::Platform, Provenance::Program] {
        assert!(handover.state(id, S::Submitted, None, "", nobody).await.is_err());
    }
    engine.stop().await;
}

/// A library that the patron typed in.
fn of_hand() -> Library {
    Library::typed(&Typed {
        name: "相思湖学院图书馆".into(),
        page: "https://ill.example.edu.cn/".into(),
        mail: "ill@lib.example.edu.cn".into(),
        phone: "0771-1".into(),
        ..Typed::default()
    })
}

#[tokio::test]
async fn a_library_is_found_by_characters_pinyin_and_number() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    let found =
        |text: &str| engine.libraries().find(text).into_iter().map(|one| one.tenant).collect::<Vec<_>>();
    assert_eq!(found("").len(), 3);
    for text in ["广西民族", "guangximinzu", "gxmz", "Guangxi", "a001962", "  廣西 "] {
        assert_eq!(found(text), ["a001962"], "{text}");
    }
    for text in ["广西民大", "民大", "gxmd", "guangximinda", "GXMZU", "gxmzu"] {
        assert_eq!(found(text), ["a001962"], "{text}");
    }
    for text in ["华师", "华中师大", "CCNU"] {
        assert_eq!(found(text), ["a001634"], "{text}");
    }
    for text in ["西农", "西北农大", "西农大", "NWAFU", "杨凌"] {
        assert_eq!(found(text), ["a002154"], "{text}");
    }
    assert_eq!(found("北大"), [""; 0], "西北…大学 is not called so");
    assert_eq!(found("xbnl"), ["a002154"]);
    assert_eq!(found("哈尔滨"), [""; 0]);
    engine.stop().await;
}

#[tokio::test]
async fn the_page_that_was_used_last_is_remembered() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let id = loan(&engine, "石头记").await.id;
    engine.requests().submit(id).await.unwrap();
    let over = engine.handover().get(id).await.unwrap();
    assert_eq!(over.pages.len(), 2);
    let other = over.pages[1].page.clone();
    assert!(other.starts_with("https://ill.calis.edu.cn/reader/index.html?tenant=a001962"));
    engine.handover().choose_page(&other).await.unwrap();
    let refused = engine.handover().choose_page("https://evil.example/").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    assert_eq!(engine.handover().get(id).await.unwrap().page, other);
    assert!(engine.handover().mail(id).await.is_err(), "this library takes no mails");
    engine.stop().await;
}

#[tokio::test]
async fn a_request_goes_to_the_desk_as_a_mail_or_a_text() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Profile(of_hand().to_toml())).await.unwrap();
    let mut draft = loan(&engine, "石头记").await;
    draft.pickup_location = "desk".into();
    let id = engine.requests().draft_save(draft).await.unwrap().draft.id;
    let mark = engine.requests().submit(id).await.unwrap().mark;
    let over = engine.handover().get(id).await.unwrap();
    assert!(over.text.contains("馆际互借（借书）") && over.text.contains("石头记"), "{}", over.text);
    assert_eq!(over.text.matches(&mark).count(), 1);
    let mail = engine.handover().mail(id).await.unwrap();
    assert!(mail.address.starts_with("mailto:ill@lib.example.edu.cn?subject=") && !mail.cut);
    assert!(mail.address.contains(&mark));
    engine.stop().await;
}
