//! Federated search: queries many catalogues at once, deduplicates and ranks records as they arrive, and
//! stores them in the cache so that a search can be read again without a network.
//!
//! [`Searches`] is what the commands call. [`run`] queries each source in a task of its own. [`results`]
//! holds the state of one search and keeps the order of rows stable. [`merge`], [`evidence`], [`guard`]
//! and [`keys`] deduplicate, [`rank`] and [`facets`] order and count and [`health`] is a circuit breaker
//! per source. All are pure except [`run`], [`keep`], [`lookup`], [`healthbook`] and this module.

mod ask;
mod blend;
mod bounds;
mod doubt;
pub(crate) mod editions;
mod evidence;
mod facets;
mod found;
mod guard;
mod health;
mod healthbook;
mod keep;
mod keys;
mod letters;
mod lookup;
mod mark;
mod merge;
mod names;
#[doc(hidden)]
pub mod offline;
mod papers;
mod problem;
mod publishers;
mod rank;
mod results;
mod roster;
mod run;
mod terms;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use hongyan_connectors::source::SearchSource;
use hongyan_model::holding::Holding;
use hongyan_model::request::fill::Edition;
use hongyan_model::work::Work;
use hongyan_model::{Query, Record};
use hongyan_store::Cache;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::base::change::Tag;
use crate::base::clock::Clock;
use crate::base::news::EventThrottle;
use crate::base::problem::Problem;
use crate::view::{Heard, RecentSearch, SearchFilter, SearchView, SortOrder, SourceState, SourceView};
pub(crate) use health::Health;
use healthbook::HealthBook;
pub use lookup::Nearest;
pub(crate) use problem::of_source;
use results::{Question, Results};
pub use roster::Listed;
pub(crate) use roster::protocol_name;
use run::{Live, Means};

/// Parses the search box: an identifier, a pasted citation or entry of BibTeX, or words in any field; bounded.
pub fn read(text: &str) -> Query {
    ask::bounded(&Query::from_box(text))
}

/// Searches held in memory; older ones are read from the cache.
const HELD: usize = 8;

/// Limits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// records requested from each source
    pub per_source: usize,
    /// records of all sources together
    pub records: usize,
    /// soft deadline: a source that has sent nothing for this long is shown as slow
    pub soft: Duration,
    /// hard deadline while its response times are unknown; twice the limit of the source where that is
    /// longer
    pub silence: Duration,
    /// deadline of a look-up that fills a form
    pub lookup: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            per_source: 100,
            records: 10_000,
            soft: Duration::from_secs(3),
            silence: Duration::from_secs(60),
            lookup: Duration::from_secs(8),
        }
    }
}

/// Which page of a search to return, in which order and through which filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// id of the search
    pub search_id: String,
    /// index of the first row
    pub offset: u32,
    /// number of rows, 200 at most
    pub limit: u32,
    /// order
    pub sort: SortOrder,
    /// filter
    pub filter: SearchFilter,
}

/// All searches of this run and, through the cache, earlier ones. Cheap to clone; must be used within a
/// tokio runtime. Starting a search cancels the running one; its results stay.
#[derive(Clone)]
pub struct Searches {
    inner: Arc<Inner>,
}

struct Inner {
    /// snapshot of the sources: each search takes the whole list at its start, changes affect later
    /// searches
    roster: RwLock<Arc<[Listed]>>,
    cache: Option<Cache>,
    health: Arc<HealthBook>,
    news: EventThrottle,
    limits: Limits,
    clock: Arc<dyn Clock>,
    /// newest last
    held: Mutex<VecDeque<Arc<Live>>>,
    tasks: TaskTracker,
}

impl Searches {
    /// Creates it with these sources, in the order of display. Without a cache, searches are lost when
    /// the program ends.
    pub fn new(
        sources: Vec<Arc<dyn SearchSource>>,
        cache: Option<Cache>,
        news: EventThrottle,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Searches {
        let roster = RwLock::new(sources.into_iter().map(Listed::open).collect());
        let held = Mutex::new(VecDeque::new());
        let health = Arc::new(HealthBook::new(cache.clone()));
        let tasks = TaskTracker::new();
        Searches { inner: Arc::new(Inner { roster, cache, health, news, limits, clock, held, tasks }) }
    }

    /// Loads the health of the sources from the cache.
    pub async fn remember(&self) {
        self.inner.health.load().await;
    }

    /// Records the outcome of a request to a source outside of a search (`None`: it answered).
    pub(crate) async fn note_health(&self, id: &str, problem: Option<&Problem>) {
        let now = self.inner.clock.now();
        self.inner.health.note(id, |health| match problem {
            Some(problem) => health.failed(problem, false, now),
            None => health.answered(now),
        });
        self.inner.health.keep(id).await;
    }

    /// The health of a source.
    pub(crate) fn health(&self, id: &str) -> Health {
        self.inner.health.of(id)
    }

    /// The sources, in the order of display.
    pub fn sources(&self) -> Arc<[Listed]> {
        self.inner.sources()
    }

    /// Replaces the sources for later searches; a running search keeps the sources it began with.
    pub fn set_sources(&self, sources: Vec<Listed>) {
        let mut roster = self.inner.roster.write().unwrap_or_else(PoisonError::into_inner);
        *roster = sources.into();
    }

    /// Starts a search and returns its id at once; results are announced as changes of `search`. The text
    /// is parsed (identifier, citation, words) unless a query is given. Sources whose ids are in `off`
    /// are not queried: the caller knows which are disabled, by configuration or by the patron.
    ///
    /// # Errors
    /// `QueryEmpty` when there is nothing to search for; for a text `QueryTooLong`, `QueryMisprint`, `QueryNumbers`, `QueryAddress`
    /// and `QueryGroups`, too.
    pub fn start(&self, text: &str, query: Option<Query>, off: &BTreeSet<String>) -> Result<String, Problem> {
        let refused = query.is_none().then(|| hongyan_model::query::refused(text)).flatten();
        if let Some(why) = refused {
            return Err(problem::refused(&why));
        }
        let query = query.map_or_else(|| read(text), |query| ask::bounded(&query));
        if query.identifier.is_none() && query.clauses.is_empty() {
            return Err(problem::empty_query());
        }
        let shown: String = hongyan_model::text::clean(text).chars().take(500).collect();
        let question = Question {
            id: uuid::Uuid::new_v4().to_string(),
            text: if shown.is_empty() { query.display() } else { shown },
            query,
            // in milliseconds, as the cache stores it
            searched_at: Timestamp::from_millisecond(self.inner.clock.now().as_millisecond())
                .unwrap_or_default(),
        };
        let id = question.id.clone();
        let roster = self.inner.sources();
        let resting = self.inner.resting(&roster, off, self.inner.clock.now());
        let at_start = |listed: &Listed| {
            let rest = resting.get(&listed.config.id);
            (listed.at_start(&question.query, off, rest), listed.config.home)
        };
        let sources = roster.iter().map(at_start).collect();
        let live = Arc::new(Live::new(Results::new(question, sources)));
        {
            let mut held = self.inner.held();
            for other in held.iter() {
                self.stop_one(other);
            }
            hold(&mut held, Arc::clone(&live));
        }
        for source in roster.iter().filter_map(|listed| listed.source.as_ref()) {
            self.ask(&live, source);
        }
        // builds them while the first source responds; a program that only watches for news does not need
        // them
        drop(tokio::task::spawn_blocking(make_tables));
        self.keep(&live);
        Ok(id)
    }

    /// A page of a search.
    ///
    /// # Errors
    /// `NotFound` for an unknown search; `DatabaseDamaged` or `Internal` when the cache cannot be read.
    pub async fn view(&self, page: &Page) -> Result<SearchView, Problem> {
        let live = self.find(&page.search_id).await?;
        let view = live.results().view(page);
        Ok(view)
    }

    /// Inserts the works that wait behind «n new» into the list.
    ///
    /// # Errors
    /// As [`Searches::view`].
    pub async fn show_new(&self, id: &str) -> Result<(), Problem> {
        self.find(id).await?.results().show_new();
        Ok(())
    }

    /// Cancels a search; its results stay. Does nothing when it has ended or is not in memory.
    pub fn cancel(&self, id: &str) {
        let held = self.inner.held();
        if let Some(live) = held.iter().find(|live| live.id == id) {
            self.stop_one(live);
        }
    }

    /// Queries one source again unless it is being queried. Records that arrived before stay.
    ///
    /// # Errors
    /// `NotFound` for an unknown source; otherwise as [`Searches::view`].
    pub async fn retry(&self, id: &str, source_id: &str) -> Result<(), Problem> {
        let live = self.find(id).await?;
        let roster = self.inner.sources();
        let listed = roster.iter().find(|listed| listed.config.id == source_id);
        let listed = listed.ok_or_else(problem::no_search)?;
        let Some(asked) = &listed.source else { return Ok(()) };
        {
            let mut results = live.results();
            let place = results.source_number(source_id).ok_or_else(problem::no_search)?;
            let Some(source) = results.sources.get_mut(place) else { return Ok(()) };
            if !results::ended(source.state) {
                return Ok(());
            }
            source.state = SourceState::Waiting;
            (source.problem, source.first_ms, source.done_ms) = (None, None, None);
            source.retry_at = None;
            source.dropped.clear();
            source.unread = None;
            results.from_cache = false;
            results.restart(place);
        }
        live.revive();
        self.ask(&live, asked);
        self.keep(&live);
        Ok(())
    }

    /// A work with all its member records, by an id from any view of the search.
    ///
    /// # Errors
    /// `NotFound` for an unknown search or work; otherwise as [`Searches::view`].
    pub async fn work(&self, id: &str, work_id: &str) -> Result<Work, Problem> {
        let live = self.find(id).await?;
        let work = live.results().work(work_id);
        work.ok_or_else(problem::no_search)
    }

    /// What was typed for a search.
    ///
    /// # Errors
    /// As [`Searches::work`].
    pub async fn text(&self, id: &str) -> Result<String, Problem> {
        Ok(self.find(id).await?.results().text.clone())
    }

    /// 索书号 and location of each copy in the patron's own library.
    pub fn own_holdings(&self, work: &Work) -> Vec<Holding> {
        let home = |id: &str| self.inner.is_home(id);
        work.members.iter().filter(|member| home(&member.source)).flat_map(|m| m.holdings.clone()).collect()
    }

    /// Whether a source is the catalogue of the patron's own library.
    pub fn is_home(&self, source_id: &str) -> bool {
        self.inner.is_home(source_id)
    }

    /// Every work of a search in memory, best first, regardless of the order on the screen. Empty when
    /// the search is not in memory.
    pub fn ranked(&self, id: &str) -> Vec<Work> {
        self.inner.live(id).map(|live| live.results().ranked()).unwrap_or_default()
    }

    /// Waits until every source has ended and returns their final states. Empty when the search is not in
    /// memory.
    pub async fn finished(&self, id: &str) -> Vec<SourceView> {
        let Some(live) = self.inner.live(id) else { return Vec::new() };
        live.finished().await;
        let results = live.results();
        results.sources.clone()
    }

    /// Earlier searches, newest first, one for each text.
    pub async fn recent(&self) -> Vec<RecentSearch> {
        let mut recent: Vec<RecentSearch> = Vec::new();
        for live in self.inner.held().iter() {
            let mut results = live.results();
            recent.push(RecentSearch {
                search_id: results.id.clone(),
                text: results.text.clone(),
                searched_at: results.searched_at,
                works: u32::try_from(results.count()).unwrap_or(u32::MAX),
            });
        }
        for kept in keep::recent(self.inner.cache.as_ref()).await {
            if !recent.iter().any(|live| live.search_id == kept.search_id) {
                recent.push(kept);
            }
        }
        recent.sort_by_key(|search| std::cmp::Reverse(search.searched_at));
        let mut texts = BTreeSet::new();
        recent.retain(|search| texts.insert(search.text.clone()));
        recent.truncate(keep::KEPT);
        recent
    }

    /// Cancels and deletes every search, in memory and in the cache. Fails when the cache cannot be
    /// written.
    pub async fn forget(&self) -> Result<(), Problem> {
        let gone: Vec<Arc<Live>> = self.inner.held().drain(..).collect();
        for live in &gone {
            live.forget();
            // waits for a write in progress, so that it is deleted too
            let _written = live.writing.lock().await;
        }
        keep::forget(self.inner.cache.as_ref()).await
    }

    /// Finds the record for an identifier or a title, to fill a form: the first that a source returns.
    /// `None` when no source has one before the deadline.
    pub async fn lookup(&self, text: &str, off: &BTreeSet<String>) -> Option<Record> {
        let any = |_: &Record| Edition::Same;
        let nearest = self.look_up(&Query::from_box(text), off, false, &any).await;
        nearest.found.map(|(record, _)| record)
    }

    /// Finds the record that a query names: the first of the same edition by `judge`, otherwise the
    /// closest. `only_home` restricts it to the catalogue of the own library. A source that rests counts as one
    /// that did not answer.
    pub async fn look_up(
        &self,
        query: &Query,
        off: &BTreeSet<String>,
        only_home: bool,
        judge: &(dyn Fn(&Record) -> Edition + Sync),
    ) -> Nearest {
        let query = ask::bounded(query);
        if query.is_empty() {
            return Nearest::default();
        }
        let roster = self.inner.sources();
        let resting = self.inner.resting(&roster, off, self.inner.clock.now());
        let awake = roster.iter().filter(|listed| !resting.contains_key(&listed.config.id));
        let sources: Vec<_> = awake
            .filter(|listed| listed.config.home || !only_home)
            .filter_map(|listed| listed.source.clone())
            .collect();
        let mut nearest = lookup::nearest(&sources, &query, off, self.inner.limits.lookup, judge).await;
        let rest =
            |listed: &&Listed| (listed.config.home || !only_home) && resting.contains_key(&listed.config.id);
        if nearest.heard == Some(Heard::All) && roster.iter().any(|listed| rest(&listed)) {
            nearest.heard = Some(Heard::Some);
        }
        nearest
    }

    /// Cancels all searches and waits until their records are in the cache.
    pub async fn stop(&self) {
        for live in self.inner.held().iter() {
            self.stop_one(live);
        }
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.tasks.reopen();
    }

    fn stop_one(&self, live: &Live) {
        if live.cancel() {
            self.inner.news.changed(&[Tag::Search]);
        }
    }

    fn ask(&self, live: &Arc<Live>, source: &Arc<dyn SearchSource>) {
        let (source, live) = (Arc::clone(source), Arc::clone(live));
        let means = Means {
            news: self.inner.news.clone(),
            limits: self.inner.limits,
            health: Arc::clone(&self.inner.health),
            clock: Arc::clone(&self.inner.clock),
        };
        self.inner.tasks.spawn(run::ask(source, live, means, Instant::now()));
    }

    fn keep(&self, live: &Arc<Live>) {
        if let Some(cache) = self.inner.cache.clone()
            && let Some(turn) = live.keeper()
        {
            self.inner.tasks.spawn(keep::follow(cache, Arc::clone(live), turn, self.inner.news.clone()));
        }
    }

    async fn find(&self, id: &str) -> Result<Arc<Live>, Problem> {
        if let Some(live) = self.inner.live(id) {
            return Ok(live);
        }
        let home = |source: &str| self.inner.is_home(source);
        let results = keep::load(self.inner.cache.as_ref(), id, &home).await?;
        let mut held = self.inner.held();
        if let Some(live) = held.iter().find(|live| live.id == id) {
            return Ok(Arc::clone(live)); // another task loaded it first
        }
        let live = Arc::new(Live::new(results));
        hold(&mut held, Arc::clone(&live));
        Ok(live)
    }
}

impl Inner {
    fn sources(&self) -> Arc<[Listed]> {
        Arc::clone(&self.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The sources whose circuit breaker is open now. Empty when all candidates are open because they
    /// were unreachable: then the cause was probably the local network.
    fn resting(&self, roster: &[Listed], off: &BTreeSet<String>, now: Timestamp) -> HashMap<String, Health> {
        let asked = roster.iter().filter(|one| one.source.is_some() && !off.contains(&one.config.id));
        let (mut resting, mut awake) = (HashMap::new(), 0);
        for id in asked.map(|listed| &listed.config.id) {
            let health = self.health.of(id);
            match health.rest(now) {
                Some(_) => drop(resting.insert(id.clone(), health)),
                None => awake += 1,
            }
        }
        if awake == 0 && resting.len() > 1 && resting.values().all(Health::was_unreachable) {
            resting.clear();
        }
        resting
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<Arc<Live>>> {
        // the list is consistent after every step, even after a panic
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.held().iter().find(|live| live.id == id).cloned()
    }

    fn is_home(&self, id: &str) -> bool {
        self.sources().iter().any(|listed| listed.config.home && listed.config.id == id)
    }
}

/// Builds the tables of character variants before the first record needs them, because their first use
/// takes noticeably long. Does nothing when they exist. Blocks.
pub(crate) fn make_tables() {
    let forms = hongyan_model::variants::forms("鴻雁传書");
    let keyed = keys::Keyed::new(Record { title: forms.concat(), ..Record::default() });
    tracing::debug!(
        forms = forms.len(),
        folded = keyed.title().len(),
        "The tables of written forms are made."
    );
}

/// Adds a search and evicts the oldest ended one beyond the limit.
fn hold(held: &mut VecDeque<Arc<Live>>, live: Arc<Live>) {
    held.push_back(live);
    while held.len() > HELD {
        let Some(at) = held.iter().position(|live| live.results().done()) else { break };
        held.remove(at);
    }
}
