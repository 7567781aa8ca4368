//! What a file is and whether it is whole. SQLCipher reads nothing more after a page that does not verify:
//! every later read says that memory is out (SQLITE_NOMEM, sqlcipher/sqlcipher#617). Only a fresh look at
//! every page, with the connection that met it closed, tells one from the other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::Notify;

use crate::connect::options;
use crate::disk;
use crate::error::StoreError;
use crate::key::Key;

/// Which of the two files. Both had the ledger's `application_id` once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `hongyan.db`
    Ledger,
    /// `cache.db`
    Cache,
}

impl Kind {
    /// What stands in the file's header: "HYan", as from the beginning, so that an older program takes the
    /// ledger for what it is; "HYch".
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

    /// Whether the file is of this kind; one that says what both said once is known by its tables.
    async fn expect(self, connection: &mut SqliteConnection, application: i64) -> Result<(), StoreError> {
        let common = [0, Kind::Ledger.application_id()];
        if application != self.application_id() && !common.contains(&application) {
            return Err(StoreError::Damaged("not the database that belongs here".to_owned()));
        }
        if common.contains(&application) {
            let other: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
                    .bind(self.of_the_other())
                    .fetch_optional(connection)
                    .await?;
            if other.is_some() {
                return Err(StoreError::Damaged("the tables of the other database".to_owned()));
            }
        }
        Ok(())
    }
}

/// Whether something could not be read since the file was opened.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    met: AtomicBool,
    told: Notify,
}

impl Trouble {
    /// Looks at a connection that somebody has given back: ends what was left open, and finds out whether
    /// it can still read. Who met the bad page may have kept the error to himself.
    pub(crate) async fn look(&self, connection: &mut SqliteConnection) {
        // one call, and none of the three fails where nothing is wrong; last, because what is open reads from memory
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
        // from here on no telling is missed
        told.as_mut().enable();
        if !self.met.load(Ordering::Acquire) {
            told.await;
        }
    }
}

/// Looks at every page of a file that something could not be read of, on a connection of its own: the one
/// that met it must be closed.
///
/// # Errors
/// `Damaged` when it is; none when the file is whole, and memory or the machine was the cause.
pub(crate) async fn confirm(path: &Path, key: &Key) -> Result<(), StoreError> {
    let mut connection = options(key).filename(path).create_if_missing(false).connect().await?;
    // a log that cannot be brought into the file is looked at below, with the file
    let _ = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
    let looked = check(&mut connection, false).await;
    // nothing was written
    let _ = connection.close().await;
    looked
}

/// Verifies the encryption of every page of the file.
///
/// # Errors
/// `Damaged` with what was found first.
pub(crate) async fn verify_pages(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let wrong: Vec<String> =
        sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut *connection).await?;
    match wrong.first() {
        Some(first) => Err(StoreError::Damaged(first.clone())),
        None => Ok(()),
    }
}

/// Whether the file was not closed in order, or something is known to be wrong with it.
pub(crate) fn unclean(path: &Path) -> bool {
    let holds = |ending: &str| path.with_extension(ending).metadata().is_ok_and(|file| file.len() > 0);
    holds("db-wal") || holds("db-journal") || path.with_extension("suspect").exists()
}

/// Whether the key reads the file's first page.
pub(crate) async fn opens(options: &SqliteConnectOptions) -> bool {
    // past the log, and without writing: closing would bring the log into the file
    let options = options.clone().create_if_missing(false).read_only(true).immutable(true);
    let Ok(mut connection) = options.connect().await else { return false };
    let read = sqlx::query_scalar::<_, i64>("PRAGMA user_version").fetch_one(&mut connection).await;
    // nothing was written
    let _ = connection.close().await;
    read.is_ok()
}

/// Looks at a file that exists before anything is written to it: can it be read, is it ours, how old
/// is it, is it whole; and keeps a copy of an older one.
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
        // the log's pages first: a page of the file that was being replaced when the power went is no damage
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
        check(connection, path.with_extension("suspect").exists()).await?;
    }
    if version > 0 && version < latest {
        keep_copy(connection, path, version).await?;
    }
    Ok(())
}

/// Verifies the encryption of every page and the structure, and with `full` every index as well.
///
/// # Errors
/// `Damaged` with what was found first; `Io` and the like when it could not be found out.
pub(crate) async fn check(connection: &mut SqliteConnection, full: bool) -> Result<(), StoreError> {
    verify_pages(connection).await?;
    let sql = if full { "PRAGMA integrity_check(5)" } else { "PRAGMA quick_check(5)" };
    let verdict: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
    match verdict.iter().find(|line| *line != "ok") {
        Some(first) => Err(StoreError::Damaged(first.clone())),
        None => Ok(()),
    }
}

/// `VACUUM INTO` a new file, then rename: a copy is whole or not there. SQLCipher gives it the same key.
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
