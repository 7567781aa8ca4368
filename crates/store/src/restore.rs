//! Recovery of a ledger that cannot be read: replaces it by the newest valid backup, merges what the
//! damaged file still yields, and keeps the damaged file. Every step is idempotent: after an interruption
//! at any point the next start continues.

use std::path::{Path, PathBuf};

use hongyan_model::RequestId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnection;

use crate::backup::{self, Backup, stamp};
use crate::connect::{Database, Durability, Tx, remove};
use crate::disk::{self, move_file};
use crate::error::StoreError;
use crate::key::Key;
use crate::merge::{Merged, take_over};
use crate::time::{json, parse};

/// Name of the setting that holds a recovery until the patron has seen it.
const SETTING: &str = "recovery";
/// Number of damaged and of orphaned files that are kept.
const KEPT: usize = 3;

/// What happened to the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// the file was damaged or missing, and a backup replaced it
    Restored,
    /// the file was damaged or missing without a valid backup, and a new one was created
    Emptied,
    /// the end of the write-ahead log could not be read: the last changes before the program ended may be
    /// missing
    LogCut,
}

/// A recovery, reported to the patron. Stored in the ledger until the patron has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// what happened
    pub loss: Loss,
    /// when it was detected
    pub at: Timestamp,
    /// when the backup was made; none if there was none
    pub from: Option<Timestamp>,
    /// name under which the damaged file is kept; empty if there is none
    pub kept: String,
    /// number of forms and requests merged from the other file
    pub rescued: u32,
    /// ids that the damaged file lists but whose rows cannot be read
    pub unreadable: Vec<RequestId>,
    /// whether more may have been lost than is listed here
    pub uncertain: bool,
}

/// Whether the file is missing but can be restored.
pub(crate) fn is_missing(path: &Path) -> bool {
    let there = path.metadata().is_ok_and(|file| file.len() > 0);
    !there && !backup::list(path).is_empty()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The temporary file in which a restored ledger is built.
pub(crate) fn workshop(path: &Path) -> PathBuf {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("ledger");
    path.with_file_name(format!("{stem}-restoring.db"))
}

/// Replaces a damaged file by the newest valid backup, or by a new file if there is none.
///
/// # Errors
/// `DiskFull`, `ReadOnly`, `Io`: nothing is lost, and the next start tries again.
pub(crate) async fn restore(
    path: &Path,
    key: &Key,
    migrator: &Migrator,
    now: Timestamp,
) -> Result<Recovery, StoreError> {
    // if this is interrupted, the next start verifies every page
    mark_suspect(path)?;
    let bench = workshop(path);
    remove(&bench)?;
    let good = newest(path, key, migrator).await?;
    if let Some(backup) = &good {
        disk::copy_file(&backup.path, &bench)?;
    }
    let database = Database::open(&bench, key, Durability::Full, migrator).await?;
    let merged = async {
        let mut tx = database.write_unguarded().await?;
        let merged = if path.exists() { take_over(&mut tx, path, key).await? } else { Merged::default() };
        settle(tx.conn()).await?;
        Ok::<_, StoreError>(merged)
    }
    .await;
    let merged = match merged {
        Ok(merged) => merged,
        Err(error) => {
            database.close().await;
            return Err(error);
        }
    };
    let aside = with_suffix(path, &format!(".damaged-{}", stamp(now)));
    let had = path.metadata().is_ok_and(|file| file.len() > 0);
    let recovery = Recovery {
        loss: if good.is_some() { Loss::Restored } else { Loss::Emptied },
        at: now,
        from: good.as_ref().map(|backup| backup.at),
        kept: if had { file_name(&aside) } else { String::new() },
        rescued: count(merged.taken.len()),
        unreadable: merged.unreadable.into_iter().collect(),
        uncertain: merged.cut || !had || good.is_none(),
    };
    let mut tx = database.write().await?;
    tx.set_recovery(&recovery).await?;
    tx.commit().await?;
    database.close().await;
    disk::sync_file(&bench)?;
    exchange(path, &bench, &aside)?;
    tracing::warn!(from = ?recovery.from, rescued = recovery.rescued, "The ledger was damaged and has been restored.");
    Ok(recovery)
}

/// Sets the damaged file aside and moves the restored one into place. Between the two renames the file is
/// missing, which the next start treats as damage.
fn exchange(path: &Path, bench: &Path, aside: &Path) -> Result<(), StoreError> {
    move_file(path, aside)?;
    move_file(&path.with_extension("db-wal"), &with_suffix(aside, "-wal"))?;
    disk::remove_file(&path.with_extension("db-shm"))?;
    disk::remove_file(&path.with_extension("db-journal"))?;
    disk::sync_dir_of(path);
    move_file(bench, path)?;
    remove(bench)?;
    disk::sync_dir_of(path);
    disk::remove_file(&path.with_extension("suspect"))?;
    prune(path, ".damaged-")
}

/// Merges from the newest backup what the file lacks, after the end of the log could not be read.
///
/// # Errors
/// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
pub(crate) async fn take_from_newest(
    database: &Database,
    migrator: &Migrator,
    now: Timestamp,
    cut: bool,
) -> Result<Option<Recovery>, StoreError> {
    let Some((path, key)) = database.file() else { return Ok(None) };
    let mut merged = Merged::default();
    let mut from = None;
    if let Some(backup) = newest(path, key, migrator).await? {
        let mut tx = database.write_unguarded().await?;
        merged = take_over(&mut tx, &backup.path, key).await?;
        if !merged.taken.is_empty() {
            from = Some(backup.at);
        }
    }
    if !cut && merged.taken.is_empty() {
        return Ok(None);
    }
    let recovery = Recovery {
        loss: Loss::LogCut,
        at: now,
        from,
        kept: String::new(),
        rescued: count(merged.taken.len()),
        unreadable: Vec::new(),
        uncertain: true,
    };
    let mut tx = database.write().await?;
    tx.set_recovery(&recovery).await?;
    tx.commit().await?;
    Ok(Some(recovery))
}

async fn newest(path: &Path, key: &Key, migrator: &Migrator) -> Result<Option<Backup>, StoreError> {
    for backup in backup::list(path) {
        if backup::is_good(&backup, key, migrator).await? {
            return Ok(Some(backup));
        }
    }
    Ok(None)
}

/// Adjusts a restored file, which is older than what happened since: unsent requests may have been sent,
/// and the one-shot refresh token may have been used; neither must happen twice.
async fn settle(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::raw_sql(
        "UPDATE outbox SET state = 'unknown', waits = '', not_before = 0, absent = 0
             WHERE state IN ('queued', 'sending');
         UPDATE session SET state = 'ended', access_token = '', refresh_token = '';",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks a file, so that the next start verifies every page of it.
///
/// # Errors
/// [`StoreError`] when the mark cannot be written to the directory.
pub(crate) fn mark_suspect(path: &Path) -> Result<(), StoreError> {
    Ok(disk::mark(&path.with_extension("suspect"))?)
}

/// Sets aside a file that no key opens, with its log and backups; deletes nothing.
///
/// # Errors
/// [`StoreError`] when a file cannot be renamed.
pub(crate) fn set_aside(path: &Path, now: Timestamp) -> Result<String, StoreError> {
    let aside = with_suffix(path, &format!(".{}.orphan", stamp(now)));
    let copies = backup::list(path);
    move_file(path, &aside)?;
    move_file(&path.with_extension("db-wal"), &with_suffix(&aside, "-wal"))?;
    for copy in copies {
        move_file(&copy.path, &with_suffix(&copy.path, ".orphan"))?;
    }
    for left in ["db-shm", "db-journal", "key-check", "suspect"] {
        disk::remove_file(&path.with_extension(left))?;
    }
    disk::sync_dir_of(path);
    prune(path, ".orphan")?;
    Ok(file_name(&aside))
}

/// Deletes the oldest files that were set aside.
fn prune(path: &Path, mark: &str) -> Result<(), StoreError> {
    let Some(dir) = path.parent() else { return Ok(()) };
    let name = file_name(path);
    let mut found: Vec<PathBuf> = std::fs::read_dir(dir)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|other| {
            let other = file_name(other);
            other.starts_with(&name) && other.contains(mark) && !other.ends_with("-wal")
        })
        .collect();
    found.sort();
    let surplus = found.len().saturating_sub(KEPT);
    for old in found.into_iter().take(surplus) {
        disk::remove_file(&with_suffix(&old, "-wal"))?;
        disk::remove_file(&old)?;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Tx {
    /// The last recovery, until the patron has seen it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn recovery(&mut self) -> Result<Option<Recovery>, StoreError> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE name = ?")
            .bind(SETTING)
            .fetch_optional(self.conn())
            .await?;
        Ok(value.and_then(|value| parse("recovery", &value).ok()))
    }

    async fn set_recovery(&mut self, recovery: &Recovery) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
            .bind(SETTING)
            .bind(json("recovery", recovery)?)
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Marks the recovery as seen.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn forget_recovery(&mut self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM settings WHERE name = ?").bind(SETTING).execute(self.conn()).await?;
        Ok(())
    }
}
