//! Test data for ledgers, and reading it back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hongyan_model::{Draft, RequestId, Service};
use hongyan_store::outbox::OutboxTask;
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Key, Ledger, StoreError, Tx};
use jiff::{Timestamp, ToSpan};
use sqlx::migrate::Migrator;
use uuid::Uuid;

use crate::chance::Chance;

/// The ledger's migrations, part of the program: a long run is not changed by who works on the tree meanwhile.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../crates/store/migrations/ledger");

/// The key of all test ledgers.
pub(crate) fn key() -> Key {
    Key::from_bytes(&[7; 32]).expect("32 bytes")
}

/// A time by a fixed clock.
pub(crate) fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-25T08:00:00Z".parse().expect("a valid time");
    start + minute.minutes()
}

pub(crate) fn id(number: u64) -> RequestId {
    RequestId(Uuid::from_u128(u128::from(number) + (1 << 100)))
}

/// A form with about `bytes` bytes of text.
pub(crate) fn form(number: u64, version: i64, bytes: usize) -> Draft {
    let mut draft = Draft::blank(id(number), Service::Loan, at(version));
    draft.title = format!("第{number}件《鸿雁》第{version}稿");
    draft.author = "曹雪芹".to_owned();
    draft.note = "长".repeat(bytes / 3);
    draft
}

/// Saves a form.
pub(crate) async fn save(tx: &mut Tx, draft: &Draft) -> Result<(), StoreError> {
    tx.save_draft(draft).await.map(drop)
}

/// Queues a request as submitting does.
pub(crate) async fn queue(tx: &mut Tx, draft: &Draft) -> Result<(), StoreError> {
    tx.put_request(&RequestRecord::submitted(draft.clone(), draft.updated_at)).await?;
    let task = OutboxTask::Submit {
        payload: draft.title.clone().into_bytes(),
        sha256: "00".repeat(32),
        offline: false,
    };
    tx.enqueue(draft.id, &task, None, draft.updated_at).await?;
    Ok(())
}

/// Content of a ledger: text of each form or request by id, and whether it is unsent.
pub(crate) type Content = BTreeMap<RequestId, (String, bool)>;

/// Reads the content.
pub(crate) async fn content(ledger: &Ledger) -> Result<Content, StoreError> {
    let mut tx = ledger.read().await?;
    let mut content = Content::new();
    for draft in tx.drafts().await? {
        content.insert(draft.id, (draft.title.clone(), false));
    }
    for id in tx.unsent_ids().await? {
        if let Some(record) = tx.request(id).await? {
            content.insert(id, (record.draft.title.clone(), true));
        }
    }
    Ok(content)
}

/// Copies the files of a directory, without subdirectories.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the directory is accessible");
    for entry in std::fs::read_dir(from).expect("the directory is readable").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("the file can be copied");
        }
    }
}

/// A unique path.
pub(crate) fn fresh(dir: &Path, chance: &mut Chance) -> PathBuf {
    dir.join(format!("{:016x}", chance.draw()))
}
