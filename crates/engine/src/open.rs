//! Opening and erasing: the key, the files, and what happens when there is no keyring.

use std::path::Path;

use hongyan_store::{Cache, Key, Ledger};

use crate::news::News;
use crate::problem::{ErrorCode, Problem, Retry};
use crate::search::{Limits, Searches};
use crate::secrets::{SecretError, SecretStore};
use crate::view::KeyPlace;

/// Says that a sign-out began to erase; what is left after a crash is erased at the next start.
const ERASING: &str = "hongyan.erasing";

/// The open files.
#[derive(Clone)]
pub(crate) struct Files {
    /// what cannot be fetched again
    pub(crate) ledger: Ledger,
    /// what can
    pub(crate) cache: Cache,
    /// over the cache
    pub(crate) searches: Searches,
}

impl Files {
    async fn new(ledger: Ledger, cache: Cache, news: &News) -> Files {
        let searches = Searches::new(Vec::new(), Some(cache.clone()), news.clone(), Limits::default());
        searches.remember().await;
        Files { ledger, cache, searches }
    }

    /// Ends what runs on the files, then closes them.
    pub(crate) async fn close(&self) {
        self.searches.stop().await;
        self.cache.close().await;
        self.ledger.database().close().await;
    }
}

/// Where the key is, and why not in the keyring.
#[derive(Debug, Clone)]
pub(crate) struct KeyStanding {
    pub(crate) place: KeyPlace,
    pub(crate) problem: Option<Problem>,
}

/// Opens the files of the directory under the keyring's key, or in memory when there is no keyring:
/// then what is on the disk stays untouched.
pub(crate) async fn open(
    dir: &Path,
    secrets: &dyn SecretStore,
    news: &News,
) -> Result<(Files, KeyStanding), Problem> {
    if dir.join(ERASING).exists() {
        erase(dir)?;
    }
    let key = match key(dir, secrets).await {
        Ok(key) => key?,
        Err(error) => {
            let problem = Problem::new(ErrorCode::NoKeyring, Retry::Never, error.to_string());
            let ledger = Ledger::in_memory().await?;
            let problem = if Ledger::exists(dir) { problem.with("untouched", "true") } else { problem };
            let standing = KeyStanding { place: KeyPlace::Memory, problem: Some(problem) };
            let cache = Cache::in_memory().await?;
            return Ok((Files::new(ledger, cache, news).await, standing));
        }
    };
    let ledger = Ledger::open(dir, &key).await?;
    let cache = Cache::open(dir, &key).await?;
    let files = Files::new(ledger, cache, news).await;
    Ok((files, KeyStanding { place: KeyPlace::Keyring, problem: None }))
}

/// The stored key, or a new one that is stored now. The outer error means: no keyring.
async fn key(dir: &Path, secrets: &dyn SecretStore) -> Result<Result<Key, Problem>, SecretError> {
    if let Some(bytes) = secrets.read().await? {
        return Ok(Key::from_bytes(&bytes).ok_or_else(|| {
            Problem::new(ErrorCode::DatabaseKey, Retry::Never, "the keyring's entry is not a key")
        }));
    }
    if Ledger::exists(dir) {
        // a new key would hide the history for good; the old one may come back with the keyring
        let gone = Problem::new(ErrorCode::DatabaseKey, Retry::Never, "the keyring has lost the key");
        return Ok(Err(gone));
    }
    let key = match Key::random() {
        Ok(key) => key,
        Err(error) => return Ok(Err(error.into())),
    };
    secrets.write(key.bytes()).await?;
    Ok(Ok(key))
}

/// Makes everything unreadable and removes it: the key first. The files must be closed.
pub(crate) async fn forget(dir: &Path, secrets: &dyn SecretStore) -> Result<(), Problem> {
    let wrong = |error: std::io::Error| Problem::from(hongyan_store::StoreError::from(error));
    std::fs::File::create(dir.join(ERASING)).and_then(|file| file.sync_all()).map_err(wrong)?;
    if let Err(error) = secrets.erase().await {
        // the files go all the same; a key without files opens nothing
        tracing::warn!(%error, "The key could not be removed from the keyring.");
    }
    erase(dir)
}

fn erase(dir: &Path) -> Result<(), Problem> {
    let wrong = |error: std::io::Error| Problem::from(hongyan_store::StoreError::from(error));
    Ledger::remove(dir)?;
    Cache::remove(dir)?;
    match std::fs::remove_file(dir.join(ERASING)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(wrong(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
