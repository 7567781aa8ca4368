//! What can go wrong with the files, by what the caller can do about it.

use hongyan_model::log::{Closed, Logged};

/// Why the store could not do it. The texts are English, for "copy details"; what the log says is [`Logged`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// the key does not belong to this database; the file was not touched
    #[error("the key does not open the database")]
    WrongKey,
    /// written by a newer version of the program; the number is that file's schema version
    #[error("the database has schema version {0}, newer than this program")]
    Newer(i64),
    /// the file is not readable as a database although the key is right, or fails its own checks
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// SQLite says that memory is out: it may be, or a page was met that does not verify. Opening the file
    /// anew finds out ([`crate::Ledger::open_or_restore`])
    #[error("the database cannot be read: {0}")]
    Unreadable(String),
    /// closed, for good or while it is opened anew
    #[error("the database is closed")]
    Closed,
    /// no room; nothing of the transaction was kept
    #[error("the disk is full")]
    DiskFull,
    /// the file or its directory cannot be written
    #[error("the database cannot be written: {0}")]
    ReadOnly(String),
    /// the disk fails, now or for good; nothing of the transaction was kept
    #[error("input or output failed: {0}")]
    Io(String),
    /// another program holds the file
    #[error("the database is locked")]
    Locked,
    /// a row that this program cannot have written
    #[error("a stored {what} cannot be read: {detail}")]
    Row {
        /// the table
        what: &'static str,
        /// why
        detail: String,
    },
    /// anything else
    #[error("store: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether what is in the file may still be read although this keeps it from being written.
    pub fn leaves_reading(&self) -> bool {
        matches!(self, StoreError::DiskFull | StoreError::ReadOnly(_) | StoreError::Io(_))
    }

    /// A stored value that does not read back.
    pub(crate) fn row(what: &'static str, detail: impl ToString) -> StoreError {
        StoreError::Row { what, detail: detail.to_string() }
    }
}

impl Logged for StoreError {
    fn logged(&self) -> Closed {
        let coded = |word, text: &str| {
            let closed = Closed::word(word);
            code_in(text).map_or(closed, |code| closed.number(code))
        };
        match self {
            StoreError::WrongKey => Closed::word("the key does not open the database"),
            StoreError::Newer(version) => Closed::word("newer than this program:").number(*version),
            StoreError::Damaged(why) => coded("damaged", why),
            StoreError::Unreadable(why) => coded("cannot be read", why),
            StoreError::Closed => Closed::word("closed"),
            StoreError::DiskFull => Closed::word("the disk is full"),
            StoreError::ReadOnly(why) => coded("cannot be written", why),
            StoreError::Io(why) => coded("input or output failed", why),
            StoreError::Locked => Closed::word("locked"),
            StoreError::Row { what, .. } => Closed::word(what),
            StoreError::Other(why) => coded("database error", why),
        }
    }
}

/// SQLite's code, or the system's, in a text: `(code: 7) out of memory`, `(os error 28)`.
fn code_in(text: &str) -> Option<i64> {
    let after = ["(code: ", "(os error "].into_iter().find_map(|before| text.split_once(before))?.1;
    after.split_once(')')?.0.parse().ok()
}

/// SQLite's primary result codes that mean something to us.
const ERROR: i64 = 1;
const PERM: i64 = 3;
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
/// memory is out, or so SQLCipher says after a page that did not verify (sqlcipher/sqlcipher#617)
const NOMEM: i64 = 7;
const READONLY: i64 = 8;
const IOERR: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANTOPEN: i64 = 14;
/// the log's locks cannot be had for a long time
const PROTOCOL: i64 = 15;
const NOTADB: i64 = 26;
/// the memory that is shared over the log cannot be made larger: no room for it
const IOERR_SHMSIZE: i64 = 4874;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse::<i64>().ok()).unwrap_or(0);
                match code & 0xff {
                    IOERR if code == IOERR_SHMSIZE => StoreError::DiskFull,
                    BUSY | LOCKED | PROTOCOL => StoreError::Locked,
                    PERM | READONLY | CANTOPEN => StoreError::ReadOnly(text),
                    CORRUPT | NOTADB => StoreError::Damaged(text),
                    NOMEM => StoreError::Unreadable(text),
                    FULL => StoreError::DiskFull,
                    IOERR => StoreError::Io(format!("{text} ({code})")),
                    // SQLCipher's word for a page that does not verify; errors in SQL name what is wrong
                    ERROR if database.message() == "SQL logic error" => {
                        StoreError::Damaged("a page does not verify".to_owned())
                    }
                    _ => StoreError::Other(text),
                }
            }
            sqlx::Error::Io(error) => io(error),
            sqlx::Error::PoolTimedOut => StoreError::Locked,
            sqlx::Error::PoolClosed => StoreError::Closed,
            _ => StoreError::Other(text),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> StoreError {
        use sqlx::migrate::MigrateError as M;
        match error {
            M::Execute(error) | M::ExecuteMigration(error, _) => error.into(),
            M::VersionMissing(version) => StoreError::Newer(version),
            other => StoreError::Other(other.to_string()),
        }
    }
}

/// An error of the file system.
pub(crate) fn io(error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::StorageFull | K::QuotaExceeded => StoreError::DiskFull,
        K::PermissionDenied | K::ReadOnlyFilesystem | K::NotADirectory => {
            StoreError::ReadOnly(error.to_string())
        }
        _ => StoreError::Io(error.to_string()),
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> StoreError {
        io(&error)
    }
}
