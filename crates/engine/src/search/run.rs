//! Queries the sources: each in a task of its own, so that a slow or failing one affects no other.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use hongyan_connectors::error::NetError;
use hongyan_connectors::source::{Batch, SearchSource, Unparsed, years_said};
use hongyan_model::{Query, Record};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::bounds::{bounded, is_blank};
use super::health::Health;
use super::healthbook::HealthBook;
use super::keys::Keyed;
use super::problem::of_source;
use super::results::{Results, ended};
use crate::base::change::Tag;
use crate::base::clock::Clock;
use crate::base::news::EventThrottle;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::{SourceState, SourceView, UnreadView};

/// A search in memory, running or ended.
pub(crate) struct Live {
    /// id of the search
    pub id: String,
    results: Mutex<Results>,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    /// locked while a snapshot is written to the cache
    pub writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: CancellationToken,
    kept_by_somebody: bool,
    forgotten: bool,
}

/// Permission to write a search to the cache: one task at a time has it.
pub(crate) struct Turn(());

impl Live {
    /// Wraps the state of a search.
    pub(crate) fn new(results: Results) -> Live {
        Live {
            id: results.id.clone(),
            results: Mutex::new(results),
            state: Mutex::new(State::default()),
            changed: watch::Sender::new(()),
            writing: tokio::sync::Mutex::new(()),
        }
    }

    /// Locks the state. Never hold the guard across an await.
    pub(crate) fn results(&self) -> MutexGuard<'_, Results> {
        // records are added whole and works are derived from them; after a panic at most the last record
        // is missing
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Subscribes to every change.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Waits until every source has ended.
    pub(crate) async fn finished(&self) {
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            if self.results().done() || changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Cancels the running sources; false when none was running.
    pub(crate) fn cancel(&self) -> bool {
        let token = self.state().token.clone();
        let mut stopped = false;
        {
            let mut results = self.results();
            token.cancel();
            for source in results.sources.iter_mut().filter(|source| !ended(source.state)) {
                source.state = SourceState::Cancelled;
                stopped = true;
            }
        }
        self.changed.send_replace(());
        stopped
    }

    /// Renews the cancellation token, so that a cancelled search can query again.
    pub(crate) fn revive(&self) {
        let mut state = self.state();
        if state.token.is_cancelled() {
            state.token = CancellationToken::new();
        }
    }

    /// Cancels it and excludes it from the cache from now on.
    pub(crate) fn forget(&self) {
        self.state().forgotten = true;
        self.cancel();
    }

    /// True after [`Live::forget`].
    pub(crate) fn forgotten(&self) -> bool {
        self.state().forgotten
    }

    /// The permission to write it to the cache, unless a task has it.
    pub(crate) fn keeper(&self) -> Option<Turn> {
        let mut state = self.state();
        (!std::mem::replace(&mut state.kept_by_somebody, true)).then_some(Turn(()))
    }

    /// Returns the permission. The caller holds the lock on the results, so that no change slips in
    /// between its last check and the release.
    pub(crate) fn hand_back(&self, turn: Turn, _results: &Results) {
        let Turn(()) = turn;
        self.state().kept_by_somebody = false;
    }

    /// Applies a change unless the search was cancelled; returns false then.
    fn update(&self, token: &CancellationToken, change: impl FnOnce(&mut Results)) -> bool {
        {
            let mut results = self.results();
            if token.is_cancelled() {
                return false;
            }
            change(&mut results);
        }
        self.changed.send_replace(());
        true
    }
}

/// Queries one source and adds what it sends. `began` is the start of the search. Returns when the source
/// has ended, has failed (a panic counts as a failure), or the search was cancelled; the stream is then
/// dropped at once, which releases its connection.
pub(crate) async fn ask(source: Arc<dyn SearchSource>, live: Arc<Live>, means: Means, began: Instant) {
    let token = live.state().token.clone();
    let (query, place) = {
        let results = live.results();
        let place = results.source_number(&source.config().id);
        (results.query.clone(), place)
    };
    let Some(place) = place else { return };
    if live.results().sources.get(place).is_some_and(|source| ended(source.state)) {
        return; // disabled, or cancelled before it began
    }
    let run = Run {
        source: &source,
        live: &live,
        token: &token,
        means: &means,
        place,
        began,
        answered: AtomicBool::new(false),
        years_unasked: AtomicBool::new(false),
    };
    let asked = AssertUnwindSafe(run.drive(&query)).catch_unwind();
    let outcome = tokio::select! {
        biased;
        () = token.cancelled() => None,
        outcome = asked => Some(outcome),
    };
    let id = &source.config().id;
    // response times measured before the cancellation are stored too
    let Some(outcome) = outcome else { return means.health.keep(id).await };
    let problem = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(problem)) => Some(problem),
        Err(_) => Some(Problem::new(ErrorCode::Internal, Retry::Now, "the connector panicked")),
    };
    if let Some(problem) = &problem {
        tracing::info!(source = hongyan_model::log::source(id), code = ?problem.code, "A source failed.");
    }
    let now = means.clock.now();
    let answered = run.answered.load(Ordering::Relaxed);
    run.note(|health| match &problem {
        Some(problem) => health.failed(problem, answered, now),
        None => health.answered(now),
    });
    let retry_at = means.health.of(id).rest(now);
    run.update(|results| {
        if let Some(view) = results.sources.get_mut(place) {
            view.state = if problem.is_some() { SourceState::Failed } else { SourceState::Done };
            view.problem = problem;
            view.retry_at = retry_at;
            view.done_ms = Some(milliseconds(began.elapsed()));
        }
    });
    means.health.keep(id).await;
}

/// What a query task needs.
pub(crate) struct Means {
    /// announces changes
    pub news: EventThrottle,
    /// limits
    pub limits: Limits,
    /// receives outcomes and response times
    pub health: Arc<HealthBook>,
    /// dates the outcomes
    pub clock: Arc<dyn Clock>,
}

struct Run<'a> {
    source: &'a Arc<dyn SearchSource>,
    live: &'a Arc<Live>,
    token: &'a CancellationToken,
    means: &'a Means,
    place: usize,
    began: Instant,
    /// it has sent at least one batch
    answered: AtomicBool,
    /// it could not restrict the query to the years
    years_unasked: AtomicBool,
}

impl Run<'_> {
    async fn drive(&self, query: &Query) -> Result<(), Problem> {
        let limit = match self.source.config().limit {
            0 => self.means.limits.per_source,
            own => usize::try_from(own).unwrap_or(usize::MAX).min(self.means.limits.records),
        };
        let mut stream = self.source.search(query, limit);
        let mut heard = self.began;
        let mut sent = 0;
        let mut answers = 0;
        let mut slow = false;
        // the connector enforces the time limit of a request; this is the backstop for one that does not
        let own = Duration::from_secs_f64(self.own_limit());
        let habit = self.means.health.of(&self.source.config().id).deadline(own);
        let patience = habit.unwrap_or_else(|| self.means.limits.silence.max(own * 2));
        let soft = self.means.limits.soft;
        loop {
            let last = slow || sent > 0 || patience <= soft;
            let wake = heard + if last { patience } else { soft };
            let item = tokio::select! {
                item = stream.next() => item,
                () = sleep_until(wake) => {
                    if last {
                        return Err(of_source(&NetError::Timeout));
                    }
                    slow = true;
                    self.set_slow();
                    continue;
                }
            };
            let batch = match item {
                None => return Ok(()),
                Some(Err(error)) => return Err(of_source(&error)),
                Some(Ok(batch)) => batch,
            };
            let took = heard.elapsed();
            heard = Instant::now();
            answers += 1;
            self.answered.store(true, Ordering::Relaxed);
            let now = self.means.clock.now();
            self.note(|health| {
                health.answered(now);
                health.took(took);
            });
            if answers > limit + 100 {
                let problem = "more answers than records were asked for";
                return Err(Problem::new(ErrorCode::BrokenAnswer, Retry::Now, problem));
            }
            let room = limit - sent;
            sent += batch.records.len().min(room);
            self.take(query, batch, room);
            if sent >= limit {
                return Ok(());
            }
        }
    }

    /// Time limit of one request in seconds, from the configuration of the source; 0 for an invalid
    /// number.
    fn own_limit(&self) -> f64 {
        let limit = self.source.config().timeout_s;
        if limit.is_finite() { limit.clamp(0.0, 3_600.0) } else { 0.0 }
    }

    /// Records an outcome in the health of the source and announces a change of its state.
    fn note(&self, what: impl FnOnce(&mut Health)) {
        if self.means.health.note(&self.source.config().id, what) {
            self.means.news.changed(&[Tag::Sources]);
        }
    }

    fn set_slow(&self) {
        self.update(|results| {
            if let Some(view) = results.sources.get_mut(self.place)
                && view.state == SourceState::Waiting
            {
                view.state = SourceState::Slow;
            }
        });
    }

    fn take(&self, query: &Query, batch: Batch, most: usize) {
        if !batch.warnings.is_empty() {
            let (source, count) =
                (hongyan_model::log::source(&self.source.config().id), batch.warnings.len());
            tracing::debug!(source, count, "A source's answer was odd.");
        }
        let id = &self.source.config().id;
        // when the source could not filter by year, filter here; records without a year pass
        let years = years_said(query);
        if years.is_some_and(|years| batch.dropped.contains(&years)) {
            self.years_unasked.store(true, Ordering::Relaxed);
        }
        let unasked = self.years_unasked.load(Ordering::Relaxed);
        // folding is expensive: done before the lock is taken
        let (blank, records): (Vec<Record>, Vec<Record>) =
            batch.records.into_iter().take(most).map(|record| bounded(record, id)).partition(is_blank);
        let mut unread = batch.unread;
        unread.records = unread.records.saturating_add(blank.len() as u64);
        let keyed: Vec<Arc<Keyed>> = records
            .into_iter()
            .filter(|record| !unasked || within_years(query, record))
            .map(|record| Arc::new(Keyed::new(record)))
            .collect();
        let at = milliseconds(self.began.elapsed());
        let mut first = false;
        let took = self.live.update(self.token, |results| {
            first = !keyed.is_empty() && results.is_empty();
            if let Some(view) = results.sources.get_mut(self.place) {
                view.hits = batch.hits.or(view.hits);
                for part in batch.dropped {
                    if !view.dropped.contains(&part) && view.dropped.len() < 16 {
                        view.dropped.push(part);
                    }
                }
                note_unread(view, unread);
                view.state = SourceState::Receiving;
                if !keyed.is_empty() {
                    view.first_ms = view.first_ms.or(Some(at));
                }
            }
            results.take(self.place, keyed, self.means.limits.records);
        });
        match (took, first) {
            (true, true) => self.means.news.at_once(&[Tag::Search]),
            (true, false) => self.means.news.changed(&[Tag::Search]),
            (false, _) => {}
        }
    }

    fn update(&self, change: impl FnOnce(&mut Results)) {
        if self.live.update(self.token, change) {
            self.means.news.changed(&[Tag::Search]);
        }
    }
}

/// Adds to the count of records that could not be parsed.
fn note_unread(view: &mut SourceView, unread: Unparsed) {
    if unread.records == 0 {
        return;
    }
    let known = view.unread.get_or_insert_with(|| UnreadView {
        records: 0,
        schema: String::new(),
        said: String::new(),
    });
    let more = u32::try_from(unread.records).unwrap_or(u32::MAX);
    known.records = known.records.saturating_add(more);
    // only the first reason is kept
    if known.schema.is_empty() && known.said.is_empty() {
        (known.schema, known.said) = (unread.schema, unread.said);
    }
}

/// False for a record with a year outside of the query's range.
fn within_years(query: &Query, record: &Record) -> bool {
    record.year.is_none_or(|year| {
        query.year_from.is_none_or(|from| year >= from) && query.year_to.is_none_or(|to| year <= to)
    })
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
