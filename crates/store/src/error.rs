//! Errors of the store, by what the caller can do about them.

use hongyan_model::log::{Closed, Logged};

/// Error of the store. Its texts are English, for "copy details"; only the form of [`Logged`] goes to the
/// log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// the key does not belong to this database; the file was not changed
    #[error("the key does not open the database")]
    WrongKey,
    /// written by a newer version of the program; has that file's schema version
    #[error("the database has schema version {0}, newer than this program")]
    Newer(i64),
    /// the key is right, but the file is not a valid database or fails its integrity check
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// SQLite reports out of memory: either memory is exhausted, or a page did not verify. Opening the
    /// file again tells which ([`crate::Ledger::open_or_restore`])
    #[error("the database cannot be read: {0}")]
    Unreadable(String),
    /// the database is closed, for good or while it is being reopened
    #[error("the database is closed")]
    Closed,
    /// no space left; the transaction was rolled back
    #[error("the disk is full")]
    DiskFull,
    /// the file or its directory is not writable
    #[error("the database cannot be written: {0}")]
    ReadOnly(String),
    /// an I/O error, transient or permanent; the transaction was rolled back
    #[error("I/O error: {0}")]
    Io(String),
    /// another program holds a lock on the file
    #[error("the database is locked")]
    Locked,
    /// a stored value that this program cannot have written
    #[error("a stored {what} cannot be read: {detail}")]
    Row {
        /// name of the table
        what: &'static str,
        /// explanation
        detail: String,
    },
    /// any other error
    #[error("store: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether the file can still be read when this error prevents writing.
    pub fn leaves_reading(&self) -> bool {
        matches!(self, StoreError::DiskFull | StoreError::ReadOnly(_) | StoreError::Io(_))
    }

    /// A stored value that does not parse.
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

/// Extracts the code of SQLite or of the system from a text: `(code: 7) out of memory`, `(os error 28)`.
fn code_in(text: &str) -> Option<i64> {
    let after = ["(code: ", "(os error "].into_iter().find_map(|before| text.split_once(before))?.1;
    after.split_once(')')?.0.parse().ok()
}

/// SQLite's primary result codes that are distinguished here.
const ERROR: i64 = 1;
const PERM: i64 = 3;
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
/// memory is exhausted; SQLCipher also reports it after a page that did not verify
/// (sqlcipher/sqlcipher#617)
const NOMEM: i64 = 7;
const READONLY: i64 = 8;
const IOERR: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANTOPEN: i64 = 14;
/// a lock of the log was not available for a long time
const PROTOCOL: i64 = 15;
const NOTADB: i64 = 26;
/// the shared memory of the log cannot grow, because the disk is full
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
                    // SQLCipher's message for a page that does not verify; errors in SQL have specific
                    // messages
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

/// Converts an error of the file system.
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
