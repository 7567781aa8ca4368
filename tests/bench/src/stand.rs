//! A search without a window: the engine's own, over given sources, watched from outside.

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
use hongyan_engine::news::News;
use hongyan_engine::search::{Limits, Page, Searches};
use hongyan_engine::view::SourceView;
use hongyan_model::Query;

/// What was seen of a search.
pub struct Seen {
    /// from the question to the first row of the list
    pub first_row: Option<Duration>,
    /// from the question until nothing more came
    pub done: Duration,
    /// records that the sources sent, those among them that they sent twice too
    pub received: u64,
    /// rows of the list at the end
    pub works: u32,
    /// how the sources ended
    pub sources: Vec<SourceView>,
}

impl Seen {
    /// Records that are here, each once.
    pub fn records(&self) -> u32 {
        self.sources.iter().map(|source| source.records).sum()
    }
}

/// Bounds for so many records of each source.
pub fn limits(per_source: usize, sources: usize) -> Limits {
    Limits { per_source, records: per_source * sources, ..Limits::default() }
}

/// Opens sources with a client of their own, so that no connection is warm.
///
/// # Errors
/// A sentence.
pub fn open(configs: &[SourceConfig]) -> Result<Vec<Arc<dyn SearchSource>>, String> {
    let http = Http::new(HttpOptions::default()).map_err(|error| error.to_string())?;
    configs
        .iter()
        .map(|config| {
            sources::open(config, &http).map(Arc::from).map_err(|error| format!("{}: {error}", config.id))
        })
        .collect()
}

/// Searches, and sees what a screen would see: a page of fifty rows, read again at each change.
///
/// # Errors
/// A sentence.
pub async fn search(configs: &[SourceConfig], query: &str, limits: Limits) -> Result<Seen, String> {
    let news = News::default();
    let received = Arc::new(AtomicU64::new(0));
    let counted =
        |inner| -> Arc<dyn SearchSource> { Arc::new(Counted { inner, received: Arc::clone(&received) }) };
    let sources = open(configs)?.into_iter().map(counted).collect();
    let searches = Searches::new(sources, None, news.clone(), limits);
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
            let _ = events.recv().await; // behind or not: look again
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
    Ok(Seen { first_row, done: done.unwrap_or_default(), received, works, sources })
}

/// A source whose records are counted as they come.
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

/// A stopwatch for work on one thread: by the clock, and by the time that a core really gave it, which a busy
/// machine makes much less.
pub struct Watch {
    began: Instant,
    core: Option<Duration>,
}

impl Watch {
    /// Starts.
    pub fn start() -> Watch {
        Watch { core: on_core(), began: Instant::now() }
    }

    /// Since the start: by the clock, and on the core where the system says it.
    pub fn read(&self) -> (Duration, Option<Duration>) {
        let clock = self.began.elapsed();
        (clock, on_core().zip(self.core).map(|(now, then)| now.saturating_sub(then)))
    }
}

/// Time that this thread has run on a core (Linux).
fn on_core() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Milliseconds, as a number.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
