//! Copies of the ledger, kept beside it under the same key. A copy is made into a file of its own, opened
//! and checked, brought to the disk, and only then takes its name: a copy that has its name is good.

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

/// How many are kept.
pub const KEPT: usize = 3;
/// Times in file names: sorts as text, and no system minds its characters.
const STAMP: &str = "%Y%m%dT%H%M%SZ";
/// Two copies with different names are at least so far apart.
const A_STAMP: SignedDuration = SignedDuration::from_secs(1);

/// A copy that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// the file
    pub path: PathBuf,
    /// when it was made; of a copy from before a migration when its file was last written
    pub at: Timestamp,
}

/// A time as it stands in file names, to the second.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime(STAMP).to_string()
}

fn stamped(text: &str) -> Option<Timestamp> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The copies of a file, newest first: those made while it was in use, then those from before a
/// migration.
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

/// Makes a copy of an open file and lets go of the oldest beyond [`KEPT`].
///
/// # Errors
/// `DiskFull`, `ReadOnly`, `Io`; `Damaged` and `Unreadable` when a page of the file cannot be read, or the
/// copy is not whole: then the next start looks at every page. The copies that were there stay.
pub(crate) async fn make(database: &Database, now: Timestamp) -> Result<Option<Backup>, StoreError> {
    let Some((path, key)) = database.file() else { return Ok(None) };
    // in the order in which they are made: one that was dated by a clock that ran ahead is not the newest for ever
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
        // every row was read: what could not be is looked for at the latest at the next start
        if matches!(error, StoreError::Damaged(_) | StoreError::Unreadable(_)) {
            crate::restore::suspect(path)?;
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

/// Opens a copy and checks every page of it; gives its schema version.
///
/// # Errors
/// `Damaged` for one that is not whole or of another key; `Unreadable` for want of memory.
pub(crate) async fn verify(path: &Path, key: &Key) -> Result<i64, StoreError> {
    let mut connection: SqliteConnection = options(key)
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .immutable(true)
        .connect()
        .await?;
    let looked = async {
        // first: after a bad page nothing tells damage from want of memory
        verify_pages(&mut connection).await?;
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await?;
        check(&mut connection, false).await?;
        Ok(version)
    }
    .await;
    // read only: nothing that closing could fail to keep
    let _ = connection.close().await;
    match looked {
        Ok(0) => Err(StoreError::Damaged("a copy without tables".to_owned())),
        looked => looked,
    }
}

/// Whether this copy can take the file's place under these migrations.
///
/// # Errors
/// `Unreadable` for want of memory: that says nothing of the copy.
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
