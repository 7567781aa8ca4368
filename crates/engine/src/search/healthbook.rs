//! Who is ill and who is well, kept over a restart: one [`Health`] a source, in memory and in the cache.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hongyan_model::log::Logged as _;
use hongyan_store::Cache;

use super::health::Health;

/// The healths of all sources.
pub(crate) struct HealthBook {
    known: Mutex<HashMap<String, Health>>,
    cache: Option<Cache>,
}

impl HealthBook {
    /// Nothing known yet.
    pub(crate) fn new(cache: Option<Cache>) -> HealthBook {
        HealthBook { known: Mutex::default(), cache }
    }

    /// Reads what was kept; what does not read back is not known.
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

    /// How a source is.
    pub(crate) fn of(&self, id: &str) -> Health {
        self.all().get(id).cloned().unwrap_or_default()
    }

    /// Something happened to a source. True when that changes whether it rests or is ill.
    pub(crate) fn note(&self, id: &str, what: impl FnOnce(&mut Health)) -> bool {
        let mut all = self.all();
        let health = all.entry(id.to_owned()).or_default();
        let was = (health.rests_until, health.failures);
        what(health);
        was != (health.rests_until, health.failures)
    }

    /// Writes how a source is to the cache. A cache that fails costs the memory of a restart only.
    pub(crate) async fn keep(&self, id: &str) {
        let Some(cache) = &self.cache else { return };
        let Ok(text) = serde_json::to_string(&self.of(id)) else { return };
        if let Err(error) = cache.keep_health(id, &text).await {
            tracing::warn!(error = %error.logged(), "How a source is could not be kept.");
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, Health>> {
        // every entry is whole after every step
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
