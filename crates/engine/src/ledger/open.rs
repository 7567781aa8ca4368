//! Opening and erasing the files: with the key, and without one.

use std::path::Path;

use hongyan_model::log::Logged as _;
use hongyan_store::{Cache, Key, Ledger, StoreError, disk, vault};
use jiff::Timestamp;

use crate::base::context::Files;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::ledger::secrets::{SecretError, SecretStore};
use crate::ledger::shared;
use crate::view::KeyPlace;

/// Mark file: a sign-out has begun to erase. After a crash the next start completes the erasure.
const ERASING: &str = "hongyan.erasing";
/// The shell's log directory, below the data directory.
const LOGS: &str = "logs";

/// Opens the files of the directory under this key; a damaged ledger is restored. If they cannot be written
/// (disk full, no permission) they are opened read-only.
pub(crate) async fn under(dir: &Path, key: &Key, now: Timestamp) -> Result<Files, StoreError> {
    let (ledger, reading) = match Ledger::open_or_restore(dir, key, now).await {
        Ok((ledger, _)) => (ledger, None),
        Err(error) if error.leaves_reading() && Ledger::exists(dir) => {
            match Ledger::open_reading(dir, key).await {
                Ok(ledger) => (ledger, Some(Problem::from(error))),
                Err(second) => {
                    tracing::warn!(error = %second.logged(), "The ledger cannot even be read.");
                    return Err(error);
                }
            }
        }
        Err(error) => return Err(error),
    };
    let cache = match Cache::open(dir, key).await {
        // the cache can be fetched again: its failure must not hide the ledger
        Err(error) if error.leaves_reading() || matches!(error, StoreError::Locked) => {
            tracing::warn!(error = %error.logged(), "Searches are not kept in this run.");
            Cache::in_memory().await?
        }
        opened => opened?,
    };
    Ok(Files { ledger, cache, reading })
}

/// Files in memory for this run; the disk is not touched.
pub(crate) async fn in_memory() -> Result<Files, StoreError> {
    Ok(Files { ledger: Ledger::in_memory().await?, cache: Cache::in_memory().await?, reading: None })
}

/// Where the key is, and why it is not in the keyring.
#[derive(Debug, Clone)]
pub(crate) struct KeyStanding {
    pub(crate) place: KeyPlace,
    pub(crate) problem: Option<Problem>,
    /// the system's keyring works, whether or not it holds the key
    pub(crate) keyring: bool,
}

impl KeyStanding {
    fn at(place: KeyPlace, keyring: bool) -> KeyStanding {
        KeyStanding { place, problem: None, keyring }
    }
}

/// Opens the files of the directory under the key of the keyring. Without a key the files are in memory, and
/// the standing says what to ask the patron.
pub(crate) async fn open(
    dir: &Path,
    secrets: &dyn SecretStore,
    now: Timestamp,
) -> Result<(Files, KeyStanding), Problem> {
    if dir.join(ERASING).exists() {
        erase(dir)?;
    }
    if shared::is_shared(dir) {
        return Ok((shared::files(dir).await?, KeyStanding::at(KeyPlace::Shared, false)));
    }
    let standing = match secrets.read().await {
        Ok(Some(bytes)) => match with_keyring(dir, &bytes, now).await? {
            Ok(files) => return Ok((files, KeyStanding::at(KeyPlace::Keyring, true))),
            Err(why) => without_key(dir, true, why),
        },
        Ok(None) if vault::exists(dir) => KeyStanding::at(KeyPlace::Locked, true),
        // a new key would make the history unreadable for good; the old one may return with the keyring
        Ok(None) if Ledger::is_there(dir) => without_key(dir, true, "the keyring has lost the key"),
        Ok(None) => match new_key(secrets).await? {
            Ok(key) => {
                let files = under(dir, &key, now).await?;
                return Ok((files, KeyStanding::at(KeyPlace::Keyring, true)));
            }
            Err(error) => no_keyring(dir, &error),
        },
        Err(error) => no_keyring(dir, &error),
    };
    Ok((in_memory().await?, standing))
}

/// Marks both files, so that the next start checks every page.
pub(crate) fn mark_suspect(dir: &Path) -> Result<(), StoreError> {
    Ledger::mark_suspect(dir)?;
    Cache::mark_suspect(dir)
}

/// The files under the key of the keyring. The inner error means that the key does not open them.
async fn with_keyring(
    dir: &Path,
    bytes: &[u8],
    now: Timestamp,
) -> Result<Result<Files, &'static str>, Problem> {
    let Some(key) = Key::from_bytes(bytes) else { return Ok(Err("the keyring's entry is not a key")) };
    match under(dir, &key, now).await {
        Ok(files) => {
            // completes a move to the keyring that was interrupted
            if files.reading.is_none() {
                vault::destroy(dir)?;
            }
            Ok(Ok(files))
        }
        Err(StoreError::WrongKey) => Ok(Err("the keyring's key is another one")),
        Err(error) => Err(error.into()),
    }
}

/// The standing when a history exists but no key that opens it.
fn without_key(dir: &Path, keyring: bool, why: &str) -> KeyStanding {
    if vault::exists(dir) {
        return KeyStanding::at(KeyPlace::Locked, keyring);
    }
    let problem = Problem::new(ErrorCode::DatabaseKey, Retry::Never, why);
    KeyStanding { place: KeyPlace::Lost, problem: Some(problem), keyring }
}

fn no_keyring(dir: &Path, error: &SecretError) -> KeyStanding {
    if vault::exists(dir) {
        return KeyStanding::at(KeyPlace::Locked, false);
    }
    let (code, place) = match error {
        SecretError::Locked(_) => (ErrorCode::KeyringLocked, KeyPlace::Ask),
        // the patron chose to continue without the keyring
        SecretError::TimedOut => (ErrorCode::KeyringSilent, KeyPlace::Memory),
        SecretError::Unavailable(_) | SecretError::Denied(_) => (ErrorCode::NoKeyring, KeyPlace::Ask),
    };
    let problem = Problem::new(code, Retry::Never, error.to_string());
    let problem = if Ledger::is_there(dir) { problem.with("untouched", "true") } else { problem };
    KeyStanding { place, problem: Some(problem), keyring: false }
}

/// Makes a new key and stores it before anything is written under it. The inner error means: no keyring.
async fn new_key(secrets: &dyn SecretStore) -> Result<Result<Key, SecretError>, Problem> {
    let key = Key::random()?;
    Ok(secrets.write(key.bytes()).await.map(|()| key))
}

/// Erases the key first, which makes everything unreadable, then the files. The files must be closed.
pub(crate) async fn forget(dir: &Path, secrets: &dyn SecretStore) -> Result<(), Problem> {
    disk::mark(&dir.join(ERASING)).map_err(StoreError::from)?;
    vault::destroy(dir)?;
    if let Err(error) = secrets.erase().await {
        // the files are removed even so; a key without files opens nothing
        tracing::warn!(error = %error.logged(), "The key could not be removed from the keyring.");
    }
    erase(dir)
}

fn erase(dir: &Path) -> Result<(), Problem> {
    vault::destroy(dir)?;
    Ledger::remove(dir)?;
    Cache::remove(dir)?;
    empty_logs(dir);
    Ok(disk::remove_file(&dir.join(ERASING)).map_err(StoreError::from)?)
}

/// Empties the logs: they hold only ids, and are erased with the data that the ids refer to.
pub(crate) fn empty_logs(dir: &Path) {
    for log in std::fs::read_dir(dir.join(LOGS)).into_iter().flatten().flatten() {
        // truncated, not removed: today's file is open for writing. A file that stays does no harm.
        let _ = disk::empty_file(&log.path());
    }
}

#[cfg(test)]
mod tests;
