//! Where the one secret lives: the key that opens the databases (DESIGN §10.3).

use async_trait::async_trait;

/// Why the keyring gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// this system has none, or it is locked and stays so
    #[error("no keyring: {0}")]
    Unavailable(String),
    /// the patron or the system said no
    #[error("keyring refused: {0}")]
    Denied(String),
}

/// The keyring of the operating system. Implemented by the shells; read once at start.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// The stored key. `Ok(None)` only when the keyring works and has none: an implementation must
    /// tell that apart from a locked one by a trial write (a locked one answers "no entry").
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError>;
    /// Stores the key, replacing what was there.
    async fn write(&self, key: &[u8]) -> Result<(), SecretError>;
    /// Removes the key; this alone makes the databases unreadable.
    async fn erase(&self) -> Result<(), SecretError>;
}
