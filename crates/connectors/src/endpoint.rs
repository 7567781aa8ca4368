//! Where a source is and how one gets there: what every connector over HTTP needs, made once.

use std::sync::Arc;
use std::time::Duration;

use hongyan_formats::Parsed;
use url::Url;

use crate::error::NetError;
use crate::http::{Answer, Call, Gate, Http, gate};
use crate::paging::{self, Page};
use crate::source::{Access, Credentials, SourceConfig};

/// One source at the other end of HTTP. Shared by its searches.
pub(crate) struct Endpoint {
    /// as it stands in sources.toml
    pub config: SourceConfig,
    /// the base address, read
    pub address: Url,
    /// the client
    pub http: Http,
    /// politeness towards the host
    pub gate: Arc<Gate>,
    /// of one request
    pub deadline: Duration,
    credentials: Option<Credentials>,
}

impl Endpoint {
    /// The way to a source whose configuration was checked.
    pub fn new(
        config: &SourceConfig,
        address: Url,
        http: &Http,
        credentials: Option<&Credentials>,
    ) -> Endpoint {
        let limits = gate::Limits {
            concurrency: config.concurrency,
            interval: Duration::from_millis(config.min_interval_ms),
        };
        Endpoint {
            gate: http.gate(&address, &config.id, limits),
            deadline: Duration::from_secs_f64(config.timeout_s),
            config: config.clone(),
            address,
            http: http.clone(),
            credentials: credentials.cloned(),
        }
    }

    /// The base address with a path behind it; `path` begins with `/` and may bring a query. What a
    /// patron typed goes through [`Url::query_pairs_mut`] or [`Url::path_segments_mut`], never in here.
    ///
    /// # Errors
    /// `Unsupported` when that is no address.
    pub fn under(&self, path: &str) -> Result<Url, NetError> {
        let mut base = self.address.clone();
        base.set_query(None);
        Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/')))
            .map_err(|e| NetError::Unsupported(e.to_string()))
    }

    /// The key that the patron entered; none without one. It goes into a request and nowhere else.
    pub fn key(&self) -> Option<&str> {
        self.credentials.as_ref().map(|c| c.secret.trim()).filter(|key| !key.is_empty())
    }

    /// What the patron entered; none when that is nothing.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref().filter(|c| !c.user.is_empty() || !c.secret.is_empty())
    }

    /// True when the source does not answer without a key and there is none.
    pub fn lacks_key(&self) -> bool {
        self.config.access == Access::Key && self.key().is_none()
    }

    /// A `GET` with the source's deadline.
    pub fn get(&self, url: Url) -> Call {
        Call::get(url, self.deadline)
    }

    /// Waits at the gate, sends, reads the whole answer; out of the cache where that holds.
    ///
    /// # Errors
    /// As [`Http::search`].
    pub async fn send(&self, call: Call) -> Result<Answer, NetError> {
        self.http.search(call, Some(&self.gate)).await
    }

    /// A page of records that were read, with what their readers noticed.
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
