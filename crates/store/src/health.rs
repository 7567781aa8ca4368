//! Type and integrity of a database file. After a page that does not verify, SQLCipher fails every later
//! read with out of memory (SQLITE_NOMEM, sqlcipher/sqlcipher#617). Damage and exhausted memory can be
//! told apart only by verifying every page on a fresh connection, after the affected one was closed.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::Notify;

use crate::connect::options;
use crate::disk;
use crate::error::StoreError;
use crate::key::Key;

/// Which of the two files. Early versions gave both the ledger's `application_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `hongyan.db`
    Ledger,
    /// `cache.db`
    Cache,
}

impl Kind {
    /// The `application_id` in the file's header: "HYan" for the ledger, unchanged so that older versions
    /// recognise it; "HYch" for the cache.
    pub(crate) fn application_id(self) -> i64 {
        match self {
            Kind::Ledger => 0x4859_616e,
            Kind::Cache => 0x4859_6368,
        }
    }

    /// A table that only the other kind has.
    fn of_the_other(self) -> &'static str {
        match self {
            Kind::Ledger => "searches",
            Kind::Cache => "requests",
        }
    }

    /// Fails unless the file is of this kind. A file with the id that both once had is recognised by its
    /// tables.
    async fn expect(self, connection: &mut SqliteConnection, application: i64) -> Result<(), StoreError> {
        let common = [0, Kind::Ledger.application_id()];
        if application != self.application_id() && !common.contains(&application) {
            return Err(StoreError::Damaged("not the expected database".to_owned()));
        }
        if common.contains(&application) {
            let other: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
                    .bind(self.of_the_other())
                    .fetch_optional(connection)
                    .await?;
            if other.is_some() {
                return Err(StoreError::Damaged("contains the tables of the other database".to_owned()));
            }
        }
        Ok(())
    }
}

/// Flag and signal: whether a read has failed since the file was opened.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    met: AtomicBool,
    told: Notify,
}

impl Trouble {
    /// Inspects a connection that was returned to the pool: rolls back what was left open, and tests
    /// whether it can still read, because the caller that met a bad page may have dropped the error.
    pub(crate) async fn look(&self, connection: &mut SqliteConnection) {
        // one call, of which no part fails on a sound connection; the read comes last, because an open
        // transaction reads from the page cache
        let mut swept =
            sqlx::raw_sql("SAVEPOINT swept; ROLLBACK; PRAGMA schema_version").execute(&mut *connection).await;
        if swept.is_err() {
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
            swept = sqlx::raw_sql("PRAGMA schema_version").execute(&mut *connection).await;
        }
        if let Err(StoreError::Unreadable(_) | StoreError::Damaged(_)) = swept.map_err(StoreError::from) {
            self.met.store(true, Ordering::Release);
            self.told.notify_waiters();
        }
    }

    pub(crate) async fn wait(&self) {
        let told = self.told.notified();
        tokio::pin!(told);
        // from here on no notification is missed
        told.as_mut().enable();
        if !self.met.load(Ordering::Acquire) {
            told.await;
        }
    }
}

/// Verifies every page of a file after a read error, on a connection of its own; the affected one must be
/// closed.
///
/// # Errors
/// `Damaged` when it is. No error when the file is whole; then memory or the machine was the cause.
pub(crate) async fn confirm(path: &Path, key: &Key) -> Result<(), StoreError> {
    let mut connection = options(key).filename(path).create_if_missing(false).connect().await?;
    // a log that cannot be checkpointed is verified below, with the file
    let _ = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
    let looked = check(&mut connection, false).await;
    // nothing was written, so closing cannot lose anything
    let _ = connection.close().await;
    looked
}

/// Verifies the HMAC of every page of the file.
///
/// # Errors
/// `Damaged` with the first finding.
pub(crate) async fn verify_pages(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let wrong: Vec<String> =
        sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut *connection).await?;
    match wrong.first() {
        Some(first) => Err(StoreError::Damaged(first.clone())),
        None => Ok(()),
    }
}

/// Whether the file was not closed properly, or is marked as suspect.
pub(crate) fn unclean(path: &Path) -> bool {
    let holds = |ending: &str| path.with_extension(ending).metadata().is_ok_and(|file| file.len() > 0);
    holds("db-wal") || holds("db-journal") || path.with_extension("suspect").exists()
}

/// Whether the key decrypts the file's first page.
pub(crate) async fn opens(options: &SqliteConnectOptions) -> bool {
    // immutable: ignores the log and writes nothing; closing normally would checkpoint the log
    let options = options.clone().create_if_missing(false).read_only(true).immutable(true);
    let Ok(mut connection) = options.connect().await else { return false };
    let read = sqlx::query_scalar::<_, i64>("PRAGMA user_version").fetch_one(&mut connection).await;
    // nothing was written, so closing cannot lose anything
    let _ = connection.close().await;
    read.is_ok()
}

/// Inspects an existing file before anything is written to it: readable, ours, schema version, intact.
/// Keeps a copy of a file that will be migrated.
pub(crate) async fn inspect(
    options: &SqliteConnectOptions,
    path: &Path,
    kind: Kind,
    latest: i64,
) -> Result<(), StoreError> {
    let unclean = unclean(path);
    let mut connection = options.clone().create_if_missing(false).connect().await?;
    let looked = look(&mut connection, path, kind, latest, unclean).await;
    let closed = connection.close().await;
    looked?;
    Ok(closed?)
}

async fn look(
    connection: &mut SqliteConnection,
    path: &Path,
    kind: Kind,
    latest: i64,
    unclean: bool,
) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    kind.expect(connection, application).await?;
    if version > latest {
        return Err(StoreError::Newer(version));
    }
    if unclean {
        // checkpoint first: a page that was being replaced at a power failure is not damage
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
        check(connection, path.with_extension("suspect").exists()).await?;
    }
    if version > 0 && version < latest {
        keep_copy(connection, path, version).await?;
    }
    Ok(())
}

/// Verifies the HMAC of every page and the structure of the database, and with `full` every index.
///
/// # Errors
/// `Damaged` with the first finding; another [`StoreError`] when the check could not be carried out.
pub(crate) async fn check(connection: &mut SqliteConnection, full: bool) -> Result<(), StoreError> {
    verify_pages(connection).await?;
    let sql = if full { "PRAGMA integrity_check(5)" } else { "PRAGMA quick_check(5)" };
    let verdict: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
    match verdict.iter().find(|line| *line != "ok") {
        Some(first) => Err(StoreError::Damaged(first.clone())),
        None => Ok(()),
    }
}

/// `VACUUM INTO` a temporary file, then rename: the copy is complete or absent. SQLCipher gives it the
/// same key.
async fn keep_copy(connection: &mut SqliteConnection, path: &Path, version: i64) -> Result<(), StoreError> {
    let new = path.with_extension(format!("v{version}.new"));
    disk::remove_file(&new)?;
    let name =
        new.to_str().ok_or_else(|| StoreError::Other("the directory's name is not Unicode".to_owned()))?;
    disk::make_file(&new)?;
    if let Err(error) = sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await {
        disk::remove_file(&new)?;
        return Err(error.into());
    }
    disk::sync_file(&new)?;
    disk::move_file(&new, &path.with_extension(format!("v{version}.bak")))?;
    disk::sync_dir_of(path);
    Ok(())
}
