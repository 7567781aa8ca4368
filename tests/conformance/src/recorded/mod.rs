//! Sources simulated from fixtures: a few records of our own in the format of the source
//! (`fixtures/<name>/`), which are searched, paged and wrapped as the source does it. Their routes are
//! added to the sandbox's, so that every [`hongyan_sandbox::Fault`] applies and every call is recorded.
//!
//! A source implements [`Recorded`]: parsing its requests and wrapping its responses.
//! `Subject::recorded(…)` and a line in `tests/search.rs` then run the whole suite on it.

pub mod boolean;
pub mod indexes;
pub mod libraries;

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hongyan_model::text::fold;
use serde_json::Value;

/// A record of a fixture.
#[derive(Debug, Clone)]
pub struct Entry {
    /// as the source sends it: JSON, or an XML element
    pub body: String,
    /// all its texts, folded, for searching
    pub text: String,
}

/// A decoded request.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// the verb
    pub method: Method,
    /// path segments after `/<name>`, decoded
    pub path: Vec<String>,
    /// query parameters in order
    pub query: Vec<(String, String)>,
    /// headers
    pub headers: HeaderMap,
    /// body
    pub body: Bytes,
}

impl RecordedRequest {
    /// A query parameter; empty when absent.
    pub fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// A numeric query parameter; `otherwise` when absent.
    ///
    /// # Panics
    /// When it is not a number, because the connector is wrong then.
    pub fn number(&self, name: &str, otherwise: usize) -> usize {
        match self.parameter(name) {
            "" => otherwise,
            text => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        }
    }

    /// The body as JSON; null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The records that a request asks for.
pub struct RecordFilter {
    /// filter on the folded text
    pub matches: Box<dyn Fn(&str) -> bool + Send>,
    /// index of the first record, from 0
    pub start: usize,
    /// maximum number of records
    pub count: usize,
}

impl RecordFilter {
    /// A filter for records that contain all of these words.
    pub fn words(words: &str, start: usize, count: usize) -> RecordFilter {
        let words: Vec<String> = words.split_whitespace().map(fold).collect();
        let matches = move |text: &str| !words.is_empty() && words.iter().all(|word| text.contains(word));
        RecordFilter { matches: Box::new(matches), start, count }
    }
}

/// A simulated source.
pub trait Recorded: Send + Sync + 'static {
    /// Short name: directory of the fixture, id of the source, and path of its routes.
    fn name(&self) -> &'static str;

    /// The records of the fixture, in the source's order.
    fn entries(&self) -> Vec<Entry>;

    /// Parses a request; requests other than searches return a response directly. A request that the
    /// source does not document is an error of the connector: panic, or refuse as the source would.
    #[allow(clippy::result_large_err, reason = "the answer is made once a call")]
    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response>;

    /// Wraps a page; `total` is the number of all matches.
    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response;
}

/// The routes of a source, under `/<name>`.
pub fn router(recorded: impl Recorded) -> Router {
    let path = format!("/{}", recorded.name());
    let served = Arc::new((recorded.entries(), recorded));
    let handler = move |request: axum::extract::Request| serve(Arc::clone(&served), request);
    Router::new()
        .route(&path, any(handler.clone()))
        .route(&format!("{path}/"), any(handler.clone()))
        .route(&format!("{path}/{{*rest}}"), any(handler))
}

async fn serve<R: Recorded>(served: Arc<(Vec<Entry>, R)>, request: axum::extract::Request) -> Response {
    let (entries, recorded) = &*served;
    let (parts, body) = request.into_parts();
    let asked = RecordedRequest {
        method: parts.method,
        path: parts.uri.path().split('/').skip(2).map(decoded).collect(),
        query: url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect(),
        headers: parts.headers,
        body: to_bytes(body, 1 << 20).await.unwrap(),
    };
    let wanted = match recorded.read(&asked) {
        Ok(wanted) => wanted,
        Err(answer) => return answer,
    };
    let found: Vec<Entry> = entries.iter().filter(|entry| (wanted.matches)(&entry.text)).cloned().collect();
    let start = wanted.start.min(found.len());
    let end = start.saturating_add(wanted.count).min(found.len());
    recorded.wrap(&found[start..end], found.len(), &wanted)
}

/// Decodes `%E7%BA%A2`; a plus is literal, as in a path.
fn decoded(part: &str) -> String {
    let pairs = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(pairs.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Panics on parameters that the source does not document.
fn only(asked: &RecordedRequest, known: &[&str]) {
    assert_eq!(asked.method, "GET");
    for (name, _) in &asked.query {
        assert!(known.contains(&name.as_str()), "the parameter {name} is not documented");
    }
}

/// A response with status, content type and body.
pub fn answer(status: u16, media_type: &'static str, body: impl Into<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, media_type)], body.into()).into_response()
}

/// A JSON response.
pub fn json(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

/// The records of a JSON fixture, which is an array.
///
/// # Panics
/// When it is not.
pub fn json_entries(fixture: &str) -> Vec<Entry> {
    let records: Vec<Value> = serde_json::from_str(fixture).unwrap();
    let entry = |record: &Value| {
        let mut text = String::new();
        texts(record, &mut text);
        Entry { body: record.to_string(), text: fold(&text) }
    };
    records.iter().map(entry).collect()
}

fn texts(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => {
            into.push_str(text);
            into.push(' ');
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|member| texts(member, into)),
        _ => {}
    }
}

/// The records of an XML fixture: the child elements of its root, unchanged. The envelope declares the
/// namespaces.
///
/// # Panics
/// When it is not well-formed.
pub fn xml_entries(fixture: &str) -> Vec<Entry> {
    let document = roxmltree::Document::parse(fixture).unwrap();
    let entry = |node: roxmltree::Node<'_, '_>| {
        let text: Vec<&str> = node.descendants().filter_map(|inner| inner.text()).collect();
        Entry { body: fixture.get(node.range()).unwrap_or_default().to_owned(), text: fold(&text.join(" ")) }
    };
    document.root_element().children().filter(roxmltree::Node::is_element).map(entry).collect()
}
