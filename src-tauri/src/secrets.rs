//! Implements the engine's `SecretStore` with the keyring of the operating system.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_engine::secrets::{SecretError, SecretStore};
use keyring::{Entry, Error};

/// Service name of the entry.
const SERVICE: &str = "org.hongyan.desktop";

/// One keyring entry. Every call runs on a blocking thread, because a keyring may open a dialog and wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyring {
    /// user name of the entry
    entry: &'static str,
}

impl Keyring {
    /// The entry for this build: the demo has another name, so that it can never touch the patron's key.
    pub(crate) fn ours() -> Keyring {
        let entry = match (cfg!(feature = "demo"), crate::places::is_demo()) {
            (false, _) => "data-key",
            (true, true) => "demo-data-key",
            (true, false) => "no-demo-data-key",
        };
        Keyring { entry }
    }

    async fn blocking<T: Send + 'static>(
        self,
        act: impl FnOnce(Keyring) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, SecretError> {
        match tokio::task::spawn_blocking(move || act(self)).await {
            Ok(done) => done.map_err(|error| without_secrets(&error)),
            Err(error) => Err(SecretError::Unavailable(error.to_string())),
        }
    }

    /// Returns `None` only if the keyring can also be written: a locked one answers "no entry" to a read, so
    /// a test entry is written and deleted to tell the two apart.
    fn get(self) -> Result<Option<Vec<u8>>, Error> {
        match Entry::new(SERVICE, self.entry)?.get_password() {
            Ok(text) => match STANDARD.decode(&text) {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(Error::BadDataFormat(Vec::new(), Box::new(error))),
            },
            Err(Error::NoEntry) => {
                let trial = Entry::new(SERVICE, &format!("{}-trial", self.entry))?;
                trial.set_password("trial")?;
                trial.delete_credential()?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Converts a keyring error and drops everything that may contain secret data.
fn without_secrets(error: &Error) -> SecretError {
    match error {
        // on macOS the patron refused access in the system's dialog; on Linux the keyring is locked
        Error::NoStorageAccess(why) if cfg!(target_os = "macos") => SecretError::Denied(why.to_string()),
        Error::NoStorageAccess(why) => SecretError::Locked(why.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            SecretError::Unavailable("the entry is not a key of ours".to_owned())
        }
        error => SecretError::Unavailable(error.to_string()),
    }
}

#[async_trait]
impl SecretStore for Keyring {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        self.blocking(Keyring::get).await
    }

    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        let text = STANDARD.encode(key);
        self.blocking(move |this| Entry::new(SERVICE, this.entry)?.set_password(&text)).await
    }

    async fn erase(&self) -> Result<(), SecretError> {
        self.blocking(|this| match Entry::new(SERVICE, this.entry)?.delete_credential() {
            // an entry that does not exist counts as deleted
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }
}
