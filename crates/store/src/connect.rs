//! Opening a database file: key, schema version, integrity, migrations, a single connection.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hongyan_model::log::Logged as _;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqlitePool,
    SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Sqlite};

use crate::disk;
use crate::error::StoreError;
use crate::filesystem;
use crate::health::{self, Kind, Trouble};
use crate::key::Key;
use crate::marks;
use crate::one::{Held, Holder};

/// How long a writer waits for a lock that another program holds.
const BUSY: Duration = Duration::from_secs(5);

/// Page cache, at most 32 MiB. A cache miss costs decrypting and verifying a page, and lists of a long
/// history read the same pages repeatedly. Allocated on demand.
const PAGES_KEPT: &str = "-32768";
/// Page cache while the file is copied: 2 MiB, and the same again for the copy.
const PAGES_COPIED: &str = "-2048";

/// Pages of the write-ahead log that trigger a checkpoint: 16 MiB. With SQLite's default of 1000, every
/// page of the platform's feed would trigger one, and its changes would be written twice.
const LOG: &str = "4000";
/// Rows that are buffered between SQLite's thread and the reader: one page of the feed, so that neither
/// waits for the other.
const ROWS_AHEAD: usize = 512;

/// What a power failure may lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// no committed transaction (`synchronous=FULL`)
    Full,
    /// the last transactions, but never the integrity of the file (`synchronous=NORMAL`)
    Normal,
}

/// An open file. Cheap to clone; all clones share the one connection.
#[derive(Debug, Clone)]
pub struct Database {
    pool: SqlitePool,
    /// path and key; none in memory
    file: Option<Arc<(PathBuf, Key)>>,
    trouble: Arc<Trouble>,
    holder: Holder,
}

/// A transaction; rolled back when it is dropped without [`Tx::commit`]. The tables add their reads and
/// writes as methods. It holds the only connection of the file: never await the network while holding
/// one, and never begin a second one before the first is gone (deadlock until the pool's timeout,
/// reported as `Locked`; a debug build panics).
///
/// Not sqlx's transaction: SQLite ends a transaction by itself when the disk is full, but sqlx 0.9 goes
/// on counting it and refuses every later one. Here, whatever is still open is rolled back when the
/// connection returns to the pool.
pub struct Tx {
    /// first: it is given back before the connection is
    _held: Held,
    connection: PoolConnection<Sqlite>,
}

impl Database {
    /// Opens the file, creates it if it is missing, and runs the pending migrations. Before an older file
    /// is migrated, a copy is kept beside it (`<name>.v<version>.bak`, same key).
    ///
    /// # Errors
    /// `WrongKey`, `Newer`, `Damaged`, `Unreadable`; the file is not changed then.
    pub async fn open(
        path: &Path,
        key: &Key,
        durability: Durability,
        migrator: &Migrator,
    ) -> Result<Database, StoreError> {
        Database::open_as(Kind::Ledger, path, key, durability, migrator).await
    }

    async fn open_as(
        kind: Kind,
        path: &Path,
        key: &Key,
        durability: Durability,
        migrator: &Migrator,
    ) -> Result<Database, StoreError> {
        if let Some(dir) = path.parent() {
            disk::make_dir(dir)?;
        }
        sweep(path)?;
        let check = path.with_extension("key-check");
        let existed = path.metadata().is_ok_and(|file| file.len() > 0);
        let latest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        let options = options(key).filename(path).create_if_missing(true);
        let matches = key.matches(&check)?;
        match matches {
            // the key check file may be what is damaged: the database decides
            Some(false) if existed && !health::opens(&options).await => return Err(StoreError::WrongKey),
            None if existed => {} // written before key check files existed: the database decides
            Some(_) if existed => {}
            Some(true) => {}
            _ => key.write_check(&check)?,
        }
        if existed {
            health::inspect(&options, path, kind, latest).await?;
        } else {
            // SQLite creates its log and shared memory with the mode of the main file
            disk::make_file(path)?;
        }
        let options = options.pragma("cache_size", PAGES_KEPT).pragma("wal_autocheckpoint", LOG);
        let options = match path.parent() {
            // a write-ahead log needs shared memory, which not every file system supports
            Some(dir) if !filesystem::supports_wal(dir) => {
                options.journal_mode(SqliteJournalMode::Delete).synchronous(SqliteSynchronous::Extra)
            }
            _ => options.journal_mode(SqliteJournalMode::Wal).synchronous(match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Normal => SqliteSynchronous::Normal,
            }),
        };
        let trouble = Arc::new(Trouble::default());
        let pool = pool_options(&trouble).connect_with(options).await?;
        let file = Some(Arc::new((path.to_owned(), key.clone())));
        let database = Database { pool, file, trouble, holder: Holder::default() };
        if let Err(error) = database.migrate(migrator, kind, latest).await {
            // the next opener needs exclusive access
            database.close().await;
            return Err(error);
        }
        if existed && matches != Some(true) {
            key.write_check(&check)?;
        }
        disk::remove_file(&path.with_extension("suspect"))?;
        Ok(database)
    }

    /// Like [`Database::open`], but deletes and recreates a file that cannot be opened. Only for data
    /// that can be fetched again.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly` or `Locked` when a new file cannot be created.
    pub async fn open_or_remake(path: &Path, key: &Key, migrator: &Migrator) -> Result<Database, StoreError> {
        match Database::open_as(Kind::Cache, path, key, Durability::Normal, migrator).await {
            Err(
                error @ (StoreError::DiskFull
                | StoreError::ReadOnly(_)
                | StoreError::Locked
                | StoreError::Io(_)),
            ) => Err(error),
            Err(error) => {
                tracing::warn!(error = %error.logged(), "The cache could not be opened and is made anew.");
                remove(path)?;
                Database::open_as(Kind::Cache, path, key, Durability::Normal, migrator).await
            }
            opened => opened,
        }
    }

    /// Opens a file read-only, because it cannot be written (full disk, missing permission). If possible
    /// the write-ahead log is read too, with an index in memory, because there may be no room for one
    /// beside the file; otherwise changes that are only in the log are not visible.
    ///
    /// # Errors
    /// `Newer`; `ReadOnly` for a file of an older version, which would have to be migrated; `WrongKey`,
    /// `Damaged`, `Io`.
    pub async fn open_reading(path: &Path, key: &Key, migrator: &Migrator) -> Result<Database, StoreError> {
        let options = options(key).filename(path).create_if_missing(false).pragma("query_only", "1");
        let trouble = Arc::new(Trouble::default());
        let with_log = options.clone().locking_mode(SqliteLockingMode::Exclusive);
        let pool = match read_through(with_log, &trouble).await {
            Ok(pool) => pool,
            Err(error) => {
                tracing::info!(error = %error.logged(), "The file is read without its log.");
                read_through(options.read_only(true).immutable(true), &trouble).await?
            }
        };
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await?;
        let latest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        match version.cmp(&latest) {
            Ordering::Greater => return Err(StoreError::Newer(version)),
            Ordering::Less => return Err(StoreError::ReadOnly(format!("schema version {version}"))),
            Ordering::Equal => {}
        }
        let file = Some(Arc::new((path.to_owned(), key.clone())));
        Ok(Database { pool, file, trouble, holder: Holder::default() })
    }

    /// A database in memory, lost when the last clone is dropped: for sessions that keep nothing.
    ///
    /// # Errors
    /// `StoreError` when memory is exhausted or a migration fails.
    pub async fn in_memory(migrator: &Migrator) -> Result<Database, StoreError> {
        let options = base().pragma("temp_store", "MEMORY");
        let trouble = Arc::new(Trouble::default());
        let pool = pool_options(&trouble).connect_with(options).await?;
        let database = Database { pool, file: None, trouble, holder: Holder::default() };
        let latest = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        database.migrate(migrator, Kind::Ledger, latest).await?;
        Ok(database)
    }

    async fn migrate(&self, migrator: &Migrator, kind: Kind, latest: i64) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        migrator.run(&mut *connection).await?;
        let (id, version) = (kind.application_id(), latest);
        let is: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
        let was: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
        if (is, was) != (id, version) {
            if kind == Kind::Ledger {
                marks::fill(&mut connection).await?;
            }
            let stamp = format!("PRAGMA application_id = {id}; PRAGMA user_version = {version};");
            sqlx::raw_sql(AssertSqlSafe(stamp)).execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Begins a read transaction, which sees a snapshot of the file.
    ///
    /// # Errors
    /// `Locked` when the connection is not free within half a minute.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.begin("BEGIN").await
    }

    /// Begins a write transaction (`BEGIN IMMEDIATE`: takes the write lock now, so that it cannot fail
    /// later).
    ///
    /// # Errors
    /// `Locked`, `ReadOnly`, `DiskFull`.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        self.begin("BEGIN IMMEDIATE").await
    }

    async fn begin(&self, sql: &'static str) -> Result<Tx, StoreError> {
        let mut connection = self.holder.waiting(self.pool.acquire()).await?;
        sqlx::raw_sql(sql).execute(&mut *connection).await?;
        Ok(Tx { connection, _held: self.holder.held() })
    }

    /// The connection without a transaction, for statements that must run outside one.
    pub(crate) async fn write_unguarded(&self) -> Result<Tx, StoreError> {
        let connection = self.holder.waiting(self.pool.acquire()).await?;
        Ok(Tx { connection, _held: self.holder.held() })
    }

    /// Path and key; none in memory.
    pub(crate) fn file(&self) -> Option<(&Path, &Key)> {
        self.file.as_deref().map(|(path, key)| (path.as_path(), key))
    }

    /// Writes all committed data to a new file under the same key.
    pub(crate) async fn vacuum_into(&self, new: &Path) -> Result<(), StoreError> {
        let name = new
            .to_str()
            .ok_or_else(|| StoreError::Other("the directory's name is not Unicode".to_owned()))?;
        // SQLite treats an empty file as absent, and adopts its mode
        disk::make_file(new)?;
        let mut connection = self.pool.acquire().await?;
        // every page is read and written once, so caching is useless
        let keep = |size: &str| AssertSqlSafe(format!("PRAGMA cache_size = {size}"));
        sqlx::raw_sql(keep(PAGES_COPIED)).execute(&mut *connection).await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut *connection).await;
        sqlx::raw_sql(keep(PAGES_KEPT)).execute(&mut *connection).await?;
        copied?;
        Ok(())
    }

    /// Verifies every page and every index; slow on a large file.
    ///
    /// # Errors
    /// `Damaged` with the first finding.
    pub(crate) async fn check_all(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        // the integrity check of the cipher bypasses the log, so checkpoint it first
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
        health::check(&mut connection, true).await
    }

    /// Verifies the HMAC of every page of the file, bypassing the page cache. Reads the whole file;
    /// blocks all other use of the connection.
    ///
    /// # Errors
    /// `Damaged` with the first finding.
    pub async fn verify_pages(&self) -> Result<(), StoreError> {
        if self.file.is_none() {
            return Ok(());
        }
        let mut connection = self.pool.acquire().await?;
        health::verify_pages(&mut connection).await
    }

    /// Size of the file in bytes; 0 in memory.
    pub fn size(&self) -> u64 {
        self.file().and_then(|(path, _)| path.metadata().ok()).map_or(0, |file| file.len())
    }

    /// Waits until a read has failed. Stays resolved until the file is opened again.
    pub async fn read_failed(&self) {
        self.trouble.wait().await;
    }

    /// Limits the file to `pages` pages of 4096 bytes; beyond it every write fails with `DiskFull`.
    /// Serves as a quota, and to test a full disk.
    ///
    /// # Errors
    /// [`StoreError`] when the connection cannot be had, as in [`Database::write`].
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.pool).await?;
        Ok(())
    }

    /// Maximum number of connections: one, because the bundled SQLite may lose committed rows when two
    /// connections reset the log (docs/adr/0002).
    pub fn connections(&self) -> u32 {
        self.pool.options().get_max_connections()
    }

    /// Closes the file; later calls fail with `Closed`.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// Commits the transaction.
    ///
    /// # Errors
    /// [`StoreError`] when it fails (disk full, read-only file, I/O error); nothing was stored then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("COMMIT").execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The connection, for the tables.
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

/// Deletes a database with everything beside it: log, shared memory, key check, backups.
///
/// # Errors
/// `ReadOnly` or `Other` when a file cannot be removed; a missing file is not an error.
pub fn remove(path: &Path) -> Result<(), StoreError> {
    let (Some(dir), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(());
    };
    let ours = ["db", "db-wal", "db-shm", "db-journal", "key-check", "suspect"];
    let listed = match std::fs::read_dir(dir) {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(stem)?.strip_prefix('.')) else {
            continue;
        };
        // backups, temporary, damaged and orphaned files: all contain the patron's data
        if ours.contains(&rest)
            || rest.starts_with("db.")
            || rest.ends_with(".orphan")
            || rest.contains(".bak")
            || rest.ends_with("new")
        {
            // SQLite removes its log when the last connection closes
            disk::remove_file(&entry.path())?;
        }
    }
    Ok(())
}

fn base() -> SqliteConnectOptions {
    // logged statements would contain titles and the key
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
}

pub(crate) fn options(key: &Key) -> SqliteConnectOptions {
    base().pragma("key", key.pragma())
}

fn pool_options(trouble: &Arc<Trouble>) -> SqlitePoolOptions {
    let trouble = Arc::clone(trouble);
    // the one connection is never closed when idle: an in-memory database would be lost with it
    SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(move |connection, _| {
            let trouble = Arc::clone(&trouble);
            Box::pin(async move {
                trouble.look(&mut *connection).await;
                Ok(true)
            })
        })
}

/// Opens the pool and reads once, so that read errors appear when the file is opened.
async fn read_through(
    options: SqliteConnectOptions,
    trouble: &Arc<Trouble>,
) -> Result<SqlitePool, StoreError> {
    let pool = pool_options(trouble).connect_with(options).await?;
    let tables = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM sqlite_schema").fetch_one(&pool).await;
    if let Err(error) = tables {
        pool.close().await;
        return Err(error.into());
    }
    Ok(pool)
}

/// Removes temporary files that a killed program or a full disk left behind.
fn sweep(path: &Path) -> Result<(), StoreError> {
    let (Some(dir), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(());
    };
    for entry in std::fs::read_dir(dir)?.flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(stem)?.strip_prefix('.'));
        if rest.is_some_and(|rest| rest == "bak.new" || (rest.starts_with('v') && rest.ends_with(".new"))) {
            disk::remove_file(&entry.path())?;
        }
    }
    Ok(())
}
