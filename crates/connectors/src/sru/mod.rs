//! SRU: searchRetrieve over HTTP with a CQL query, as libraries all over the world answer it.
//!
//! Asks in version 1.1, 1.2 or 2.0 and takes answers of any; reading them is `hongyan_formats::sru`.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_formats::sru::{Diagnostic, SruAnswer};
use hongyan_model::Query;
use hongyan_model::text::{clean, clip};
use url::Url;

use crate::cql::{self, Isbn};
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::Answer;
use crate::http::answer::Wanted;
use crate::paging::{self, Page, Pages, Place};
use crate::source::{Batch, SearchSource, SourceConfig};

/// A target that speaks SRU.
pub(crate) struct Sru {
    target: Arc<Endpoint>,
}

impl Sru {
    pub fn new(endpoint: Endpoint) -> Sru {
        Sru { target: Arc::new(endpoint) }
    }
}

impl SearchSource for Sru {
    fn config(&self) -> &SourceConfig {
        &self.target.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        match cql::cql(query, &self.target.config.indexes, Isbn::Whole, self.target.config.folds) {
            Ok(asked) => {
                let schema = self.target.config.schema.clone();
                let search =
                    Search { target: Arc::clone(&self.target), cql: asked.text, schema: Mutex::new(schema) };
                paging::batches(search, limit, asked.dropped)
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

/// One search over several pages.
struct Search {
    target: Arc<Endpoint>,
    cql: String,
    /// the schema that the target turned out to know
    schema: Mutex<String>,
}

impl Pages for Search {
    async fn page(&self, place: Place) -> Result<Page, NetError> {
        let mut schema = self.schema();
        loop {
            let answer = self.ask(place, &schema).await?;
            let outcome = read(&answer, place, &self.target.config.id);
            let useless = match &outcome {
                // refused as a whole, or record by record, or in a schema that nobody reads
                Err(error) => is_diagnostic(error, UNKNOWN_SCHEMA),
                Ok(page) => page.taken > 0 && page.records.is_empty(),
            };
            if useless
                && place.start == 0
                && let Some(next) = after(&self.target.config.schema, &schema)
            {
                next.clone_into(&mut schema);
                if let Ok(mut known) = self.schema.lock() {
                    known.clone_from(&schema);
                }
                continue;
            }
            return match outcome {
                // some targets give no number of hits, or a wrong one: past the end is the end
                Err(error) if is_diagnostic(&error, OUT_OF_RANGE) && place.start > 0 => Ok(Page::default()),
                other => other,
            };
        }
    }

    fn size(&self) -> u32 {
        self.target.config.page_size.max(1)
    }
}

/// The schema to ask for when `tried` brought nothing: the common one, then what the target gives by
/// itself, then what every target should know. None when all were tried; each is tried once.
fn after(configured: &str, tried: &str) -> Option<&'static str> {
    const OTHERS: [&str; 3] = ["marcxml", "", "dc"];
    let rest = match OTHERS.iter().position(|schema| *schema == tried) {
        // the configured one came first, wherever it stands in the list
        Some(_) if tried == configured => OTHERS.as_slice(),
        Some(at) => OTHERS.get(at + 1..).unwrap_or_default(),
        None => OTHERS.as_slice(),
    };
    rest.iter().copied().find(|schema| *schema != configured)
}

const UNKNOWN_SCHEMA: u32 = 66;
const OUT_OF_RANGE: u32 = 61;

fn is_diagnostic(error: &NetError, number: u32) -> bool {
    matches!(error, NetError::Refused { code, .. } if *code == format!("info:srw/diagnostic/1/{number}"))
}

impl Search {
    fn schema(&self) -> String {
        self.schema.lock().map(|schema| schema.clone()).unwrap_or_default()
    }

    async fn ask(&self, place: Place, schema: &str) -> Result<Answer, NetError> {
        let target = &self.target;
        let url = address(&target.address, &target.config.version, &self.cql, place, schema);
        let accept = "text/xml, application/xml;q=0.9, */*;q=0.1";
        target.send(target.get(url).header("accept", accept)?).await
    }
}

/// The target's address with the search added to whatever query it already has.
fn address(base: &Url, version: &str, cql: &str, place: Place, schema: &str) -> Url {
    let version = if version.is_empty() { "1.2" } else { version };
    let start = place.start.saturating_add(1).to_string();
    let wanted = place.wanted.to_string();
    let mut pairs = vec![("version", version), ("operation", "searchRetrieve")];
    if version == "2.0" {
        pairs = vec![("queryType", "cql")];
    }
    pairs.extend([("query", cql), ("startRecord", start.as_str()), ("maximumRecords", wanted.as_str())]);
    if !schema.is_empty() {
        pairs.push(("recordSchema", schema));
    }
    let mut text = base.query().unwrap_or_default().to_owned();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        // a space as `+` belongs to forms; old servers take it for a plus
        text.push_str(&format!("{key}={}", value.replace('+', "%20")));
    }
    let mut url = base.clone();
    url.set_query(Some(&text));
    url
}

fn read(answer: &Answer, place: Place, source: &str) -> Result<Page, NetError> {
    let status = answer.source_status();
    // some targets send their diagnostics with 400 or 500; those say more than the number
    let parsed = match (&status, answer.expect(Wanted::Xml)) {
        (Err(NetError::Server(_) | NetError::Refused { .. }), Ok(())) => {
            match hongyan_formats::sru::parse(&answer.body) {
                Ok(parsed) if !parsed.diagnostics.is_empty() => parsed,
                _ => return Err(status.err().unwrap_or(NetError::Server(answer.status))),
            }
        }
        (Err(error), _) => return Err(error.clone()),
        (Ok(()), Err(error)) => return Err(error),
        (Ok(()), Ok(())) => hongyan_formats::sru::parse(&answer.body)
            .map_err(|e| NetError::Malformed(format!("at byte {}", e.offset)))?,
    };
    page(parsed, place, source)
}

fn page(answer: SruAnswer, place: Place, source: &str) -> Result<Page, NetError> {
    if answer.records.is_empty()
        && let Some(diagnostic) = answer.diagnostics.first()
    {
        return Err(refused(diagnostic));
    }
    if answer.records.is_empty() && answer.total.is_none() {
        return Err(NetError::WrongKind("SRU, but no result of a search".to_owned()));
    }
    let mut warnings: Vec<String> = answer.diagnostics.iter().map(|d| clip(&d.uri, 120)).collect();
    warnings.extend(
        answer
            .records
            .iter()
            .filter_map(|r| r.diagnostic.as_ref())
            .map(|d| format!("record: {}", clip(&d.uri, 120))),
    );
    let noticed = answer.warnings.iter().chain(
        answer
            .records
            .iter()
            .flat_map(|r| r.warnings.iter().chain(r.parsed.iter().flat_map(|p| p.warnings.iter()))),
    );
    warnings.extend(paging::summary(noticed.map(|w| w.code)));
    Ok(Page {
        hits: answer.total,
        taken: answer.records.len() as u64,
        next: answer.next.and_then(|next| next.checked_sub(1)).filter(|next| *next > place.start),
        records: paging::from(source, answer.records.into_iter().filter_map(|r| r.parsed).collect()),
        warnings,
        dropped: Vec::new(),
    })
}

fn refused(diagnostic: &Diagnostic) -> NetError {
    let message = match (diagnostic.message.as_str(), diagnostic.details.as_str()) {
        (message, "") => message.to_owned(),
        ("", details) => details.to_owned(),
        (message, details) => format!("{message} ({details})"),
    };
    NetError::Refused {
        status: 0,
        code: clip(&clean(&diagnostic.uri), 120),
        message: clip(&clean(&message), 300),
        params: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
