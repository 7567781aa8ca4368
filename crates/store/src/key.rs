//! The data key: 32 random bytes that encrypt both files. The only secret to protect, so that the
//! system's keyring (or a passphrase) has to hold one small value, whatever the databases contain.

use std::path::Path;

use hongyan_model::request::wire::hex;
use sha2::{Digest, Sha256};

use crate::disk;
use crate::error::StoreError;

/// The data key. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A new key from the system's random generator.
    ///
    /// # Errors
    /// `Other` when the generator fails.
    pub fn random() -> Result<Key, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| StoreError::Other(e.to_string()))?;
        Ok(Key(bytes))
    }

    /// From the bytes in the keyring; none unless there are 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Key> {
        bytes.try_into().ok().map(Key)
    }

    /// The bytes for the keyring.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a raw key for SQLCipher: without key derivation, so that opening is fast.
    pub(crate) fn pragma(&self) -> String {
        format!("\"x'{}'\"", hex(&self.0))
    }

    /// A check value that identifies the key without revealing it: a digest of a random 256-bit key
    /// cannot be inverted.
    fn check_value(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"hongyan key check 1\0");
        digest.update(self.0);
        hex(&digest.finalize())
    }

    /// Compares the key with the check value beside a database; none when that is missing or incomplete.
    pub(crate) fn matches(&self, path: &Path) -> Result<Option<bool>, StoreError> {
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().len() == 64 => Ok(Some(text.trim() == self.check_value())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the check value atomically.
    pub(crate) fn write_check(&self, path: &Path) -> Result<(), StoreError> {
        Ok(disk::write_whole(path, self.check_value().as_bytes())?)
    }
}
