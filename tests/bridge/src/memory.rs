//! A keyring for tests: in memory, in a file, or absent.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use hongyan_engine::secrets::{SecretError, SecretStore};

/// Keeps the key for as long as the process lives.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    key: Mutex<Option<Vec<u8>>>,
    /// behaves like a system without a keyring
    absent: bool,
    /// file that keeps the key beyond the process, so that a second start finds it
    file: Option<PathBuf>,
}

impl MemorySecrets {
    /// A working keyring.
    pub fn working() -> MemorySecrets {
        MemorySecrets::default()
    }

    /// A system without a keyring.
    pub fn absent() -> MemorySecrets {
        MemorySecrets { absent: true, ..MemorySecrets::default() }
    }

    /// A keyring in a file, which a second start finds.
    ///
    /// # Errors
    /// The file exists but cannot be read.
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
        // poisoning is harmless: the key is replaced as a whole
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
