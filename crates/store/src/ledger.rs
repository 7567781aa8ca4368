//! `hongyan.db`: all data that cannot be fetched again.

use std::path::Path;

use hongyan_model::log::Logged as _;
use jiff::{Timestamp, Unit};
use sqlx::migrate::Migrator;

use crate::backup::{self, Backup};
use crate::blobs;
use crate::connect::{Database, Durability, Tx, remove};
use crate::error::StoreError;
use crate::health;
use crate::key::Key;
use crate::restore::{self, Recovery};
use crate::wal::{self, Log};

/// File name in the data directory.
const FILE: &str = "hongyan.db";
/// Name of the cursor with the time of the last full check.
const CHECKED: &str = "full-check";
/// Hours between two full checks.
const WEEK: f64 = 7.0 * 24.0;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/ledger");

/// Handle of the open ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    database: Database,
}

impl Ledger {
    /// Opens or creates `hongyan.db` in a directory.
    ///
    /// # Errors
    /// Any [`StoreError`]; none changes or removes an existing file.
    pub async fn open(dir: &Path, key: &Key) -> Result<Ledger, StoreError> {
        let database = Database::open(&dir.join(FILE), key, Durability::Full, &MIGRATIONS).await?;
        Ok(Ledger { database })
    }

    /// Like [`Ledger::open`], but sets a damaged file aside and replaces it, or a missing one, by the
    /// newest valid backup. Verifies every page and index once a week, and after a read error.
    ///
    /// # Errors
    /// Any [`StoreError`] but `Damaged`; `Unreadable` when the file is intact and memory is exhausted.
    pub async fn open_or_restore(
        dir: &Path,
        key: &Key,
        now: Timestamp,
    ) -> Result<(Ledger, Option<Recovery>), StoreError> {
        let path = dir.join(FILE);
        let unclean = health::unclean(&path);
        let log = wal::look(&path.with_extension("db-wal"))?;
        let opened = if restore::is_missing(&path) {
            Err(StoreError::Damaged("the file is missing".to_owned()))
        } else {
            match Ledger::open_checked(dir, key, now).await {
                // no connection is open now; if the file is not damaged, the error stands
                Err(error @ StoreError::Unreadable(_)) => {
                    Err(health::confirm(&path, key).await.err().unwrap_or(error))
                }
                opened => opened,
            }
        };
        match opened {
            Err(damage @ StoreError::Damaged(_)) => {
                tracing::warn!(error = %damage.logged(), "The ledger is damaged.");
                let recovery = restore::restore(&path, key, &MIGRATIONS, now).await?;
                Ok((Ledger::open_checked(dir, key, now).await?, Some(recovery)))
            }
            Ok(ledger) if unclean => {
                let cut = log == Log::Cut;
                let found = restore::take_from_newest(&ledger.database, &MIGRATIONS, now, cut).await?;
                Ok((ledger, found))
            }
            opened => Ok((opened?, None)),
        }
    }

    /// Opens `hongyan.db` read-only, where it cannot be written.
    ///
    /// # Errors
    /// As [`Database::open_reading`].
    pub async fn open_reading(dir: &Path, key: &Key) -> Result<Ledger, StoreError> {
        Ok(Ledger { database: Database::open_reading(&dir.join(FILE), key, &MIGRATIONS).await? })
    }

    async fn open_checked(dir: &Path, key: &Key, now: Timestamp) -> Result<Ledger, StoreError> {
        let ledger = Ledger::open(dir, key).await?;
        let checked = ledger.check_weekly(now).await;
        if checked.is_err() {
            ledger.database.close().await;
        }
        checked.map(|()| ledger)
    }

    /// Runs the full check if the last one was a week ago.
    async fn check_weekly(&self, now: Timestamp) -> Result<(), StoreError> {
        let last = self.read().await?.cursor(CHECKED).await?;
        // the absolute difference, so that a clock that was set back does not postpone it for ever
        let due = last.is_none_or(|(_, at)| (now - at).total(Unit::Hour).map_or(true, |h| h.abs() >= WEEK));
        if !due {
            return Ok(());
        }
        self.database.check_all().await?;
        let mut tx = self.write().await?;
        tx.set_cursor(CHECKED, "", now).await?;
        tx.commit().await
    }

    /// Writes a backup beside the file, verified and flushed; keeps the newest three. None in memory.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`; `Damaged` when the file itself cannot be read completely. Existing
    /// backups are not touched.
    pub async fn back_up(&self, now: Timestamp) -> Result<Option<Backup>, StoreError> {
        backup::make(&self.database, now).await
    }

    /// The backups in a directory, newest first.
    pub fn backups(dir: &Path) -> Vec<Backup> {
        backup::list(&dir.join(FILE))
    }

    /// Marks the file, so that the next start verifies every page. Call it after a read error.
    ///
    /// # Errors
    /// [`StoreError`] when the mark cannot be written to the directory.
    pub fn mark_suspect(dir: &Path) -> Result<(), StoreError> {
        restore::mark_suspect(&dir.join(FILE))
    }

    /// Sets aside a ledger that no key opens, with its backups; returns its new name.
    ///
    /// # Errors
    /// [`StoreError`] when a file cannot be renamed.
    pub fn set_aside(dir: &Path, now: Timestamp) -> Result<String, StoreError> {
        let aside = restore::set_aside(&dir.join(FILE), now)?;
        blobs::set_aside(dir, &backup::stamp(now))?;
        Ok(aside)
    }

    /// The key of the file; none in memory.
    pub fn key(&self) -> Option<Key> {
        self.database.file().map(|(_, key)| key.clone())
    }

    /// A ledger in memory, lost when it is dropped.
    ///
    /// # Errors
    /// [`StoreError`] when memory is exhausted or a migration fails.
    pub async fn in_memory() -> Result<Ledger, StoreError> {
        Ok(Ledger { database: Database::in_memory(&MIGRATIONS).await? })
    }

    /// Whether the directory has a ledger.
    pub fn exists(dir: &Path) -> bool {
        dir.join(FILE).metadata().is_ok_and(|file| file.len() > 0)
    }

    /// Whether the directory has a ledger or a backup to restore it from.
    pub fn is_there(dir: &Path) -> bool {
        Ledger::exists(dir) || !Ledger::backups(dir).is_empty()
    }

    /// Deletes the file and everything beside it. Close it first.
    ///
    /// # Errors
    /// `ReadOnly` or `Other` when a file cannot be removed.
    pub fn remove(dir: &Path) -> Result<(), StoreError> {
        blobs::remove_all(dir)?;
        remove(&restore::workshop(&dir.join(FILE)))?;
        remove(&dir.join(FILE))
    }

    /// The underlying database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins a read transaction.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.database.read().await
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write(&self) -> Result<Tx, StoreError> {
        self.database.write().await
    }
}
