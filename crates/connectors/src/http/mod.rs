//! The only HTTP client of the program, with its limits.
//!
//! Every call has a deadline and a size limit that applies after decompression, identifies the program in
//! `User-Agent`, follows redirects on the same host only, and never uses a proxy for loopback. Failures
//! are returned as [`NetError`], classified by what the caller can do. Start at [`Http::send`]; [`rate_limit`]
//! has the rate limiter, [`response`] the evaluation of responses.

pub mod cache;
pub(crate) mod fault;
mod fetch;
pub(crate) mod rate_limit;
pub(crate) mod response;
mod search;
mod threads;
mod trust;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hongyan_model::log::Logged as _;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, redirect};
use tracing::Instrument;
use url::{Host, Url};

use crate::error::NetError;
pub use cache::ResponseCache;
pub(crate) use rate_limit::RateLimiter;
pub(crate) use response::Response;
use trust::Trust;
pub(crate) use trust::system_certificates;

/// Maximum number of redirects, all on the same host.
const REDIRECTS: usize = 3;

/// Options of the client; [`HttpOptions::default`] suits the program.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// contact for administrators (mail or web address), sent in `User-Agent`; omitted when not
    /// configured
    pub contact: Option<String>,
    /// time limit for establishing a connection, including TLS
    pub connect_timeout: Duration,
    /// maximum size of a body after decompression, in bytes; more is [`NetError::TooLarge`]
    pub body_limit: usize,
    /// whether to use the system's proxy (never for loopback)
    pub system_proxy: bool,
}

impl Default for HttpOptions {
    fn default() -> HttpOptions {
        HttpOptions {
            contact: None,
            connect_timeout: Duration::from_secs(6),
            body_limit: 16 * 1024 * 1024,
            system_proxy: true,
        }
    }
}

/// The HTTP client. Cheap to clone; clones share connections and rate limiters.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    trust: Trust,
    contact: Option<String>,
    body_limit: usize,
    limiters: Mutex<HashMap<String, Arc<RateLimiter>>>,
    /// storage of the HTTP cache for searches; none until it is set
    answers: RwLock<Option<Arc<dyn ResponseCache>>>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("body_limit", &self.inner.body_limit).finish_non_exhaustive()
    }
}

/// A request with its limits.
#[derive(Clone)]
pub(crate) struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    /// deadline from the first to the last byte, without the wait for the rate limiter
    pub deadline: Duration,
    /// maximum size of the response after decompression, if less than [`HttpOptions::body_limit`]
    pub most: usize,
}

impl Call {
    /// A `GET` request.
    pub fn get(url: Url, deadline: Duration) -> Call {
        Call { method: Method::GET, url, headers: HeaderMap::new(), body: None, deadline, most: usize::MAX }
    }

    /// A request with a JSON body.
    pub fn json(method: Method, url: Url, body: Vec<u8>, deadline: Duration) -> Call {
        let mut call = Call { method, body: Some(body), ..Call::get(url, deadline) };
        call.headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call
    }

    /// Adds a header.
    ///
    /// # Errors
    /// `Unsupported` when the value is not valid in a header; the text omits it, because it may be a
    /// token.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Call, NetError> {
        let mut header = HeaderValue::from_str(value)
            .map_err(|_| NetError::Unsupported(format!("the value of {name} cannot be sent")))?;
        header.set_sensitive(matches!(name, "cookie" | "authorization" | "x-okapi-token"));
        self.headers.insert(HeaderName::from_static(name), header);
        Ok(self)
    }
}

impl Http {
    /// Creates the client. Missing root certificates are reported by the calls that need them.
    ///
    /// # Errors
    /// `Unreachable` when the system's proxy settings are invalid.
    pub fn new(options: HttpOptions) -> Result<Http, NetError> {
        Http::with_folders(options, trust::system_folders())
    }

    fn with_folders(options: HttpOptions, folders: Vec<PathBuf>) -> Result<Http, NetError> {
        let (contact, body_limit) = (options.contact.clone(), options.body_limit);
        Ok(Http {
            inner: Arc::new(Inner {
                trust: Trust::new(options, folders)?,
                contact,
                body_limit,
                limiters: Mutex::new(HashMap::new()),
                answers: RwLock::new(None),
            }),
        })
    }

    /// The mail address in the configured contact, for hosts that give better service to callers with
    /// one.
    pub(crate) fn mail(&self) -> Option<&str> {
        let contact = self.inner.contact.as_deref()?.trim();
        let contact = contact.strip_prefix("mailto:").unwrap_or(contact);
        let plain = contact.chars().all(|c| c.is_ascii_graphic() && !"/()<>".contains(c));
        (plain && contact.split('@').filter(|part| !part.is_empty()).count() == 2).then_some(contact)
    }

    /// Sets or removes the storage of the HTTP cache for searches.
    pub fn set_response_cache(&self, cache: Option<Arc<dyn ResponseCache>>) {
        *self.inner.answers.write().unwrap_or_else(PoisonError::into_inner) = cache;
    }

    fn answers(&self) -> Option<Arc<dyn ResponseCache>> {
        self.inner.answers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rate limiter of a host, shared by all callers; where their limits differ, the stricter ones
    /// apply. On loopback, where one sandbox plays many hosts, each source has its own.
    pub(crate) fn rate_limiter(
        &self,
        url: &Url,
        source: &str,
        limits: rate_limit::Limits,
    ) -> Arc<RateLimiter> {
        let mut key =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        if is_loopback(url) {
            key = format!("{key}/{source}");
        }
        let mut limiters = match self.inner.limiters.lock() {
            Ok(limiters) => limiters,
            // the map is only read and inserted into, so it is consistent after a panic
            Err(poisoned) => poisoned.into_inner(),
        };
        let limiter = limiters.entry(key).or_insert_with(|| Arc::new(RateLimiter::new(limits)));
        limiter.tighten(limits);
        Arc::clone(limiter)
    }

    /// Waits for the rate limiter, sends the request and reads the whole response. Dropping the future
    /// closes the connection and releases the permit. Any status is a response; see [`Response`].
    ///
    /// # Errors
    /// `Unreachable`, `Timeout`, `Lost`, `TooLarge`, `Malformed` (invalid compression), `WrongKind`
    /// (redirected elsewhere); from the rate limiter `Throttled` or `Blocked`, without sending.
    pub(crate) async fn send(&self, call: Call, limiter: Option<&RateLimiter>) -> Result<Response, NetError> {
        let _passed = match limiter {
            Some(limiter) => Some(limiter.acquire().await?),
            None => None,
        };
        let request_id = uuid::Uuid::new_v4();
        // only the host is logged: the rest of the URL shows what the patron searches
        let span = tracing::debug_span!(
            "http",
            method = %call.method,
            request_id = %request_id,
            status = tracing::field::Empty,
            bytes = tracing::field::Empty,
            ms = tracing::field::Empty,
        );
        let started = Instant::now();
        let deadline = call.deadline;
        let outcome = tokio::time::timeout(deadline, self.exchange(call, request_id))
            .instrument(span.clone())
            .await
            .unwrap_or(Err(NetError::Timeout));
        span.record("ms", started.elapsed().as_millis() as u64);
        match &outcome {
            Ok(answer) => {
                span.record("status", answer.status);
                span.record("bytes", answer.body.len());
                let _in = span.enter();
                tracing::debug!("answered");
            }
            Err(error) => {
                let _in = span.enter();
                tracing::debug!(error = %error.logged(), "failed");
            }
        }
        if let Some(limiter) = limiter {
            limiter.record_response(&outcome);
        }
        outcome
    }

    async fn exchange(&self, call: Call, request_id: uuid::Uuid) -> Result<Response, NetError> {
        let limit = self.inner.body_limit.min(call.most);
        let client = self.inner.trust.client(call.url.scheme() == "https", is_loopback(&call.url))?;
        let mut request = client
            .request(call.method, call.url)
            .headers(call.headers)
            .header("x-request-id", request_id.to_string());
        if let Some(body) = call.body {
            request = request.body(body);
        }
        let mut response = threads::send(request).await?;
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(NetError::TooLarge);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // chunks come from the decompressor, so the limit also stops decompression bombs
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| fault::classify(&e))? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(NetError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body })
    }
}

/// `Hongyan/0.1.0 (+contact)`; characters that are not valid in a header are removed.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("Hongyan/", env!("CARGO_PKG_VERSION"));
    let contact: String =
        contact.unwrap_or_default().chars().filter(|c| c.is_ascii_graphic() && !"()".contains(*c)).collect();
    if contact.is_empty() { name.to_owned() } else { format!("{name} (+{contact})") }
}

/// Allows redirects on the same host only: credentials and queries go to nobody else, and a captive
/// portal is not mistaken for the server. From http to https is allowed on the default ports; another
/// port may be another person's program.
fn same_host_only() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let to = attempt.url();
        let stays = attempt.previous().last().is_some_and(|from| {
            let same_port = from.port_or_known_default() == to.port_or_known_default();
            from.host_str() == to.host_str()
                && (from.scheme() == to.scheme() && same_port || is_step_up(from, to))
        });
        if !stays {
            return attempt.error("redirect to another host");
        }
        if attempt.previous().len() > REDIRECTS {
            return attempt.error("too many redirects");
        }
        attempt.follow()
    })
}

fn is_step_up(from: &Url, to: &Url) -> bool {
    let usual = |url: &Url, scheme: &str| url.scheme() == scheme && url.port().is_none();
    usual(from, "http") && usual(to, "https")
}

/// Whether the host is this machine: 127.0.0.0/8, ::1, localhost and names under it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        // the host of `z3950://127.0.0.1` is parsed as a name, because IP addresses are recognised only
        // for special schemes
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.ends_with(".localhost")
                || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
