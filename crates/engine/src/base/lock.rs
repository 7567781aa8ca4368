//! Lock on the data directory: one process at a time; and why a directory cannot be used.

use std::fs::{self, File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::Path;

use hongyan_model::log::Logged as _;
use hongyan_store::{Ledger, disk};

use crate::base::problem::{ErrorCode, Problem, Retry};

/// Name of the lock file.
const FILE: &str = "hongyan.lock";
/// Longest path of the directory in bytes: SQLite on Unix opens at most 511 (`MAX_PATHNAME` of os_unix.c is 512
/// with the final zero), less the longest file name in it, `/hongyan.db-journal`.
const LONGEST: usize = 511 - 19;

/// The lock, held while the engine lives. The operating system releases it even when the process is killed.
#[derive(Debug)]
pub(crate) struct DirLock {
    /// `None` in a directory that cannot be written and has no lock file
    _file: Option<File>,
}

/// Creates the directory if it is missing.
///
/// # Errors
/// `FolderUnusable` with the directory and the reason.
pub fn make_folder(dir: &Path) -> Result<(), Problem> {
    if dir.to_str().is_none() {
        return Err(unusable(dir, "name", "not Unicode"));
    }
    disk::make_own_dir(dir).map_err(|error| unusable(dir, why(&error), &error.to_string()))?;
    // SQLite resolves symbolic links before it measures the path
    let whole = fs::canonicalize(dir).map_err(|error| unusable(dir, why(&error), &error.to_string()))?;
    if cfg!(unix) && whole.as_os_str().len() > LONGEST {
        return Err(unusable(dir, "long", "longer than SQLite takes"));
    }
    Ok(())
}

/// `FolderUnusable` for this directory, with the reason.
pub fn unusable(dir: &Path, why: &str, detail: &str) -> Problem {
    Problem::new(ErrorCode::FolderUnusable, Retry::Now, format!("the data folder: {why}: {detail}"))
        .with("folder", dir.display())
        .with("why", why)
}

fn why(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "missing",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "file",
        ErrorKind::PermissionDenied => "denied",
        ErrorKind::ReadOnlyFilesystem => "readOnly",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "full",
        ErrorKind::InvalidFilename => "long",
        _ => "other",
    }
}

impl DirLock {
    /// Locks the directory and creates it if needed. A directory that has a ledger but cannot be written is
    /// accepted: the ledger can be opened read-only.
    ///
    /// # Errors
    /// `FolderUnusable`; `AlreadyRunning`.
    pub(crate) fn take(dir: &Path) -> Result<DirLock, Problem> {
        make_folder(dir)?;
        let path = dir.join(FILE);
        let file = match disk::open_lock(&path) {
            Ok(file) => file,
            Err(error) if Ledger::is_there(dir) => {
                tracing::warn!(error = %error.logged(), "The data folder cannot be written.");
                // an advisory lock needs no write permission
                let Ok(file) = File::open(&path) else { return Ok(DirLock { _file: None }) };
                file
            }
            Err(error) => return Err(unusable(dir, why(&error), &error.to_string())),
        };
        match file.try_lock() {
            Ok(()) => Ok(DirLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(Problem::new(ErrorCode::AlreadyRunning, Retry::Never, "the data directory is taken"))
            }
            // a file system without locks: the shell allows one instance only
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                tracing::warn!(error = %error.logged(), "The data folder cannot be locked.");
                Ok(DirLock { _file: Some(file) })
            }
            Err(TryLockError::Error(error)) => Err(unusable(dir, why(&error), &error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{DirLock, LONGEST, make_folder};
    use crate::base::problem::ErrorCode;

    #[test]
    fn a_folder_that_cannot_be_used_is_named_with_the_reason() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("一个文件");
        fs::write(&file, "x").unwrap();
        let mut cases = vec![(file.clone(), "file"), (file.join("鸿雁"), "file")];
        if cfg!(target_os = "linux") {
            cases.push(("/proc/没有/鸿雁".into(), "missing"));
            let long = (0..170).fold(place.path().to_owned(), |at, _| at.join("雁"));
            let longer = place.path().join("雁".repeat(200));
            assert!(long.as_os_str().len() > LONGEST);
            cases.extend([(long, "long"), (longer, "long")]);
        }
        for (folder, why) in cases {
            let problem = DirLock::take(&folder).unwrap_err();
            assert_eq!(problem.code, ErrorCode::FolderUnusable, "{problem}");
            assert_eq!(
                (problem.params["why"].as_str(), &problem.params["folder"]),
                (why, &folder.display().to_string())
            );
            // the log must not contain names
            assert!(!problem.detail.contains("雁"), "{}", problem.detail);
        }
        make_folder(&place.path().join("数据/新的")).unwrap();
    }

    #[test]
    fn one_program_a_folder() {
        let place = tempfile::tempdir().unwrap();
        let first = DirLock::take(place.path()).unwrap();
        assert_eq!(DirLock::take(place.path()).unwrap_err().code, ErrorCode::AlreadyRunning);
        drop(first);
        DirLock::take(place.path()).unwrap();
    }
}
