//! Runs the engine's search over given sources without a window, observed from outside.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hongyan_connectors::error::NetError;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::{Batch, SearchSource, SourceConfig};
use hongyan_connectors::sources;
use hongyan_engine::news::EventThrottle;
use hongyan_engine::search::{Limits, Page, Searches};
use hongyan_engine::view::SourceView;
use hongyan_model::Query;

/// Measurements of a search.
pub struct SearchTimes {
    /// from the query to the first row of the list
    pub first_row: Option<Duration>,
    /// from the query to the last change
    pub done: Duration,
    /// records received from the sources, duplicates included
    pub received: u64,
    /// rows of the list at the end
    pub works: u32,
    /// final state of the sources
    pub sources: Vec<SourceView>,
}

impl SearchTimes {
    /// Number of distinct records.
    pub fn records(&self) -> u32 {
        self.sources.iter().map(|source| source.records).sum()
    }
}

/// Limits for this many records of each source.
pub fn limits(per_source: usize, sources: usize) -> Limits {
    Limits { per_source, records: per_source * sources, ..Limits::default() }
}

/// Opens sources with a new HTTP client, so that no connection is reused.
///
/// # Errors
/// A sentence for the console.
pub fn open(configs: &[SourceConfig]) -> Result<Vec<Arc<dyn SearchSource>>, String> {
    let http = Http::new(HttpOptions::default()).map_err(|error| error.to_string())?;
    configs
        .iter()
        .map(|config| {
            sources::open(config, &http).map(Arc::from).map_err(|error| format!("{}: {error}", config.id))
        })
        .collect()
}

/// Searches as a screen does: reads a page of fifty rows at each change.
///
/// # Errors
/// A sentence for the console.
pub async fn search(configs: &[SourceConfig], query: &str, limits: Limits) -> Result<SearchTimes, String> {
    let news = EventThrottle::default();
    let received = Arc::new(AtomicU64::new(0));
    let counted =
        |inner| -> Arc<dyn SearchSource> { Arc::new(Counted { inner, received: Arc::clone(&received) }) };
    let sources = open(configs)?.into_iter().map(counted).collect();
    let searches = Searches::new(sources, None, news.clone(), limits, Arc::new(hongyan_engine::SystemClock));
    let mut events = news.subscribe();
    let began = Instant::now();
    let id = searches.start(query, None, &BTreeSet::new()).map_err(|problem| problem.detail)?;
    let page = Page { search_id: id.clone(), limit: 50, ..Page::default() };
    let mut first_row = None;
    let mut done = None;
    let watching = async {
        loop {
            let view = searches.view(&page).await.map_err(|problem| problem.detail)?;
            if first_row.is_none() && !view.works.is_empty() {
                first_row = Some(began.elapsed());
            }
            if view.done {
                return Ok::<_, String>(());
            }
            let _ = events.recv().await; // refetch whether or not events were lost
        }
    };
    let ending = async {
        let sources = searches.finished(&id).await;
        done = Some(began.elapsed());
        sources
    };
    let (watched, sources) = tokio::join!(watching, ending);
    watched?;
    let view = searches.view(&page).await.map_err(|problem| problem.detail)?;
    let works = view.found.saturating_add(view.waiting);
    searches.stop().await;
    let received = received.load(Ordering::Relaxed);
    Ok(SearchTimes { first_row, done: done.unwrap_or_default(), received, works, sources })
}

/// A source that counts its records as they arrive.
struct Counted {
    inner: Arc<dyn SearchSource>,
    received: Arc<AtomicU64>,
}

impl SearchSource for Counted {
    fn config(&self) -> &SourceConfig {
        self.inner.config()
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        let received = Arc::clone(&self.received);
        let count = move |item: &Result<Batch, NetError>| {
            let records = item.as_ref().map_or(0, |batch| batch.records.len());
            received.fetch_add(records as u64, Ordering::Relaxed);
        };
        self.inner.search(query, limit).inspect(count).boxed()
    }
}

/// A stopwatch for single-threaded work: wall time and CPU time. On a busy machine the former is much longer.
pub struct Watch {
    began: Instant,
    core: Option<Duration>,
}

impl Watch {
    /// Starts the stopwatch.
    pub fn start() -> Watch {
        Watch { core: on_core(), began: Instant::now() }
    }

    /// Wall time since the start, and CPU time if the system reports it.
    pub fn read(&self) -> (Duration, Option<Duration>) {
        let clock = self.began.elapsed();
        (clock, on_core().zip(self.core).map(|(now, then)| now.saturating_sub(then)))
    }
}

/// CPU time of this thread (Linux).
fn on_core() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Converts to milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
