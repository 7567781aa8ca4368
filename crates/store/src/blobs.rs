//! Files of the patron, each encrypted in a file of its own beside the ledger. They are not in the ledger, because
//! its copies are made often and kept, and would grow by each of them.
//!
//! Format: eight bytes [`MAGIC`]; sixteen random bytes; then pieces of 64 KiB, each sealed with
//! XChaCha20-Poly1305. The nonce of a piece is the sixteen random bytes, its number (seven bytes, big-endian) and one
//! byte that is 1 for the last piece, so that pieces can neither change places nor be cut off (the STREAM
//! construction: Hoang, Reyhanitabar, Rogaway, Vizár 2015). The key is derived from the ledger's, so it goes with it.

use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hongyan_model::request::wire::hex;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::disk;
use crate::error::StoreError;
use crate::key::Key;

/// Name of the folder in the data directory.
const FOLDER: &str = "hongyan.files";
/// Name of the folder with readable copies, for other programs to open.
const OPENED: &str = "hongyan.opened";
/// Begins every file; associated data of each piece.
const MAGIC: &[u8; 8] = b"HYFILE1\n";
/// Random part of the nonces, bytes.
const PREFIX: usize = 16;
/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds to a piece.
const TAG: usize = 16;
/// How many folders of ledgers that nobody can open are kept.
const KEPT: usize = 3;

/// Why a file cannot be given back.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// it is not there any more
    #[error("the file is gone")]
    Missing,
    /// it was changed, cut, or sealed with another key
    #[error("the file is damaged")]
    Damaged,
    /// it could not be read or written now
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> BlobError {
        match error.kind() {
            std::io::ErrorKind::NotFound => BlobError::Missing,
            _ => BlobError::Store(error.into()),
        }
    }
}

/// The encrypted files beside a ledger. Its calls read and write files: not for a thread that must not wait.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
    key: Zeroizing<[u8; 32]>,
}

impl Blobs {
    /// Those beside the ledger at this path.
    pub(crate) fn beside(ledger: &Path, key: &Key) -> Blobs {
        // a random key of 256 bits needs no more than separation from its other uses
        let mut digest = Sha256::new();
        digest.update(b"hongyan file key 1\0");
        digest.update(key.bytes());
        Blobs { folder: ledger.with_file_name(FOLDER), key: Zeroizing::new(digest.finalize().into()) }
    }

    /// A name for a new file.
    ///
    /// # Errors
    /// `Other` when the system's random generator fails.
    pub fn new_name() -> Result<String, StoreError> {
        Ok(hex(&random::<16>()?))
    }

    /// Encrypts bytes into the file of this name, durably; an incomplete file is never left under it.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        disk::make_own_dir(&self.folder)?;
        let prefix = random::<PREFIX>()?;
        let cipher = self.cipher();
        let mut sealed = Vec::with_capacity(bytes.len() + bytes.len() / PIECE * TAG + 64);
        sealed.extend(MAGIC);
        sealed.extend(prefix);
        // an empty file has one empty piece
        let count = bytes.len().div_ceil(PIECE).max(1);
        for number in 0..count {
            let from = number * PIECE;
            let piece = bytes.get(from..(from + PIECE).min(bytes.len())).unwrap_or_default();
            let nonce = nonce(&prefix, number, number + 1 == count);
            let payload = Payload { msg: piece, aad: MAGIC };
            sealed.extend(
                cipher
                    .encrypt(&nonce, payload)
                    .map_err(|_| StoreError::Other("a file was not sealed".to_owned()))?,
            );
        }
        Ok(disk::write_whole(&self.path(name)?, &sealed)?)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// `Missing`; `Damaged` when any of it is not what was written; `Store` when it cannot be read now.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, BlobError> {
        let sealed = std::fs::read(self.path(name)?)?;
        let rest = sealed.strip_prefix(MAGIC).ok_or(BlobError::Damaged)?;
        let (prefix, rest) = rest.split_first_chunk::<PREFIX>().ok_or(BlobError::Damaged)?;
        let cipher = self.cipher();
        let count = rest.len().div_ceil(PIECE + TAG).max(1);
        let mut bytes = Vec::with_capacity(rest.len());
        for number in 0..count {
            let from = number * (PIECE + TAG);
            let piece = rest.get(from..(from + PIECE + TAG).min(rest.len())).unwrap_or_default();
            let nonce = nonce(prefix, number, number + 1 == count);
            let payload = Payload { msg: piece, aad: MAGIC };
            bytes.extend(cipher.decrypt(&nonce, payload).map_err(|_| BlobError::Damaged)?);
        }
        Ok(bytes)
    }

    /// Deletes a file, if it is there.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        Ok(disk::remove_file(&self.path(name)?)?)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.key).into())
    }

    /// The path of a file; names are ours, and a row that was tampered with is no way out of the folder.
    fn path(&self, name: &str) -> Result<PathBuf, StoreError> {
        let good = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if good { Ok(self.folder.join(name)) } else { Err(StoreError::row("files", "the name of a file")) }
    }
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(bytes)
}

fn nonce(prefix: &[u8; PREFIX], number: usize, last: bool) -> XNonce {
    let mut bytes = [0; 24];
    let number = (number as u64).to_be_bytes();
    let all = prefix.iter().chain(number.iter().skip(1)).copied().chain([u8::from(last)]);
    for (to, from) in bytes.iter_mut().zip(all) {
        *to = from;
    }
    bytes.into()
}

/// Writes a readable copy for another program to open, in a folder of its own that nobody else may read. Returns its
/// path. It is deleted by [`close_opened`].
///
/// # Errors
/// `DiskFull`, `ReadOnly`, `Io`.
pub fn open_copy(dir: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    let folder = dir.join(OPENED);
    disk::make_own_dir(&folder)?;
    let own = folder.join(hex(&random::<8>()?));
    disk::make_own_dir(&own)?;
    let path = own.join(name);
    disk::make_new(&path, bytes)?;
    Ok(path)
}

/// Deletes all readable copies.
///
/// # Errors
/// Errors of the operating system: on Windows a copy that another program has open stays.
pub fn close_opened(dir: &Path) -> Result<(), StoreError> {
    Ok(disk::remove_dir(&dir.join(OPENED))?)
}

/// Deletes the encrypted files and the readable copies of a data directory, those of ledgers that were set aside
/// too.
pub(crate) fn remove_all(dir: &Path) -> Result<(), StoreError> {
    close_opened(dir)?;
    disk::remove_dir(&dir.join(FOLDER))?;
    for aside in set_aside_in(dir) {
        disk::remove_dir(&aside)?;
    }
    Ok(())
}

/// Sets the encrypted files of a ledger aside that no key opens.
pub(crate) fn set_aside(dir: &Path, stamp: &str) -> Result<(), StoreError> {
    disk::move_file(&dir.join(FOLDER), &dir.join(format!("{FOLDER}.{stamp}.aside")))?;
    let all = set_aside_in(dir);
    let surplus = all.len().saturating_sub(KEPT);
    for old in all.into_iter().take(surplus) {
        disk::remove_dir(&old)?;
    }
    Ok(())
}

fn set_aside_in(dir: &Path) -> Vec<PathBuf> {
    let aside = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(FOLDER) && name.ends_with(".aside"))
    };
    let mut found: Vec<PathBuf> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(aside)
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::{BlobError, Blobs, FOLDER, PIECE, close_opened, open_copy, remove_all, set_aside};
    use crate::key::Key;

    #[test]
    fn what_is_put_comes_back_and_what_was_changed_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::beside(&dir.path().join("hongyan.db"), &Key::random().unwrap());
        let text = "铜鼓".repeat(PIECE);
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5] {
            let name = Blobs::new_name().unwrap();
            let bytes = &text.as_bytes()[..length];
            blobs.put(&name, bytes).unwrap();
            assert_eq!(blobs.get(&name).unwrap(), bytes, "{length}");
            let path = dir.path().join(FOLDER).join(&name);
            let sealed = std::fs::read(&path).unwrap();
            let plain = |bytes: &[u8]| memchr_like(bytes, "铜鼓铜鼓".as_bytes());
            assert!(!plain(&sealed), "in plain");
            // a bit, a cut at the end of a piece, two pieces in another order
            let mut bit = sealed.clone();
            let last = bit.len() - 1;
            bit[last] ^= 1;
            let mut inner = sealed.clone();
            inner[24] ^= 1;
            let mut tampered = vec![bit, inner, sealed[..sealed.len() - 1].to_vec(), sealed[..10].to_vec()];
            if length > PIECE {
                tampered.push(sealed[..24 + PIECE + 16].to_vec());
            }
            if length >= 2 * PIECE {
                let (one, two) = (24..24 + PIECE + 16, 24 + PIECE + 16..24 + 2 * (PIECE + 16));
                tampered
                    .push([&sealed[..24], &sealed[two.clone()], &sealed[one], &sealed[two.end..]].concat());
            }
            for bytes in tampered {
                std::fs::write(&path, bytes).unwrap();
                assert!(matches!(blobs.get(&name), Err(BlobError::Damaged)), "{length}");
            }
            blobs.remove(&name).unwrap();
            assert!(matches!(blobs.get(&name), Err(BlobError::Missing)));
        }
        let name = Blobs::new_name().unwrap();
        blobs.put(&name, b"x").unwrap();
        let other = Blobs::beside(&dir.path().join("hongyan.db"), &Key::random().unwrap());
        assert!(matches!(other.get(&name), Err(BlobError::Damaged)), "another key");
        for outside in ["../hongyan.db", "", "铜鼓", "/etc/passwd"] {
            assert!(matches!(blobs.get(outside), Err(BlobError::Store(_))), "{outside}");
        }
    }

    fn memchr_like(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|window| window == what)
    }

    #[test]
    fn copies_are_private_and_go() {
        let dir = tempfile::tempdir().unwrap();
        let path = open_copy(dir.path(), "铜鼓.pdf", b"%PDF").unwrap();
        let again = open_copy(dir.path(), "铜鼓.pdf", b"%PDF-2").unwrap();
        assert_eq!(
            (std::fs::read(&path).unwrap(), std::fs::read(&again).unwrap()),
            (b"%PDF".to_vec(), b"%PDF-2".to_vec())
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        close_opened(dir.path()).unwrap();
        close_opened(dir.path()).unwrap();
        assert!(!path.exists() && !again.exists());
        // and everything with the ledger
        let blobs = Blobs::beside(&dir.path().join("hongyan.db"), &Key::random().unwrap());
        for stamp in ["1", "2", "3", "4"] {
            blobs.put(&Blobs::new_name().unwrap(), b"x").unwrap();
            set_aside(dir.path(), stamp).unwrap();
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
        blobs.put(&Blobs::new_name().unwrap(), b"x").unwrap();
        open_copy(dir.path(), "铜鼓.pdf", b"%PDF").unwrap();
        remove_all(dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
