//! The one secret: 32 random bytes that open both files (DESIGN §10.3).

use std::path::Path;

use hongyan_model::request::wire::hex;
use sha2::{Digest, Sha256};

use crate::disk;
use crate::error::StoreError;

/// The data key. Has no `Debug` that shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Fresh from the system's generator.
    ///
    /// # Errors
    /// `Other` if the system has no randomness to give.
    pub fn random() -> Result<Key, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| StoreError::Other(e.to_string()))?;
        Ok(Key(bytes))
    }

    /// From the keyring; none when it is not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Key> {
        bytes.try_into().ok().map(Key)
    }

    /// For the keyring.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As SQLCipher takes a raw key: no derivation, so opening costs nothing.
    pub(crate) fn pragma(&self) -> String {
        format!("\"x'{}'\"", hex(&self.0))
    }

    /// A value that tells whether this is the key of a database, and nothing else: a digest of a
    /// random 256-bit key cannot be turned back.
    fn check_value(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"hongyan key check 1\0");
        digest.update(self.0);
        hex(&digest.finalize())
    }

    /// Whether this is the key that the value beside the database was made with; none when there is
    /// no such value (or half of one).
    pub(crate) fn matches(&self, path: &Path) -> Result<Option<bool>, StoreError> {
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().len() == 64 => Ok(Some(text.trim() == self.check_value())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the value there, whole or not at all.
    pub(crate) fn write_check(&self, path: &Path) -> Result<(), StoreError> {
        Ok(disk::write_whole(path, self.check_value().as_bytes())?)
    }
}
