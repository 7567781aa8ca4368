//! Storage of the only secret: the key of the databases.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hongyan_model::log::{Closed, Logged};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// After this time without an answer of the keyring the patron is told that the program waits for it.
pub const KEYRING_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the keyring gave no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// this system has no keyring
    #[error("no keyring: {0}")]
    Unavailable(String),
    /// the keyring is locked and was not unlocked
    #[error("the keyring is locked: {0}")]
    Locked(String),
    /// the patron or the system denied access
    #[error("keyring refused: {0}")]
    Denied(String),
    /// the keyring gave no answer, and the patron stopped waiting
    #[error("the keyring gives no answer")]
    TimedOut,
}

impl Logged for SecretError {
    fn logged(&self) -> Closed {
        Closed::word(match self {
            SecretError::Unavailable(_) => "no keyring",
            SecretError::Locked(_) => "the keyring is locked",
            SecretError::Denied(_) => "keyring refused",
            SecretError::TimedOut => "the keyring gives no answer",
        })
    }
}

/// The keyring of the operating system. Implemented by the shells; read once at start.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Reads the stored key. `Ok(None)` only when the keyring works and has no key: an implementation must tell
    /// that from a locked keyring by a trial write (a locked one answers "no entry").
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError>;
    /// Stores the key and replaces a former one.
    async fn write(&self, key: &[u8]) -> Result<(), SecretError>;
    /// Removes the key; this alone makes the databases unreadable.
    async fn erase(&self) -> Result<(), SecretError>;
}

/// A keyring that may be slow: it may ask the patron for a password, or never answer. After [`KEYRING_TIMEOUT`]
/// it is reported as overdue; the wait goes on until it answers or [`KeyringWithTimeout::stop_waiting`] is
/// called.
pub struct KeyringWithTimeout {
    keyring: Arc<dyn SecretStore>,
    waits: watch::Sender<bool>,
    enough: CancellationToken,
}

impl KeyringWithTimeout {
    /// Wraps a keyring.
    pub fn new(keyring: Arc<dyn SecretStore>) -> KeyringWithTimeout {
        KeyringWithTimeout { keyring, waits: watch::Sender::new(false), enough: CancellationToken::new() }
    }

    /// Whether an answer is overdue: the current value and its changes.
    pub fn overdue(&self) -> watch::Receiver<bool> {
        self.waits.subscribe()
    }

    /// Gives up the keyring for this run: pending calls end as [`SecretError::TimedOut`], and so does every
    /// later one.
    pub fn stop_waiting(&self) {
        self.enough.cancel();
    }

    async fn ask<T>(
        &self,
        answer: impl Future<Output = Result<T, SecretError>> + Send,
    ) -> Result<T, SecretError> {
        if self.enough.is_cancelled() {
            return Err(SecretError::TimedOut);
        }
        let mut answer = std::pin::pin!(answer);
        if let Ok(answer) = tokio::time::timeout(KEYRING_TIMEOUT, &mut answer).await {
            return answer;
        }
        tracing::warn!("The keyring has given no answer yet.");
        self.waits.send_replace(true);
        let answer = tokio::select! {
            answer = answer => answer,
            () = self.enough.cancelled() => Err(SecretError::TimedOut),
        };
        self.waits.send_replace(false);
        answer
    }
}

#[async_trait]
impl SecretStore for KeyringWithTimeout {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        self.ask(self.keyring.read()).await
    }

    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        self.ask(self.keyring.write(key)).await
    }

    async fn erase(&self) -> Result<(), SecretError> {
        // signing out erases the files regardless of the keyring, and nobody may be there to answer its dialog
        tokio::time::timeout(KEYRING_TIMEOUT, self.keyring.erase())
            .await
            .unwrap_or(Err(SecretError::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use tokio::sync::Notify;
    use tokio::time::Instant;

    use super::{KEYRING_TIMEOUT, KeyringWithTimeout, SecretError, SecretStore};

    /// A keyring that answers when the test says so.
    #[derive(Default)]
    struct Mute(Notify);

    #[async_trait]
    impl SecretStore for Mute {
        async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
            self.0.notified().await;
            Ok(Some(vec![7; 32]))
        }
        async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
            self.0.notified().await;
            Ok(())
        }
        async fn erase(&self) -> Result<(), SecretError> {
            self.0.notified().await;
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_late_is_still_taken() {
        let (mute, begun) = (Arc::new(Mute::default()), Instant::now());
        let patient = Arc::new(KeyringWithTimeout::new(Arc::clone(&mute) as Arc<dyn SecretStore>));
        let mut overdue = patient.overdue();
        let asked = tokio::spawn({
            let patient = Arc::clone(&patient);
            async move { patient.read().await }
        });
        overdue.wait_for(|overdue| *overdue).await.unwrap();
        assert_eq!(begun.elapsed(), KEYRING_TIMEOUT);
        mute.0.notify_one();
        assert_eq!(asked.await.unwrap(), Ok(Some(vec![7; 32])));
        assert!(!*patient.overdue().borrow());
    }

    #[tokio::test(start_paused = true)]
    async fn the_patron_may_do_without_it() {
        let patient = Arc::new(KeyringWithTimeout::new(Arc::new(Mute::default())));
        let mut overdue = patient.overdue();
        let asked = tokio::spawn({
            let patient = Arc::clone(&patient);
            async move { patient.read().await }
        });
        overdue.wait_for(|overdue| *overdue).await.unwrap();
        patient.stop_waiting();
        assert_eq!(asked.await.unwrap(), Err(SecretError::TimedOut));
        let begun = Instant::now();
        assert_eq!(patient.write(&[7; 32]).await, Err(SecretError::TimedOut));
        assert_eq!(begun.elapsed(), std::time::Duration::ZERO, "nobody waits a second time");
        assert_eq!(patient.erase().await, Err(SecretError::TimedOut));
    }
}
