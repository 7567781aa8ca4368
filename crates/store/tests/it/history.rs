//! Searching and paging the history while it changes. Uses a few hundred requests, in one test 5,000;
//! `HONGYAN_HISTORY` sets another number for all.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use hongyan_model::{Draft, Outcome, RequestId, RequestState, Service, lookup};
use hongyan_seed::{History, fill};
use hongyan_store::history::{HistoryFilter, HistoryPosition, Order};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Key, Ledger, Tx};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const DAY: i64 = 86_400;

fn until() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn size(usual: u64) -> u64 {
    std::env::var("HONGYAN_HISTORY").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

async fn seeded() -> (Ledger, tempfile::TempDir) {
    long(600).await
}

async fn long(usual: u64) -> (Ledger, tempfile::TempDir) {
    let size = size(usual);
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &Key::random().unwrap()).await.unwrap();
    let began = Instant::now();
    fill(&ledger, History::of(size, until())).await.unwrap();
    println!("{size} requests were written in {:?}", began.elapsed());
    (ledger, dir)
}

fn asked(typed: &str) -> HistoryFilter {
    HistoryFilter { wanted: lookup::parse_query(typed), ..HistoryFilter::default() }
}

async fn all(tx: &mut Tx, filter: &HistoryFilter, order: Order, page: u32) -> Vec<RequestRecord> {
    let mut records = Vec::new();
    let mut after = None;
    loop {
        let read = tx.history_page(filter, order, after, page).await.unwrap();
        records.extend(read.entries.into_iter().map(|entry| entry.record));
        after = read.next;
        if after.is_none() {
            return records;
        }
    }
}

/// The SQL index finds exactly what the model's rule matches, row by row.
#[tokio::test]
async fn the_index_finds_what_the_rule_says() {
    let (ledger, _dir) = long(5_000).await;
    let mut tx = ledger.read().await.unwrap();
    let everything = all(&mut tx, &HistoryFilter::default(), Order::Newest, 200).await;
    assert_eq!(everything.len() as u64, size(5_000));
    let terms: Vec<(RequestId, BTreeSet<String>)> = everything
        .iter()
        .map(|record| {
            let (draft, platform) = (&record.draft, record.platform.as_ref());
            let mut texts = vec![
                draft.title.as_str(),
                &draft.author,
                &draft.component_title,
                &draft.component_author,
                &draft.publisher,
                &draft.date,
            ];
            let identifiers = draft.identifiers();
            texts.extend(identifiers.iter().map(|identifier| identifier.value.as_str()));
            if let Some(platform) = platform {
                texts.extend([platform.hrid.as_str(), platform.supplier.as_ref().unwrap().shown()]);
            }
            (record.id(), lookup::terms(texts))
        })
        .collect();
    let hrid = everything[7].platform.as_ref().unwrap().hrid.clone();
    let isbn =
        everything.iter().map(|record| record.draft.isbn.clone()).find(|isbn| !isbn.is_empty()).unwrap();
    let doi = everything.iter().map(|record| record.draft.doi.clone()).find(|doi| !doi.is_empty()).unwrap();
    for typed in [
        "铜鼓",
        "銅鼓",
        "鼓",
        "红水河",
        "経済",
        "图书馆 研究",
        "yinyue",
        "tonggu",
        "tg",
        "hsh",
        "bronze dr",
        "Zhuang",
        "デザイン",
        "曹雪芹",
        "cxq",
        "广西民族研究",
        "国家图书馆",
        "gjtsg",
        "1999",
        &hrid,
        &isbn,
        &doi,
        "没有的词",
    ] {
        let wanted = lookup::parse_query(typed).unwrap();
        let right: HashSet<RequestId> =
            terms.iter().filter(|(_, terms)| wanted.holds(terms)).map(|(id, _)| *id).collect();
        let found: Vec<RequestId> =
            all(&mut tx, &asked(typed), Order::Newest, 77).await.iter().map(RequestRecord::id).collect();
        assert_eq!(found.iter().copied().collect::<HashSet<_>>(), right, "{typed}");
        assert_eq!(found.len(), right.len(), "{typed}: none twice");
        assert_eq!(right.is_empty(), typed == "没有的词", "{typed} finds something in such a history");
        assert_eq!(tx.history_positions(&asked(typed)).await.unwrap().len(), right.len());
    }
}

#[tokio::test]
async fn nothing_that_is_typed_is_a_command() {
    let (ledger, _dir) = seeded().await;
    let mut tx = ledger.read().await.unwrap();
    for typed in [
        "铜鼓\" OR \"x",
        "* OR 1",
        "NEAR(铜鼓 研究)",
        "words:铜鼓",
        "-铜鼓",
        "铜鼓 NOT 研究",
        "^铜",
        "\"",
        "'; DROP TABLE requests; --",
        "AND",
        "OR",
        "NOT",
        "((((",
        "{words}: 鼓",
        "铜鼓\u{0}研究",
        "%",
        "_",
        "\\",
        "铜*",
        "a\u{202E}b",
    ] {
        let found = tx.history_page(&asked(typed), Order::Newest, None, 10).await;
        assert!(found.is_ok(), "{typed}: {found:?}");
    }
    let long = "铜鼓".repeat(5_000);
    assert_eq!(tx.history_page(&asked(&long), Order::Newest, None, 10).await.unwrap().entries.len(), 0);
    assert!(tx.history_page(&HistoryFilter::default(), Order::Newest, None, 1).await.unwrap().next.is_some());
}

/// Pagination while requests are added, changed and deleted: every request that exists throughout appears
/// exactly once.
#[tokio::test]
async fn pages_have_no_gaps_and_no_doubles_while_everything_changes() {
    let (ledger, _dir) = seeded().await;
    let before = {
        let mut tx = ledger.read().await.unwrap();
        all(&mut tx, &HistoryFilter::default(), Order::Newest, 200).await
    };
    for order in [Order::Newest, Order::Oldest] {
        let filter = HistoryFilter::default();
        let (mut seen, mut after, mut gone, mut turn) = (Vec::new(), None, HashSet::new(), 0u128);
        loop {
            let page = ledger.read().await.unwrap().history_page(&filter, order, after, 23).await.unwrap();
            seen.extend(page.entries.iter().map(|entry| entry.record.id()));
            after = page.next;
            if after.is_none() {
                break;
            }
            turn += 1;
            let mut tx = ledger.write().await.unwrap();
            // changes one request that was seen and one that was not; adds one now and one long ago;
            // deletes one
            for record in [&before[3], &before[before.len() - 4]] {
                let mut changed = tx.request(record.id()).await.unwrap().unwrap();
                changed.updated_at = until() + SignedDuration::from_secs(turn as i64);
                changed.draft.title = format!("改过的题名 {turn}");
                changed.state = RequestState::Completed;
                tx.put_request(&changed).await.unwrap();
            }
            for (id, days) in [(turn * 2, 0), (turn * 2 + 1, 20 * 365)] {
                let at = until() - SignedDuration::from_secs(days * DAY);
                let id = RequestId(Uuid::from_u128(id + if order == Order::Newest { 0 } else { 1 << 64 }));
                tx.put_request(&RequestRecord::submitted(Draft::blank(id, Service::Copy, at), at))
                    .await
                    .unwrap();
            }
            let lost = before[turn as usize * 7 % before.len()].id();
            tx.remove_request(lost).await.unwrap();
            gone.insert(lost);
            tx.commit().await.unwrap();
        }
        assert!(turn > 10);
        let unique: HashSet<RequestId> = seen.iter().copied().collect();
        assert_eq!(unique.len(), seen.len(), "none twice");
        let there: HashSet<RequestId> = {
            let mut tx = ledger.read().await.unwrap();
            let left: HashSet<_> =
                all(&mut tx, &filter, order, 200).await.iter().map(RequestRecord::id).collect();
            before.iter().map(RequestRecord::id).filter(|id| left.contains(id)).collect()
        };
        assert!(there.is_subset(&unique), "none left out");
    }
}

#[tokio::test]
async fn words_follow_the_request_and_go_with_it() {
    let ledger = Ledger::in_memory().await.unwrap();
    let at = until();
    let mut draft = Draft::blank(RequestId(Uuid::from_u128(1)), Service::Loan, at);
    draft.title = "红楼梦".into();
    let mut record = RequestRecord::submitted(draft, at);
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&record).await.unwrap();
    let found = async |tx: &mut Tx, typed: &str| tx.history_positions(&asked(typed)).await.unwrap().len();
    assert_eq!((found(&mut tx, "hlm").await, found(&mut tx, "西游").await), (1, 0));
    record.draft.title = "西游记".into();
    tx.put_request(&record).await.unwrap();
    assert_eq!((found(&mut tx, "hlm").await, found(&mut tx, "西游").await), (0, 1));
    // two requests in the same millisecond
    let twin =
        RequestRecord::submitted(Draft { id: RequestId(Uuid::from_u128(2)), ..record.draft.clone() }, at);
    tx.put_request(&twin).await.unwrap();
    assert_eq!(found(&mut tx, "西游").await, 2);
    tx.remove_request(record.id()).await.unwrap();
    assert_eq!(found(&mut tx, "西游").await, 1);
    drop(tx);
    // nothing was committed, so the terms were rolled back with the rows
    let mut tx = ledger.read().await.unwrap();
    assert_eq!(found(&mut tx, "西游").await, 0);
    assert!(tx.history_is_indexed().await.unwrap());
}

#[tokio::test]
async fn lists_are_narrowed_and_places_are_times() {
    let (ledger, _dir) = seeded().await;
    let mut tx = ledger.read().await.unwrap();
    let everything = all(&mut tx, &HistoryFilter::default(), Order::Oldest, 200).await;
    assert!(everything.is_sorted_by_key(|record| record.created_at));
    let from = until() - SignedDuration::from_secs(400 * DAY);
    let to = until() - SignedDuration::from_secs(30 * DAY);
    let filter = HistoryFilter {
        wanted: lookup::parse_query("研究"),
        services: vec![Service::Copy],
        outcomes: vec![Outcome::Filled, Outcome::Unfilled],
        suppliers: vec!["国家图书馆".into(), "NSTL".into()],
        over: Some(true),
        without: vec![RequestState::Expired],
        from: Some(from),
        until: Some(to),
        ..HistoryFilter::default()
    };
    let narrowed = all(&mut tx, &filter, Order::Oldest, 9).await;
    assert!(!narrowed.is_empty());
    for record in &narrowed {
        assert!(record.created_at >= from && record.created_at < to);
        assert_eq!(record.draft.service, Service::Copy);
        assert_ne!(record.state, RequestState::Expired);
        assert!(
            ["国家图书馆", "NSTL"]
                .contains(&record.platform.as_ref().unwrap().supplier.as_ref().unwrap().shown())
        );
    }
    let places = tx.history_positions(&filter).await.unwrap();
    assert_eq!(places.len(), narrowed.len());
    let first = places[0].asked().unwrap();
    assert_eq!(first.as_millisecond(), narrowed[0].created_at.as_millisecond());
    assert!(HistoryPosition::before(first) < places[0]);
    let counts = tx.request_counts().await.unwrap();
    assert_eq!(counts.iter().map(|(_, count)| *count).sum::<u32>(), 20, "{counts:?}");
    assert!(counts.iter().all(|(state, _)| !state.is_terminal()));
    assert_eq!(tx.requests_live().await.unwrap().len(), 20);
}

#[tokio::test]
async fn what_is_over_long_enough_goes_and_does_not_come_back() {
    let (ledger, _dir) = seeded().await;
    let before = until() - SignedDuration::from_secs(365 * DAY);
    let mut tx = ledger.write().await.unwrap();
    let (over, old) = tx.history_over(before).await.unwrap();
    assert!(old > 0 && old < over);
    let victim = all(&mut tx, &HistoryFilter::default(), Order::Oldest, 200).await[0].clone();
    let mut gone = 0;
    loop {
        let some = tx.forget_history(before, 400, until()).await.unwrap();
        gone += some;
        if some < 400 {
            break;
        }
    }
    assert_eq!(gone, old);
    assert_eq!(tx.history_over(before).await.unwrap(), (over - old, 0));
    assert_eq!(tx.requests_live().await.unwrap().len(), 20, "what is not over stays, however old");
    assert!(tx.has_tombstone(victim.id()).await.unwrap());
    assert_eq!(tx.history_positions(&asked(&victim.platform.unwrap().hrid)).await.unwrap(), []);
}

#[tokio::test]
async fn an_older_ledger_is_filed_afterwards() {
    let (ledger, dir) = seeded().await;
    drop(dir);
    let mut tx = ledger.write().await.unwrap();
    let before = tx.history_positions(&asked("铜鼓")).await.unwrap();
    assert!(!before.is_empty());
    // the state after the migration
    tx.set_setting("history-edition", &0).await.unwrap();
    let left = tx.index_requests(100).await.unwrap();
    assert_eq!(u64::from(left), size(600) - 100);
    assert!(!tx.history_is_indexed().await.unwrap());
    assert!(tx.history_positions(&asked("铜鼓")).await.unwrap().len() < before.len());
    while tx.index_requests(1_000).await.unwrap() > 0 {}
    assert_eq!(tx.history_positions(&asked("铜鼓")).await.unwrap(), before);
    assert!(tx.history_is_indexed().await.unwrap());
}

#[tokio::test]
async fn requests_for_the_same_work_are_found_without_reading_all() {
    let (ledger, _dir) = seeded().await;
    let mut tx = ledger.read().await.unwrap();
    let page = tx.history_page(&HistoryFilter::default(), Order::Oldest, None, 30).await.unwrap();
    for entry in page.entries {
        let mut draft = entry.record.draft.clone();
        draft.id = RequestId(Uuid::from_u128(9));
        draft.isbn.clear();
        draft.doi.clear();
        let alike = tx.requests_like(&draft).await.unwrap();
        assert!(alike.iter().any(|record| record.id() == entry.record.id()), "{}", draft.display_title());
        assert!(alike.len() < 700);
    }
}
