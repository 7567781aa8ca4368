//! A keyring for tests: in memory, or none at all.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use hongyan_engine::secrets::{SecretError, SecretStore};

/// Keeps the key as long as the process lives.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    key: Mutex<Option<Vec<u8>>>,
    /// behaves like a system without a keyring
    absent: bool,
    /// keeps the key beyond the process: a keyring that a second start finds
    file: Option<PathBuf>,
}

impl MemorySecrets {
    /// A keyring that works.
    pub fn working() -> MemorySecrets {
        MemorySecrets::default()
    }

    /// A system that has none.
    pub fn absent() -> MemorySecrets {
        MemorySecrets { absent: true, ..MemorySecrets::default() }
    }

    /// A keyring that a second start finds: the key is in a file.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn in_file(file: PathBuf) -> std::io::Result<MemorySecrets> {
        let key = if file.exists() { Some(std::fs::read(&file)?) } else { None };
        Ok(MemorySecrets { key: Mutex::new(key), file: Some(file), ..MemorySecrets::default() })
    }

    fn keep(&self, key: Option<&[u8]>) -> Result<(), SecretError> {
        let Some(file) = &self.file else { return Ok(()) };
        let kept = match key {
            Some(key) => std::fs::write(file, key),
            None => std::fs::remove_file(file),
        };
        kept.map_err(|error| SecretError::Unavailable(error.to_string()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Vec<u8>>) -> T) -> Result<T, SecretError> {
        if self.absent {
            return Err(SecretError::Unavailable("switched off by --no-keyring".to_owned()));
        }
        // a panic elsewhere leaves a whole key or none
        Ok(act(&mut self.key.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[async_trait]
impl SecretStore for MemorySecrets {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        self.with(|key| key.clone())
    }

    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        self.with(|kept| *kept = Some(key.to_vec()))?;
        self.keep(Some(key))
    }

    async fn erase(&self) -> Result<(), SecretError> {
        self.with(|kept| *kept = None)?;
        self.keep(None)
    }
}
