//! How a database file is opened: key, version, health, migrations, one connection.

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
use crate::health::{self, Kind, Trouble};
use crate::key::Key;
use crate::place;

/// How long a writer waits for another one before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// Memory for pages that were read, at most 32 MiB: a page that is read again costs decrypting and its
/// digest, and the lists of a long history read the same ones again and again. A short one needs less.
const PAGES_KEPT: &str = "-32768";
/// The same while the file is copied: 2 MiB, and as much again for the copy.
const PAGES_COPIED: &str = "-2048";

/// Pages of the log after which it is brought into the file, 16 MiB: with SQLite's thousand every page of news
/// would do so, and write what it changed twice.
const LOG: &str = "4000";
/// Rows that the file gives before somebody has to take them: a page of news, so that neither waits for the other.
const ROWS_AHEAD: usize = 512;

/// What a power cut may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// nothing that was committed (`synchronous=FULL`)
    Full,
    /// the last transactions, never the file (`synchronous=NORMAL`)
    Normal,
}

/// One open file. Cheap to clone; all clones share the one connection.
#[derive(Debug, Clone)]
pub struct Database {
    pool: SqlitePool,
    /// none in memory
    file: Option<Arc<(PathBuf, Key)>>,
    trouble: Arc<Trouble>,
}

/// A transaction; dropped without [`Tx::commit`] it changes nothing. The tables add their reads and
/// writes to it. While it lives nobody else can use the file: never wait for the network with one
/// in hand, and never open a second one before the first is gone.
///
/// Not sqlx's own transaction: SQLite ends one by itself when the disk is full, sqlx 0.9 goes on
/// counting it, and every later one is refused. Here what is left open is rolled back when the
/// connection returns to the pool.
pub struct Tx {
    connection: PoolConnection<Sqlite>,
}

impl Database {
    /// Opens the file, makes it if it is missing, and brings its tables up to date with `migrator`.
    /// Before an older file is changed, a copy is kept beside it (`<name>.v<version>.bak`, same key).
    ///
    /// # Errors
    /// `WrongKey`, `Newer`, `Damaged`, `Unreadable` leave the file as it was.
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
            // the value beside the file may be what is damaged: the file has the last word
            Some(false) if existed && !health::opens(&options).await => return Err(StoreError::WrongKey),
            None if existed => {} // from before the value was written: the file itself decides
            Some(_) if existed => {}
            Some(true) => {}
            _ => key.write_check(&check)?,
        }
        if existed {
            health::inspect(&options, path, kind, latest).await?;
        } else {
            // SQLite gives its log and its shared memory the mode of the file
            disk::make_file(path)?;
        }
        let options = options.pragma("cache_size", PAGES_KEPT).pragma("wal_autocheckpoint", LOG);
        let options = match path.parent() {
            // a log needs memory shared over the file, which not every file system has
            Some(dir) if !place::takes_wal(dir) => {
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
        let database = Database { pool, file, trouble };
        if let Err(error) = database.migrate(migrator, kind, latest).await {
            // whoever looks at the file next must be alone with it
            database.close().await;
            return Err(error);
        }
        if existed && matches != Some(true) {
            key.write_check(&check)?;
        }
        disk::remove_file(&path.with_extension("suspect"))?;
        Ok(database)
    }

    /// As [`Database::open`], but a file that cannot be opened is thrown away and made anew: only for
    /// what can be fetched again.
    ///
    /// # Errors
    /// What keeps a fresh file from being made: `DiskFull`, `ReadOnly`, `Locked`.
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

    /// Opens a file that cannot be written, or not now, for reading: a full disk, a folder without the right to
    /// write. Where the file itself may be opened, its log is read too, with an index in memory instead of the one
    /// beside the file, for which there is no room; otherwise what stands in the log alone is not seen.
    ///
    /// # Errors
    /// `Newer`; `ReadOnly` for a file of an older version, which would have to be brought up to date first;
    /// `WrongKey`, `Damaged`, `Io`.
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
        Ok(Database { pool, file: Some(Arc::new((path.to_owned(), key.clone()))), trouble })
    }

    /// A database that is gone when the last clone is: for a run that keeps nothing.
    ///
    /// # Errors
    /// Only when memory cannot be had or the migrations are wrong.
    pub async fn in_memory(migrator: &Migrator) -> Result<Database, StoreError> {
        let options = base().pragma("temp_store", "MEMORY");
        let trouble = Arc::new(Trouble::default());
        let pool = pool_options(&trouble).connect_with(options).await?;
        let database = Database { pool, file: None, trouble };
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
            let stamp = format!("PRAGMA application_id = {id}; PRAGMA user_version = {version};");
            sqlx::raw_sql(AssertSqlSafe(stamp)).execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Begins reading; sees one state of the file until it ends.
    ///
    /// # Errors
    /// `Locked` when the connection is not free for half a minute.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.begin("BEGIN").await
    }

    /// Begins writing (`BEGIN IMMEDIATE`: takes the write lock at once, never in the middle).
    ///
    /// # Errors
    /// `Locked`, `ReadOnly`, `DiskFull`.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        self.begin("BEGIN IMMEDIATE").await
    }

    async fn begin(&self, sql: &'static str) -> Result<Tx, StoreError> {
        let mut connection = self.pool.acquire().await?;
        sqlx::raw_sql(sql).execute(&mut *connection).await?;
        Ok(Tx { connection })
    }

    /// Without a transaction, for what makes its own.
    pub(crate) async fn write_unguarded(&self) -> Result<Tx, StoreError> {
        Ok(Tx { connection: self.pool.acquire().await? })
    }

    /// The file and its key; none in memory.
    pub(crate) fn file(&self) -> Option<(&Path, &Key)> {
        self.file.as_deref().map(|(path, key)| (path.as_path(), key))
    }

    /// Writes everything that is committed into a new file under the same key.
    pub(crate) async fn vacuum_into(&self, new: &Path) -> Result<(), StoreError> {
        let name = new
            .to_str()
            .ok_or_else(|| StoreError::Other("the directory's name is not Unicode".to_owned()))?;
        // SQLite takes an empty file for one that is not there, and the mode of this one
        disk::make_file(new)?;
        let mut connection = self.pool.acquire().await?;
        // every page is read and written once: none of them, of the old file or the new, is worth keeping
        let keep = |size: &str| AssertSqlSafe(format!("PRAGMA cache_size = {size}"));
        sqlx::raw_sql(keep(PAGES_COPIED)).execute(&mut *connection).await?;
        let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut *connection).await;
        sqlx::raw_sql(keep(PAGES_KEPT)).execute(&mut *connection).await?;
        copied?;
        Ok(())
    }

    /// Looks at every page and every index; slow on a large file.
    ///
    /// # Errors
    /// `Damaged` with what was found first.
    pub(crate) async fn check_all(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        // the check of the encryption reads the file past the log
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
        health::check(&mut connection, true).await
    }

    /// Verifies the encryption of every page of the file, past the memory for pages that were read. Reads the
    /// whole file and makes a digest of each page; nothing else can use the file meanwhile.
    ///
    /// # Errors
    /// `Damaged` with what was found first.
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

    /// Waits until something could not be read. It stays so until the file is opened again.
    pub async fn troubled(&self) {
        self.trouble.wait().await;
    }

    /// Lets the file grow to so many pages of 4096 bytes and no further; beyond it every write is
    /// `DiskFull`. What a quota does, and how the full disk is tested.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.pool).await?;
        Ok(())
    }

    /// Most connections the pool may open: one, while the bundled SQLite may lose committed rows
    /// when two connections reset the log (docs/adr/0002).
    pub fn connections(&self) -> u32 {
        self.pool.options().get_max_connections()
    }

    /// Closes the file; later calls fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// Makes it true.
    ///
    /// # Errors
    /// `DiskFull` and the like; then nothing was kept.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("COMMIT").execute(&mut *self.connection).await?;
        Ok(())
    }

    /// For the tables.
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

/// Removes a database with everything beside it: log, shared memory, key check, kept copies.
///
/// # Errors
/// `ReadOnly`, `Other`; a file that is not there is no error.
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
        // copies, half-written files, damaged ones, orphans: all hold what the patron had
        if ours.contains(&rest)
            || rest.starts_with("db.")
            || rest.ends_with(".orphan")
            || rest.contains(".bak")
            || rest.ends_with("new")
        {
            // SQLite takes its log away itself when the last connection ends
            disk::remove_file(&entry.path())?;
        }
    }
    Ok(())
}

fn base() -> SqliteConnectOptions {
    // statements would carry titles and the key into the log
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
    // one connection that is never given up: an in-memory database would go with it
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

/// A connection that has read something.
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

/// Takes away half-written copies of a program that was killed or a disk that was full.
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
