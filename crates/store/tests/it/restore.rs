//! Backups, damage and recovery.

use std::path::{Path, PathBuf};

use hongyan_model::{Draft, RequestId, RequestState, Service};
use hongyan_store::outbox::{OutboxState, OutboxTask};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Key, Ledger, Loss, StoreError};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

fn key() -> Key {
    Key::from_bytes(&[7; 32]).unwrap()
}

fn at(minute: i64) -> Timestamp {
    "2026-11-25T08:00:00Z".parse::<Timestamp>().unwrap() + minute.minutes()
}

fn id(number: u128) -> RequestId {
    RequestId(Uuid::from_u128(number))
}

fn draft(number: u128, title: &str, minute: i64) -> Draft {
    let mut draft = Draft::blank(id(number), Service::Loan, at(minute));
    draft.title = title.into();
    draft
}

async fn save(ledger: &Ledger, draft: &Draft) {
    let mut tx = ledger.write().await.unwrap();
    assert!(tx.save_draft(draft).await.unwrap());
    tx.commit().await.unwrap();
}

/// A request that waits to be sent.
async fn queue(ledger: &Ledger, number: u128, title: &str) {
    let mut tx = ledger.write().await.unwrap();
    let record = RequestRecord {
        draft: draft(number, title, 0),
        platform: None,
        state: RequestState::Queued,
        pending_action: String::new(),
        problem: String::new(),
        question: None,
        created_at: at(0),
        updated_at: at(0),
    };
    tx.put_request(&record).await.unwrap();
    let task =
        OutboxTask::Submit { payload: title.as_bytes().to_vec(), sha256: "00".repeat(32), offline: false };
    tx.enqueue(id(number), &task, None, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(dir: &Path, minute: i64) -> (Ledger, Option<hongyan_store::Recovery>) {
    Ledger::open_or_restore(dir, &key(), at(minute)).await.unwrap()
}

async fn titles(ledger: &Ledger) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let mut titles: Vec<String> = tx.drafts().await.unwrap().into_iter().map(|draft| draft.title).collect();
    for id in tx.unsent_ids().await.unwrap() {
        titles.push(tx.request(id).await.unwrap().unwrap().draft.title);
    }
    titles.sort();
    titles
}

fn file(dir: &Path) -> PathBuf {
    dir.join("hongyan.db")
}

fn garble(path: &Path) {
    std::fs::write(path, "不是数据库".repeat(2000)).unwrap();
}

#[tokio::test]
async fn three_copies_are_kept_and_each_is_encrypted_and_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, found) = open(dir.path(), 0).await;
    assert_eq!(found, None);
    for minute in 1..=5 {
        save(&ledger, &draft(minute as u128, "雁书", minute)).await;
        ledger.back_up(at(minute)).await.unwrap().unwrap();
    }
    let copies = Ledger::backups(dir.path());
    assert_eq!(copies.iter().map(|copy| copy.at).collect::<Vec<_>>(), [at(5), at(4), at(3)]);
    for copy in copies {
        let bytes = std::fs::read(copy.path).unwrap();
        assert!(!bytes.windows(6).any(|part| part == "雁书".as_bytes()));
    }
    ledger.database().close().await;
    assert_eq!(Ledger::in_memory().await.unwrap().back_up(at(6)).await.unwrap(), None);
}

#[tokio::test]
async fn a_copy_that_is_dated_in_the_future_is_not_the_newest_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    ledger.back_up(at(30 * 24 * 60)).await.unwrap(); // with a clock that ran ahead
    save(&ledger, &draft(2, "乙", 2)).await;
    for minute in 3..=7 {
        ledger.back_up(at(minute)).await.unwrap();
    }
    ledger.database().close().await;
    garble(&file(dir.path()));
    let (ledger, _) = open(dir.path(), 10).await;
    assert_eq!(titles(&ledger).await, ["乙", "甲"], "what was made last comes back");
    ledger.database().close().await;
}

#[tokio::test]
async fn the_newest_good_copy_takes_the_place_of_a_damaged_file() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    ledger.back_up(at(1)).await.unwrap();
    queue(&ledger, 2, "乙").await;
    ledger.back_up(at(2)).await.unwrap();
    ledger.back_up(at(3)).await.unwrap();
    ledger.database().close().await;
    garble(&file(dir.path()));
    garble(&Ledger::backups(dir.path())[0].path);

    let (ledger, found) = open(dir.path(), 10).await;
    let found = found.unwrap();
    assert_eq!((found.loss, found.from, found.at), (Loss::Restored, Some(at(2)), at(10)));
    assert!(found.kept.starts_with("hongyan.db.damaged-2026") && dir.path().join(&found.kept).exists());
    assert!(found.uncertain, "nobody can know what a file held that cannot be read at all");
    assert_eq!(titles(&ledger).await, ["乙", "甲"]);
    let mut tx = ledger.read().await.unwrap();
    assert_eq!(tx.outbox().await.unwrap()[0].state, OutboxState::Unknown, "the platform is asked first");
    assert_eq!(tx.recovery().await.unwrap(), Some(found));
    drop(tx);
    ledger.database().close().await;
    let (ledger, again) = open(dir.path(), 11).await;
    assert_eq!(again, None, "told once");
    assert!(ledger.read().await.unwrap().recovery().await.unwrap().is_some(), "until it was seen");
    ledger.database().close().await;
}

#[tokio::test]
async fn what_a_damaged_file_still_gives_is_added_to_the_copy() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "旧题", 1)).await;
    for number in 100..160 {
        save(&ledger, &draft(number, &"占位".repeat(900), 1)).await;
    }
    ledger.back_up(at(1)).await.unwrap();
    save(&ledger, &draft(1, "新题", 3)).await;
    queue(&ledger, 2, "后来的").await;
    ledger.database().close().await;
    // a page without any of the new rows
    let mut bytes = std::fs::read(file(dir.path())).unwrap();
    let middle = (bytes.len() / 2) / 4096 * 4096;
    for byte in &mut bytes[middle + 100..middle + 3000] {
        *byte ^= 0x5a;
    }
    std::fs::write(file(dir.path()), bytes).unwrap();
    Ledger::mark_suspect(dir.path()).unwrap();

    let (ledger, found) = open(dir.path(), 10).await;
    let found = found.unwrap();
    assert_eq!((found.loss, found.from), (Loss::Restored, Some(at(1))));
    let titles = titles(&ledger).await;
    assert_eq!(titles.len(), 62);
    assert!(titles.contains(&"后来的".to_owned()), "not in the copy, but in the damaged file");
    let listed = ledger.read().await.unwrap().requests_live().await.unwrap();
    assert_eq!(listed.iter().map(|record| record.draft.title.as_str()).collect::<Vec<_>>(), ["后来的"]);
    ledger.database().close().await;
}

#[tokio::test]
async fn a_mark_that_was_handed_over_comes_back_with_its_request() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    for number in 100..160 {
        save(&ledger, &draft(number, &"占位".repeat(900), 1)).await;
    }
    ledger.back_up(at(1)).await.unwrap();
    // two whose first mark is the same: the second one has another, also after the first one went
    let (first, second) = (0x1234_5678, 1 << 64 | 0x1234_5678);
    queue(&ledger, first, "先来的").await;
    queue(&ledger, second, "后来的").await;
    let mut tx = ledger.write().await.unwrap();
    let mark = tx.mark(id(second)).await.unwrap().unwrap();
    assert_ne!(tx.mark(id(first)).await.unwrap(), Some(mark));
    tx.remove_request(id(first)).await.unwrap();
    tx.commit().await.unwrap();
    ledger.database().close().await;
    let mut bytes = std::fs::read(file(dir.path())).unwrap();
    let middle = (bytes.len() / 2) / 4096 * 4096;
    for byte in &mut bytes[middle + 100..middle + 3000] {
        *byte ^= 0x5a;
    }
    std::fs::write(file(dir.path()), bytes).unwrap();
    Ledger::mark_suspect(dir.path()).unwrap();

    let (ledger, found) = open(dir.path(), 10).await;
    assert_eq!(found.unwrap().loss, Loss::Restored);
    assert!(titles(&ledger).await.contains(&"后来的".to_owned()));
    let kept = ledger.read().await.unwrap().mark(id(second)).await.unwrap();
    assert_eq!(kept, Some(mark), "it stands in a note at the library");
    ledger.database().close().await;
}

#[tokio::test]
async fn without_a_good_copy_a_new_file_is_begun_and_the_old_one_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    ledger.back_up(at(1)).await.unwrap();
    ledger.database().close().await;
    garble(&file(dir.path()));
    garble(&Ledger::backups(dir.path())[0].path);
    let (ledger, found) = open(dir.path(), 2).await;
    let found = found.unwrap();
    assert_eq!((found.loss, found.from, found.uncertain), (Loss::Emptied, None, true));
    assert!(dir.path().join(&found.kept).exists());
    assert!(titles(&ledger).await.is_empty());
    ledger.database().close().await;
}

#[tokio::test]
async fn a_file_that_is_empty_or_gone_comes_back() {
    for gone in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, _) = open(dir.path(), 0).await;
        queue(&ledger, 1, "甲").await;
        ledger.back_up(at(1)).await.unwrap();
        ledger.database().close().await;
        if gone {
            std::fs::remove_file(file(dir.path())).unwrap();
        } else {
            std::fs::write(file(dir.path()), b"").unwrap();
        }
        let (ledger, found) = open(dir.path(), 2).await;
        assert_eq!(found.unwrap().loss, Loss::Restored);
        assert_eq!(titles(&ledger).await, ["甲"]);
        ledger.database().close().await;
    }
}

#[tokio::test]
async fn a_restoration_that_was_cut_off_is_done_again() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    queue(&ledger, 1, "甲").await;
    ledger.back_up(at(1)).await.unwrap();
    ledger.database().close().await;
    let whole = std::fs::read(file(dir.path())).unwrap();
    // interrupted between the two renames: the damaged file is aside, the new one not in place, a
    // temporary file is left
    std::fs::rename(file(dir.path()), dir.path().join("hongyan.db.damaged-20261125T080200Z")).unwrap();
    std::fs::write(dir.path().join("hongyan-restoring.db"), &whole[..whole.len() / 3]).unwrap();
    std::fs::write(dir.path().join("hongyan-restoring.db-wal"), b"old").unwrap();
    std::fs::write(dir.path().join("hongyan.suspect"), b"").unwrap();
    let (ledger, found) = open(dir.path(), 3).await;
    assert_eq!(found.unwrap().loss, Loss::Restored);
    assert_eq!(titles(&ledger).await, ["甲"]);
    ledger.database().close().await;
    let left: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restoring") || name.contains("suspect"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Copies the files as a killed program leaves them.
async fn killed(dir: &Path, to: &Path) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test]
async fn a_log_that_was_cut_is_said_and_what_the_copy_has_comes_back() {
    let (dir, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    queue(&ledger, 2, "乙").await;
    ledger.back_up(at(1)).await.unwrap();
    killed(dir.path(), after.path()).await;
    ledger.database().close().await;

    let (whole, found) = open(after.path(), 2).await;
    assert_eq!(found, None, "a killed program has lost nothing");
    assert_eq!(titles(&whole).await, ["乙", "甲"]);
    whole.database().close().await;

    let (dir, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    queue(&ledger, 2, "乙").await;
    ledger.back_up(at(1)).await.unwrap();
    killed(dir.path(), after.path()).await;
    ledger.database().close().await;
    let log = after.path().join("hongyan.db-wal");
    let mut bytes = std::fs::read(&log).unwrap();
    // inside the page of the last frame
    let end = bytes.len() - 2000;
    bytes[end] ^= 4;
    std::fs::write(&log, bytes).unwrap();
    let (cut, found) = open(after.path(), 2).await;
    let found = found.unwrap();
    assert_eq!((found.loss, found.from), (Loss::LogCut, Some(at(1))));
    assert_eq!(found.rescued, 1);
    assert_eq!(titles(&cut).await, ["乙", "甲"]);
    cut.database().close().await;
}

#[tokio::test]
async fn another_key_and_a_newer_file_are_never_taken_for_damage() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    ledger.back_up(at(1)).await.unwrap();
    ledger.database().close().await;
    let before = std::fs::read(file(dir.path())).unwrap();
    let other = Key::random().unwrap();
    assert!(matches!(Ledger::open_or_restore(dir.path(), &other, at(2)).await, Err(StoreError::WrongKey)));
    assert_eq!(std::fs::read(file(dir.path())).unwrap(), before);
    // a wrong key check value does not lock the patron out
    std::fs::write(dir.path().join("hongyan.key-check"), "0".repeat(64)).unwrap();
    let (ledger, found) = open(dir.path(), 2).await;
    assert_eq!((titles(&ledger).await, found), (vec!["甲".to_owned()], None));
    ledger.database().close().await;
    assert!(matches!(Ledger::open_or_restore(dir.path(), &other, at(2)).await, Err(StoreError::WrongKey)));
}

#[tokio::test]
async fn an_orphan_is_kept_with_its_copies() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = open(dir.path(), 0).await;
    save(&ledger, &draft(1, "甲", 1)).await;
    ledger.back_up(at(1)).await.unwrap();
    ledger.database().close().await;
    let name = Ledger::set_aside(dir.path(), at(2)).unwrap();
    assert_eq!(name, "hongyan.db.20261125T080200Z.orphan");
    assert!(dir.path().join(&name).exists() && !Ledger::is_there(dir.path()));
    let (ledger, found) = open(dir.path(), 3).await;
    assert_eq!((titles(&ledger).await, found), (Vec::new(), None), "an orphan is no damage");
    ledger.database().close().await;
    Ledger::remove(dir.path()).unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "erasing takes orphans and copies");
}
