//! Files that came for a request: encrypted beside the ledger, in none of its copies, gone with what they belong to.

use std::path::Path;

use hongyan_model::mail::FileKind;
use hongyan_model::{Draft, RequestId, Service};
use hongyan_store::blobs::BlobError;
use hongyan_store::files::{Letter, NewFile};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Key, Ledger};
use jiff::Timestamp;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn new(text: &str) -> NewFile {
    NewFile {
        name: "铜鼓.pdf".into(),
        media_type: "application/pdf".into(),
        kind: FileKind::Document,
        sha256: text.into(),
        bytes: text.as_bytes().to_vec(),
    }
}

async fn with_request(ledger: &Ledger) -> RequestId {
    let draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Copy, NOW);
    let mut tx = ledger.write().await.unwrap();
    tx.put_request(&RequestRecord::submitted(draft, NOW)).await.unwrap();
    tx.commit().await.unwrap();
    RequestId(Uuid::from_u128(7))
}

fn encrypted(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("hongyan.files")).map_or(0, Iterator::count)
}

/// Whether any file below the folder has the text.
fn anywhere(dir: &Path, text: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return anywhere(&path, text);
        }
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn a_file_lives_as_long_as_its_request() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::random().unwrap();
    let ledger = Ledger::open(dir.path(), &key).await.unwrap();
    let id = with_request(&ledger).await;
    let content = "论壮族的铜鼓，全文".repeat(10_000);
    let prepared = ledger.prepare_files(vec![new(&content), new("二")]).await.unwrap();
    // the program is killed here: what has no row is known and goes
    assert_eq!(encrypted(dir.path()), 2);
    ledger.sweep_files().await.unwrap();
    assert_eq!(encrypted(dir.path()), 0);
    drop(prepared);

    let prepared = ledger.prepare_files(vec![new(&content)]).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    assert!(tx.add_file(id, &prepared[0], NOW).await.unwrap());
    let letter = Letter { subject: "文献传递".into(), ..Letter::default() };
    tx.add_letter(id, &letter, NOW).await.unwrap();
    tx.add_letter(id, &letter, NOW).await.unwrap();
    tx.commit().await.unwrap();
    // the same file again is not kept twice
    let again = ledger.prepare_files(vec![new(&content)]).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    assert!(!tx.add_file(id, &again[0], NOW).await.unwrap());
    tx.commit().await.unwrap();
    ledger.sweep_files().await.unwrap();
    assert_eq!(encrypted(dir.path()), 1);
    assert!(!anywhere(dir.path(), "论壮族的铜鼓"), "in plain on the disk");

    let mut tx = ledger.read().await.unwrap();
    let files = tx.files(id).await.unwrap();
    assert_eq!(tx.letters(id).await.unwrap().len(), 1);
    drop(tx);
    assert_eq!((files.len(), files[0].name.as_str(), files[0].size), (1, "铜鼓.pdf", content.len() as u64));
    assert_eq!(ledger.file_content(&files[0]).await.unwrap(), content.as_bytes());

    // a copy of the ledger does not grow by it
    let copy = ledger.back_up(NOW).await.unwrap().unwrap();
    assert!(std::fs::metadata(copy.path).unwrap().len() < 1_000_000);

    // after another start
    ledger.database().close().await;
    let ledger = Ledger::open(dir.path(), &key).await.unwrap();
    assert_eq!(ledger.file_content(&files[0]).await.unwrap(), content.as_bytes());

    let mut tx = ledger.write().await.unwrap();
    tx.remove_request(id).await.unwrap();
    tx.commit().await.unwrap();
    ledger.sweep_files().await.unwrap();
    assert_eq!(encrypted(dir.path()), 0);
    assert!(matches!(ledger.file_content(&files[0]).await, Err(BlobError::Missing)));

    // and everything with the ledger
    let prepared = ledger.prepare_files(vec![new("三")]).await.unwrap();
    drop(prepared);
    ledger.database().close().await;
    Ledger::remove(dir.path()).unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn in_memory_nothing_reaches_the_disk() {
    let ledger = Ledger::in_memory().await.unwrap();
    let id = with_request(&ledger).await;
    let prepared = ledger.prepare_files(vec![new("铜鼓")]).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    tx.add_file(id, &prepared[0], NOW).await.unwrap();
    tx.commit().await.unwrap();
    ledger.sweep_files().await.unwrap();
    let file = ledger.read().await.unwrap().files(id).await.unwrap().remove(0);
    assert_eq!(ledger.file_content(&file).await.unwrap(), "铜鼓".as_bytes());
}

#[tokio::test]
async fn files_go_aside_with_a_ledger_that_nobody_opens() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &Key::random().unwrap()).await.unwrap();
    ledger.prepare_files(vec![new("一")]).await.unwrap();
    ledger.database().close().await;
    Ledger::set_aside(dir.path(), NOW).unwrap();
    assert!(!dir.path().join("hongyan.files").exists());
    assert!(
        std::fs::read_dir(dir.path()).unwrap().any(|entry| {
            entry.unwrap().file_name().to_str().is_some_and(|name| name.ends_with(".aside"))
        })
    );
    Ledger::remove(dir.path()).unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
