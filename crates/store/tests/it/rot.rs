//! Bit rot: detected on the day of the next read, and repaired from a backup.

use std::path::{Path, PathBuf};

use hongyan_model::{Draft, RequestId, Service};
use hongyan_store::outbox::OutboxTask;
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Cache, Key, Ledger, Loss, Recovery, StoreError};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

const PAGE: usize = 4096;

fn key() -> Key {
    Key::from_bytes(&[7; 32]).unwrap()
}

fn at(minute: i64) -> Timestamp {
    "2026-11-25T08:00:00Z".parse::<Timestamp>().unwrap() + minute.minutes()
}

fn draft(number: u128, words: usize) -> Draft {
    let mut draft = Draft::blank(RequestId(Uuid::from_u128(number)), Service::Loan, at(0));
    draft.title = format!("第{number}件《鸿雁》");
    draft.author = "曹雪芹".to_owned();
    draft.note = "鸿雁传书".repeat(words);
    draft
}

/// A ledger that was closed properly, with a backup of all its data.
async fn ledger(dir: &Path) {
    let (ledger, _) = Ledger::open_or_restore(dir, &key(), at(0)).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    for number in 0..30 {
        tx.save_draft(&draft(number, 150)).await.unwrap();
    }
    for number in 100..130 {
        let draft = draft(number, 60);
        tx.put_request(&RequestRecord::submitted(draft.clone(), at(0))).await.unwrap();
        let task = OutboxTask::Submit { payload: vec![b'x'; 500], sha256: "00".repeat(32), offline: false };
        tx.enqueue(draft.id, &task, None, at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    ledger.back_up(at(1)).await.unwrap();
    ledger.database().close().await;
}

fn copy(from: &Path, to: PathBuf) -> PathBuf {
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    to
}

fn flip(file: &Path, place: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[place] ^= 1 << (place % 8);
    std::fs::write(file, bytes).unwrap();
}

async fn rows(ledger: &Ledger) -> Result<usize, StoreError> {
    let mut tx = ledger.read().await?;
    let mut count = tx.drafts().await?.len();
    for id in tx.unsent_ids().await? {
        count += usize::from(tx.request(id).await?.is_some());
    }
    Ok(count)
}

async fn read(ledger: &Ledger) -> Result<usize, StoreError> {
    let count = rows(ledger).await?;
    // the program's background verification
    ledger.database().verify_pages().await?;
    Ok(count)
}

/// A start of the program, including its reaction to a read error.
async fn start(dir: &Path, minute: i64) -> Result<(usize, Option<Recovery>), StoreError> {
    let (ledger, recovery) = Ledger::open_or_restore(dir, &key(), at(minute)).await?;
    let count = read(&ledger).await;
    ledger.database().close().await;
    match count {
        Err(StoreError::Damaged(_) | StoreError::Unreadable(_)) => {
            Ledger::mark_suspect(dir)?;
            let (ledger, recovery) = Ledger::open_or_restore(dir, &key(), at(minute)).await?;
            let count = read(&ledger).await;
            ledger.database().close().await;
            Ok((count?, recovery))
        }
        count => Ok((count?, recovery)),
    }
}

#[tokio::test]
async fn a_bit_of_any_page_is_met_on_the_same_day_and_the_copy_comes_back() {
    let place = tempfile::tempdir().unwrap();
    let whole = place.path().join("whole");
    ledger(&whole).await;
    let size = usize::try_from(std::fs::metadata(whole.join("hongyan.db")).unwrap().len()).unwrap();
    let pages = size / PAGE;
    assert!(pages > 60, "{pages}");
    for page in 0..pages {
        let dir = copy(&whole, place.path().join(format!("{page}")));
        // flips text, initialisation vector or HMAC
        flip(&dir.join("hongyan.db"), page * PAGE + page * 977 % PAGE);
        let (count, recovery) =
            start(&dir, 60).await.unwrap_or_else(|error| panic!("page {page}: {error:?}"));
        assert_eq!(count, 60, "page {page}");
        assert_eq!(recovery.map(|recovery| recovery.loss), Some(Loss::Restored), "page {page}");
        assert_eq!(start(&dir, 61).await.unwrap(), (60, None), "page {page}, the next start");
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[tokio::test]
async fn who_meets_a_bad_page_need_not_tell_and_a_copy_of_it_is_not_left_half() {
    let place = tempfile::tempdir().unwrap();
    ledger(place.path()).await;
    let file = place.path().join("hongyan.db");
    let size = usize::try_from(std::fs::metadata(&file).unwrap().len()).unwrap();
    // beyond what opening reads: the pages of the schema stand before those of the rows
    for page in size / PAGE * 7 / 8..size / PAGE {
        flip(&file, page * PAGE + 9);
    }
    let (ledger, recovery) = Ledger::open_or_restore(place.path(), &key(), at(2)).await.unwrap();
    assert_eq!(recovery, None);
    rows(&ledger).await.unwrap_err();
    // a test that hangs here means that the damage was not noticed
    ledger.database().read_failed().await;
    let error = ledger.back_up(at(3)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable(_) | StoreError::Damaged(_)), "{error}");
    assert!(!place.path().join("hongyan.bak.new").exists(), "no half copy");
    assert!(place.path().join("hongyan.suspect").exists(), "the next start looks at every page");
    ledger.database().close().await;
    let (count, recovery) = start(place.path(), 4).await.unwrap();
    assert_eq!((count, recovery.unwrap().loss), (60, Loss::Restored));
}

#[tokio::test]
async fn a_whole_file_of_which_something_could_not_be_read_is_not_restored() {
    let place = tempfile::tempdir().unwrap();
    ledger(place.path()).await;
    // what the program does after memory was exhausted
    Ledger::mark_suspect(place.path()).unwrap();
    let before = std::fs::read(place.path().join("hongyan.db")).unwrap();
    assert_eq!(start(place.path(), 2).await.unwrap(), (60, None));
    assert_eq!(std::fs::read(place.path().join("hongyan.db")).unwrap(), before);
}

#[tokio::test]
async fn the_cache_in_the_place_of_the_ledger_is_none_whatever_it_says() {
    for from_before in [false, true] {
        let place = tempfile::tempdir().unwrap();
        ledger(place.path()).await;
        let (ledger_file, cache_file) = (place.path().join("hongyan.db"), place.path().join("cache.db"));
        Cache::open(place.path(), &key()).await.unwrap().database().close().await;
        if from_before {
            // both files had this id in early versions
            stamp(&cache_file, 0x4859_616e).await;
        }
        std::fs::copy(&cache_file, &ledger_file).unwrap();
        let (count, recovery) = start(place.path(), 2).await.unwrap();
        assert_eq!((count, recovery.unwrap().loss), (60, Loss::Restored));
        // the other way round: the cache can be fetched again, so it is recreated
        std::fs::copy(&ledger_file, &cache_file).unwrap();
        Cache::open(place.path(), &key()).await.unwrap().database().close().await;
        assert_eq!(start(place.path(), 3).await.unwrap(), (60, None));
        assert_eq!(id_of(&cache_file).await, 0x4859_6368);
    }
    // a cache of an early version is accepted, and gets the new id
    let place = tempfile::tempdir().unwrap();
    Cache::open(place.path(), &key()).await.unwrap().database().close().await;
    let file = place.path().join("cache.db");
    stamp(&file, 0x4859_616e).await;
    let marked = "CREATE TABLE kept (one INTEGER) STRICT";
    let mut connection = raw(&file).await;
    sqlx::query(marked).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    Cache::open(place.path(), &key()).await.unwrap().database().close().await;
    let mut connection = raw(&file).await;
    sqlx::query("SELECT one FROM kept").execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    assert_eq!(id_of(&file).await, 0x4859_6368);
}

async fn raw(path: &Path) -> sqlx::SqliteConnection {
    let hex = "07".repeat(32);
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).pragma("key", format!("\"x'{hex}'\""));
    sqlx::ConnectOptions::connect(&options).await.unwrap()
}

async fn stamp(path: &Path, id: i64) {
    let mut connection = raw(path).await;
    let sql = format!("PRAGMA application_id = {id}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

async fn id_of(path: &Path) -> i64 {
    let mut connection = raw(path).await;
    let id = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    id
}
