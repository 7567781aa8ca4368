//! The keyring of the operating system, behind the engine's `SecretStore`.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_engine::secrets::{SecretError, SecretStore};
use keyring::{Entry, Error};

/// The entry's service in every keyring.
const SERVICE: &str = "org.hongyan.desktop";

/// One entry of the keyring. Every call runs on a blocking thread: a keyring may ask the patron.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyring {
    /// the entry's name
    entry: &'static str,
}

impl Keyring {
    /// The key of the data that this build works with: a demo can never touch the patron's.
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
            Ok(done) => done.map_err(|error| plain(&error)),
            Err(error) => Err(SecretError::Unavailable(error.to_string())),
        }
    }

    /// `None` only from a keyring that can be written: a locked one answers "no entry" to a read, so
    /// a trial entry is written and taken away again.
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

/// A keyring's error without anything of its contents.
fn plain(error: &Error) -> SecretError {
    match error {
        // on macOS this is the patron's "no" to the system's question; on Linux a locked keyring
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
            // gone is gone
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }
}
