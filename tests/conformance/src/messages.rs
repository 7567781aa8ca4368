//! Conformance suite for [`RequestGateway`] after a request was accepted: messages, documents, edits,
//! actions with parameters, and the library's terms.

use std::collections::BTreeMap;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{Change, LookedUp, RequestGateway, Session};
use hongyan_model::request::wire::{Sealed, hex, seal};
use hongyan_model::request::{Actor, Document, EventKind, RequestText};
use hongyan_model::{Draft, Fen, RequestId, RequestState, Service};
use hongyan_sandbox::{ChangedDay, Control, Fault, FaultKind, NewCondition, NewDocument, NewReason, NewStep};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::gateway::{Platform, article};

const APP: (&str, &str) = ("Hongyan", "0.1.0");

/// A signed-in patron with one request for a copy.
async fn with_a_copy(platform: &Platform) -> (Session, Sealed) {
    let session = platform.signed_in().await;
    let sealed = article(1);
    platform.gateway.submit(&session, &sealed).await.unwrap();
    (session, sealed)
}

/// A signed-in patron with one request for a loan.
async fn with_a_loan(platform: &Platform) -> (Session, Draft) {
    let session = platform.signed_in().await;
    let mut draft = Draft::blank(RequestId(Uuid::new_v4()), Service::Loan, Timestamp::now());
    draft.title = "嶺外代答校注（民國抄本）".to_owned();
    draft.author = "周去非".to_owned();
    draft.pickup_location = "xsh-904".to_owned();
    let sealed = seal(&draft, Timestamp::now(), false, APP).unwrap();
    platform.gateway.submit(&session, &sealed).await.unwrap();
    (session, draft)
}

async fn lead(control: &Control, id: RequestId, to: RequestState) {
    control.lead_to(&id.to_string(), to).await.unwrap();
}

/// The request as the platform reports it now.
async fn now(platform: &Platform, session: &Session, id: RequestId) -> Box<hongyan_model::Request> {
    let LookedUp::Found { request, .. } = platform.gateway.look_up(session, id).await.unwrap() else {
        panic!("{id} is there")
    };
    request
}

fn code(error: NetError) -> (u16, String) {
    let NetError::Refused { status, code, message, .. } = error else { panic!("{error:?}") };
    assert!(!message.is_empty(), "{code} comes with a sentence");
    (status, code)
}

/// A message is idempotent by its id, whatever fails in between; sender and read state are reported.
pub async fn writes_and_reads_messages(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, sealed) = with_a_copy(platform).await;
    let id = sealed.id;
    assert_eq!(gateway.messages(&session, id).await.unwrap(), []);
    let cursor = gateway.changes(&session, None).await.unwrap().next;

    let own = Uuid::new_v4();
    let text = "请问何时能到？\n谢谢 🙏 <b>不是标签</b>";
    control.add_fault(Fault::on("/ill/requests/", FaultKind::DropAfterCommit).method("PUT").times(1));
    let lost = gateway.send_message(&session, id, own, text).await.unwrap_err();
    assert!(lost.outcome_unknown(), "{lost:?}");
    control.clear_faults();
    let sent = gateway.send_message(&session, id, own, text).await.unwrap();
    assert_eq!((sent.id.as_str(), sent.from, sent.text.as_str()), (&*own.to_string(), Actor::Patron, text));
    let other = gateway.send_message(&session, id, own, "另一句话").await.unwrap_err();
    assert_eq!(code(other), (422, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    let empty = gateway.send_message(&session, id, Uuid::new_v4(), " \n ").await.unwrap_err();
    assert_eq!(code(empty), (422, "MESSAGE_EMPTY".to_owned()));

    control.write(&id.to_string(), None, "已向北京大学图书馆催办。").await.unwrap();
    let thread = gateway.messages(&session, id).await.unwrap();
    let said: Vec<(Actor, &str)> = thread.iter().map(|one| (one.from, one.text.as_str())).collect();
    assert_eq!(said, [(Actor::Patron, text), (Actor::Library, "已向北京大学图书馆催办。")]);
    assert!(thread.is_sorted_by_key(|one| one.at));
    let request = now(platform, &session, id).await;
    assert_eq!((request.unread_messages, request.last_message_at), (1, Some(thread[1].at)));
    // each is an event of the timeline and does not change the state
    let page = gateway.changes(&session, Some(&cursor)).await.unwrap();
    let [Change::Upsert { events: Some(events), .. }] = &page.changes[..] else { panic!("{page:?}") };
    let wrote: Vec<Actor> =
        events.iter().filter(|event| event.kind == EventKind::Message).map(|event| event.actor).collect();
    assert_eq!(wrote, [Actor::Patron, Actor::Library]);
    assert!(events.iter().all(|event| event.to_state == RequestState::Submitted));

    for _ in 0..2 {
        gateway.messages_read(&session, id, &thread[1].id).await.unwrap();
    }
    assert!(gateway.messages(&session, id).await.unwrap()[1].read_at.is_some());
    assert_eq!(now(platform, &session, id).await.unread_messages, 0);
    let unknown = gateway.messages_read(&session, id, &Uuid::new_v4().to_string()).await.unwrap_err();
    assert_eq!(code(unknown).0, 404);
    let nowhere = RequestId(Uuid::new_v4());
    assert_eq!(code(gateway.messages(&session, nowhere).await.unwrap_err()).0, 404);
}

/// The only document of a request.
async fn document(platform: &Platform, session: &Session, id: RequestId) -> Document {
    let documents = platform.gateway.documents(session, id).await.unwrap();
    let [document] = &documents[..] else { panic!("{documents:?}") };
    document.clone()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A document arrives complete and as announced. An interrupted download resumes with a range request and
/// costs no second view. When the views are used up or the document has expired, the refusal has its own
/// code.
pub async fn delivers_documents(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, sealed) = with_a_copy(platform).await;
    let id = sealed.id;
    assert_eq!(gateway.documents(&session, id).await.unwrap(), []);
    lead(&control, id, RequestState::Delivered).await;
    let announced = document(platform, &session, id).await;
    assert!(announced.name.contains("壮族古文字") && announced.media_type == "application/pdf");
    assert!(announced.size > 0 && announced.expires_at.is_some());
    let views = announced.views_remaining.unwrap();
    assert_eq!(now(platform, &session, id).await.documents, std::slice::from_ref(&announced));

    // half of it arrives, the rest by a range request: one view for both
    control.add_fault(Fault::on("/ill/documents/", FaultKind::Truncated).method("GET").times(1));
    let mut got = Vec::new();
    // a truncated body may be an error or an early end; what was received is kept in either case
    let _ = gateway.document_content(&session, &announced, &mut got).await;
    assert!((1..announced.size).contains(&(got.len() as u64)), "{} of {}", got.len(), announced.size);
    control.clear_received();
    gateway.document_content(&session, &announced, &mut got).await.unwrap();
    assert_eq!((got.len() as u64, digest(&got)), (announced.size, announced.sha256.clone()));
    assert_eq!(control.received().last().unwrap().status, Some(206), "the rest only");
    assert_eq!(document(platform, &session, id).await.views_remaining, Some(views - 1));
    // complete: nothing is requested
    control.clear_received();
    gateway.document_content(&session, &announced, &mut got).await.unwrap();
    assert!(control.received().is_empty());

    // another document under the same address: the range is rejected, and the download restarts
    let mut stale = b"something else".to_vec();
    let other = Document { sha256: digest(b"other"), ..announced.clone() };
    gateway.document_content(&session, &other, &mut stale).await.unwrap();
    assert_eq!(digest(&stale), announced.sha256);

    control.limit_document(&announced.id, Some(0), None).await.unwrap();
    let used_up = gateway.document_content(&session, &announced, &mut Vec::new()).await.unwrap_err();
    assert_eq!(code(used_up), (410, "DOCUMENT_USED_UP".to_owned()));
    control.limit_document(&announced.id, Some(1), Some(date(2020, 1, 1))).await.unwrap();
    let expired = gateway.document_content(&session, &announced, &mut Vec::new()).await.unwrap_err();
    assert_eq!(code(expired), (410, "DOCUMENT_EXPIRED".to_owned()));
}

/// A wrong digest can be detected with the document's metadata; more bytes than announced are rejected.
pub async fn tells_a_wrong_document(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, sealed) = with_a_copy(platform).await;
    lead(&control, sealed.id, RequestState::Delivered).await;
    let first = document(platform, &session, sealed.id).await;
    let claimed = Some(digest("别的内容".as_bytes()));
    let wrong =
        NewDocument {
            name: Some("错的.pdf".to_owned()), claimed_sha256: claimed, ..NewDocument::default()
        };
    let id = control.add_document(&sealed.id.to_string(), &wrong).await.unwrap();
    let all = gateway.documents(&session, sealed.id).await.unwrap();
    let wrong = all.iter().find(|one| one.id == id).unwrap();
    let mut got = Vec::new();
    gateway.document_content(&session, wrong, &mut got).await.unwrap();
    assert_eq!(got.len() as u64, wrong.size);
    assert_ne!(digest(&got), wrong.sha256);
    let small = Document { size: first.size - 1, ..first };
    let mut got = Vec::new();
    assert_eq!(gateway.document_content(&session, &small, &mut got).await.unwrap_err(), NetError::TooLarge);
    assert!(got.len() as u64 <= small.size);
}

/// An edit applies once, to the version it was made for; unknown members of the text are kept.
pub async fn changes_what_was_asked_for(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, mut draft) = with_a_loan(platform).await;
    let id = draft.id;
    let seen = now(platform, &session, id).await;
    assert!(!seen.editable);
    draft.note = "第二版亦可".to_owned();
    let sealed = seen.text.seal_edit(&draft, Timestamp::now(), APP).unwrap();
    let early = gateway.edit(&session, &sealed, seen.version).await.unwrap_err();
    assert_eq!(code(early), (422, "STATE_CONFLICT".to_owned()));

    let asked = NewReason { code: "NEEDS_INFO".to_owned(), text: "请补充版本".to_owned() };
    lead(&control, id, RequestState::LocalReview).await;
    let step = NewStep { state: "NEEDS_INFO".to_owned(), reason: Some(asked), ..NewStep::default() };
    control.take_step(&id.to_string(), step).await.unwrap();
    let seen = now(platform, &session, id).await;
    assert!(seen.editable && seen.reason.as_ref().is_some_and(|reason| reason.text == "请补充版本"));
    // a concurrent change
    control.touch(&id.to_string()).await.unwrap();
    let late = gateway.edit(&session, &sealed, seen.version).await.unwrap_err();
    assert_eq!(code(late), (409, "VERSION_CONFLICT".to_owned()));
    let seen = now(platform, &session, id).await;

    control.add_fault(Fault::on("/ill/requests/", FaultKind::DropAfterCommit).method("PUT").times(1));
    let lost = gateway.edit(&session, &sealed, seen.version).await.unwrap_err();
    assert!(lost.outcome_unknown(), "{lost:?}");
    // repeating the bytes gives the first response, although the version has changed
    let edited = gateway.edit(&session, &sealed, seen.version).await.unwrap();
    assert_eq!((edited.id, &edited.state), (id, &RequestState::LocalReview));
    let LookedUp::Found { request, fingerprint } = gateway.look_up(&session, id).await.unwrap() else {
        panic!("it is there")
    };
    assert_eq!((fingerprint.as_str(), request.version), (sealed.sha256.as_str(), edited.version));
    let mut form = Draft::blank(id, Service::Copy, Timestamp::now());
    request.text.fill(&mut form);
    assert_eq!((form.note.as_str(), form.title.as_str()), ("第二版亦可", draft.title.as_str()));
    let moves = control.events(&id.to_string()).await.unwrap();
    let back = moves.iter().filter(|event| event["fromState"] == "NEEDS_INFO").count();
    assert_eq!(back, 1, "changed once");
    assert_ne!(request.text, RequestText::default());
}

/// Actions declare their parameters; the patron's values arrive, and missing ones are refused.
pub async fn acts_with_what_the_patron_says(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, sealed) = with_a_copy(platform).await;
    let id = sealed.id;
    let said = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    // 催办 changes no state, and adds one message
    let urge = Uuid::new_v4();
    for _ in 0..2 {
        let done =
            gateway.act(&session, id, urge, "urge", &said(&[("text", "下周开题，请帮忙")])).await.unwrap();
        assert_eq!(done.request.state, RequestState::Submitted);
    }
    let thread = gateway.messages(&session, id).await.unwrap();
    let texts: Vec<&str> = thread.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["下周开题，请帮忙"]);

    lead(&control, id, RequestState::SentToSupplier).await;
    let condition = NewCondition {
        code: "COST_EXCEEDS_MAX".to_owned(),
        text: "复制费较高".to_owned(),
        cost: Some(12.5),
        answer_by: Some(date(2099, 1, 5)),
    };
    let step =
        NewStep { state: "CONDITION_PENDING".to_owned(), condition: Some(condition), ..NewStep::default() };
    control.take_step(&id.to_string(), step).await.unwrap();
    let request = now(platform, &session, id).await;
    let condition = request.condition.as_ref().unwrap();
    assert_eq!((condition.cost, condition.answer_by), (Some(Fen(1_250)), Some(date(2099, 1, 5))));
    let offered = |request: &hongyan_model::Request, name: &str| {
        request.actions.iter().find(|action| action.name == name && action.available).cloned()
    };
    assert_eq!(offered(&request, "reject-condition").unwrap().parameters, ["reason"]);
    assert_eq!(offered(&request, "renew"), None, "a copy is not renewed");
    let done = gateway
        .act(&session, id, Uuid::new_v4(), "reject-condition", &said(&[("reason", "太贵了")]))
        .await
        .unwrap();
    assert_eq!(done.request.state, RequestState::SentToSupplier);
    assert!(done.request.condition.is_none());
    assert!(done.request.reason.is_some_and(|reason| reason.text == "太贵了"));

    lead(&control, id, RequestState::Delivered).await;
    for wrong in [said(&[]), said(&[("problem", "不喜欢")])] {
        let refused = gateway.act(&session, id, Uuid::new_v4(), "report-problem", &wrong).await.unwrap_err();
        assert_eq!(code(refused), (422, "PARAMETER_INVALID".to_owned()));
    }
    let problem = said(&[("problem", "pages-missing"), ("note", "缺第 103 页")]);
    let done = gateway.act(&session, id, Uuid::new_v4(), "report-problem", &problem).await.unwrap();
    assert_eq!(done.request.state, RequestState::DeliveryProblem);
    let reason = done.request.reason.unwrap();
    assert_eq!((reason.code.as_str(), reason.text.as_str()), ("PAGES_MISSING", "缺第 103 页"));
}

/// A renewal changes the due date, which only the platform sets.
pub async fn renews_a_loan(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let (session, draft) = with_a_loan(platform).await;
    lead(&control, draft.id, RequestState::OnLoan).await;
    let before = now(platform, &session, draft.id).await;
    let action = Uuid::new_v4();
    let done = gateway.act(&session, draft.id, action, "renew", &BTreeMap::new()).await.unwrap();
    assert_eq!((done.request.state.clone(), done.request.renewals), (RequestState::OnLoan, 1));
    assert!(done.request.due_date > before.due_date);
    assert!(done.request.renewal.as_ref().is_some_and(|renewal| renewal.state == "granted"));
    assert_eq!(gateway.act(&session, draft.id, action, "renew", &BTreeMap::new()).await.unwrap(), done);
    // the library allows one renewal
    let again = gateway.act(&session, draft.id, Uuid::new_v4(), "renew", &BTreeMap::new()).await.unwrap_err();
    assert_eq!(code(again), (422, "ACTION_NOT_ALLOWED".to_owned()));
}

/// Fees, usual times and calendar of the library.
pub async fn tells_terms_and_days(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let session = platform.signed_in().await;
    let mut fees = control.library()["profile"]["fees"].clone();
    fees["loan"] = json!(5_500);
    control.change_library(&json!({"profile": {"fees": fees, "loanDays": 30}})).unwrap();
    control.change_day(ChangedDay { date: date(2026, 12, 2), open: false, note: "校庆".to_owned() });
    let terms = gateway.policies(&session).await.unwrap();
    assert_eq!(
        (terms.loan_fee, terms.loan_days, terms.patron_pays),
        (Some(Fen(5_500)), Some(30), Some(false))
    );
    assert_eq!(terms.copyright_fraction.map(|part| part.of(100)), Some(33));
    let days = gateway.calendar(&session, date(2026, 1, 1), date(2026, 12, 31)).await.unwrap();
    assert_eq!((days.len(), days[0].date), (365, date(2026, 1, 1)));
    let of = |month: i8, day: i8| {
        let found = days.iter().find(|one| one.date == date(2026, month, day)).unwrap();
        (found.open, found.note.as_str())
    };
    assert_eq!((of(10, 1), of(10, 10), of(12, 2)), ((false, "国庆节"), (true, "调休上班"), (false, "校庆")));
    let backwards = gateway.calendar(&session, date(2026, 2, 1), date(2026, 1, 1)).await.unwrap_err();
    assert_eq!(code(backwards).0, 400);
}
