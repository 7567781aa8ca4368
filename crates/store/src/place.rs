//! The directory that the files are in: what kind of file system it is, and writing a small file whole.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::error::StoreError;

/// Whether SQLite's write-ahead log works there: it needs memory shared over the file and locks that
/// hold. Network file systems and those nobody has vouched for get a rollback journal instead.
pub(crate) fn takes_wal(dir: &Path) -> bool {
    known_local(dir)
}

/// File systems of this machine, by their number in `statfs(2)`.
#[cfg(target_os = "linux")]
fn known_local(dir: &Path) -> bool {
    const LOCAL: &[u64] = &[
        0xef53,      // ext2, ext3, ext4
        0x5846_5342, // XFS
        0x9123_683e, // Btrfs
        0xf2f5_2010, // F2FS
        0x2fc1_2fc1, // ZFS
        0xca45_1a4e, // bcachefs
        0x3153_464a, // JFS
        0x0102_1994, // tmpfs
        0x8584_58f6, // ramfs
        0x794c_7630, // overlayfs
        0x2011_bab0, // exFAT
        0x7366_746e, // NTFS3
        0x4d44,      // FAT
        0xf15f,      // eCryptfs
    ];
    match rustix::fs::statfs(dir) {
        // the width of the field differs between machines; the numbers are 32 bits
        #[allow(clippy::cast_sign_loss, clippy::unnecessary_cast, reason = "numbers, not quantities")]
        Ok(found) => LOCAL.contains(&(u64::from(found.f_type as u32))),
        Err(error) => {
            tracing::info!(error = error.raw_os_error(), "The file system does not say what it is.");
            false
        }
    }
}

/// The systems' own application-data folders are local; a folder redirected to a network share is not
/// noticed there (docs/KNOWN-ISSUES).
#[cfg(not(target_os = "linux"))]
fn known_local(_: &Path) -> bool {
    true
}

/// Writes a small file whole or not at all, and to the disk before it returns.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    let mut file = File::create(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(new, path)?;
    if let Some(dir) = path.parent() {
        sync_dir(dir);
    }
    Ok(())
}

/// Makes renames and removals in a directory last over a power cut, where the system can.
pub(crate) fn sync_dir(dir: &Path) {
    // some systems cannot open a directory; there the journal of the file system has to do
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}

/// Removes a file that may be gone already.
pub(crate) fn remove_file(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Renames a file that may not be there; whether it was.
pub(crate) fn move_file(from: &Path, to: &Path) -> Result<bool, StoreError> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{takes_wal, write_whole};

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_system_that_is_none_of_this_machine_s_gets_no_log() {
        assert!(!takes_wal(std::path::Path::new("/proc")), "not one that anybody keeps files on");
        assert!(!takes_wal(std::path::Path::new("/没有这里")));
    }

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
        let _ = takes_wal(dir.path());
    }
}
