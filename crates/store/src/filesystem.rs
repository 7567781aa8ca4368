//! The file system that the data directory is on.

use std::path::Path;

/// Whether SQLite's write-ahead log works in a directory: it needs shared memory and reliable locks.
/// Network file systems and unknown ones use a rollback journal instead.
pub(crate) fn supports_wal(dir: &Path) -> bool {
    known_local(dir)
}

/// Local file systems, by their magic number in `statfs(2)`.
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
        // the width of the field differs between architectures; the numbers have 32 bits
        #[allow(clippy::cast_sign_loss, clippy::unnecessary_cast, reason = "numbers, not quantities")]
        Ok(found) => LOCAL.contains(&(u64::from(found.f_type as u32))),
        Err(error) => {
            tracing::info!(error = error.raw_os_error(), "The file system does not say what it is.");
            false
        }
    }
}

/// Assumes a local file system: the system's folders for application data are local. A folder that is
/// redirected to a network share is not detected (docs/KNOWN-ISSUES.md).
#[cfg(not(target_os = "linux"))]
fn known_local(_: &Path) -> bool {
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::supports_wal;

    #[test]
    fn a_file_system_that_is_none_of_this_machine_s_gets_no_log() {
        assert!(!supports_wal(std::path::Path::new("/proc")), "not one that anybody keeps files on");
        assert!(!supports_wal(std::path::Path::new("/没有这里")));
    }
}
