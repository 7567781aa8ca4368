//! File operations whose semantics differ between operating systems, in one place: flushing, renaming
//! over a file, removing, flushing a directory, permissions. Files and directories are private to the
//! patron (0600 and 0700 where there are modes).
//!
//! On Windows, flushing needs a handle with write access (`FlushFileBuffers` fails with
//! ERROR_ACCESS_DENIED otherwise), directories cannot be flushed, and a file cannot be renamed or removed
//! while a handle without `FILE_SHARE_DELETE` is open, as SQLite's are: close connections first. File
//! names are case-insensitive on Windows and macOS, so what must not be overwritten is created with
//! [`make_new`], which lets the system decide.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Options for writing a private file.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a directory and its parents, if missing.
///
/// # Errors
/// Errors of the operating system, as for all functions of this module.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Creates a directory like [`make_dir`], and removes the permissions of others if an older version left
/// them: that protects its contents too.
///
/// # Errors
/// Errors of the operating system.
pub fn make_own_dir(dir: &Path) -> io::Result<()> {
    make_dir(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let is = fs::metadata(dir)?.permissions().mode();
        // keep the owner's permissions; some file systems have none
        if is & 0o077 != 0
            && let Err(error) = fs::set_permissions(dir, fs::Permissions::from_mode(is & 0o700))
        {
            tracing::info!(kind = ?error.kind(), "The data directory stays as open as it is.");
        }
    }
    Ok(())
}

/// Creates an empty private file if there is none, for others to write to.
///
/// # Errors
/// Errors of the operating system.
pub fn make_file(path: &Path) -> io::Result<()> {
    private().create(true).truncate(false).open(path).map(drop)
}

/// Creates and writes a new file; removes it again when writing fails.
///
/// # Errors
/// `AlreadyExists` when there is a file of this name, which is not changed; other errors of the operating
/// system.
pub fn make_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    if written.is_err() {
        // the file is incomplete; the error of the write is reported, not that of the removal
        let _ = fs::remove_file(path);
    }
    written
}

/// Creates a marker file, durably.
///
/// # Errors
/// Errors of the operating system.
pub fn mark(path: &Path) -> io::Result<()> {
    private().create(true).truncate(true).open(path)?.sync_all()?;
    sync_dir_of(path);
    Ok(())
}

/// Replaces a small file atomically and durably.
///
/// # Errors
/// Errors of the operating system; the old content is kept then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    let mut file = private().create(true).truncate(true).open(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // Windows does not rename open files
    drop(file);
    fs::rename(new, path)?;
    sync_dir_of(path);
    Ok(())
}

/// Flushes a file that another process or library wrote.
///
/// # Errors
/// Errors of the operating system.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // opened for writing although nothing is written: Windows does not flush through a read-only handle
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Flushes renames and removals in a directory, where the system supports it.
pub fn sync_dir(dir: &Path) {
    // Windows cannot open a directory as a file; the file system's journal has to suffice there
    #[cfg(unix)]
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
    #[cfg(not(unix))]
    let _ = dir;
}

/// Flushes the parent directory of a file, like [`sync_dir`].
pub fn sync_dir_of(path: &Path) {
    if let Some(dir) = path.parent() {
        sync_dir(dir);
    }
}

/// Removes a file if it exists. No handle of this program may be open.
///
/// # Errors
/// Errors of the operating system.
pub fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a directory with everything in it, if it exists.
///
/// # Errors
/// Errors of the operating system; on Windows a file that a program has open stays, and so does its directory.
pub fn remove_dir(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renames a file if it exists, replacing `to`; returns whether it existed. No handle of this program to
/// either may be open.
///
/// # Errors
/// Errors of the operating system.
pub fn move_file(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Overwrites a file with the bytes of another. A read-only attribute is not copied.
///
/// # Errors
/// Errors of the operating system.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = private().create(true).truncate(true).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// Truncates a file that others may be writing to.
///
/// # Errors
/// Errors of the operating system.
pub fn empty_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).truncate(true).open(path).map(drop)
}

/// Opens a lock file, creating it if missing.
///
/// # Errors
/// Errors of the operating system.
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
        // a handle that is still open, as of another program
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
        // with the permissions of an older version
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o755)).unwrap();
        make_own_dir(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
    }
}
