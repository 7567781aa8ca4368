//! SRU: searchRetrieve over HTTP with a CQL query.
//!
//! Requests version 1.1, 1.2 or 2.0 and accepts responses of any; `hongyan_formats::sru` parses them. A
//! target configured with an address only is asked for its explain record, once per run ([`explain`]).
//! What a target turns out not to support is remembered, avoided, and reported as dropped.

mod explain;
mod single;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_formats::Budget;
use hongyan_formats::sru::{Diagnostic, SruResponse};
use hongyan_model::Query;
use hongyan_model::query::Field;
use hongyan_model::text::{clean, clip};
use url::Url;

use self::explain::Explain;
use crate::cql::{self, Cql, Isbn};
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{self, Page, PagePosition, Pages};
use crate::probe::Probe;
use crate::reading::{reading, unreadable};
use crate::source::{Batch, Indexes, SearchSource, SourceConfig, Unparsed};

/// Maximum number of requests for adapting to a target's version, indexes and schema.
const ATTEMPTS: usize = 8;
/// Time limit of an explain request, which is optional.
const COURTESY: Duration = Duration::from_secs(5);

/// A target that speaks SRU.
pub(crate) struct Sru {
    target: Arc<Target>,
}

struct Target {
    endpoint: Endpoint,
    known: Mutex<Learned>,
}

/// What has been learned about a target in this run.
#[derive(Debug, Clone, Default)]
struct Learned {
    /// whether its explain record was requested
    explained: bool,
    version: String,
    schema: String,
    indexes: Indexes,
    /// fields without an index, searched in all fields
    lacking: Vec<Field>,
}

impl Sru {
    pub fn new(endpoint: Endpoint) -> Sru {
        let config = &endpoint.config;
        let known = Learned {
            version: config.version.clone(),
            schema: config.schema.clone(),
            indexes: config.indexes.clone(),
            ..Learned::default()
        };
        Sru { target: Arc::new(Target { known: Mutex::new(known), endpoint }) }
    }

    /// Requests the explain record, and searches for a word.
    ///
    /// # Errors
    /// The error that a search would give.
    pub async fn probe(&self, words: &[&str]) -> Result<Probe, NetError> {
        let said = self.target.explain(self.target.endpoint.deadline).await.unwrap_or_default();
        let mut probe = single::described(said);
        for word in words {
            let mut batches = self.search(&Query::words(Field::Any, word), 1);
            if let Some(batch) = batches.next().await {
                probe.hits = batch?.hits;
            }
            if probe.hits != Some(0) {
                break;
            }
        }
        Ok(probe)
    }
}

impl SearchSource for Sru {
    fn config(&self) -> &SourceConfig {
        &self.target.endpoint.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        let search = Search { target: Arc::clone(&self.target), query: query.clone() };
        match search.asked(&self.target.known().clone()) {
            // dropped clauses are reported with the first page, because the explain record may list an
            // index
            Ok(_) => paging::batches(search, limit, Vec::new()),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

impl Target {
    fn known(&self) -> MutexGuard<'_, Learned> {
        // changes assign whole values, so the state is consistent after a panic
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether only the address is configured.
    fn is_bare(&self) -> bool {
        let config = &self.endpoint.config;
        config.version.is_empty() && config.schema.is_empty() && config.indexes == Indexes::default()
    }

    /// Requests the target's explain record; empty when it has none.
    ///
    /// # Errors
    /// `Unreachable`, as a search would be; any other failure counts as no explain record.
    async fn explain(&self, patience: Duration) -> Result<Explain, NetError> {
        self.known().explained = true;
        match self.endpoint.send(self.explain_call(patience)?).await {
            Err(
                error @ (NetError::Unreachable(_)
                | NetError::NoCertificates
                | NetError::Throttled { .. }
                | NetError::Blocked(_)),
            ) => Err(error),
            Err(_) => Ok(Explain::default()),
            Ok(answer) => Ok(self.take_explain(answer).await.unwrap_or_default()),
        }
    }

    fn explain_call(&self, patience: Duration) -> Result<Call, NetError> {
        let endpoint = &self.endpoint;
        let version = if endpoint.config.version == "1.1" { "1.1" } else { "1.2" };
        let url = with(&endpoint.address, &[("version", version), ("operation", "explain")]);
        let mut call = endpoint.get(url).header("accept", ACCEPT)?;
        call.deadline = call.deadline.min(patience);
        Ok(call)
    }

    /// Reads an explain record and takes over what is not configured; none when there is nothing of use.
    async fn take_explain(&self, answer: Response) -> Option<Explain> {
        let found = match (answer.source_status(), answer.expect(ContentKind::Xml)) {
            (Ok(()), Ok(())) => {
                let read = move |budget: &Budget| Ok(explain::parse(&answer.body, budget));
                reading(read).await.ok().flatten()
            }
            _ => None,
        };
        let explain = found.clone().unwrap_or_default();
        let (indexes, lacking) = explain.indexes(&self.endpoint.config.indexes);
        let mut known = self.known();
        (known.indexes, known.lacking) = (indexes, lacking);
        if known.version.is_empty() {
            known.version.clone_from(&explain.version);
        }
        if known.schema.is_empty() {
            known.schema = explain.schema().unwrap_or_default().to_owned();
        }
        found
    }
}

/// A search over several pages.
struct Search {
    target: Arc<Target>,
    query: Query,
}

impl Pages for Search {
    async fn page(&self, place: PagePosition) -> Result<Page, NetError> {
        if self.target.is_bare() && !self.target.known().explained {
            self.target.explain(COURTESY).await?;
        }
        let first = self.target.known().schema.clone();
        for _ in 0..ATTEMPTS {
            let known = self.target.known().clone();
            let asked = self.asked(&known)?;
            let answer = self.ask(place, &known, &asked).await?;
            let id = self.config().id.clone();
            let outcome = reading(move |budget| read(&answer, place, &id, budget)).await;
            if place.start == 0 {
                if useless(&outcome)
                    && let Some(next) = after(&first, &known.schema)
                {
                    next.clone_into(&mut self.target.known().schema);
                    continue;
                }
                if let Err(error) = &outcome
                    && self.learn(error, &known).await?
                {
                    continue;
                }
            }
            return match outcome {
                // some targets report no number of hits, or a wrong one: a position past the end is the
                // end
                Err(error) if is_diagnostic(&error, OUT_OF_RANGE) && place.start > 0 => Ok(Page::default()),
                Ok(mut page) if place.start == 0 => {
                    page.dropped = asked.dropped;
                    page.dropped.extend(self.loosened(&known));
                    Ok(page)
                }
                other => other,
            };
        }
        Err(NetError::Unsupported("the target supports none of the schemas and indexes".to_owned()))
    }

    fn size(&self) -> u32 {
        self.config().page_size.max(1)
    }
}

/// Whether all records were refused, one by one or as a whole, or are in an unsupported schema.
fn useless(outcome: &Result<Page, NetError>) -> bool {
    match outcome {
        Err(error) => is_diagnostic(error, UNKNOWN_SCHEMA),
        Ok(page) => page.taken > 0 && page.records.is_empty(),
    }
}

impl Search {
    fn config(&self) -> &SourceConfig {
        &self.target.endpoint.config
    }

    fn asked(&self, known: &Learned) -> Result<Cql, NetError> {
        cql::cql(&self.query, &loosened(known), Isbn::Whole, self.config().folds)
    }

    async fn ask(&self, place: PagePosition, known: &Learned, asked: &Cql) -> Result<Response, NetError> {
        let endpoint = &self.target.endpoint;
        let url = address(&endpoint.address, &known.version, &asked.text, place, &known.schema);
        endpoint.send(endpoint.get(url).header("accept", ACCEPT)?).await
    }

    /// Adapts to a diagnostic. True when the query can be sent in another form.
    async fn learn(&self, error: &NetError, known: &Learned) -> Result<bool, NetError> {
        let NetError::Refused { message, .. } = error else { return Ok(false) };
        if is_diagnostic(error, UNSUPPORTED_VERSION) && self.config().version.is_empty() {
            // the details have the version that the target supports
            let said = ["2.0", "1.1", "1.2"].into_iter().find(|version| message.contains(version));
            let version = said.unwrap_or("1.1");
            version.clone_into(&mut self.target.known().version);
            return Ok(known.version != version);
        }
        if !is_diagnostic(error, UNKNOWN_SET) && !is_diagnostic(error, UNKNOWN_INDEX) {
            return Ok(false);
        }
        if !known.explained {
            let explain = self.target.explain(COURTESY).await?;
            if !explain.indexes.is_empty() && self.target.known().indexes != known.indexes {
                return Ok(true);
            }
        }
        let mut fields: Vec<Field> = self.query.clauses.iter().map(|clause| clause.field).collect();
        fields.retain(|field| !known.lacking.contains(field));
        fields.sort_unstable_by_key(|field| *field as u8);
        fields.dedup();
        let blamed: Vec<Field> =
            fields.iter().copied().filter(|field| is_blamed(message, *field, known)).collect();
        let lacking = if blamed.is_empty() { fields } else { blamed };
        self.target.known().lacking.extend(&lacking);
        Ok(!lacking.is_empty())
    }

    /// The clauses that are searched in all fields because the target lacks their index.
    fn loosened(&self, known: &Learned) -> Vec<String> {
        let lost =
            self.query.clauses.iter().filter(|c| c.field != Field::Any && known.lacking.contains(&c.field));
        lost.map(|clause| Query { clauses: vec![clause.clone()], ..Query::default() }.display()).collect()
    }
}

/// Whether the diagnostic names the index of a field, or its set.
fn is_blamed(message: &str, field: Field, known: &Learned) -> bool {
    let (configured, default) = match field {
        Field::Any => (&known.indexes.any, "cql.serverChoice"),
        Field::Title => (&known.indexes.title, "dc.title"),
        Field::Creator => (&known.indexes.creator, "dc.creator"),
        Field::Subject => (&known.indexes.subject, "dc.subject"),
        Field::Publisher => (&known.indexes.publisher, "dc.publisher"),
        Field::Container => (&known.indexes.container, "dc.title"),
    };
    let name = if configured.is_empty() { default } else { configured };
    let (set, local) = name.split_once('.').unwrap_or(("", name));
    message.contains(local) || !set.is_empty() && message.contains(set)
}

/// Index names, with the one for all fields for those that the target lacks.
fn loosened(known: &Learned) -> Indexes {
    let mut indexes = known.indexes.clone();
    let lacks = |field: Field| known.lacking.contains(&field);
    if lacks(Field::Any) {
        "dc.title dc.creator".clone_into(&mut indexes.any);
    }
    let any = if indexes.any.is_empty() { "cql.serverChoice".to_owned() } else { indexes.any.clone() };
    for (field, slot) in [
        (Field::Title, &mut indexes.title),
        (Field::Creator, &mut indexes.creator),
        (Field::Subject, &mut indexes.subject),
        (Field::Publisher, &mut indexes.publisher),
        (Field::Container, &mut indexes.container),
    ] {
        if lacks(field) {
            slot.clone_from(&any);
        }
    }
    indexes
}

const ACCEPT: &str = "application/sru+xml, text/xml, application/xml;q=0.9, */*;q=0.1";

/// The schema to request after `tried` gave nothing usable: the most common one, the target's default,
/// then the one every target should support. None when all were tried.
fn after(configured: &str, tried: &str) -> Option<&'static str> {
    const OTHERS: [&str; 3] = ["marcxml", "", "dc"];
    let rest = match OTHERS.iter().position(|schema| *schema == tried) {
        // the configured one was tried first, wherever it stands in the list
        Some(_) if tried == configured => OTHERS.as_slice(),
        Some(at) => OTHERS.get(at + 1..).unwrap_or_default(),
        None => OTHERS.as_slice(),
    };
    rest.iter().copied().find(|schema| *schema != configured)
}

const UNSUPPORTED_VERSION: u32 = 5;
const UNKNOWN_SET: u32 = 15;
const UNKNOWN_INDEX: u32 = 16;
const UNKNOWN_SCHEMA: u32 = 66;
const OUT_OF_RANGE: u32 = 61;

fn is_diagnostic(error: &NetError, number: u32) -> bool {
    matches!(error, NetError::Refused { code, .. } if *code == format!("info:srw/diagnostic/1/{number}"))
}

/// The target's address with the search added to an existing query string.
fn address(base: &Url, version: &str, cql: &str, place: PagePosition, schema: &str) -> Url {
    let version = if version.is_empty() { "1.2" } else { version };
    let start = place.start.saturating_add(1).to_string();
    let wanted = place.wanted.to_string();
    let mut pairs = vec![("version", version), ("operation", "searchRetrieve")];
    if version == "2.0" {
        pairs = vec![("queryType", "cql"), ("recordXMLEscaping", "xml")];
    }
    pairs.extend([("query", cql), ("startRecord", start.as_str()), ("maximumRecords", wanted.as_str())]);
    if !schema.is_empty() {
        pairs.push(("recordSchema", schema));
    }
    with(base, &pairs)
}

/// Appends parameters to a query string.
fn with(base: &Url, pairs: &[(&str, &str)]) -> Url {
    let mut text = base.query().unwrap_or_default().to_owned();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        // `+` for a space belongs to forms; old servers take it literally
        text.push_str(&format!("{key}={}", value.replace('+', "%20")));
    }
    let mut url = base.clone();
    url.set_query(Some(&text));
    url
}

fn read(answer: &Response, place: PagePosition, source: &str, budget: &Budget) -> Result<Page, NetError> {
    let status = answer.source_status();
    // some targets send diagnostics with status 400 or 500; they have more detail than the status
    let parsed = match (&status, answer.expect(ContentKind::Xml)) {
        (Err(NetError::Server(_) | NetError::Refused { .. }), Ok(())) => {
            match hongyan_formats::sru::parse(&answer.body, budget) {
                Ok(parsed) if !parsed.diagnostics.is_empty() => parsed,
                _ => return Err(status.err().unwrap_or(NetError::Server(answer.status))),
            }
        }
        (Err(error), _) => return Err(error.clone()),
        (Ok(()), Err(error)) => return Err(error),
        (Ok(()), Ok(())) => hongyan_formats::sru::parse(&answer.body, budget).map_err(unreadable)?,
    };
    page(parsed, place, source)
}

fn page(answer: SruResponse, place: PagePosition, source: &str) -> Result<Page, NetError> {
    if answer.records.is_empty()
        && let Some(diagnostic) = answer.diagnostics.first()
    {
        return Err(refused(diagnostic));
    }
    if answer.records.is_empty() && answer.total.is_none() {
        return Err(NetError::WrongKind("an SRU response without a search result".to_owned()));
    }
    let mut warnings: Vec<String> = answer.diagnostics.iter().map(|d| clip(&d.uri, 120)).collect();
    warnings.extend(
        answer
            .records
            .iter()
            .filter_map(|r| r.diagnostic.as_ref())
            .map(|d| format!("record: {}", clip(&d.uri, 120))),
    );
    let lost = || answer.records.iter().filter(|record| record.parsed.is_none());
    let said = lost().find_map(|record| record.diagnostic.as_ref()).map(in_words).unwrap_or_default();
    // a diagnostic in place of a record has its own schema, and a broken record may have a supported one
    let foreign = lost().find(|record| record.warnings.iter().any(|warning| warning.code == "schema"));
    let unread = Unparsed {
        records: lost().count() as u64,
        schema: foreign.map(|record| clip(&clean(&record.schema), 80)).unwrap_or_default(),
        said: clip(&clean(&said), 120),
    };
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
        unread,
    })
}

fn refused(diagnostic: &Diagnostic) -> NetError {
    NetError::refused(0, &diagnostic.uri, &in_words(diagnostic))
}

fn in_words(diagnostic: &Diagnostic) -> String {
    match (diagnostic.message.as_str(), diagnostic.details.as_str()) {
        (message, "") => message.to_owned(),
        ("", details) => details.to_owned(),
        (message, details) => format!("{message} ({details})"),
    }
}

#[cfg(test)]
mod tests;
