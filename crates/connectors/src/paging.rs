//! Paging as a stream that terminates whatever the source does.

use std::future::Future;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_model::Record;

use crate::error::NetError;
use crate::source::{Batch, Unparsed};

/// Result of one request.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub hits: Option<u64>,
    pub records: Vec<Record>,
    /// positions that this page consumed, including records that could not be parsed
    pub taken: u64,
    /// position of the next page according to the source, from 0
    pub next: Option<u64>,
    pub warnings: Vec<String>,
    /// clauses that turned out to be unsupported, as the patron typed them
    pub dropped: Vec<String>,
    /// records that could not be parsed
    pub unread: Unparsed,
}

/// Position of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PagePosition {
    /// position of the first record, from 0
    pub start: u64,
    /// page number, from 0
    pub page: u64,
    /// number of records still wanted, at most one page
    pub wanted: u32,
}

/// A source that is read page by page.
pub(crate) trait Pages: Send + Sync + 'static {
    /// Requests one page.
    fn page(&self, place: PagePosition) -> impl Future<Output = Result<Page, NetError>> + Send;
    /// Number of records on a full page.
    fn size(&self) -> u32;
    /// Number of positions that the source gives access to, whatever the number of hits.
    fn end(&self) -> u64 {
        u64::MAX
    }
}

struct State<P> {
    pages: Arc<P>,
    place: PagePosition,
    left: usize,
    dropped: Vec<String>,
    last: Vec<Record>,
    over: bool,
}

/// Requests pages until `limit` records, the end, an error, or a source that repeats itself. Lazy:
/// nothing is requested before the stream is polled. Dropping the stream cancels the pending request.
pub(crate) fn batches<P: Pages>(
    pages: P,
    limit: usize,
    dropped: Vec<String>,
) -> BoxStream<'static, Result<Batch, NetError>> {
    let state = State {
        place: PagePosition { start: 0, page: 0, wanted: 0 },
        pages: Arc::new(pages),
        left: limit,
        dropped,
        last: Vec::new(),
        over: limit == 0,
    };
    stream::try_unfold(state, next).boxed()
}

async fn next<P: Pages>(mut state: State<P>) -> Result<Option<(Batch, State<P>)>, NetError> {
    if state.over {
        return Ok(None);
    }
    state.place.wanted = u32::try_from(state.left).unwrap_or(u32::MAX).min(state.pages.size()).max(1);
    let place = state.place;
    let mut page = state.pages.page(place).await?;
    let mut warnings = std::mem::take(&mut page.warnings);

    let unread = page.taken.saturating_sub(page.records.len() as u64);
    page.unread.records = page.unread.records.max(unread);

    // a server that ignores the position would send its first page for ever
    if !page.records.is_empty() && page.records == state.last {
        warnings.push("the source sends the same page again".to_owned());
        page.records.clear();
        page.taken = 0;
        page.next = None;
    }
    page.records.truncate(state.left);
    state.left -= page.records.len();

    let after = place.start.saturating_add(page.taken);
    let said = page.next.filter(|next| *next > place.start);
    state.place.start = said.unwrap_or(after);
    state.place.page += 1;
    let exhausted = match page.hits {
        Some(hits) => state.place.start >= hits,
        None => said.is_none() && page.taken < u64::from(place.wanted),
    };
    let cut = state.place.start >= state.pages.end();
    // stop when whole pages cannot be parsed, instead of requesting a thousand hits in an unsupported
    // schema
    let barren = page.taken > 0 && page.records.is_empty() && state.last.is_empty();
    state.over = state.left == 0 || page.taken == 0 || exhausted || cut || barren;
    if cut && state.left > 0 && !exhausted {
        warnings.push(format!("the source shows no more than its first {} hits", state.place.start));
    }
    if page.taken == 0 && page.hits.is_some_and(|hits| hits > place.start) {
        warnings.push("the source stopped before its last hit".to_owned());
    }
    state.last.clone_from(&page.records);
    let mut dropped = std::mem::take(&mut state.dropped);
    dropped.append(&mut page.dropped);
    let Page { hits, records, unread, .. } = page;
    Ok(Some((Batch { hits, records, warnings, dropped, unread }, state)))
}

/// Counts warnings of the parsers by kind. Their details quote the records, so they must not be logged.
pub(crate) fn summary<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    counts.into_iter().map(|(code, n)| format!("{code} ×{n}")).collect()
}

/// Sets the source id on parsed records.
pub(crate) fn from(source: &str, parsed: Vec<hongyan_formats::Parsed>) -> Vec<Record> {
    parsed
        .into_iter()
        .map(|parsed| {
            let mut record = parsed.record;
            source.clone_into(&mut record.source);
            record
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A source of `有` records that responds as `answer` says.
    struct Fake<F>(F, Arc<AtomicUsize>);

    impl<F> Pages for Fake<F>
    where
        F: Fn(PagePosition) -> Page + Send + Sync + 'static,
    {
        async fn page(&self, place: PagePosition) -> Result<Page, NetError> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Ok((self.0)(place))
        }
        fn size(&self) -> u32 {
            10
        }
    }

    fn records(from: u64, to: u64) -> Vec<Record> {
        (from..to).map(|n| Record { title: format!("史记 卷{n}"), ..Record::default() }).collect()
    }

    async fn run<F>(answer: F, limit: usize) -> (Vec<Batch>, usize)
    where
        F: Fn(PagePosition) -> Page + Send + Sync + 'static,
    {
        let asked = Arc::new(AtomicUsize::new(0));
        let stream = batches(Fake(answer, Arc::clone(&asked)), limit, vec!["1900–".to_owned()]);
        let batches = stream.map(Result::unwrap).collect().await;
        (batches, asked.load(Ordering::SeqCst))
    }

    fn honest(place: PagePosition) -> Page {
        let records = records(place.start, (place.start + u64::from(place.wanted)).min(25));
        Page { hits: Some(25), taken: records.len() as u64, records, ..Page::default() }
    }

    #[tokio::test]
    async fn pages_to_the_end_and_says_once_what_was_dropped() {
        let (batches, asked) = run(honest, 100).await;
        let titles: Vec<_> = batches.iter().flat_map(|b| &b.records).map(|r| r.title.clone()).collect();
        assert_eq!(titles.len(), 25);
        assert_eq!(titles.last().unwrap(), "史记 卷24");
        assert_eq!(asked, 3);
        assert_eq!(batches.iter().map(|b| b.dropped.len()).collect::<Vec<_>>(), [1, 0, 0]);
    }

    #[tokio::test]
    async fn a_source_that_shows_its_first_hits_only_is_not_asked_for_more() {
        struct Shallow(Arc<AtomicUsize>);
        impl Pages for Shallow {
            async fn page(&self, place: PagePosition) -> Result<Page, NetError> {
                self.0.fetch_add(1, Ordering::SeqCst);
                Ok(honest(place))
            }
            fn size(&self) -> u32 {
                10
            }
            fn end(&self) -> u64 {
                20
            }
        }
        let asked = Arc::new(AtomicUsize::new(0));
        let stream = batches(Shallow(Arc::clone(&asked)), 100, Vec::new());
        let batches: Vec<Batch> = stream.map(Result::unwrap).collect().await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        assert_eq!(batches.last().unwrap().warnings, ["the source shows no more than its first 20 hits"]);
    }

    #[tokio::test]
    async fn asks_for_no_more_than_the_limit() {
        let (batches, asked) = run(honest, 13).await;
        assert_eq!(batches.iter().map(|b| b.records.len()).collect::<Vec<_>>(), [10, 3]);
        assert_eq!(asked, 2);
        assert_eq!(run(honest, 0).await.1, 0);
    }

    #[tokio::test]
    async fn a_source_that_repeats_itself_is_left() {
        let stuck = |_| Page {
            hits: Some(1_000_000),
            taken: 10,
            records: records(0, 10),
            next: Some(0),
            ..Page::default()
        };
        let (batches, asked) = run(stuck, 500).await;
        assert_eq!(asked, 2);
        assert_eq!(batches.iter().map(|b| b.records.len()).sum::<usize>(), 10);
        assert!(!batches.last().unwrap().warnings.is_empty());
    }

    #[tokio::test]
    async fn a_source_that_promises_more_than_it_has_ends() {
        let empty = |_| Page { hits: Some(7), ..Page::default() };
        let (batches, asked) = run(empty, 500).await;
        assert_eq!((asked, batches.len()), (1, 1));
        assert_eq!(batches[0].warnings, ["the source stopped before its last hit"]);
    }

    #[tokio::test]
    async fn hits_that_cannot_be_read_are_asked_for_once() {
        let unreadable = |_| Page { hits: Some(1098), taken: 10, ..Page::default() };
        let (batches, asked) = run(unreadable, 500).await;
        assert_eq!((asked, batches[0].unread.records), (1, 10));
        // a page of unreadable records between others is skipped
        let half = |place: PagePosition| match place.page {
            1 => Page { hits: Some(25), taken: 10, ..Page::default() },
            _ => honest(place),
        };
        let (batches, asked) = run(half, 100).await;
        assert_eq!((asked, batches.iter().map(|batch| batch.records.len()).sum::<usize>()), (3, 15));
    }

    #[tokio::test]
    async fn without_a_total_a_short_page_is_the_last() {
        let silent = |place: PagePosition| Page { hits: None, ..honest(place) };
        assert_eq!(run(silent, 500).await.1, 3);
    }
}
