//! The key where there is no keyring: under a passphrase, or in memory for this run. Until the patron has
//! decided, the files are in memory and empty.

use hongyan_model::log::Logged as _;
use hongyan_store::vault::{self, VaultError};
use hongyan_store::{Key, Ledger};

use super::open::{self, KeyStanding};
use super::{Vault, shared};
use crate::base::context::Files;
use crate::base::fault::not_allowed;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::{LIBRARY, LISTENER, SETTINGS, SOURCE_EDITS, SOURCE_ORDER, SOURCE_SWITCHES};
use crate::view::KeyPlace;

/// Minimum length of a passphrase, characters.
const SHORTEST: usize = 8;

/// Opened files with the place of their key: what the engine puts in place of the open ones.
pub(crate) type Opened = (Files, KeyStanding);

/// The patron's choices on this machine, carried over to the new files in an exchange.
pub(crate) struct Choices(Vec<(&'static str, serde_json::Value)>);

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Problem {
        match error {
            VaultError::WrongPassphrase => Problem::new(
                ErrorCode::WrongPassphrase,
                Retry::Never,
                "the passphrase does not open the vault",
            ),
            VaultError::Store(error) => error.into(),
        }
    }
}

impl Vault {
    /// Opens the files with the passphrase.
    ///
    /// # Errors
    /// `WrongPassphrase`; `NotAllowed` when nothing is locked; [store errors](crate#errors).
    pub(crate) async fn unlock(&self, passphrase: &str) -> Result<Opened, Problem> {
        self.expect(&[KeyPlace::Locked])?;
        let key = self.try_passphrase(passphrase).await?;
        let keyring = self.standing().keyring;
        let files = self.files_under(&key).await?;
        Ok((files, KeyStanding { place: KeyPlace::Passphrase, problem: None, keyring }))
    }

    /// Protects the key with a passphrase: makes a new key where there was none and returns the files under it,
    /// or changes the passphrase, for which `current` must be the present one.
    ///
    /// # Errors
    /// `WeakPassword` for a passphrase that is too short or too common; `WrongPassphrase`; `NotAllowed` where
    /// the keyring has the key or a history under another key exists; [store errors](crate#errors).
    pub(crate) async fn set_passphrase(
        &self,
        current: &str,
        passphrase: &str,
    ) -> Result<Option<Opened>, Problem> {
        self.expect(&[KeyPlace::Ask, KeyPlace::Passphrase])?;
        let passphrase = passphrase.trim();
        if passphrase.chars().count() < SHORTEST || hongyan_model::account::is_weak_password(passphrase, "") {
            return Err(Problem::new(ErrorCode::WeakPassword, Retry::Never, "a weak passphrase"));
        }
        if self.key_place() == KeyPlace::Passphrase {
            let key = self.try_passphrase(current).await?;
            self.seal(key, passphrase).await?;
            return Ok(None);
        }
        if Ledger::is_there(self.context.data_dir()) {
            return Err(not_allowed("there is a history under a key of the keyring"));
        }
        let key = Key::random()?;
        self.seal(key.clone(), passphrase).await?;
        let files = self.files_under(&key).await?;
        Ok(Some((files, KeyStanding { place: KeyPlace::Passphrase, problem: None, keyring: false })))
    }

    /// The patron decides to keep nothing beyond this run.
    ///
    /// # Errors
    /// `NotAllowed` when there is nothing to decide.
    pub async fn stay_in_memory(&self) -> Result<(), Problem> {
        let _turn = self.turn().await;
        self.expect(&[KeyPlace::Ask])?;
        self.set_place(KeyPlace::Memory);
        Ok(())
    }

    /// Makes new files where nobody has the key any more. The old files are set aside, not deleted.
    ///
    /// # Errors
    /// `NotAllowed` when the files are open; [store errors](crate#errors).
    pub(crate) async fn start_anew(&self) -> Result<Opened, Problem> {
        self.expect(&[KeyPlace::Locked, KeyPlace::Lost])?;
        let (dir, now) = (self.context.data_dir(), self.context.now());
        let aside = Ledger::set_aside(dir, now)?;
        vault::put_aside(dir, now)?;
        hongyan_store::Cache::remove(dir)?;
        tracing::warn!(aside, "A ledger that nobody can open was put aside.");
        if let Err(error) = self.own.secrets.erase().await {
            tracing::info!(error = %error.logged(), "The keyring keeps an entry that opens nothing.");
        }
        open::open(dir, self.own.secrets.as_ref(), now).await
    }

    /// Moves the key from the passphrase into a keyring that has become available.
    ///
    /// # Errors
    /// `NotAllowed` when the key is not under a passphrase; `NoKeyring`: nothing has changed then.
    pub async fn move_to_keyring(&self) -> Result<(), Problem> {
        let _turn = self.turn().await;
        self.expect(&[KeyPlace::Passphrase])?;
        let Some(key) = self.context.files().ledger.key() else {
            return Err(not_allowed("the files are in memory"));
        };
        let none = |why: String| Problem::new(ErrorCode::NoKeyring, Retry::Never, why);
        self.own.secrets.write(key.bytes()).await.map_err(|error| none(error.to_string()))?;
        // verify by reading back before the copy under the passphrase is removed
        match self.own.secrets.read().await {
            Ok(Some(kept)) if kept == key.bytes() => {}
            Ok(_) => return Err(none("the keyring did not keep the key".to_owned())),
            Err(error) => return Err(none(error.to_string())),
        }
        vault::destroy(self.context.data_dir())?;
        self.set_place(KeyPlace::Keyring);
        Ok(())
    }

    /// Erases the files and their key, and opens new ones. The old files must be closed.
    pub(crate) async fn erase(&self) -> Result<Opened, Problem> {
        let dir = self.context.data_dir();
        if matches!(self.key_place(), KeyPlace::Keyring | KeyPlace::Passphrase) {
            open::forget(dir, self.own.secrets.as_ref()).await?;
        } else {
            open::empty_logs(dir);
        }
        open::open(dir, self.own.secrets.as_ref(), self.context.now()).await
    }

    /// Opens the files of the directory under this key.
    pub(crate) async fn files_under(&self, key: &Key) -> Result<Files, Problem> {
        Ok(open::under(self.context.data_dir(), key, self.context.now()).await?)
    }

    fn expect(&self, places: &[KeyPlace]) -> Result<(), Problem> {
        if places.contains(&self.key_place()) {
            return Ok(());
        }
        Err(not_allowed("the key is elsewhere"))
    }

    fn set_place(&self, place: KeyPlace) {
        self.key().place = place;
    }

    async fn try_passphrase(&self, passphrase: &str) -> Result<Key, Problem> {
        let (dir, passphrase) = (self.context.data_dir().to_path_buf(), passphrase.to_owned());
        Ok(apart(move || vault::open(&dir, &passphrase)).await??)
    }

    async fn seal(&self, key: Key, passphrase: &str) -> Result<(), Problem> {
        let (dir, passphrase) = (self.context.data_dir().to_path_buf(), passphrase.to_owned());
        Ok(apart(move || vault::seal(&dir, &key, &passphrase)).await??)
    }

    /// Reads the patron's choices on this machine: settings, and changes to the sources. On a shared computer
    /// only its library.
    pub(crate) async fn choices(&self) -> Result<Choices, Problem> {
        let mut tx = self.context.read().await?;
        let mut chosen = Vec::new();
        let all = [LIBRARY, SETTINGS, LISTENER, SOURCE_SWITCHES, SOURCE_ORDER, SOURCE_EDITS];
        let names = if self.key_place() == KeyPlace::Shared { &all[..1] } else { &all[..] };
        for name in names.iter().copied() {
            let value: Option<serde_json::Value> = tx.setting(name).await?;
            chosen.extend(value.map(|value| (name, value)));
        }
        Ok(Choices(chosen))
    }

    /// Writes the choices into the files that are open now.
    pub(crate) async fn keep_choices(&self, choices: Choices) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        for (name, value) in choices.0 {
            tx.set_setting(name, &value).await?;
        }
        Ok(tx.commit().await?)
    }

    /// On a shared computer, writes the chosen library into the mark file: it belongs to the computer.
    pub(crate) fn mark_library(&self, chosen: &serde_json::Value) -> Result<(), Problem> {
        match self.key_place() {
            KeyPlace::Shared => shared::mark(self.context.data_dir(), Some(chosen)),
            _ => Ok(()),
        }
    }
}

/// Runs work that keeps a core and 64 MiB busy (key derivation) on the blocking pool.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let broken =
        |error: tokio::task::JoinError| Problem::new(ErrorCode::Internal, Retry::Now, error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(broken)
}
