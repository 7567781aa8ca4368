//! HTTP cache (RFC 9111, private cache) for responses of search sources: fresh responses are used
//! directly, stale ones after revalidation. The caller provides the storage.

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::response::http_date;
use super::{Call, Response};

/// Storage of the HTTP cache: bounded and encrypted. A failure costs a request, never a search, so
/// nothing here returns errors.
#[async_trait]
pub trait ResponseCache: Send + Sync {
    /// Head and body of a cached response; none if it is not cached.
    async fn read(&self, key: &str) -> Option<(String, Vec<u8>)>;
    /// Stores a response.
    async fn write(&self, key: &str, head: &str, body: &[u8]);
}

/// Maximum freshness in seconds, whatever the response says, because catalogues change.
const FRESHEST: i64 = 24 * 60 * 60;
/// Request headers that may vary the response; part of the key.
const VARIES: [&str; 2] = ["accept", "accept-language"];
/// Request headers that are the same for all our requests.
const ALIKE: [&str; 3] = ["accept-encoding", "user-agent", "origin"];
/// Request headers that identify the user; such responses are not cached.
const PERSONAL: [&str; 3] = ["authorization", "cookie", "x-okapi-token"];

/// What is stored beside the body.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    headers: Vec<(String, String)>,
    /// seconds since 1970 at which the response was received or last revalidated
    at: i64,
}

/// Cache key of a request; none when its response must not be stored. A hash, because a URL may contain a
/// key.
pub(super) fn key(call: &Call) -> Option<String> {
    let personal = PERSONAL.iter().any(|name| call.headers.contains_key(*name));
    if call.method != Method::GET || call.body.is_some() || personal {
        return None;
    }
    if call.headers.values().any(HeaderValue::is_sensitive) {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(call.url.as_str());
    for name in VARIES {
        hash.update(b"\n");
        hash.update(call.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default());
    }
    Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Head {
    /// The head for a response that may be stored; none when it must not be, or could never be reused.
    pub(super) fn of(answer: &Response, now: Timestamp) -> Option<Head> {
        if answer.status != 200 {
            return None;
        }
        let headers = answer
            .headers
            .iter()
            .filter(|(name, _)| name.as_str() != "set-cookie")
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let head = Head { headers, at: now.as_second() };
        let varies = head.get("vary").unwrap_or_default().to_ascii_lowercase();
        let known = |name: &str| name.is_empty() || VARIES.contains(&name) || ALIKE.contains(&name);
        let useful = head.validators().next().is_some() || head.lifetime() > 0;
        let allowed = !head.says("no-store") && varies.split(',').all(|name| known(name.trim()));
        (allowed && useful).then_some(head)
    }

    pub(super) fn parse(text: &str) -> Option<Head> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the response may be used without revalidation.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        // a clock that was set back must not make a response fresher, so a negative age counts as stale
        let age = now.as_second().saturating_sub(self.at);
        age >= 0 && age < self.lifetime()
    }

    /// Request headers for revalidation.
    pub(super) fn validators(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + '_ {
        [("etag", "if-none-match"), ("last-modified", "if-modified-since")].into_iter().filter_map(
            |(said, asks)| {
                Some((HeaderName::from_static(asks), HeaderValue::from_str(self.get(said)?).ok()?))
            },
        )
    }

    /// Updates the freshness after a successful revalidation (304).
    pub(super) fn renew(&mut self, answer: &Response, now: Timestamp) {
        for name in ["cache-control", "expires", "date", "age", "etag", "last-modified"] {
            if let Some(value) = answer.header(name) {
                self.headers.retain(|(known, _)| known != name);
                self.headers.push((name.to_owned(), value.to_owned()));
            }
        }
        self.at = now.as_second();
    }

    /// Builds a response from this head and a stored body.
    pub(super) fn answer(&self, body: Vec<u8>) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                headers.append(name, value);
            }
        }
        Response { status: 200, headers, body }
    }

    /// Freshness lifetime in seconds, explicit only: no heuristic freshness.
    fn lifetime(&self) -> i64 {
        if self.says("no-cache") {
            return 0;
        }
        let age = self.get("age").and_then(|age| age.trim().parse::<i64>().ok()).unwrap_or(0).max(0);
        let seconds = match self.directive("max-age") {
            Some(text) => text.trim_matches('"').parse().unwrap_or(0),
            None => {
                let until = self.get("expires").and_then(http_date).map_or(0, |until| until.as_second());
                let from = self.get("date").and_then(http_date).map_or(self.at, |from| from.as_second());
                until.saturating_sub(from)
            }
        };
        seconds.min(FRESHEST).saturating_sub(age).max(0)
    }

    fn says(&self, word: &str) -> bool {
        self.directive(word).is_some()
    }

    /// The value of a Cache-Control directive; empty for one without a value.
    fn directive(&self, wanted: &str) -> Option<String> {
        let said = self.headers.iter().filter(|(name, _)| name == "cache-control");
        said.flat_map(|(_, value)| value.split(',')).find_map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
