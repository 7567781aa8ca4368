//! Writes searches to the cache and reads them back.

use std::sync::Arc;
use std::time::Duration;

use hongyan_formats::Limits;
use hongyan_model::Record;
use hongyan_model::log::Logged as _;
use hongyan_store::StoreError;
use hongyan_store::cache::{Cache, KeptRecord, KeptSearch};

use super::keys::Keyed;
use super::problem::no_search;
use super::results::{Question, Results, ended};
use super::run::{Live, Turn};
use crate::base::change::Tag;
use crate::base::news::EventThrottle;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::{RecentSearch, SourceState, SourceView};

/// Searches kept in the cache with their results; older ones are evicted.
pub(crate) const KEPT: usize = 30;
/// Shortest time between two writes of a running search.
const PACE: Duration = Duration::from_secs(2);

/// Writes snapshots of a search to the cache, throttled while it runs, and a last one when it has ended.
/// When the cache fails, only reading it offline is lost.
pub(crate) async fn follow(cache: Cache, live: Arc<Live>, turn: Turn, news: EventThrottle) {
    let mut changes = live.changes();
    let mut written = 0;
    loop {
        changes.borrow_and_update();
        let (search, records, done) = snapshot(&mut live.results(), written);
        {
            let _writing = live.writing.lock().await;
            if live.forgotten() {
                return;
            }
            match cache.keep(&search, &records, written, KEPT).await {
                Ok(()) => written += records.len(),
                Err(error) => tracing::warn!(error = %error.logged(), "A search could not be kept."),
            }
        }
        if done {
            news.changed(&[Tag::RecentSearches]);
            let results = live.results();
            if results.done() {
                live.hand_back(turn, &results);
                return;
            }
        }
        tokio::select! {
            () = live.finished() => {}
            () = async { tokio::time::sleep(PACE).await; let _ = changes.changed().await; } => {}
        }
    }
}

fn snapshot(results: &mut Results, from: usize) -> (KeptSearch, Vec<KeptRecord>, bool) {
    let search = KeptSearch {
        id: results.id.clone(),
        text: results.text.clone(),
        query: results.query.clone(),
        searched_at: results.searched_at,
        works: u32::try_from(results.count()).unwrap_or(u32::MAX),
        sources: serde_json::to_string(&results.sources).unwrap_or_default(),
    };
    let records = results
        .records(from)
        .map(|(source, position, record)| KeptRecord {
            source: source.to_owned(),
            position,
            record: Arc::clone(record),
        })
        .collect();
    (search, records, results.done())
}

/// Reads a search from the cache. A source that was running when the program ended counts as cancelled.
///
/// # Errors
/// `NotFound` when it is not in the cache; `DiskFull`, `DiskReadOnly`, `DatabaseDamaged` or `Internal`
/// when the cache cannot be read.
pub(crate) async fn load(
    cache: Option<&Cache>,
    id: &str,
    home: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Results, Problem> {
    let Some(cache) = cache else { return Err(no_search()) };
    let Some((search, records)) = cache.load(id).await.map_err(of_cache)? else { return Err(no_search()) };
    let mut sources: Vec<SourceView> = serde_json::from_str(&search.sources).unwrap_or_default();
    for source in &mut sources {
        source.records = 0; // counted again below
        if !ended(source.state) {
            source.state = SourceState::Cancelled;
        }
    }
    let question =
        Question { id: search.id, text: search.text, query: search.query, searched_at: search.searched_at };
    // folding thousands of records would block the async runtime
    let keyed = hongyan_readers::read(Limits::FILE, move |_| {
        let keyed = |kept: KeptRecord| (kept.source, kept.position, Arc::new(Keyed::new(own(kept.record))));
        records.into_iter().map(keyed).collect::<Vec<_>>()
    });
    let records = keyed.await.map_err(|unread| {
        let (code, retry) = (ErrorCode::Internal, Retry::Now);
        Problem::new(code, retry, unread.to_string())
    })?;
    Ok(Results::kept(question, sources, home, records.into_iter()))
}

fn own(record: Arc<Record>) -> Record {
    Arc::try_unwrap(record).unwrap_or_else(|shared| Record::clone(&shared))
}

/// The searches in the cache, newest first; empty when it cannot be read.
pub(crate) async fn recent(cache: Option<&Cache>) -> Vec<RecentSearch> {
    let Some(cache) = cache else { return Vec::new() };
    let kept = cache.recent(KEPT).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error.logged(), "The cache could not be read.");
        Vec::new()
    });
    kept.into_iter()
        .map(|search| RecentSearch {
            search_id: search.id,
            text: search.text,
            searched_at: search.searched_at,
            works: search.works,
        })
        .collect()
}

/// Deletes all searches from the cache.
///
/// # Errors
/// `DiskFull`, `DiskReadOnly`, `DatabaseDamaged` or `Internal` when the cache cannot be cleared.
pub(crate) async fn forget(cache: Option<&Cache>) -> Result<(), Problem> {
    match cache {
        Some(cache) => cache.forget().await.map_err(of_cache),
        None => Ok(()),
    }
}

fn of_cache(error: StoreError) -> Problem {
    let (code, retry) = match &error {
        StoreError::DiskFull => (ErrorCode::DiskFull, Retry::Now),
        StoreError::ReadOnly(_) => (ErrorCode::DiskReadOnly, Retry::Now),
        StoreError::Damaged(_) => (ErrorCode::DatabaseDamaged, Retry::Never),
        _ => (ErrorCode::Internal, Retry::Now),
    };
    Problem::new(code, retry, error.to_string())
}
