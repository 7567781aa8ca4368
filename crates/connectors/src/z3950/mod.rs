//! Z39.50 (ISO 23950): the search protocol of catalogues before HTTP; many support nothing else.
//!
//! [`apdu`] has the messages, [`session`] a connection, [`syntax`] the record syntaxes, and
//! [`crate::rpn`] the query. A search has its own connection, which is kept from page to page and closed
//! when the search is dropped. What a target turns out not to support (a syntax, an attribute,
//! negotiation of encodings) is remembered for the run and avoided.

pub(crate) mod apdu;
mod frame;
mod opac;
mod record;
mod session;
mod syntax;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use hongyan_formats::Budget;
use hongyan_formats::marc::Charset;
use hongyan_model::Query;
use hongyan_model::text::{clean, clip};
use percent_encoding::percent_decode_str;
use rasn::types::ObjectIdentifier;

use self::apdu::{NamedRecord, PresentResponse, RecordOrDiagnostic};
use self::session::Session;
pub(crate) use self::syntax::Syntax;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::paging::{self, Page, PagePosition, Pages};
use crate::probe::Probe;
use crate::probe::ask::{Answered, Askable};
use crate::rpn::{self, Lacks, Writer};
use crate::source::{Access, Batch, SearchSource, SourceConfig, Unparsed};
use crate::term_tree::{self, Capabilities, TermTree};

/// The default port of Z39.50.
pub(crate) const PORT: u16 = 210;
/// Maximum number of requests for adapting to a target.
const ATTEMPTS: usize = 5;

/// A target that speaks Z39.50.
pub(crate) struct Z3950 {
    target: Arc<Target>,
}

struct Target {
    endpoint: Endpoint,
    host: String,
    port: u16,
    database: String,
    /// character set of queries and records; none when not configured
    charset: Option<Charset>,
    known: Mutex<Learned>,
}

/// What has been learned about a target in this run.
#[derive(Debug, Clone, Default)]
struct Learned {
    lacks: Lacks,
    /// the syntax that it supports
    syntax: Option<Syntax>,
    /// whether it closed the connection when an encoding was proposed
    silent: bool,
    /// whether it takes queries in UTF-8 only, whatever the encoding of its records
    utf8: bool,
    /// name of its software
    software: String,
}

impl Z3950 {
    /// For a target whose configuration was validated.
    pub fn new(endpoint: Endpoint) -> Z3950 {
        let address = &endpoint.address;
        let path = percent_decode_str(address.path().trim_matches('/')).decode_utf8_lossy().into_owned();
        let target = Target {
            host: address.host_str().unwrap_or_default().to_owned(),
            port: address.port().unwrap_or(PORT),
            database: if path.is_empty() { "Default".to_owned() } else { path },
            charset: Charset::named(&endpoint.config.charset),
            known: Mutex::new(Learned::default()),
            endpoint,
        };
        Z3950 { target: Arc::new(target) }
    }

    /// Searches for a word and reads one record; returns name of the server, supported syntax, and hits.
    ///
    /// # Errors
    /// The error that a search would give.
    pub async fn probe(&self, query: &Query) -> Result<(String, Option<Syntax>, Option<u64>), NetError> {
        let search = self.target.search(query)?;
        let page = search.page(PagePosition { start: 0, page: 0, wanted: 1 }).await?;
        let known = self.target.known().clone();
        Ok((known.software, known.syntax, page.hits))
    }
}

impl SearchSource for Z3950 {
    fn config(&self) -> &SourceConfig {
        &self.target.endpoint.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        match self.target.search(query) {
            Ok(mut search) => {
                let dropped = std::mem::take(&mut search.question.dropped);
                paging::batches(search, limit, dropped)
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

impl Askable for Z3950 {
    fn ask<'a>(&'a self, query: &'a Query, place: PagePosition) -> BoxFuture<'a, Answered> {
        let exchange = async move {
            let search = match self.target.search(query) {
                Ok(search) => search,
                Err(error) => return Answered::unsent(error),
            };
            let outcome = search.page(place).await;
            let known = self.target.known().clone();
            let schemas = known.syntax.into_iter().map(|syntax| syntax.name().to_owned()).collect();
            let said = Probe { version: known.software, schemas, ..Probe::default() };
            Answered { outcome, sent: true, said: Some(said), ..Answered::default() }
        };
        exchange.boxed()
    }
}

impl Target {
    fn known(&self) -> MutexGuard<'_, Learned> {
        // every change is one assignment, so the state is consistent after a panic
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn search(self: &Arc<Target>, query: &Query) -> Result<Search, NetError> {
        if self.endpoint.config.access == Access::Account && self.endpoint.credentials().is_none() {
            return Err(NetError::NeedsKey);
        }
        let able = Capabilities { folds: self.endpoint.config.folds, years: true };
        let question = term_tree::term_tree(query, able)?;
        Ok(Search {
            target: Arc::clone(self),
            query: query.clone(),
            question,
            open: tokio::sync::Mutex::new(None),
        })
    }

    /// Connects; retries without negotiation if the server closes the connection on a proposal of
    /// encodings.
    async fn connect(&self) -> Result<Session, NetError> {
        let open = |negotiate| {
            let endpoint = &self.endpoint;
            Session::open(&self.host, self.port, endpoint.deadline, endpoint.credentials(), negotiate)
        };
        let negotiate = self.charset.is_none_or(|charset| charset == Charset::Utf8) && !self.known().silent;
        match open(negotiate).await {
            Err(NetError::Lost(_) | NetError::SignIn | NetError::NeedsKey) if negotiate => {
                let session = open(false).await?;
                self.known().silent = true;
                Ok(session)
            }
            outcome => outcome,
        }
    }
}

/// A search over several pages.
struct Search {
    target: Arc<Target>,
    query: Query,
    question: TermTree,
    /// taken out while a message is in flight, so that a cancelled call does not leave a connection in
    /// mid-message for reuse
    open: tokio::sync::Mutex<Option<Open>>,
}

/// A connection with a result set.
struct Open {
    session: Session,
    hits: u64,
}

impl Pages for Search {
    async fn page(&self, place: PagePosition) -> Result<Page, NetError> {
        let mut slot = self.open.lock().await;
        let _permit = self.target.endpoint.limiter.acquire().await?;
        let mut dropped = Vec::new();
        let mut open = match slot.take() {
            Some(open) => open,
            None => self.start(&mut dropped).await?,
        };
        let hits = Some(open.hits);
        let left = open.hits.saturating_sub(place.start);
        let count = u32::try_from(left).unwrap_or(u32::MAX).min(place.wanted);
        let start = u32::try_from(place.start.saturating_add(1));
        let (Ok(start), 1..) = (start, count) else {
            open.session.close().await;
            return Ok(Page { hits, dropped, ..Page::default() });
        };
        let mut page = self.present(&mut open.session, start, count).await?;
        page.hits = hits;
        page.dropped = dropped;
        *slot = Some(open);
        Ok(page)
    }

    fn size(&self) -> u32 {
        self.target.endpoint.config.page_size.clamp(1, 1000)
    }
}

impl Search {
    /// Connects and searches. Adapts to what the target does not support, and reports it as dropped.
    async fn start(&self, dropped: &mut Vec<String>) -> Result<Open, NetError> {
        let mut session = self.target.connect().await?;
        self.target.known().software.clone_from(&session.software);
        for _ in 0..ATTEMPTS {
            let Learned { lacks, utf8, .. } = self.target.known().clone();
            let charset = self.target.charset.filter(|_| !utf8).unwrap_or(Charset::Utf8);
            let writer = Writer { charset, lacks: &lacks };
            let query = writer.write(&self.question.ask)?;
            match session.search(&self.target.database, query).await {
                Ok(hits) => {
                    dropped.extend(self.loosened(&lacks));
                    return Ok(Open { session, hits });
                }
                Err(error) if charset != Charset::Utf8 && is_refusal(&error, NOT_UTF8) => {
                    self.target.known().utf8 = true;
                }
                Err(error) => {
                    let Some(more) = self.lacking(&error, &lacks) else { return Err(error) };
                    self.target.known().lacks = more;
                }
            }
        }
        Err(NetError::Unsupported("the target supports none of the attributes".to_owned()))
    }

    /// The attributes that a diagnostic reports as unsupported; none when another form would not help.
    fn lacking(&self, error: &NetError, lacks: &Lacks) -> Option<Lacks> {
        let NetError::Refused { code, message, .. } = error else { return None };
        let mut lacks = lacks.clone();
        match code.as_str() {
            "bib-1:113" | "bib-1:118" | "bib-1:123" if !lacks.structure => lacks.structure = true,
            "bib-1:114" | "bib-1:123" => {
                // the attribute number is usually in the additional information
                let said = message.split(|c: char| !c.is_ascii_digit()).find_map(|part| part.parse().ok());
                let used = self.query.clauses.iter().map(|clause| rpn::of_field(clause.field));
                let wanted: Vec<u32> = used.filter(|number| !lacks.uses.contains(number)).collect();
                let lacking =
                    said.filter(|said| wanted.contains(said)).or_else(|| wanted.first().copied())?;
                lacks.uses.push(lacking);
            }
            _ => return None,
        }
        Some(lacks)
    }

    /// The clauses that were searched in all fields because the target lacks their index.
    fn loosened(&self, lacks: &Lacks) -> Vec<String> {
        let lost =
            self.query.clauses.iter().filter(|clause| lacks.uses.contains(&rpn::of_field(clause.field)));
        let shown = lost.map(|clause| Query { clauses: vec![clause.clone()], ..Query::default() }.display());
        shown.map(|shown| clip(&shown, 120)).collect()
    }

    /// Fetches a page in the first syntax that the target supports.
    async fn present(&self, session: &mut Session, start: u32, count: u32) -> Result<Page, NetError> {
        let configured = Syntax::named(&self.target.endpoint.config.syntax);
        let known = self.target.known().syntax;
        let first = known.or(configured);
        let mut refused = None;
        let others = Syntax::ALL.into_iter().filter(|syntax| Some(*syntax) != first && known.is_none());
        for syntax in first.into_iter().chain(others) {
            let (id, charset) = (self.target.endpoint.config.id.clone(), self.target.charset);
            let reader = move |response: PresentResponse, budget: &Budget| {
                let records = response.records?;
                Some((records.iter().find_map(diagnostic), read(&records, &id, charset, budget)))
            };
            let (diagnosed, page) = match session.present(start, count, syntax, reader).await {
                Err(error) if no_such_syntax(&error) => {
                    refused.get_or_insert(error);
                    continue;
                }
                Ok(None) => return Ok(Page::default()),
                Ok(Some(read)) => read,
                Err(error) => return Err(error),
            };
            match diagnosed {
                // diagnostics record by record: the syntax is as unsupported as with one diagnostic for
                // all
                Some(error) if page.records.is_empty() && no_such_syntax(&error) => {
                    refused.get_or_insert(error);
                }
                Some(error) if page.records.is_empty() => return Err(error),
                _ => {
                    self.target.known().syntax = Some(syntax);
                    return Ok(page);
                }
            }
        }
        Err(refused.unwrap_or_else(|| NetError::Malformed("no records".to_owned())))
    }
}

/// Parses records; runs on the parser pool.
fn read(records: &[NamedRecord], source: &str, charset: Option<Charset>, budget: &Budget) -> Page {
    let mut page = Page { taken: records.len() as u64, ..Page::default() };
    let (mut parsed, mut codes) = (Vec::new(), Vec::new());
    for record in records {
        match &record.record {
            RecordOrDiagnostic::Record(external) => match record::parsed(external, charset, budget) {
                Ok(record) => parsed.push(record),
                Err(code) => codes.push(code),
            },
            RecordOrDiagnostic::Diagnostic(_) => {}
        }
    }
    page.warnings = records.iter().filter_map(diagnostic).map(|error| error.to_string()).collect();
    page.warnings.truncate(3);
    let said = records.iter().find_map(diagnostic).map(|error| match error {
        NetError::Refused { message, .. } => message,
        other => other.to_string(),
    });
    page.unread = Unparsed {
        records: page.taken.saturating_sub(parsed.len() as u64),
        // a broken record does not mean an unsupported syntax
        schema: codes.iter().find(|code| **code == "grs-1").copied().unwrap_or_default().to_owned(),
        said: clip(&clean(&said.unwrap_or_default()), 120),
    };
    codes.extend(parsed.iter().flat_map(|p| &p.warnings).map(|warning| warning.code));
    page.warnings.extend(paging::summary(codes.into_iter()));
    page.records = paging::from(source, parsed);
    page
}

fn diagnostic(record: &NamedRecord) -> Option<NetError> {
    match &record.record {
        RecordOrDiagnostic::Diagnostic(diagnostic) => session::of_record(diagnostic),
        RecordOrDiagnostic::Record(_) => None,
    }
}

/// "Query term includes characters that do not translate into the target character set": sent for terms
/// that are not UTF-8.
const NOT_UTF8: &str = "bib-1:1072";

fn is_refusal(error: &NetError, wanted: &str) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == wanted)
}

/// Whether the target does not support this syntax, but may support another.
fn no_such_syntax(error: &NetError) -> bool {
    let codes = ["bib-1:227", "bib-1:238", "bib-1:239", "bib-1:1070"];
    matches!(error, NetError::Refused { code, .. } if codes.contains(&code.as_str()))
}

/// Builds an object identifier.
///
/// # Errors
/// `Unsupported` for invalid arcs.
pub(crate) fn oid(arcs: &[u32]) -> Result<ObjectIdentifier, NetError> {
    ObjectIdentifier::new(arcs.to_vec())
        .ok_or_else(|| NetError::Unsupported("not an object identifier".to_owned()))
}

#[cfg(test)]
mod tests;
