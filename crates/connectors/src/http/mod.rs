//! The one HTTP client and its limits: nothing else in the program opens a connection.
//!
//! Every call has a deadline and a size limit after decompression, says honestly who is calling,
//! follows redirects on the same host only, and never travels through a proxy to loopback. What goes
//! wrong comes out as [`NetError`], sorted by what the caller can do. Start at [`Http::send`];
//! politeness towards a host stands in [`gate`], reading of answers in [`answer`].

pub(crate) mod answer;
pub mod cache;
pub(crate) mod fault;
mod fetch;
pub(crate) mod gate;
mod search;
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
pub(crate) use answer::Answer;
pub use cache::AnswerCache;
pub(crate) use gate::Gate;
use trust::Trust;

/// Redirects that are followed, all on the same host.
const REDIRECTS: usize = 3;

/// How the client behaves; [`HttpOptions::default`] is right for the program.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// where a disturbed administrator can reach somebody (mail or web address), said in the
    /// `User-Agent`; none is said when none is configured
    pub contact: Option<String>,
    /// until the connection stands, TLS included
    pub connect_timeout: Duration,
    /// bytes of a body after decompression; more is [`NetError::TooLarge`]
    pub body_limit: usize,
    /// follow the proxy of the system (never for loopback)
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

/// The client. Cheap to clone; clones share connections and the gates of the hosts.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    trust: Trust,
    contact: Option<String>,
    body_limit: usize,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
    /// where answers of searches are kept; nowhere at first
    answers: RwLock<Option<Arc<dyn AnswerCache>>>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("body_limit", &self.inner.body_limit).finish_non_exhaustive()
    }
}

/// One call: what to send, how long to wait, how much to read.
#[derive(Clone)]
pub(crate) struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    /// from the first byte to the last, without the wait at the gate
    pub deadline: Duration,
    /// bytes of the answer after decompression, where fewer than [`HttpOptions::body_limit`] are wanted
    pub most: usize,
}

impl Call {
    /// A `GET` with a deadline.
    pub fn get(url: Url, deadline: Duration) -> Call {
        Call { method: Method::GET, url, headers: HeaderMap::new(), body: None, deadline, most: usize::MAX }
    }

    /// A call with a JSON body.
    pub fn json(method: Method, url: Url, body: Vec<u8>, deadline: Duration) -> Call {
        let mut call = Call { method, body: Some(body), ..Call::get(url, deadline) };
        call.headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call
    }

    /// Adds a header.
    ///
    /// # Errors
    /// `Unsupported` when the value cannot be a header; its text is not repeated, it may be a token.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Call, NetError> {
        let mut header = HeaderValue::from_str(value)
            .map_err(|_| NetError::Unsupported(format!("the value of {name} cannot be sent")))?;
        header.set_sensitive(matches!(name, "cookie" | "authorization" | "x-okapi-token"));
        self.headers.insert(HeaderName::from_static(name), header);
        Ok(self)
    }
}

impl Http {
    /// Makes the client. That there are no certificates on this system is told by the calls that need them.
    ///
    /// # Errors
    /// `Unreachable` when the system's proxy settings cannot be used.
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
                gates: Mutex::new(HashMap::new()),
                answers: RwLock::new(None),
            }),
        })
    }

    /// The mail address in the configured contact, for hosts that treat callers better who give one.
    pub(crate) fn mail(&self) -> Option<&str> {
        let contact = self.inner.contact.as_deref()?.trim();
        let contact = contact.strip_prefix("mailto:").unwrap_or(contact);
        let plain = contact.chars().all(|c| c.is_ascii_graphic() && !"/()<>".contains(c));
        (plain && contact.split('@').filter(|part| !part.is_empty()).count() == 2).then_some(contact)
    }

    /// Keeps answers of searches there from now on.
    pub fn keep_answers(&self, cache: Option<Arc<dyn AnswerCache>>) {
        *self.inner.answers.write().unwrap_or_else(PoisonError::into_inner) = cache;
    }

    fn answers(&self) -> Option<Arc<dyn AnswerCache>> {
        self.inner.answers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The gate of a host, shared by everybody who asks it; where two callers differ, the stricter
    /// limits hold. On loopback one sandbox plays many hosts, so there the gate is the source's own.
    pub(crate) fn gate(&self, url: &Url, source: &str, limits: gate::Limits) -> Arc<Gate> {
        let mut key =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        if is_loopback(url) {
            key = format!("{key}/{source}");
        }
        let mut gates = match self.inner.gates.lock() {
            Ok(gates) => gates,
            // the map is whole even if a holder panicked: it is only looked up and inserted into
            Err(poisoned) => poisoned.into_inner(),
        };
        let gate = gates.entry(key).or_insert_with(|| Arc::new(Gate::new(limits)));
        gate.tighten(limits);
        Arc::clone(gate)
    }

    /// Waits at the gate, sends, and reads the whole answer. Dropping the future closes the
    /// connection and opens the gate at once. Any status is an answer; see [`Answer`].
    ///
    /// # Errors
    /// `Unreachable`, `Timeout`, `Lost`, `TooLarge`, `Malformed` (a body that does not decompress),
    /// `WrongKind` (redirected elsewhere), and from the gate `Slow` or `Blocked` without sending.
    pub(crate) async fn send(&self, call: Call, gate: Option<&Gate>) -> Result<Answer, NetError> {
        let _passed = match gate {
            Some(gate) => Some(gate.pass().await?),
            None => None,
        };
        let request_id = uuid::Uuid::new_v4();
        // the host is all of the address that a log may hold: queries are what a patron reads
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
        if let Some(gate) = gate {
            gate.learn(&outcome);
        }
        outcome
    }

    async fn exchange(&self, call: Call, request_id: uuid::Uuid) -> Result<Answer, NetError> {
        let limit = self.inner.body_limit.min(call.most);
        let client = self.inner.trust.client(call.url.scheme() == "https", is_loopback(&call.url))?;
        let mut request = client
            .request(call.method, call.url)
            .headers(call.headers)
            .header("x-request-id", request_id.to_string());
        if let Some(body) = call.body {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(|e| fault::classify(&e))?;
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(NetError::TooLarge);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // chunks come out of the decompressor, so a bomb and an endless body meet the same limit
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| fault::classify(&e))? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(NetError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// `Hongyan/0.1.0 (+contact)`; characters that cannot stand in a header are left out.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("Hongyan/", env!("CARGO_PKG_VERSION"));
    let contact: String =
        contact.unwrap_or_default().chars().filter(|c| c.is_ascii_graphic() && !"()".contains(*c)).collect();
    if contact.is_empty() { name.to_owned() } else { format!("{name} (+{contact})") }
}

/// Redirects stay on the host they came from: no credentials and no queries for anybody else, and no
/// captive portal taken for an answer. From http to https is a step up and allowed, at the ports that they have by
/// themselves: another port is another program, maybe another person's.
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

/// True for this machine: 127.0.0.0/8, ::1, localhost and names under it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        // the host of `z3950://127.0.0.1` is a name to the parser, which knows numbers only under http
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
