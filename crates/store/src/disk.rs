//! The calls on files whose meaning differs between systems, each made here and nowhere else: flushing,
//! renaming over a file, removing, making a directory's changes last, who else may read. What is written
//! here is for this patron only (0700 and 0600 where the system has modes).
//!
//! Windows flushes only through a handle that may write (`FlushFileBuffers`, ERROR_ACCESS_DENIED
//! otherwise), has no flush of a directory, and refuses to rename or remove a file that somebody holds
//! without sharing its removal, as SQLite does: connections are closed first. Names differ only in case on
//! neither Windows nor macOS: what must not be overwritten is made with [`make_new`], which asks the system.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Options for writing a file that nobody else reads.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a directory with those above it, if they are missing.
///
/// # Errors
/// Those of the system, as of all functions here.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes a directory of ours as [`make_dir`] does, and shuts it to everybody else if an older program left it
/// open: what is in it is shut with it.
///
/// # Errors
/// Those of the system.
pub fn make_own_dir(dir: &Path) -> io::Result<()> {
    make_dir(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let is = fs::metadata(dir)?.permissions().mode();
        // what its owner may do stays as it is; some file systems have no modes
        if is & 0o077 != 0
            && let Err(error) = fs::set_permissions(dir, fs::Permissions::from_mode(is & 0o700))
        {
            tracing::info!(kind = ?error.kind(), "The data directory stays as open as it is.");
        }
    }
    Ok(())
}

/// Makes an empty file if there is none, for others to write to.
///
/// # Errors
/// Those of the system.
pub fn make_file(path: &Path) -> io::Result<()> {
    private().create(true).truncate(false).open(path).map(drop)
}

/// Writes a file of this name if there is none; half a file is taken away again.
///
/// # Errors
/// `AlreadyExists`: nothing was changed.
pub fn make_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    if written.is_err() {
        // half a file helps nobody; if it cannot go either, the error says enough
        let _ = fs::remove_file(path);
    }
    written
}

/// Makes a file that says something by being there, and keeps it over a power cut.
///
/// # Errors
/// Those of the system.
pub fn mark(path: &Path) -> io::Result<()> {
    private().create(true).truncate(true).open(path)?.sync_all()?;
    sync_dir_of(path);
    Ok(())
}

/// Writes a small file whole or not at all, and to the disk before it returns.
///
/// # Errors
/// Those of the system; what was there stays then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    let mut file = private().create(true).truncate(true).open(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // Windows renames nothing that is open
    drop(file);
    fs::rename(new, path)?;
    sync_dir_of(path);
    Ok(())
}

/// Brings a file that somebody else wrote to the disk.
///
/// # Errors
/// Those of the system.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // nothing is written, but Windows flushes no handle that may only read
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Makes renames and removals in a directory last over a power cut, where the system can.
pub fn sync_dir(dir: &Path) {
    // Windows cannot open a directory as a file; there the journal of the file system has to do
    #[cfg(unix)]
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
    #[cfg(not(unix))]
    let _ = dir;
}

/// As [`sync_dir`] of the directory that a file is in.
pub fn sync_dir_of(path: &Path) {
    if let Some(dir) = path.parent() {
        sync_dir(dir);
    }
}

/// Removes a file that may be gone already. Nobody of this program may hold it.
///
/// # Errors
/// Those of the system.
pub fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renames a file that may not be there, over one that may be; whether it was. Nobody of this program may
/// hold either.
///
/// # Errors
/// Those of the system.
pub fn move_file(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Copies a file's bytes over those of another. What is copied may be marked as read-only; the copy is not.
///
/// # Errors
/// Those of the system.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = private().create(true).truncate(true).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// Takes away what is in a file that others may be writing to.
///
/// # Errors
/// Those of the system.
pub fn empty_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).truncate(true).open(path).map(drop)
}

/// Opens a file to be locked, made if it is missing.
///
/// # Errors
/// Those of the system.
pub fn open_lock(path: &Path) -> io::Result<File> {
    private().create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{copy_file, make_new, mark, move_file, remove_file, sync_file, write_whole};
    #[cfg(unix)]
    use super::{make_dir, make_own_dir};

    #[test]
    fn a_small_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("钥.vault");
        for text in ["一", "二"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_whole(&dir.path().join("没有/钥.vault"), b"x").is_err());
    }

    #[test]
    fn a_file_is_flushed_moved_over_another_and_removed_on_every_system() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("账.db"), dir.path().join("账 (副本).db"));
        make_new(&one, "新".as_bytes()).unwrap();
        assert_eq!(make_new(&one, b"x").unwrap_err().kind(), ErrorKind::AlreadyExists);
        copy_file(&one, &two).unwrap();
        sync_file(&two).unwrap();
        make_new(&dir.path().join("别的"), "旧".as_bytes()).unwrap();
        assert!(move_file(&two, &dir.path().join("别的")).unwrap(), "over one that is there");
        assert_eq!(std::fs::read_to_string(dir.path().join("别的")).unwrap(), "新");
        assert!(!move_file(&two, &one).unwrap(), "it is gone");
        mark(&one).unwrap();
        assert_eq!(std::fs::metadata(&one).unwrap().len(), 0);
        remove_file(&one).unwrap();
        remove_file(&one).unwrap();
        assert_eq!(sync_file(&one).unwrap_err().kind(), ErrorKind::NotFound);
        // an open file, as another program or an older handle would hold it
        let held = std::fs::File::open(dir.path().join("别的")).unwrap();
        remove_file(&dir.path().join("别的")).unwrap();
        drop(held);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_reads_what_is_made() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("数据/里");
        make_dir(&inner).unwrap();
        let file = inner.join("账");
        write_whole(&file, b"x").unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inner), mode(&file)), (0o700, 0o600));
        // as an older program left it
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o755)).unwrap();
        make_own_dir(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
    }
}
