//! The key where there is no keyring: a passphrase, or nothing beyond this run. Until the patron has
//! answered, the files are in memory and empty.

use hongyan_model::log::Logged as _;
use hongyan_store::vault::{self, VaultError};
use hongyan_store::{Key, Ledger};

use super::open::{self, KeyStanding};
use super::{Vault, shared};
use crate::base::context::Files;
use crate::base::fault::not_allowed;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::{LIBRARY, SETTINGS, SOURCE_EDITS, SOURCE_ORDER, SOURCE_SWITCHES};
use crate::view::KeyPlace;

/// Characters that a passphrase has at least.
const SHORTEST: usize = 8;

/// Files that were opened, and where their key is: what the engine exchanges for those that were open.
pub(crate) type Opened = (Files, KeyStanding);

/// What the patron chose on this machine and keeps over a change of files.
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
    /// The files under the passphrase.
    ///
    /// # Errors
    /// `WrongPassphrase`; `NotAllowed` when nothing is locked; those of the files.
    pub(crate) async fn unlock(&self, passphrase: &str) -> Result<Opened, Problem> {
        self.expect(&[KeyPlace::Locked])?;
        let key = self.try_passphrase(passphrase).await?;
        let keyring = self.standing().keyring;
        let files = self.files_under(&key).await?;
        Ok((files, KeyStanding { place: KeyPlace::Passphrase, problem: None, keyring }))
    }

    /// Puts the key under a passphrase: a new key where there was none, and then gives the files under it; or
    /// another passphrase for the one there is, with the passphrase in force as `current`.
    ///
    /// # Errors
    /// `WeakPassword` for one that is too short or known to everybody; `WrongPassphrase`; `NotAllowed`
    /// where a keyring has the key or where a history of another key is; those of the files.
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

    /// Keeps nothing beyond this run, as the patron wishes.
    ///
    /// # Errors
    /// `NotAllowed` when there is nothing to decide.
    pub async fn stay_in_memory(&self) -> Result<(), Problem> {
        let _turn = self.turn().await;
        self.expect(&[KeyPlace::Ask])?;
        self.set_place(KeyPlace::Memory);
        Ok(())
    }

    /// New files where nobody has the key any more. What is there is put aside, not thrown away.
    ///
    /// # Errors
    /// `NotAllowed` when the files are open; those of the files.
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

    /// Moves the key from the passphrase into the keyring, which has appeared.
    ///
    /// # Errors
    /// `NotAllowed` when it is not under a passphrase; `NoKeyring`: then nothing has changed.
    pub async fn move_to_keyring(&self) -> Result<(), Problem> {
        let _turn = self.turn().await;
        self.expect(&[KeyPlace::Passphrase])?;
        let Some(key) = self.context.files().ledger.key() else {
            return Err(not_allowed("the files are in memory"));
        };
        let none = |why: String| Problem::new(ErrorCode::NoKeyring, Retry::Never, why);
        self.own.secrets.write(key.bytes()).await.map_err(|error| none(error.to_string()))?;
        // read back before the passphrase's copy goes
        match self.own.secrets.read().await {
            Ok(Some(kept)) if kept == key.bytes() => {}
            Ok(_) => return Err(none("the keyring did not keep the key".to_owned())),
            Err(error) => return Err(none(error.to_string())),
        }
        vault::destroy(self.context.data_dir())?;
        self.set_place(KeyPlace::Keyring);
        Ok(())
    }

    /// Erases the files and their key, and opens new ones. Those that were open must be closed.
    pub(crate) async fn erase(&self) -> Result<Opened, Problem> {
        let dir = self.context.data_dir();
        if matches!(self.key_place(), KeyPlace::Keyring | KeyPlace::Passphrase) {
            open::forget(dir, self.own.secrets.as_ref()).await?;
        } else {
            open::empty_logs(dir);
        }
        open::open(dir, self.own.secrets.as_ref(), self.context.now()).await
    }

    /// The files of the directory under this key.
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

    /// What the patron chose on this machine: settings, and what was made of the sources. On a shared computer
    /// nothing but its library.
    pub(crate) async fn choices(&self) -> Result<Choices, Problem> {
        let mut tx = self.context.read().await?;
        let mut chosen = Vec::new();
        let all = [LIBRARY, SETTINGS, SOURCE_SWITCHES, SOURCE_ORDER, SOURCE_EDITS];
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

    /// The library of a shared computer belongs to the computer: it is written beside the files.
    pub(crate) fn mark_library(&self, chosen: &serde_json::Value) -> Result<(), Problem> {
        match self.key_place() {
            KeyPlace::Shared => shared::mark(self.context.data_dir(), Some(chosen)),
            _ => Ok(()),
        }
    }
}

/// Work that keeps a processor and 64 MiB busy for a while.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let broken =
        |error: tokio::task::JoinError| Problem::new(ErrorCode::Internal, Retry::Now, error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(broken)
}
