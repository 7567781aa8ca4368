//! The marks of requests: given once, unique, and given afterwards to what an older program wrote; the provenance of
//! events, and events that are taken back.

use std::collections::HashSet;

use hongyan_model::{Draft, Mark, Provenance, Request, RequestId, RequestState, Service};
use hongyan_store::Ledger;
use hongyan_store::events::{Before, LocalEvent};
use hongyan_store::history::{HistoryFilter, Order};
use hongyan_store::requests::RequestRecord;
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use crate::files::{before, key};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn id(number: u128) -> RequestId {
    RequestId(Uuid::from_u128(number))
}

fn record(number: u128) -> RequestRecord {
    let mut draft = Draft::blank(id(number), Service::Copy, NOW);
    draft.title = "论壮族的铜鼓".into();
    RequestRecord::submitted(draft, NOW)
}

/// Ids that have the same first candidate and differ in what follows.
fn twins(count: u128) -> Vec<RequestId> {
    (0..count).map(|n| id(n << 64 | 0x1234_5678)).collect()
}

#[tokio::test]
async fn a_mark_is_given_once_and_to_nobody_else() {
    let ledger = Ledger::in_memory().await.unwrap();
    let ids = twins(300);
    assert_eq!(ids.iter().map(|id| Mark::candidates(*id).next()).collect::<HashSet<_>>().len(), 1);
    let records: Vec<RequestRecord> = ids.iter().map(|id| record(id.0.as_u128())).collect();
    let mut tx = ledger.write().await.unwrap();
    // some alone, the rest in one call, over the limit of one statement
    for one in &records[..5] {
        tx.put_request(one).await.unwrap();
    }
    tx.put_requests(&records.iter().collect::<Vec<_>>()).await.unwrap();
    let marks = tx.marks_of(&ids).await.unwrap();
    assert_eq!(marks.values().collect::<HashSet<_>>().len(), ids.len(), "each its own");
    assert_eq!(tx.mark(ids[0]).await.unwrap(), Mark::candidates(ids[0]).next(), "the first has the first");
    for (id, mark) in &marks {
        assert!(Mark::candidates(*id).take(1000).any(|candidate| candidate == *mark));
    }
    // written again, alone and together: the marks stay
    for one in &records {
        tx.put_request(&RequestRecord { state: RequestState::Unknown, ..one.clone() }).await.unwrap();
    }
    tx.put_requests(&records.iter().rev().collect::<Vec<_>>()).await.unwrap();
    assert_eq!(tx.marks_of(&ids).await.unwrap(), marks);
    let all: Vec<Mark> = marks.values().copied().collect();
    let held = tx.requests_marked(&all).await.unwrap();
    assert!(marks.iter().all(|(id, mark)| held.get(mark) == Some(id)));
    assert_eq!(tx.mark(id(99)).await.unwrap(), None);
    let only = HistoryFilter { only: Some(vec![ids[7], ids[9]]), ..HistoryFilter::default() };
    let page = tx.history_page(&only, Order::Newest, None, 10).await.unwrap();
    assert_eq!(page.entries.len(), 2);
}

/// Writes a request as the program before the marks did.
async fn old_request(connection: &mut SqliteConnection, id: &str, n: i64) {
    let form = serde_json::to_string(&record(u128::try_from(n).unwrap()).draft).unwrap();
    sqlx::query(
        "INSERT INTO requests (id, draft, state, created_at, updated_at, n) VALUES (?, ?, 'SUBMITTED', 5, 5, ?)",
    )
    .bind(id)
    .bind(form)
    .bind(n)
    .execute(connection)
    .await
    .unwrap();
}

#[tokio::test]
async fn what_an_older_program_wrote_has_a_mark_and_a_provenance_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = before(dir.path(), "0014").await;
    let ids = twins(40);
    for (n, id) in (16..).step_by(16).zip(&ids) {
        old_request(&mut connection, &id.to_string(), n).await;
    }
    old_request(&mut connection, "不是编号", 16_000).await;
    // by hand, by the program, by a platform that has a log of its own
    let by_hand = ids[0].to_string();
    let by_platform = ids[1].to_string();
    sqlx::query("INSERT INTO events (n, id, at, event) VALUES (32, 'e-1', 7, '{}')")
        .execute(&mut connection)
        .await
        .unwrap();
    for (request, state, at) in [
        (&by_hand, "QUEUED", 5),
        (&by_hand, "SUBMITTED", 6),
        (&by_hand, "DELIVERED", 7),
        (&by_platform, "QUEUED", 5),
        (&by_platform, "ON_LOAN", 8),
    ] {
        sqlx::query("INSERT INTO local_events (request, at, state, note) VALUES (?, ?, ?, '馆员来电')")
            .bind(request)
            .bind(at)
            .bind(state)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();

    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    let mut tx = ledger.read().await.unwrap();
    let marks = tx.marks_of(&ids).await.unwrap();
    assert_eq!(marks.values().collect::<HashSet<_>>().len(), ids.len());
    assert_eq!(marks.get(&ids[0]).copied(), Mark::candidates(ids[0]).next(), "the oldest has the first");
    use Provenance as P;
    let sources = |events: Vec<LocalEvent>| events.into_iter().map(|event| event.source).collect::<Vec<_>>();
    assert_eq!(sources(tx.local_events(ids[0]).await.unwrap()), [P::Program, P::Patron, P::Patron]);
    assert_eq!(sources(tx.local_events(ids[1]).await.unwrap()), [P::Program, P::Platform]);
    let last = tx.last_local_event(ids[0]).await.unwrap().unwrap();
    assert_eq!((last.state, last.before), (RequestState::Delivered, None), "nobody knows what was before");
    drop(tx);
    ledger.database().close().await;

    // the next start changes nothing
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    assert_eq!(ledger.read().await.unwrap().marks_of(&ids).await.unwrap(), marks);
    ledger.database().close().await;
}

#[tokio::test]
async fn what_is_taken_back_leaves_no_trace_in_the_timeline() {
    let ledger = Ledger::in_memory().await.unwrap();
    let one = record(1);
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&one).await.unwrap();
    tx.note(one.id(), RequestState::Queued, Provenance::Program, "", NOW).await.unwrap();
    let filed = Before {
        state: RequestState::Submitted,
        platform: Some(Request::bare(one.id(), RequestState::Submitted, NOW)),
    };
    let came = LocalEvent {
        before: Some(filed.clone()),
        ..LocalEvent::new(
            RequestState::Delivered,
            Provenance::Mail,
            "附件一份",
            "2026-11-30T08:00:00Z".parse().unwrap(),
        )
    };
    tx.add_local_event(one.id(), &came).await.unwrap();
    tx.add_local_event(one.id(), &came).await.unwrap();
    let all = HistoryFilter::default();
    let page = tx.history_page(&all, Order::Newest, None, 10).await.unwrap();
    assert_eq!(page.entries[0].came_at, Some(came.at), "it came when the mail came");
    assert_eq!(tx.local_events(one.id()).await.unwrap().len(), 3, "each can be taken back by itself");
    tx.take_back_event(one.id()).await.unwrap();
    assert_eq!(tx.last_local_event(one.id()).await.unwrap(), Some(came));
    let page = tx.history_page(&all, Order::Newest, None, 10).await.unwrap();
    assert!(page.entries[0].came_at.is_some(), "the other one still says so");
    tx.take_back_event(one.id()).await.unwrap();
    let page = tx.history_page(&all, Order::Newest, None, 10).await.unwrap();
    assert_eq!(page.entries[0].came_at, None);
    assert_eq!(tx.local_events(one.id()).await.unwrap().len(), 1);
}
