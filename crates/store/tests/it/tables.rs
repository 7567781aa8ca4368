//! Behaviour of the tables.

use hongyan_model::notice::NoticeKind;
use hongyan_model::request::{
    Action, Actor, Document, EventKind, Message, Request, RequestEvent, RequestText,
};
use hongyan_model::{Draft, Identifier, IdentifierKind, Provenance, RequestId, RequestState, Service};
use hongyan_store::Ledger;
use hongyan_store::events::LocalEvent;
use hongyan_store::notices::NewNotice;
use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::requests::RequestRecord;
use hongyan_store::session::{SessionRow, SessionState};
use jiff::Timestamp;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn record(number: u128, title: &str) -> RequestRecord {
    let mut draft = Draft::blank(RequestId(Uuid::from_u128(number)), Service::Loan, NOW);
    draft.title = title.into();
    draft.isbn = "978-7-02-000220-7".into();
    RequestRecord::submitted(draft, NOW)
}

fn submission() -> OutboxTask {
    OutboxTask::Submit {
        payload: "{\"title\":\"红楼梦\"}".into(), sha256: "ab".repeat(32), offline: false
    }
}

#[tokio::test]
async fn a_request_reads_back_as_it_was_and_is_found_by_its_number() {
    let ledger = Ledger::in_memory().await.unwrap();
    let mut one = record(1, "红楼梦");
    one.state = RequestState::Other("IN_QUANTUM_TRANSIT".into());
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    tx.put_request(&one).await.unwrap();
    assert_eq!(tx.request(one.id()).await.unwrap(), Some(one.clone()));
    let isbn = Identifier::parse(IdentifierKind::Isbn, "7-02-000220-X").unwrap();
    assert_eq!(tx.requests_for(&[isbn]).await.unwrap(), [one.clone()]);
    assert_eq!(tx.request_counts().await.unwrap(), [(one.state.clone(), 1)]);
    tx.remove_request(one.id()).await.unwrap();
    assert_eq!(tx.requests().await.unwrap(), []);
}

#[tokio::test]
async fn what_is_empty_is_left_out_and_nothing_else() {
    let ledger = Ledger::in_memory().await.unwrap();
    let texts = ["", r#":"""#, r#"","#, r"\", r#"\":"""#, ":null", ":[]", "},{", r#"红楼":"梦"#, ":false,"];
    let mut tx = ledger.write().await.unwrap();
    for (number, text) in (1..).zip(texts) {
        let mut one = record(number, text);
        one.draft.component_title = texts[texts.len() - usize::try_from(number).unwrap()].into();
        one.draft.note = text.into();
        one.draft.urgent = number % 2 == 0;
        let mut platform = Request::bare(one.id(), RequestState::LocalReview, NOW);
        platform.actions = vec![Action::plain("cancel"), Action::plain(text)];
        platform.hrid = text.into();
        platform.text = RequestText::of_bytes(br#"{"a":"","b":null,"c":[],"d":{"e":false}}"#);
        one.platform = Some(platform);
        tx.put_request(&one).await.unwrap();
        assert_eq!(tx.request(one.id()).await.unwrap(), Some(one));
    }
}

#[tokio::test]
async fn a_request_is_submitted_once_and_a_dependent_row_waits() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    let first = tx.enqueue(one.id(), &submission(), None, NOW).await.unwrap();
    assert!(tx.enqueue(one.id(), &submission(), None, NOW).await.is_err(), "no second submission");
    let cancel = OutboxTask::act("cancel", Uuid::from_u128(9));
    let second = tx.enqueue(one.id(), &cancel, Some(first), NOW).await.unwrap();
    assert_eq!(tx.outbox_open().await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>(), [first]);

    let mut row = tx.outbox_row(first).await.unwrap().unwrap();
    assert_eq!((row.task.clone(), row.attempts), (submission(), 0));
    row.state = OutboxState::Sending;
    row.attempts = 1;
    tx.put_outbox(&row).await.unwrap();
    assert_eq!(tx.mark_sending_unknown().await.unwrap(), [one.id()]);
    assert_eq!(tx.outbox_row(first).await.unwrap().unwrap().state, OutboxState::Unknown);
    assert_eq!(tx.unsent_ids().await.unwrap().len(), 1);
    tx.remove_outbox(first).await.unwrap();
    let open = tx.outbox_open().await.unwrap();
    assert_eq!((open[0].id, &open[0].task), (second, &cancel));
    assert_eq!(tx.unsent_ids().await.unwrap().len(), 0);
}

#[tokio::test]
async fn an_event_and_a_notice_come_once() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    let event = RequestEvent {
        id: "e-1".into(),
        at: NOW,
        from_state: None,
        to_state: RequestState::AwaitingPickup,
        actor: Actor::Library,
        note: "到馆".into(),
        kind: EventKind::Moved,
    };
    assert!(tx.add_event(one.id(), &event).await.unwrap());
    assert!(!tx.add_event(one.id(), &event).await.unwrap());
    assert_eq!(tx.events(one.id()).await.unwrap(), std::slice::from_ref(&event));
    assert_eq!(tx.last_events(&[one.id()]).await.unwrap().into_iter().collect::<Vec<_>>(), [(one.id(), NOW)]);
    let other = RequestEvent { id: "e-2".into(), note: String::new(), ..event.clone() };
    let all = [(one.id(), &other), (one.id(), &event), (one.id(), &other)];
    assert_eq!(tx.add_events(&all).await.unwrap().into_iter().collect::<Vec<_>>(), ["e-2"]);
    assert_eq!(tx.events(one.id()).await.unwrap(), [event.clone(), other]);
    let strange = RequestEvent { id: "e\0-3".into(), ..event.clone() };
    for _ in 0..2 {
        tx.add_events(&[(one.id(), &strange)]).await.unwrap();
    }
    assert_eq!(tx.events(one.id()).await.unwrap().len(), 3, "an id that SQL and JSON may read differently");
    let nobody = RequestId(Uuid::from_u128(2));
    assert!(tx.add_event(nobody, &event).await.is_err(), "the log of no request");
    let new = NewNotice {
        event_key: "e-1".into(),
        kind: NoticeKind::Arrived,
        request: Some(one.id()),
        title: "红楼梦".into(),
        date: Some(jiff::civil::date(2026, 12, 15)),
        at: NOW,
    };
    let notice = tx.add_notice(&new).await.unwrap().unwrap();
    assert_eq!(tx.add_notice(&new).await.unwrap(), None);
    assert_eq!(tx.notices_after(0).await.unwrap(), std::slice::from_ref(&notice));
    assert_eq!(tx.last_notice().await.unwrap(), notice.id);
    assert!(tx.notices_after(notice.id).await.unwrap().is_empty());
    assert!(tx.add_reminder("reminder:甲:due-0:2026-12-15", NOW).await.unwrap());
    assert!(!tx.add_reminder("reminder:甲:due-0:2026-12-15", NOW).await.unwrap());
    assert!(tx.has_reminder("reminder:甲:due-0:2026-12-15").await.unwrap());
    tx.mark_notices_read(&[notice.id]).await.unwrap();
    assert_eq!((tx.notices().await.unwrap().len(), tx.unread().await.unwrap()), (1, 0));
    let here = LocalEvent::new(RequestState::Unknown, Provenance::Program, "", NOW);
    tx.add_local_event(one.id(), &here).await.unwrap();
    tx.add_local_event(one.id(), &here).await.unwrap();
    assert_eq!(tx.local_events(one.id()).await.unwrap(), [here]);
}

#[tokio::test]
async fn what_was_deleted_does_not_come_back_with_a_late_save() {
    let ledger = Ledger::in_memory().await.unwrap();
    let draft = record(1, "草稿").draft;
    let mut tx = ledger.write().await.unwrap();
    assert!(tx.save_draft(&draft).await.unwrap());
    assert!(tx.remove_draft(draft.id).await.unwrap());
    tx.add_tombstone(draft.id, NOW).await.unwrap();
    assert!(!tx.save_draft(&draft).await.unwrap());
    assert!(tx.has_tombstone(draft.id).await.unwrap());
    tx.remove_tombstone(draft.id).await.unwrap();
    assert!(tx.save_draft(&draft).await.unwrap());
}

#[tokio::test]
async fn an_ended_session_has_no_tokens() {
    let ledger = Ledger::in_memory().await.unwrap();
    let row = SessionRow {
        username: "20210001".into(),
        access_token: "访问".into(),
        refresh_token: "更新".into(),
        obtained_at: NOW,
        access_expires: NOW,
        refresh_expires: NOW,
        state: SessionState::Held,
        must_change_password: true,
    };
    assert!(!format!("{row:?}").contains("访问"), "no token in a log");
    let mut tx = ledger.write().await.unwrap();
    tx.set_session(&row).await.unwrap();
    tx.set_session_state(SessionState::Spending).await.unwrap();
    assert_eq!(tx.session().await.unwrap().unwrap().state, SessionState::Spending);
    tx.end_session().await.unwrap();
    let ended = tx.session().await.unwrap().unwrap();
    assert_eq!(
        (ended.state, ended.access_token.as_str(), ended.username.as_str()),
        (SessionState::Ended, "", "20210001")
    );
}

#[tokio::test]
async fn a_cursor_is_kept_or_lost_with_its_rows() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    tx.set_cursor("changes", "c-1", NOW).await.unwrap();
    drop(tx);
    let mut tx = ledger.write().await.unwrap();
    assert_eq!((tx.cursor("changes").await.unwrap(), tx.requests().await.unwrap().len()), (None, 0));
    tx.set_cursor("changes", "c-1", NOW).await.unwrap();
    tx.commit().await.unwrap();
    let cursor = ledger.read().await.unwrap().cursor("changes").await.unwrap();
    assert_eq!(cursor, Some(("c-1".into(), NOW)));
}

#[tokio::test]
async fn every_errand_reads_back_as_it_was() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    let params =
        [("problem".to_owned(), "PAGES_MISSING".to_owned()), ("note".to_owned(), "缺 12 页".to_owned())];
    let errands = [
        submission(),
        OutboxTask::act("renew", Uuid::from_u128(1)),
        OutboxTask::Act {
            action: "report-problem".into(),
            action_id: Uuid::from_u128(2),
            params: params.into_iter().collect(),
        },
        OutboxTask::Edit {
            version: 7, payload: "{\"题名\":\"红楼梦\"}".into(), sha256: "cd".repeat(32)
        },
        OutboxTask::Message {
            message_id: Uuid::from_u128(3), text: "请问要庚辰本吗？\n谢谢".into()
        },
    ];
    for task in &errands {
        tx.enqueue(one.id(), task, None, NOW).await.unwrap();
    }
    let rows = tx.outbox_of(one.id()).await.unwrap();
    assert_eq!(rows.into_iter().map(|row| row.task).collect::<Vec<_>>(), errands);
}

#[tokio::test]
async fn a_message_is_unread_until_it_was_seen_and_the_patrons_own_never_is() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    let message = |id: &str, from, text: &str| Message {
        id: id.into(),
        at: NOW,
        from,
        text: text.into(),
        read_at: None,
    };
    assert!(tx.put_message(one.id(), &message("a", Actor::Patron, "有庚辰本吗？"), false).await.unwrap());
    let answer = message("b", Actor::Library, "有。");
    assert!(tx.put_message(one.id(), &answer, false).await.unwrap());
    assert_eq!(tx.unread_messages(one.id()).await.unwrap(), 1);
    assert!(tx.mark_messages_read(one.id()).await.unwrap());
    assert!(!tx.put_message(one.id(), &answer, false).await.unwrap(), "seen is seen");
    assert_eq!(tx.unread_messages(one.id()).await.unwrap(), 0);
    let texts = tx.messages(one.id()).await.unwrap();
    assert_eq!(
        texts.iter().map(|kept| kept.message.text.as_str()).collect::<Vec<_>>(),
        ["有庚辰本吗？", "有。"]
    );
    tx.remove_message(one.id(), "a").await.unwrap();
    assert_eq!(tx.messages(one.id()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_document_stays_while_the_patron_has_it() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1, "红楼梦");
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    let document = |id: &str, sha: &str| Document {
        id: id.into(),
        name: "第一回.pdf".into(),
        media_type: "application/pdf".into(),
        size: 9,
        sha256: sha.repeat(32),
        views_remaining: Some(5),
        expires_at: None,
    };
    tx.put_documents(one.id(), &[document("d1", "ab"), document("d2", "ab")]).await.unwrap();
    tx.set_document_part(one.id(), "d2", "第一".as_bytes()).await.unwrap();
    tx.set_document_saved(one.id(), "d1", "/下载/第一回.pdf", NOW).await.unwrap();
    tx.put_documents(one.id(), &[document("d2", "ab")]).await.unwrap();
    let kept = tx.documents(one.id()).await.unwrap();
    assert_eq!((kept.len(), kept[0].saved_path.as_str(), kept[1].part), (2, "/下载/第一回.pdf", 6));
    assert_eq!(tx.document_part(one.id(), "d2").await.unwrap(), "第一".as_bytes());
    tx.put_documents(one.id(), &[document("d2", "cd")]).await.unwrap();
    assert_eq!(tx.documents(one.id()).await.unwrap()[1].part, 0, "another content is another document");
}
