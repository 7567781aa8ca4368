//! One Hongyan a data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::problem::{ErrorCode, Problem, Retry};

/// Held while the engine lives; the system lets go of it even when the program is killed.
#[derive(Debug)]
pub(crate) struct DirLock {
    _file: File,
}

impl DirLock {
    /// Takes the directory, making it if needed.
    pub(crate) fn take(dir: &Path) -> Result<DirLock, Problem> {
        let wrong = |error: std::io::Error| Problem::from(hongyan_store::StoreError::from(error));
        std::fs::create_dir_all(dir).map_err(wrong)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join("hongyan.lock"))
            .map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => Ok(DirLock { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(Problem::new(ErrorCode::AlreadyRunning, Retry::Never, "the data directory is taken"))
            }
            Err(TryLockError::Error(error)) => Err(wrong(error)),
        }
    }
}
