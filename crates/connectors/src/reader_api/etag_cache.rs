//! Cache of responses with an ETag, revalidated with `If-None-Match`, so that unchanged data is not sent
//! again. In memory, for one patron; cleared when another one signs in.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::HeaderMap;

use crate::error::NetError;
use crate::http::{Call, Response};

/// Maximum number of cached responses; all are dropped when there are more.
const AT_MOST: usize = 64;
/// Largest body that is cached, in bytes.
const LARGEST: usize = 256 * 1024;

/// A cached response with its ETag.
struct CachedResponse {
    etag: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The cached responses by URL.
#[derive(Default)]
pub(super) struct EtagCache(Mutex<HashMap<String, CachedResponse>>);

impl std::fmt::Debug for EtagCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // bodies are personal data
        f.debug_struct("EtagCache").finish_non_exhaustive()
    }
}

impl EtagCache {
    /// Adds `If-None-Match` if there is a cached response.
    ///
    /// # Errors
    /// `Unsupported` for an invalid header value; does not happen, because the ETag came in a header.
    pub fn with_etag(&self, call: Call) -> Result<Call, NetError> {
        let etag = self.entries().get(call.url.as_str()).map(|kept| kept.etag.clone());
        match etag {
            Some(etag) => call.header("if-none-match", &etag),
            None => Ok(call),
        }
    }

    /// Resolves a 304 to the cached response, and caches new ones. A 304 without `If-None-Match` is
    /// returned as it is, and is not a success. A truncated response is not cached: its ETag is that of
    /// the complete one, so every later 304 would return the truncated body.
    pub fn resolve(&self, address: &str, answer: Response) -> Response {
        let mut kept = self.entries();
        match answer.status {
            304 => match kept.get(address) {
                Some(kept) => {
                    Response { status: 200, headers: kept.headers.clone(), body: kept.body.clone() }
                }
                None => answer,
            },
            200 => {
                kept.remove(address);
                if let Some(etag) =
                    answer.header("etag").filter(|_| answer.body.len() <= LARGEST && answer.is_whole())
                {
                    if kept.len() >= AT_MOST {
                        kept.clear();
                    }
                    let etag = etag.to_owned();
                    let (headers, body) = (answer.headers.clone(), answer.body.clone());
                    kept.insert(address.to_owned(), CachedResponse { etag, headers, body });
                }
                answer
            }
            _ => {
                kept.remove(address);
                answer
            }
        }
    }

    /// Clears the cache when another patron signs in.
    pub fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, CachedResponse>> {
        // entries are inserted and removed as a whole, so the map is consistent after a panic
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
