//! The data folder: whether it can be used, why not, and that only one Hongyan has it.

use std::fs::{self, File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::Path;

use hongyan_model::log::Logged as _;
use hongyan_store::{Ledger, disk};

use crate::base::problem::{ErrorCode, Problem, Retry};

/// Name of the file that is locked.
const FILE: &str = "hongyan.lock";
/// Bytes of the longest path that SQLite opens on Unix (`MAX_PATHNAME` of os_unix.c is 512, with the final
/// zero), without the names of its files in the folder: `/hongyan.db-journal`.
const LONGEST: usize = 511 - 19;

/// Held while the engine lives; the system lets go of it even when the program is killed.
#[derive(Debug)]
pub(crate) struct DirLock {
    /// none in a folder that cannot be written and has no such file
    _file: Option<File>,
}

/// Makes the folder if it is missing.
///
/// # Errors
/// `FolderUnusable` with the folder and why.
pub fn make_folder(dir: &Path) -> Result<(), Problem> {
    if dir.to_str().is_none() {
        return Err(unusable(dir, "name", "not Unicode"));
    }
    disk::make_own_dir(dir).map_err(|error| unusable(dir, why(&error), &error.to_string()))?;
    // SQLite takes the path without its links
    let whole = fs::canonicalize(dir).map_err(|error| unusable(dir, why(&error), &error.to_string()))?;
    if cfg!(unix) && whole.as_os_str().len() > LONGEST {
        return Err(unusable(dir, "long", "longer than SQLite takes"));
    }
    Ok(())
}

/// The folder cannot be used.
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
    /// Takes the folder, making it if needed. A folder that has a ledger and cannot be written is taken all the
    /// same: what is in it can be read.
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
                // a lock needs no right to write
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
            // a file system without locks: the shell sees to it that there is one program
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
            // logs hold no names
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
