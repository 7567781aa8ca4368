//! HTTP cache of the searches: stored in the encrypted cache file, bounded in size.

use std::sync::Arc;

use async_trait::async_trait;
use hongyan_connectors::http::ResponseCache;
use hongyan_model::log::Logged as _;
use hongyan_store::Cache;
use hongyan_store::answers::CachedResponse;

use crate::base::clock::Clock;

/// Total size limit, bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// The responses stored in a cache file.
pub(crate) struct KeptAnswers {
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl KeptAnswers {
    /// Uses this file, and this clock for their age.
    pub(crate) fn new(cache: Cache, clock: Arc<dyn Clock>) -> KeptAnswers {
        KeptAnswers { cache, clock }
    }
}

#[async_trait]
impl ResponseCache for KeptAnswers {
    async fn read(&self, key: &str) -> Option<(String, Vec<u8>)> {
        match self.cache.response(key, self.clock.now()).await {
            Ok(kept) => kept.map(|kept| (kept.head, kept.body)),
            Err(error) => {
                tracing::debug!(error = %error.logged(), "An answer could not be read from the cache.");
                None
            }
        }
    }

    async fn write(&self, key: &str, head: &str, body: &[u8]) {
        let answer = CachedResponse { head: head.to_owned(), body: body.to_vec() };
        if let Err(error) = self.cache.put_response(key, &answer, self.clock.now(), MOST).await {
            tracing::debug!(error = %error.logged(), "An answer could not be kept.");
        }
    }
}
