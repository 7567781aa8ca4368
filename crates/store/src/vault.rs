//! The data key encrypted with a passphrase, for systems without a keyring (docs/adr/0009). Argon2id
//! derives a key from the passphrase, XChaCha20-Poly1305 encrypts the data key with it. The parameters
//! are stored in the file, so that they can be raised later.

use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::disk;
use crate::error::StoreError;
use crate::key::Key;

/// File name in the data directory.
pub(crate) const FILE: &str = "hongyan.vault";
/// Associated data of the encryption.
const PURPOSE: &[u8] = b"hongyan data key 1";
/// 64 MiB and three passes: the second recommended option of RFC 9106.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Upper bounds for the parameters in a file. A file with more is not ours, and would only exhaust the
/// machine.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;

/// Why a vault could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// wrong passphrase or modified file: the two cannot be distinguished
    #[error("the passphrase does not open the vault")]
    WrongPassphrase,
    /// the file could not be read
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    version: u32,
    kdf: String,
    memory_kib: u32,
    passes: u32,
    salt: String,
    nonce: String,
    wrapped: String,
}

fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Whether the directory has a vault.
pub fn exists(dir: &Path) -> bool {
    path(dir).exists()
}

/// Encrypts the key with a passphrase and replaces the vault atomically. Takes about a quarter of a
/// second: do not call it on an async thread.
///
/// # Errors
/// [`StoreError`] when the file cannot be written; `Other` when 64 MiB cannot be allocated.
pub fn seal(dir: &Path, key: &Key, passphrase: &str) -> Result<(), StoreError> {
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    for bytes in [&mut salt[..], &mut nonce[..]] {
        getrandom::fill(bytes).map_err(|e| StoreError::Other(e.to_string()))?;
    }
    let wrapping = stretch(passphrase, &salt, MEMORY_KIB, PASSES)?;
    let wrapped = cipher(&wrapping)?
        .encrypt(&XNonce::from(nonce), Payload { msg: key.bytes(), aad: PURPOSE })
        .map_err(|_| StoreError::Other("the key could not be encrypted".to_owned()))?;
    let sealed = Sealed {
        version: 1,
        kdf: "argon2id".to_owned(),
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        salt: STANDARD.encode(salt),
        nonce: STANDARD.encode(nonce),
        wrapped: STANDARD.encode(wrapped),
    };
    let text = serde_json::to_vec_pretty(&sealed).map_err(|e| StoreError::row("vault", e))?;
    disk::make_dir(dir)?;
    Ok(disk::write_whole(&path(dir), &text)?)
}

/// Decrypts the key.
///
/// # Errors
/// `WrongPassphrase`; `Store` when the file cannot be read, with `Row` when it is not a vault.
pub fn open(dir: &Path, passphrase: &str) -> Result<Key, VaultError> {
    let bytes = std::fs::read(path(dir)).map_err(StoreError::from)?;
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|e| StoreError::row("vault", e))?;
    let known = sealed.version == 1
        && sealed.kdf == "argon2id"
        && sealed.memory_kib <= MOST_MEMORY_KIB
        && sealed.passes <= MOST_PASSES;
    if !known {
        return Err(StoreError::row("vault", "of another kind").into());
    }
    let decode = |text: &str| STANDARD.decode(text).map_err(|e| StoreError::row("vault", e));
    let (salt, wrapped) = (decode(&sealed.salt)?, decode(&sealed.wrapped)?);
    let nonce: [u8; 24] =
        decode(&sealed.nonce)?.try_into().map_err(|_| StoreError::row("vault", "invalid nonce"))?;
    let wrapping = stretch(passphrase, &salt, sealed.memory_kib, sealed.passes)?;
    let key = cipher(&wrapping)?
        .decrypt(&XNonce::from(nonce), Payload { msg: &wrapped, aad: PURPOSE })
        .map(Zeroizing::new)
        .map_err(|_| VaultError::WrongPassphrase)?;
    Ok(Key::from_bytes(&key).ok_or_else(|| StoreError::row("vault", "not a key"))?)
}

/// Moves the vault to the ledger that was set aside, so that the passphrase can still open that one.
///
/// # Errors
/// [`StoreError`] when the file cannot be renamed; a missing file is not an error.
pub fn put_aside(dir: &Path, now: jiff::Timestamp) -> Result<(), StoreError> {
    disk::move_file(&path(dir), &dir.join(format!("{FILE}.{}.orphan", crate::backup::stamp(now))))?;
    Ok(())
}

/// Deletes the vault; without it the files cannot be opened any more.
///
/// # Errors
/// [`StoreError`] when the file cannot be removed; a missing file is not an error.
pub fn destroy(dir: &Path) -> Result<(), StoreError> {
    disk::remove_file(&path(dir))?;
    disk::sync_dir(dir);
    Ok(())
}

fn stretch(
    passphrase: &str,
    salt: &[u8],
    memory: u32,
    passes: u32,
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let wrong = |e: argon2::Error| StoreError::row("vault", e);
    let params = Params::new(memory, passes, 1, Some(32)).map_err(wrong)?;
    let mut out = Zeroizing::new([0; 32]);
    // trims white space, which copying easily adds
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.trim().as_bytes(), salt, out.as_mut())
        .map_err(wrong)?;
    Ok(out)
}

fn cipher(key: &[u8; 32]) -> Result<XChaCha20Poly1305, StoreError> {
    XChaCha20Poly1305::new_from_slice(key).map_err(|e| StoreError::Other(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{VaultError, destroy, exists, open, path, seal};
    use crate::key::Key;

    #[test]
    fn only_the_passphrase_gives_the_key_back() {
        let dir = tempfile::tempdir().unwrap();
        let key = Key::random().unwrap();
        assert!(!exists(dir.path()));
        seal(dir.path(), &key, "鸿雁传书 2026").unwrap();
        assert!(exists(dir.path()));
        assert!(open(dir.path(), " 鸿雁传书 2026 ").unwrap() == key, "white space around it is an accident");
        for wrong in ["", "鸿雁传书2026", "鸿雁传书 2027", "hongyan"] {
            assert!(matches!(open(dir.path(), wrong), Err(VaultError::WrongPassphrase)), "{wrong}");
        }
        let text = std::fs::read_to_string(path(dir.path())).unwrap();
        assert!(text.contains("argon2id") && text.contains("65536"));
        destroy(dir.path()).unwrap();
        destroy(dir.path()).unwrap();
        assert!(!exists(dir.path()));
    }

    #[test]
    fn a_changed_file_gives_nothing() {
        let dir = tempfile::tempdir().unwrap();
        seal(dir.path(), &Key::random().unwrap(), "长安回望绣成堆").unwrap();
        let whole: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path(dir.path())).unwrap()).unwrap();
        let others: [(&str, serde_json::Value); 3] =
            [("passes", 2.into()), ("wrapped", "AAAA".into()), ("salt", "AAAAAAAAAAAAAAAAAAAAAA==".into())];
        for (field, value) in others {
            let mut changed = whole.clone();
            changed[field] = value;
            std::fs::write(path(dir.path()), changed.to_string()).unwrap();
            assert!(
                matches!(open(dir.path(), "长安回望绣成堆"), Err(VaultError::WrongPassphrase)),
                "{field}"
            );
        }
        let others: [(&str, serde_json::Value); 3] =
            [("memory_kib", u32::MAX.into()), ("kdf", "plain".into()), ("nonce", "AA==".into())];
        for (field, value) in others {
            let mut changed = whole.clone();
            changed[field] = value;
            std::fs::write(path(dir.path()), changed.to_string()).unwrap();
            assert!(matches!(open(dir.path(), "长安回望绣成堆"), Err(VaultError::Store(_))), "{field}");
        }
        std::fs::write(path(dir.path()), "不是金库").unwrap();
        assert!(matches!(open(dir.path(), "长安回望绣成堆"), Err(VaultError::Store(_))));
    }
}
