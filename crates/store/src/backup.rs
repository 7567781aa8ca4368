//! Backups of the ledger, stored beside it under the same key. A backup is written to a temporary file,
//! opened, verified and flushed before it gets its final name: a file with that name is a valid backup.

use std::path::{Path, PathBuf};

use hongyan_model::log::Logged as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::connect::{Database, options};
use crate::disk;
use crate::error::StoreError;
use crate::health::{check, verify_pages};
use crate::key::Key;

/// Number of backups that are kept.
pub const KEPT: usize = 3;
/// Format of times in file names: sorts as text, and has only characters that every file system allows.
const STAMP: &str = "%Y%m%dT%H%M%SZ";
/// Minimum distance between two backups, so that their names differ.
const A_STAMP: SignedDuration = SignedDuration::from_secs(1);

/// An existing backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// path of the file
    pub path: PathBuf,
    /// when it was made; for a backup from before a migration, the file's modification time
    pub at: Timestamp,
}

/// A time formatted for file names, to the second.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime(STAMP).to_string()
}

fn stamped(text: &str) -> Option<Timestamp> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The backups of a file, newest first: regular ones, then those made before a migration.
pub(crate) fn list(path: &Path) -> Vec<Backup> {
    let (Some(dir), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else {
        return Vec::new();
    };
    let (mut made, mut before) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(stem)?.strip_prefix('.')) else {
            continue;
        };
        let Some(middle) = rest.strip_suffix(".bak") else { continue };
        if let Some(at) = stamped(middle) {
            made.push(Backup { path: entry.path(), at });
        } else if middle.starts_with('v') {
            let written = entry.metadata().ok().and_then(|meta| meta.modified().ok());
            let at = written.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
            before.push(Backup { path: entry.path(), at });
        }
    }
    made.sort_by_key(|backup| std::cmp::Reverse(backup.at));
    before.sort_by_key(|backup| std::cmp::Reverse(backup.at));
    made.extend(before);
    made
}

/// Backs up an open file and removes the oldest backups beyond [`KEPT`].
///
/// # Errors
/// `DiskFull`, `ReadOnly`, `Io`; `Damaged` and `Unreadable` when a page of the file cannot be read or the
/// backup does not verify: then the next start verifies every page. Existing backups are not touched.
pub(crate) async fn make(database: &Database, now: Timestamp) -> Result<Option<Backup>, StoreError> {
    let Some((path, key)) = database.file() else { return Ok(None) };
    // in order of creation, so that a backup dated by a clock that ran ahead does not stay the newest for
    // ever
    let made = list(path).into_iter().filter(|backup| !is_of_migration(&backup.path)).map(|backup| backup.at);
    let at = match made.max() {
        Some(newest) if newest > now => newest.saturating_add(A_STAMP).unwrap_or(now),
        _ => now,
    };
    let named = path.with_extension(format!("{}.bak", stamp(at)));
    let new = path.with_extension("bak.new");
    disk::remove_file(&new)?;
    let made = async {
        database.vacuum_into(&new).await?;
        verify(&new, key).await?;
        Ok(disk::sync_file(&new)?)
    }
    .await;
    if let Err(error) = made {
        disk::remove_file(&new)?;
        // every row was read, so what could not be read is found at the next start at the latest
        if matches!(error, StoreError::Damaged(_) | StoreError::Unreadable(_)) {
            crate::restore::mark_suspect(path)?;
        }
        return Err(error);
    }
    disk::move_file(&new, &named)?;
    let all = list(path);
    for old in all.iter().filter(|backup| !is_of_migration(&backup.path)).skip(KEPT) {
        disk::remove_file(&old.path)?;
    }
    disk::sync_dir_of(path);
    Ok(Some(Backup { path: named, at }))
}

fn is_of_migration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('.').nth_back(1).is_some_and(|part| part.starts_with('v'))
}

/// Opens a backup and verifies every page; returns its schema version.
///
/// # Errors
/// `Damaged` when it is incomplete or has another key; `Unreadable` when memory is exhausted.
pub(crate) async fn verify(path: &Path, key: &Key) -> Result<i64, StoreError> {
    let mut connection: SqliteConnection = options(key)
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .immutable(true)
        .connect()
        .await?;
    let looked = async {
        // verify first: after a bad page, SQLCipher reports out of memory for every read
        verify_pages(&mut connection).await?;
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await?;
        check(&mut connection, false).await?;
        Ok(version)
    }
    .await;
    // opened read-only, so closing has nothing to lose
    let _ = connection.close().await;
    match looked {
        Ok(0) => Err(StoreError::Damaged("a copy without tables".to_owned())),
        looked => looked,
    }
}

/// Whether a backup can replace the file, given these migrations.
///
/// # Errors
/// `Unreadable` when memory is exhausted, which is no statement about the backup.
pub(crate) async fn is_good(backup: &Backup, key: &Key, migrator: &Migrator) -> Result<bool, StoreError> {
    let latest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    match verify(&backup.path, key).await {
        Ok(version) => Ok(version <= latest),
        Err(error @ StoreError::Unreadable(_)) => Err(error),
        Err(error) => {
            tracing::warn!(error = %error.logged(), at = %backup.at, "A copy of the ledger is of no use.");
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_of_migration, stamp, stamped};

    #[test]
    fn times_in_names_read_back() {
        let at: jiff::Timestamp = "2026-11-25T00:03:09Z".parse().unwrap();
        assert_eq!(stamp(at), "20261125T000309Z");
        assert_eq!(stamped(&stamp(at)), Some(at));
        assert_eq!(stamped("v3"), None);
        assert!(is_of_migration("a/hongyan.v2.bak".as_ref()));
        assert!(!is_of_migration("a/hongyan.20261125T000309Z.bak".as_ref()));
    }
}
