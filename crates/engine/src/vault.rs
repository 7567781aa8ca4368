//! The key where there is no keyring: a passphrase, or nothing beyond this run. Until the patron has
//! answered, the files are in memory and empty.

use std::sync::PoisonError;

use hongyan_model::log::Logged as _;
use hongyan_store::vault::{self, VaultError};
use hongyan_store::{Key, Ledger};

use crate::change::Tag;
use crate::engine::Engine;
use crate::fault::not_allowed;
use crate::open::{self, Files, KeyStanding};
use crate::problem::{ErrorCode, Problem, Retry};
use crate::settings::SETTINGS;
use crate::sources::{EDITS, ORDER, SWITCHES};
use crate::view::KeyPlace;

/// Characters that a passphrase has at least.
const SHORTEST: usize = 8;
/// Everything that a screen shows.
pub(crate) const ALL: &[Tag] = &[
    Tag::Account,
    Tag::Requests,
    Tag::Drafts,
    Tag::Notices,
    Tag::Status,
    Tag::RecentSearches,
    Tag::Search,
    Tag::Sources,
    Tag::Settings,
];

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

impl Engine {
    /// Opens the files with the passphrase.
    ///
    /// # Errors
    /// `WrongPassphrase`; `NotAllowed` when nothing is locked; those of the files.
    pub async fn unlock(&self, passphrase: &str) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        self.expect(&[KeyPlace::Locked])?;
        let key = self.try_passphrase(passphrase).await?;
        let keyring = self.standing().keyring;
        let files = self.files_under(&key).await?;
        self.exchange(files, KeyStanding { place: KeyPlace::Passphrase, problem: None, keyring }).await?;
        self.recall_library().await
    }

    /// Puts the key under a passphrase: a new key where there was none, or another passphrase for the one
    /// there is, with the passphrase in force as `current`.
    ///
    /// # Errors
    /// `WeakPassword` for one that is too short or known to everybody; `WrongPassphrase`; `NotAllowed`
    /// where a keyring has the key or where a history of another key is; those of the files.
    pub async fn set_passphrase(&self, current: &str, passphrase: &str) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        self.expect(&[KeyPlace::Ask, KeyPlace::Passphrase])?;
        let passphrase = passphrase.trim();
        if passphrase.chars().count() < SHORTEST || hongyan_model::account::is_weak_password(passphrase, "") {
            return Err(Problem::new(ErrorCode::WeakPassword, Retry::Never, "a weak passphrase"));
        }
        if self.key_place() == KeyPlace::Passphrase {
            let key = self.try_passphrase(current).await?;
            return self.seal(key, passphrase).await;
        }
        let dir = &self.inner.config.data_dir;
        if Ledger::is_there(dir) {
            return Err(not_allowed("there is a history under a key of the keyring"));
        }
        let key = Key::random()?;
        self.seal(key.clone(), passphrase).await?;
        let choices = self.choices().await?;
        let files = self.files_under(&key).await?;
        self.exchange(files, KeyStanding { place: KeyPlace::Passphrase, problem: None, keyring: false })
            .await?;
        self.keep_choices(choices).await
    }

    /// Keeps nothing beyond this run, as the patron wishes.
    ///
    /// # Errors
    /// `NotAllowed` when there is nothing to decide.
    pub async fn stay_in_memory(&self) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        self.expect(&[KeyPlace::Ask])?;
        self.set_place(KeyPlace::Memory);
        self.changed(&[Tag::Settings]);
        Ok(())
    }

    /// Begins anew where nobody has the key any more. What is there is put aside, not thrown away.
    ///
    /// # Errors
    /// `NotAllowed` when the files are open; those of the files.
    pub async fn start_anew(&self) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        self.expect(&[KeyPlace::Locked, KeyPlace::Lost])?;
        let dir = &self.inner.config.data_dir;
        let aside = Ledger::orphan(dir, self.now())?;
        vault::put_aside(dir, self.now())?;
        hongyan_store::Cache::remove(dir)?;
        tracing::warn!(aside, "A ledger that nobody can open was put aside.");
        if let Err(error) = self.inner.secrets.erase().await {
            tracing::info!(error = %error.logged(), "The keyring keeps an entry that opens nothing.");
        }
        let (files, key) = open::open(dir, self.inner.secrets.as_ref(), &self.inner.news, self.now()).await?;
        self.exchange(files, key).await
    }

    /// Moves the key from the passphrase into the keyring, which has appeared.
    ///
    /// # Errors
    /// `NotAllowed` when it is not under a passphrase; `NoKeyring`: then nothing has changed.
    pub async fn move_to_keyring(&self) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        self.expect(&[KeyPlace::Passphrase])?;
        let Some(key) = self.files().ledger.key() else {
            return Err(not_allowed("the files are in memory"));
        };
        let none = |why: String| Problem::new(ErrorCode::NoKeyring, Retry::Never, why);
        self.inner.secrets.write(key.bytes()).await.map_err(|error| none(error.to_string()))?;
        // read back before the passphrase's copy goes
        match self.inner.secrets.read().await {
            Ok(Some(kept)) if kept == key.bytes() => {}
            Ok(_) => return Err(none("the keyring did not keep the key".to_owned())),
            Err(error) => return Err(none(error.to_string())),
        }
        vault::destroy(&self.inner.config.data_dir)?;
        self.set_place(KeyPlace::Keyring);
        self.changed(&[Tag::Settings]);
        Ok(())
    }

    /// Opens files again that could be read and not written: there may be room now. Does nothing otherwise.
    ///
    /// # Errors
    /// Why they still cannot be written; what is in them can be read as before.
    pub async fn reopen(&self) -> Result<(), Problem> {
        let _turn = self.inner.key_turn.lock().await;
        let files = self.files();
        let (Some(_), Some(key)) = (&files.reading, files.ledger.key()) else { return Ok(()) };
        self.pause().await;
        files.close().await;
        let files = self.files_under(&key).await?;
        let still = files.reading.clone();
        self.exchange(files, self.standing()).await?;
        still.map_or(Ok(()), Err)
    }

    /// Whether the system's keyring works: a key under a passphrase can be moved there.
    pub fn has_keyring(&self) -> bool {
        self.standing().keyring
    }

    fn expect(&self, places: &[KeyPlace]) -> Result<(), Problem> {
        if places.contains(&self.key_place()) {
            return Ok(());
        }
        Err(not_allowed("the key is elsewhere"))
    }

    fn set_place(&self, place: KeyPlace) {
        let mut key = self.inner.key.lock().unwrap_or_else(PoisonError::into_inner);
        key.place = place;
    }

    async fn try_passphrase(&self, passphrase: &str) -> Result<Key, Problem> {
        let (dir, passphrase) = (self.inner.config.data_dir.clone(), passphrase.to_owned());
        Ok(apart(move || vault::open(&dir, &passphrase)).await??)
    }

    async fn seal(&self, key: Key, passphrase: &str) -> Result<(), Problem> {
        let (dir, passphrase) = (self.inner.config.data_dir.clone(), passphrase.to_owned());
        Ok(apart(move || vault::seal(&dir, &key, &passphrase)).await??)
    }

    async fn files_under(&self, key: &Key) -> Result<Files, Problem> {
        Ok(Files::of(&self.inner.config.data_dir, key, &self.inner.news, self.now()).await?)
    }

    /// Goes on with other files: what runs is stopped, and runs again on them.
    pub(crate) async fn exchange(&self, files: Files, key: KeyStanding) -> Result<(), Problem> {
        self.pause().await;
        let old = self.files();
        self.put_files(files, key);
        old.close().await;
        self.read_in().await?;
        self.start().await;
        self.changed(ALL);
        Ok(())
    }

    /// What the patron chose on this machine: settings, and what was made of the sources. On a shared computer
    /// nothing but its library.
    pub(crate) async fn choices(&self) -> Result<Choices, Problem> {
        let mut tx = self.read().await?;
        let mut chosen = Vec::new();
        let all = [crate::libraries::CHOSEN, SETTINGS, SWITCHES, ORDER, EDITS];
        let names = if self.key_place() == KeyPlace::Shared { &all[..1] } else { &all[..] };
        for name in names.iter().copied() {
            let value: Option<serde_json::Value> = tx.setting(name).await?;
            chosen.extend(value.map(|value| (name, value)));
        }
        Ok(Choices(chosen))
    }

    /// Writes the choices into the files that are open now.
    pub(crate) async fn keep_choices(&self, choices: Choices) -> Result<(), Problem> {
        let mut tx = self.write().await?;
        for (name, value) in choices.0 {
            tx.set_setting(name, &value).await?;
        }
        tx.commit().await?;
        self.open_sources().await?;
        self.recall_terms().await?;
        self.changed(&[Tag::Settings, Tag::Sources]);
        Ok(())
    }
}

/// Work that keeps a processor and 64 MiB busy for a while.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let broken =
        |error: tokio::task::JoinError| Problem::new(ErrorCode::Internal, Retry::Now, error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(broken)
}
