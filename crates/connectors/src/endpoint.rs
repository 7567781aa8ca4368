//! What every HTTP connector needs to reach its source.

use std::sync::Arc;
use std::time::Duration;

use hongyan_formats::Parsed;
use url::Url;

use crate::error::NetError;
use crate::http::{Call, Http, RateLimiter, Response, rate_limit};
use crate::paging::{self, Page};
use crate::source::{Access, Credentials, SourceConfig};

/// A source reached by HTTP. Shared by its searches.
pub(crate) struct Endpoint {
    /// configuration, as in sources.toml
    pub config: SourceConfig,
    /// base address, parsed
    pub address: Url,
    /// HTTP client
    pub http: Http,
    /// rate limiter of the host
    pub limiter: Arc<RateLimiter>,
    /// deadline of one request
    pub deadline: Duration,
    credentials: Option<Credentials>,
}

impl Endpoint {
    /// For a source whose configuration was validated.
    pub fn new(
        config: &SourceConfig,
        address: Url,
        http: &Http,
        credentials: Option<&Credentials>,
    ) -> Endpoint {
        let limits = rate_limit::Limits {
            concurrency: config.concurrency,
            interval: Duration::from_millis(config.min_interval_ms),
        };
        Endpoint {
            limiter: http.rate_limiter(&address, &config.id, limits),
            deadline: Duration::from_secs_f64(config.timeout_s),
            config: config.clone(),
            address,
            http: http.clone(),
            credentials: credentials.cloned(),
        }
    }

    /// The base address with a path appended; `path` begins with `/` and may contain a query string. Text
    /// that a patron typed must not be part of it: use [`Url::query_pairs_mut`] or
    /// [`Url::path_segments_mut`].
    ///
    /// # Errors
    /// `Unsupported` when the result is not a valid URL.
    pub fn under(&self, path: &str) -> Result<Url, NetError> {
        let mut base = self.address.clone();
        base.set_query(None);
        Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/')))
            .map_err(|e| NetError::Unsupported(e.to_string()))
    }

    /// The key that the patron entered, if any. Must be used in requests only.
    pub fn key(&self) -> Option<&str> {
        self.credentials.as_ref().map(|c| c.secret.trim()).filter(|key| !key.is_empty())
    }

    /// The credentials that the patron entered; none when they are empty.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref().filter(|c| !c.user.is_empty() || !c.secret.is_empty())
    }

    /// Whether the source requires a key and none was entered.
    pub fn lacks_key(&self) -> bool {
        self.config.access == Access::Key && self.key().is_none()
    }

    /// A `GET` request with the source's deadline.
    pub fn get(&self, url: Url) -> Call {
        Call::get(url, self.deadline)
    }

    /// Waits for the rate limiter, sends the request and reads the whole response; uses the HTTP cache
    /// where possible.
    ///
    /// # Errors
    /// As [`Http::search`].
    pub async fn send(&self, call: Call) -> Result<Response, NetError> {
        self.http.search(call, Some(&self.limiter)).await
    }

    /// Builds a page from parsed records, with the warnings of their parsers.
    pub fn page(&self, hits: Option<u64>, parsed: Vec<Parsed>) -> Page {
        let warnings = paging::summary(parsed.iter().flat_map(|p| &p.warnings).map(|w| w.code));
        Page {
            hits,
            taken: parsed.len() as u64,
            next: None,
            records: paging::from(&self.config.id, parsed),
            warnings,
            ..Page::default()
        }
    }
}
