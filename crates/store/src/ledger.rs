//! `hongyan.db`: everything that cannot be fetched again.

use std::path::Path;

use hongyan_model::log::Logged as _;
use jiff::{Timestamp, Unit};
use sqlx::migrate::Migrator;

use crate::backup::{self, Backup};
use crate::connect::{Database, Durability, Tx, remove};
use crate::error::StoreError;
use crate::health;
use crate::key::Key;
use crate::restore::{self, Recovery};
use crate::wal::{self, Log};

/// Name of the file in the data directory.
const FILE: &str = "hongyan.db";
/// Cursor that says when everything in it was last looked at.
const CHECKED: &str = "full-check";
/// Hours between two such looks.
const WEEK: f64 = 7.0 * 24.0;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/ledger");

/// The open ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    database: Database,
}

impl Ledger {
    /// Opens or makes `hongyan.db` in the directory.
    ///
    /// # Errors
    /// Every [`StoreError`]; none of them changes or removes an existing file.
    pub async fn open(dir: &Path, key: &Key) -> Result<Ledger, StoreError> {
        let database = Database::open(&dir.join(FILE), key, Durability::Full, &MIGRATIONS).await?;
        Ok(Ledger { database })
    }

    /// As [`Ledger::open`]; a damaged file, or one that is gone, is put aside and the newest good copy takes
    /// its place. Once a week every page and index is looked at, and whenever something could not be read.
    ///
    /// # Errors
    /// As [`Ledger::open`], except `Damaged`; `Unreadable` when the file is whole and memory is out.
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
                // nobody holds it now; without damage the error stands as it is
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

    /// Opens `hongyan.db` for reading only, where it cannot be written.
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

    /// Looks at everything when that was not done for a week.
    async fn check_weekly(&self, now: Timestamp) -> Result<(), StoreError> {
        let last = self.read().await?.cursor(CHECKED).await?;
        // a clock that was set back must not put it off for ever
        let due = last.is_none_or(|(_, at)| (now - at).total(Unit::Hour).map_or(true, |h| h.abs() >= WEEK));
        if !due {
            return Ok(());
        }
        self.database.check_all().await?;
        let mut tx = self.write().await?;
        tx.set_cursor(CHECKED, "", now).await?;
        tx.commit().await
    }

    /// Keeps a copy beside the file, checked and on the disk when this returns; the newest three stay.
    /// None in memory.
    ///
    /// # Errors
    /// `DiskFull` and the like; `Damaged` when the file itself cannot be read to its end. Copies that were
    /// there stay.
    pub async fn back_up(&self, now: Timestamp) -> Result<Option<Backup>, StoreError> {
        backup::make(&self.database, now).await
    }

    /// The copies of the directory's ledger, newest first.
    pub fn backups(dir: &Path) -> Vec<Backup> {
        backup::list(&dir.join(FILE))
    }

    /// Makes the next start look at every page: something was found wrong.
    ///
    /// # Errors
    /// Those of the directory.
    pub fn suspect(dir: &Path) -> Result<(), StoreError> {
        restore::suspect(&dir.join(FILE))
    }

    /// Puts a ledger aside that no key opens, with its copies; gives its new name.
    ///
    /// # Errors
    /// Those of the directory.
    pub fn orphan(dir: &Path, now: Timestamp) -> Result<String, StoreError> {
        restore::orphan(&dir.join(FILE), now)
    }

    /// The key that it is under; none in memory.
    pub fn key(&self) -> Option<Key> {
        self.database.file().map(|(_, key)| key.clone())
    }

    /// A ledger that is forgotten when it is dropped.
    ///
    /// # Errors
    /// As [`Database::in_memory`].
    pub async fn in_memory() -> Result<Ledger, StoreError> {
        Ok(Ledger { database: Database::in_memory(&MIGRATIONS).await? })
    }

    /// Whether the directory has one.
    pub fn exists(dir: &Path) -> bool {
        dir.join(FILE).metadata().is_ok_and(|file| file.len() > 0)
    }

    /// Whether the directory has a ledger or what one can be restored from.
    pub fn is_there(dir: &Path) -> bool {
        Ledger::exists(dir) || !Ledger::backups(dir).is_empty()
    }

    /// Removes the file and all that belongs to it. Close it first.
    ///
    /// # Errors
    /// As [`remove`].
    pub fn remove(dir: &Path) -> Result<(), StoreError> {
        remove(&restore::workshop(&dir.join(FILE)))?;
        remove(&dir.join(FILE))
    }

    /// The file underneath.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins reading.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.database.read().await
    }

    /// Begins writing.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write(&self) -> Result<Tx, StoreError> {
        self.database.write().await
    }
}
