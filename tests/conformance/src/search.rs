//! Conformance suite for search sources. A source under test is a configuration whose address points to a
//! server with fault injection ([`Subject`]).

use std::time::Duration;

use futures_util::StreamExt;
use hongyan_connectors::error::NetError;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::{Batch, Credentials, Protocol, SearchSource, SourceConfig};
use hongyan_connectors::sources;
use hongyan_model::query::Field;
use hongyan_model::text::fold;
use hongyan_model::{Query, Record};
use hongyan_sandbox::{Control, Fault, FaultKind, Options, Sandbox};

use crate::recorded::{self, Recorded};
use crate::until;
use crate::wire::{self, Wire};

/// A source connected to a test server.
pub struct Subject {
    /// configuration, as in a sources.toml
    pub config: SourceConfig,
    /// path prefix of its calls, for faults
    pub prefix: String,
    credentials: Option<Credentials>,
    behind: Behind,
}

/// The test server.
enum Behind {
    Sandbox(Box<Sandbox>),
    Wire(Wire),
}

/// A configuration with default values.
pub fn config(id: &str, protocol: Protocol, address: &str) -> SourceConfig {
    SourceConfig {
        timeout_s: 10.0,
        page_size: 10,
        ..SourceConfig::new(id, format!("来源 {id}"), protocol, address)
    }
}

impl Subject {
    /// 联合目录 of a sandbox.
    pub async fn opac2() -> Subject {
        Subject::start("calis", Protocol::Opac2, "", "/prod-api/opac", |_| {}).await
    }

    /// e读 of a sandbox.
    pub async fn yidu() -> Subject {
        Subject::start("yidu", Protocol::Yidu, "", "/prod-api/yidu", |config| config.offset_base = 1).await
    }

    /// SRU of a sandbox, with a record schema.
    pub async fn sru(schema: &str) -> Subject {
        Subject::start("union-sru", Protocol::Sru, "/sru/union", "/sru", |config| {
            schema.clone_into(&mut config.schema);
        })
        .await
    }

    /// NSTL of a sandbox.
    pub async fn nstl() -> Subject {
        Subject::start("nstl", Protocol::Nstl, "", "/api/service/nstl", |_| {}).await
    }

    /// A collection of a sandbox's Reader API.
    pub async fn reader(collection: &str) -> Subject {
        Subject::start(collection, Protocol::Reader, "", "/search", |config| {
            collection.clone_into(&mut config.collection);
            "a001962".clone_into(&mut config.tenant);
        })
        .await
    }

    /// A source simulated from a fixture.
    pub async fn recorded(recorded: impl Recorded, protocol: Protocol) -> Subject {
        let name = recorded.name();
        let path = format!("/{name}");
        Subject::start_with(name, protocol, &path, &path, recorded::router(recorded), |_| {}).await
    }

    /// A database of a Z39.50 target at `host:port`, behind a proxy with fault injection.
    pub async fn z3950(target: &str, database: &str) -> Subject {
        let wire = Wire::before(target).await;
        let config = config("z3950", Protocol::Z3950, &format!("z3950://{}/{database}", wire.address));
        Subject { config, prefix: String::new(), credentials: None, behind: Behind::Wire(wire) }
    }

    /// Changes the configuration.
    pub fn configured(mut self, change: impl FnOnce(&mut SourceConfig)) -> Subject {
        change(&mut self.config);
        self
    }

    /// Sets the key that a patron entered.
    pub fn keyed(mut self, key: &str) -> Subject {
        self.credentials = Some(Credentials { secret: key.to_owned(), ..Credentials::default() });
        self
    }

    async fn start(
        id: &str,
        protocol: Protocol,
        path: &str,
        prefix: &str,
        change: impl FnOnce(&mut SourceConfig),
    ) -> Subject {
        Subject::start_with(id, protocol, path, prefix, axum::Router::new(), change).await
    }

    async fn start_with(
        id: &str,
        protocol: Protocol,
        path: &str,
        prefix: &str,
        more: axum::Router,
        change: impl FnOnce(&mut SourceConfig),
    ) -> Subject {
        let sandbox = Sandbox::start_with(Options::default(), more).await.unwrap();
        let mut config = config(id, protocol, &format!("{}{path}", sandbox.base_url()));
        change(&mut config);
        let behind = Behind::Sandbox(Box::new(sandbox));
        Subject { config, prefix: prefix.to_owned(), credentials: None, behind }
    }

    /// The control interface of the sandbox.
    ///
    /// # Panics
    /// For a target behind a proxy.
    pub fn control(&self) -> Control {
        match &self.behind {
            Behind::Sandbox(sandbox) => sandbox.control(),
            Behind::Wire(_) => panic!("there is no sandbox behind the wire"),
        }
    }

    /// Number of page requests that arrived.
    fn asked(&self) -> usize {
        match &self.behind {
            Behind::Sandbox(sandbox) => sandbox.control().received().len(),
            Behind::Wire(wire) => wire.pages(),
        }
    }

    /// Resets the counter.
    fn forget(&self) {
        match &self.behind {
            Behind::Sandbox(sandbox) => sandbox.control().clear_received(),
            Behind::Wire(wire) => wire.forget(),
        }
    }

    /// Whether no request arrived.
    fn untouched(&self) -> bool {
        match &self.behind {
            Behind::Sandbox(sandbox) => sandbox.control().received().is_empty(),
            Behind::Wire(wire) => wire.untouched(),
        }
    }

    /// Makes the next page request fail; returns a check of the resulting error.
    fn break_next(&self) -> fn(&NetError) -> bool {
        match &self.behind {
            Behind::Sandbox(sandbox) => {
                // twice, because a transient failure is retried once
                let fault = Fault::on(&self.prefix, FaultKind::Status { status: 502 }).times(2);
                sandbox.control().add_fault(fault);
                |error| *error == NetError::Server(502)
            }
            Behind::Wire(wire) => {
                wire.fail(wire::Fault::Closed);
                |error| matches!(error, NetError::Lost(_))
            }
        }
    }

    /// Leaves the next page request unanswered.
    fn stall_next(&self) {
        match &self.behind {
            Behind::Sandbox(sandbox) => {
                sandbox.control().add_fault(Fault::on(&self.prefix, FaultKind::Stall).times(1));
            }
            Behind::Wire(wire) => wire.fail(wire::Fault::Stall),
        }
    }

    /// Opens the source with a new client, without state from earlier cases.
    pub fn open(&self) -> Box<dyn SearchSource> {
        self.with(|_| {})
    }

    /// Opens the source with a patron's credentials.
    pub fn open_with(&self, credentials: &Credentials) -> Box<dyn SearchSource> {
        let http = Http::new(HttpOptions::default()).unwrap();
        sources::open_with(&self.config, &http, Some(credentials)).unwrap()
    }

    /// Opens the source with a changed configuration.
    pub(crate) fn with(&self, change: impl FnOnce(&mut SourceConfig)) -> Box<dyn SearchSource> {
        let mut config = self.config.clone();
        change(&mut config);
        let http = Http::new(HttpOptions::default()).unwrap();
        sources::open_with(&config, &http, self.credentials.as_ref()).unwrap()
    }
}

/// Opens a source with a new client.
pub fn open(config: &SourceConfig) -> Box<dyn SearchSource> {
    sources::open(config, &Http::new(HttpOptions::default()).unwrap()).unwrap()
}

/// All batches of a search until its end or error.
pub async fn search(
    source: &dyn SearchSource,
    query: &Query,
    limit: usize,
) -> (Vec<Batch>, Option<NetError>) {
    let mut stream = source.search(query, limit);
    let mut batches = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(batch) => batches.push(batch),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error is the last item");
                return (batches, Some(error));
            }
        }
    }
    (batches, None)
}

/// The records of a search that must succeed.
pub async fn records(source: &dyn SearchSource, query: &Query, limit: usize) -> Vec<Record> {
    let (batches, error) = search(source, query, limit).await;
    assert_eq!(error, None, "{query:?}");
    batches.into_iter().flat_map(|batch| batch.records).collect()
}

/// Finds works by title; every record has its source and an id; the query arrives as typed.
pub async fn finds_by_title(subject: &Subject, titles: &[&str]) {
    let source = subject.open();
    for title in titles {
        let query = Query::words(Field::Title, title);
        let (batches, error) = search(&*source, &query, 50).await;
        assert_eq!(error, None, "{title}");
        let records: Vec<&Record> = batches.iter().flat_map(|batch| &batch.records).collect();
        assert!(!records.is_empty(), "{title} is not found");
        let hits = batches[0].hits.expect("the sandbox says how many there are");
        assert!(hits >= records.len() as u64);
        for record in &records {
            assert_eq!(record.source, subject.config.id);
            assert!(!record.id.is_empty(), "{record:?}");
        }
        let wanted = fold(title);
        let found = |r: &&Record| {
            let variants = r.variant_titles.iter().chain([&r.title, &r.subtitle]);
            variants.into_iter().any(|t| fold(t).contains(&wanted))
        };
        assert!(records.iter().any(found), "{title}: {records:?}");
    }
}

/// Paging returns every record once, whatever the page size.
pub async fn pages(subject: &Subject, query: &Query, at_least: usize) {
    let whole = records(&*subject.with(|c| c.page_size = 50), query, 200).await;
    assert!(whole.len() >= at_least, "only {} hits for {query:?}", whole.len());
    for size in [1, 3] {
        let source = subject.with(|c| c.page_size = size);
        let (batches, error) = search(&*source, query, 200).await;
        assert_eq!(error, None);
        let paged: Vec<&str> = batches.iter().flat_map(|b| &b.records).map(|r| r.id.as_str()).collect();
        let expected: Vec<&str> = whole.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(paged, expected, "pages of {size}");
        assert!(batches.len() > 1);
    }
}

/// Returns at most `limit` records, and requests no pages beyond.
pub async fn keeps_the_limit(subject: &Subject, query: &Query) {
    let source = subject.with(|c| c.page_size = 2);
    for limit in [0, 1, 3] {
        subject.forget();
        let got = records(&*source, query, limit).await;
        assert_eq!(got.len(), limit, "limit {limit}");
        assert_eq!(subject.asked(), limit.div_ceil(2), "limit {limit}");
    }
}

/// No results is not an error.
pub async fn finds_nothing(subject: &Subject) {
    let query = Query::words(Field::Title, "没有这样一本书齉龘麤");
    let (batches, error) = search(&*subject.open(), &query, 10).await;
    assert_eq!(error, None);
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].hits, Some(0));
    assert!(batches[0].records.is_empty());
}

/// An empty query sends nothing.
pub async fn asks_nothing_of_nothing(subject: &Subject) {
    for query in [Query::default(), Query::words(Field::Any, " \u{3000}\n")] {
        let (_, error) = search(&*subject.open(), &query, 10).await;
        assert!(matches!(error, Some(NetError::Unsupported(_))), "{error:?}");
    }
    assert!(subject.untouched());
}

/// Any input gives a result or an appropriate error, and the next search works.
pub async fn survives_hostile_text(subject: &Subject, known: &str) {
    let source = subject.open();
    let texts = [
        "\"".to_owned(),
        "\\".to_owned(),
        "红\"楼\" 梦 \\\" or 1=1 \"".to_owned(),
        "(红楼梦".to_owned(),
        ") and ( or not".to_owned(),
        "and or not prox sortby".to_owned(),
        "title=* > \"x\" within a/b.c=1".to_owned(),
        "*?^*?^".to_owned(),
        "'; DROP TABLE works; --".to_owned(),
        "<script>alert(1)</script>&amp;%20%00+".to_owned(),
        "{{7*7}} ${jndi:ldap://x} {\"$ne\":1}".to_owned(),
        "ＲＥＤ　ＣＨＡＭＢＥＲ（红楼）“梦”".to_owned(),
        "📚🪿👩‍👩‍👧 🀄".to_owned(),
        "\u{202E}gnohz\u{0}\u{1}\u{7f}\u{feff}中".to_owned(),
        "ｶﾞギガ é e\u{301} 각 각".to_owned(),
        "红楼梦 ".repeat(2_000),
        "鸿".repeat(10_000),
        "鸿 ".repeat(10_000),
    ];
    for text in texts {
        for field in [Field::Any, Field::Title, Field::Creator] {
            let (_, error) = search(&*source, &Query::words(field, &text), 5).await;
            // a server may reject what it does not understand
            let fine =
                matches!(error, None | Some(NetError::Unsupported(_)) | Some(NetError::Refused { .. }));
            assert!(fine, "{field:?} {:?}: {error:?}", text.chars().take(40).collect::<String>());
        }
    }
    finds_by_title(subject, &[known]).await;
}

/// Input is data: a quotation mark does not end the term, and nothing more is found.
pub async fn is_not_injected(subject: &Subject) {
    let all = Query::words(Field::Title, "齉龘\" or dc.title=\"红楼梦");
    assert!(records(&*subject.open(), &all, 10).await.is_empty());
}

/// An injected fault, and a check of the resulting error.
type Case = (FaultKind, fn(&NetError) -> bool);

/// Every failure is reported as the right kind of error, and only by the search that met it.
pub async fn says_what_went_wrong(subject: &Subject, query: &Query) {
    if let Behind::Wire(wire) = &subject.behind {
        return wire::says_what_went_wrong(subject, wire, query).await;
    }
    let control = subject.control();
    let cases: [Case; 10] = [
        (FaultKind::Reset, |e| matches!(e, NetError::Lost(_))),
        (FaultKind::DropAfterCommit, |e| matches!(e, NetError::Lost(_))),
        (FaultKind::Status { status: 500 }, |e| *e == NetError::Server(500)),
        (FaultKind::Status { status: 503 }, |e| *e == NetError::Server(503)),
        (FaultKind::Status { status: 403 }, |e| matches!(e, NetError::Blocked(_))),
        (FaultKind::Status { status: 404 }, |e| matches!(e, NetError::Refused { status: 404, .. })),
        (FaultKind::TooManyRequests { retry_after: 7 }, |e| {
            *e == NetError::Throttled { after: Some(Duration::from_secs(7)) }
        }),
        (FaultKind::Maintenance, |e| matches!(e, NetError::WrongKind(_))),
        (FaultKind::Truncated, |e| matches!(e, NetError::Malformed(_))),
        (FaultKind::Stall, |e| *e == NetError::Timeout),
    ];
    for (kind, expected) in cases {
        // a transient failure is retried once, a refusal is not
        let accident =
            matches!(kind, FaultKind::Reset | FaultKind::DropAfterCommit | FaultKind::Status { status: 503 });
        if accident {
            control.add_fault(Fault::on(&subject.prefix, kind.clone()).times(1));
            assert!(!records(&*subject.open(), query, 10).await.is_empty(), "{} is got over", kind.name());
        }
        control.add_fault(Fault::on(&subject.prefix, kind.clone()).times(if accident { 2 } else { 1 }));
        let source = subject.with(|c| {
            if kind == FaultKind::Stall {
                c.timeout_s = 0.3;
            }
        });
        let (batches, error) = search(&*source, query, 10).await;
        let error = error.unwrap_or_else(|| panic!("{} went unnoticed", kind.name()));
        assert!(expected(&error), "{}: {error:?}", kind.name());
        assert!(batches.is_empty());
        assert!(control.faults().is_empty(), "{} was met as often as it was set", kind.name());
    }
    assert!(!records(&*subject.open(), query, 10).await.is_empty(), "works again");
}

/// Results before a failure are kept: the first page, then the error.
pub async fn keeps_what_came_before(subject: &Subject, query: &Query) {
    let source = subject.with(|c| c.page_size = 1);
    let mut stream = source.search(query, 10);
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first.records.len(), 1);
    let expected = subject.break_next();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(expected(&error), "{error:?}");
    assert!(stream.next().await.is_none());
}

/// Dropping a stream releases its permit of the rate limiter at once.
pub async fn cancels(subject: &Subject, query: &Query) {
    // one permit only, and a deadline long enough to be noticed
    let source: std::sync::Arc<dyn SearchSource> = subject.with(|c| c.timeout_s = 60.0).into();
    subject.stall_next();
    let (asked, waiting) = (query.clone(), std::sync::Arc::clone(&source));
    let stuck = tokio::spawn(async move { records(&*waiting, &asked, 10).await });
    until("the server has the search", || subject.asked() == 1).await;
    stuck.abort();
    assert!(stuck.await.unwrap_err().is_cancelled());
    let next = tokio::time::timeout(Duration::from_secs(20), records(&*source, query, 10)).await;
    assert!(!next.expect("the place is free").is_empty());
}

/// Nothing is sent before the stream is polled.
pub async fn is_lazy(subject: &Subject, query: &Query) {
    let stream = subject.open().search(query, 10);
    drop(stream);
    assert!(subject.untouched());
}
