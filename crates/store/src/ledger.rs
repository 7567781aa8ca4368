//! `hongyan.db`: everything that cannot be fetched again.

use std::path::Path;

use sqlx::migrate::Migrator;

use crate::connect::{Database, Durability, Tx, remove};
use crate::error::StoreError;
use crate::key::Key;

/// Name of the file in the data directory.
const FILE: &str = "hongyan.db";

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

    /// Removes the file and all that belongs to it. Close it first.
    ///
    /// # Errors
    /// As [`remove`].
    pub fn remove(dir: &Path) -> Result<(), StoreError> {
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
