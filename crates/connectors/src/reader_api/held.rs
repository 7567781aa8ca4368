//! Answers that the platform gave with an ETag: asked for again with `If-None-Match`, so that what has not
//! changed costs no body. In memory, of one patron, and forgotten when another one signs in.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::HeaderMap;

use crate::error::NetError;
use crate::http::{Answer, Call};

/// Answers that are kept; all are forgotten when there are more.
const AT_MOST: usize = 64;
/// Bytes of a body that is kept.
const LARGEST: usize = 256 * 1024;

/// An answer with its version.
struct Kept {
    etag: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The answers that are kept, by address.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<String, Kept>>);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // bodies are personal
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

impl Held {
    /// The call, asking only for what is newer than what is kept.
    ///
    /// # Errors
    /// Never for a version that travelled as a header before.
    pub fn ask(&self, call: Call) -> Result<Call, NetError> {
        let etag = self.kept().get(call.url.as_str()).map(|kept| kept.etag.clone());
        match etag {
            Some(etag) => call.header("if-none-match", &etag),
            None => Ok(call),
        }
    }

    /// What came back for an address: the kept answer where nothing has changed. A 304 that nobody asked
    /// for stays what it is, and is no success. An answer that was cut off on its way is not kept: its ETag is
    /// that of the whole, and every 304 after it would give back the half.
    pub fn hear(&self, address: &str, answer: Answer) -> Answer {
        let mut kept = self.kept();
        match answer.status {
            304 => match kept.get(address) {
                Some(kept) => Answer { status: 200, headers: kept.headers.clone(), body: kept.body.clone() },
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
                    kept.insert(address.to_owned(), Kept { etag, headers, body });
                }
                answer
            }
            _ => {
                kept.remove(address);
                answer
            }
        }
    }

    /// Another patron: nothing of the one before may be shown.
    pub fn forget(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        // inserted and removed whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
