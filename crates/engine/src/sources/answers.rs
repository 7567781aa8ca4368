//! Where answers of searches are kept: in the cache file, which is encrypted and bounded.

use std::sync::Arc;

use async_trait::async_trait;
use hongyan_connectors::http::AnswerCache;
use hongyan_model::log::Logged as _;
use hongyan_store::Cache;
use hongyan_store::answers::KeptAnswer;

use crate::base::clock::Clock;

/// All of them together, bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// The answers in a cache file.
pub(crate) struct KeptAnswers {
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl KeptAnswers {
    /// In this file; by this clock they grow old.
    pub(crate) fn new(cache: Cache, clock: Arc<dyn Clock>) -> KeptAnswers {
        KeptAnswers { cache, clock }
    }
}

#[async_trait]
impl AnswerCache for KeptAnswers {
    async fn read(&self, key: &str) -> Option<(String, Vec<u8>)> {
        match self.cache.answer(key, self.clock.now()).await {
            Ok(kept) => kept.map(|kept| (kept.head, kept.body)),
            Err(error) => {
                tracing::debug!(error = %error.logged(), "An answer could not be read from the cache.");
                None
            }
        }
    }

    async fn write(&self, key: &str, head: &str, body: &[u8]) {
        let answer = KeptAnswer { head: head.to_owned(), body: body.to_vec() };
        if let Err(error) = self.cache.keep_answer(key, &answer, self.clock.now(), MOST).await {
            tracing::debug!(error = %error.logged(), "An answer could not be kept.");
        }
    }
}
