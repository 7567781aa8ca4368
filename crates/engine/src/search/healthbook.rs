//! Health of all sources, in memory and in the cache, so that it survives a restart.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hongyan_model::log::Logged as _;
use hongyan_store::Cache;

use super::health::Health;

/// The [`Health`] of each source by id.
pub(crate) struct HealthBook {
    known: Mutex<HashMap<String, Health>>,
    cache: Option<Cache>,
}

impl HealthBook {
    /// Creates an empty book.
    pub(crate) fn new(cache: Option<Cache>) -> HealthBook {
        HealthBook { known: Mutex::default(), cache }
    }

    /// Loads the stored health; entries that do not parse are skipped.
    pub(crate) async fn load(&self) {
        let Some(cache) = &self.cache else { return };
        match cache.health().await {
            Ok(kept) => {
                let read = |(id, text): (String, String)| Some((id, serde_json::from_str(&text).ok()?));
                self.all().extend(kept.into_iter().filter_map(read));
            }
            Err(error) => tracing::warn!(error = %error.logged(), "How the sources were is not known."),
        }
    }

    /// The health of a source; the default for an unknown one.
    pub(crate) fn of(&self, id: &str) -> Health {
        self.all().get(id).cloned().unwrap_or_default()
    }

    /// Updates the health of a source. Returns true when its rest or its number of failures changed.
    pub(crate) fn note(&self, id: &str, what: impl FnOnce(&mut Health)) -> bool {
        let mut all = self.all();
        let health = all.entry(id.to_owned()).or_default();
        let was = (health.rests_until, health.failures);
        what(health);
        was != (health.rests_until, health.failures)
    }

    /// Writes the health of a source to the cache. When that fails, it is only lost at the next restart.
    pub(crate) async fn keep(&self, id: &str) {
        let Some(cache) = &self.cache else { return };
        let Ok(text) = serde_json::to_string(&self.of(id)) else { return };
        if let Err(error) = cache.keep_health(id, &text).await {
            tracing::warn!(error = %error.logged(), "How a source is could not be kept.");
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, Health>> {
        // each entry is consistent after every step, even after a panic
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
