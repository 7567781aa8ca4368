//! Federated search: asks many catalogues at once, merges and ranks what comes while it comes, and
//! keeps it so that it can be read again without a network.
//!
//! [`Searches`] is what the commands call. Beneath it: [`run`] asks the sources, each in a task of
//! its own; [`results`] holds one search's state and knows the order that was seen; [`merge`],
//! [`guard`] and [`keys`] decide what is the same work, [`rank`] and [`facets`] order and count.
//! All of these are pure but [`run`], [`keep`] and this module.

mod ask;
mod blend;
mod bounds;
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
use crate::view::{RecentSearch, SearchFilter, SearchView, SortOrder, SourceState, SourceView};
pub(crate) use health::Health;
use healthbook::HealthBook;
pub(crate) use problem::of_source;
use results::{Question, Results};
pub use roster::Listed;
pub(crate) use roster::protocol_name;
use run::{Live, Means};

/// What the text of the one box asks: an identifier, a pasted citation, or words anywhere, in bounds.
pub fn read(text: &str) -> Query {
    ask::bounded(&Query::from_box(text))
}

/// Searches held in memory; older ones are read from the cache.
const HELD: usize = 8;

/// Bounds of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// records asked of each source
    pub per_source: usize,
    /// records of all sources together
    pub records: usize,
    /// a source that has sent nothing for so long is called slow
    pub soft: Duration,
    /// a source that has sent nothing for so long is given up, whatever its own time limit
    pub silence: Duration,
    /// a look-up for a form waits no longer
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

/// A page of a search, through a lens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// the search
    pub search_id: String,
    /// first row
    pub offset: u32,
    /// rows, 200 at most
    pub limit: u32,
    /// order
    pub sort: SortOrder,
    /// narrowed to
    pub filter: SearchFilter,
}

/// All searches of this run and, through the cache, those made before. Cheap to clone; must be used
/// within a tokio runtime. A new search stops the one that runs; its results stay.
#[derive(Clone)]
pub struct Searches {
    inner: Arc<Inner>,
}

struct Inner {
    /// taken whole by each search: a change is for searches to come
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
    /// Over these sources, in the order they are shown. Without a cache, searches are forgotten at
    /// the end of the run.
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

    /// Reads from the cache how the sources were when the program ended.
    pub async fn remember(&self) {
        self.inner.health.load().await;
    }

    /// A source was asked outside of a search, and answered or not.
    pub(crate) async fn note_health(&self, id: &str, problem: Option<&Problem>) {
        let now = self.inner.clock.now();
        self.inner.health.note(id, |health| match problem {
            Some(problem) => health.failed(problem, false, now),
            None => health.answered(now),
        });
        self.inner.health.keep(id).await;
    }

    /// How a source has been of late.
    pub(crate) fn health(&self, id: &str) -> Health {
        self.inner.health.of(id)
    }

    /// The sources, in the order they are shown.
    pub fn sources(&self) -> Arc<[Listed]> {
        self.inner.sources()
    }

    /// Other sources for searches to come; one that runs goes on with those it began with.
    pub fn set_sources(&self, sources: Vec<Listed>) {
        let mut roster = self.inner.roster.write().unwrap_or_else(PoisonError::into_inner);
        *roster = sources.into();
    }

    /// Starts a search and gives its id at once; results come as changes of `search`. The text is
    /// recognised (number, citation, words) unless a query is given. Sources whose ids are in `off`
    /// are not asked: the caller knows which are switched off, by the file or by the patron.
    ///
    /// # Errors
    /// `BadCall` when there is nothing to search for.
    pub fn start(&self, text: &str, query: Option<Query>, off: &BTreeSet<String>) -> Result<String, Problem> {
        let query = query.map_or_else(|| read(text), |query| ask::bounded(&query));
        if query.identifier.is_none() && query.clauses.is_empty() {
            return Err(problem::empty_query());
        }
        let shown: String = hongyan_model::text::clean(text).chars().take(500).collect();
        let question = Question {
            id: uuid::Uuid::new_v4().to_string(),
            text: if shown.is_empty() { query.display() } else { shown },
            query,
            // to the millisecond, as it is kept
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
        // while the first source thinks; a program that only waits for news holds no tables
        drop(tokio::task::spawn_blocking(make_tables));
        self.keep(&live);
        Ok(id)
    }

    /// A page of a search.
    ///
    /// # Errors
    /// `NotFound` for a search that is neither here nor in the cache.
    pub async fn view(&self, page: &Page) -> Result<SearchView, Problem> {
        let live = self.find(&page.search_id).await?;
        let view = live.results().view(page);
        Ok(view)
    }

    /// Lets the works that wait behind «n new» into the list.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn show_new(&self, id: &str) -> Result<(), Problem> {
        self.find(id).await?.results().show_new();
        Ok(())
    }

    /// Stops a search; what is here stays. Stopping one that has ended, or one that is not in memory,
    /// changes nothing.
    pub fn cancel(&self, id: &str) {
        let held = self.inner.held();
        if let Some(live) = held.iter().find(|live| live.id == id) {
            self.stop_one(live);
        }
    }

    /// Asks one source again, unless it is being asked. Records that came before stay.
    ///
    /// # Errors
    /// `NotFound` for an unknown search or source.
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

    /// A work with all its member records, by an id that any view of the search gave out.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn work(&self, id: &str, work_id: &str) -> Result<Work, Problem> {
        let live = self.find(id).await?;
        let work = live.results().work(work_id);
        work.ok_or_else(problem::no_search)
    }

    /// 索书号 and place of each copy in the patron's own library.
    pub fn own_holdings(&self, work: &Work) -> Vec<Holding> {
        let home = |id: &str| self.inner.is_home(id);
        work.members.iter().filter(|member| home(&member.source)).flat_map(|m| m.holdings.clone()).collect()
    }

    /// Whether a source is the catalogue of the patron's own library.
    pub fn is_home(&self, source_id: &str) -> bool {
        self.inner.is_home(source_id)
    }

    /// Every work of a search that is in memory, best first, whatever was seen.
    pub fn ranked(&self, id: &str) -> Vec<Work> {
        self.inner.live(id).map(|live| live.results().ranked()).unwrap_or_default()
    }

    /// Waits until nothing more comes, and says how the sources ended.
    pub async fn finished(&self, id: &str) -> Vec<SourceView> {
        let Some(live) = self.inner.live(id) else { return Vec::new() };
        live.finished().await;
        let results = live.results();
        results.sources.clone()
    }

    /// Searches made before, newest first, each question once.
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

    /// Forgets every search and its results, here and in the cache; what runs is stopped.
    pub async fn forget(&self) -> Result<(), Problem> {
        let gone: Vec<Arc<Live>> = self.inner.held().drain(..).collect();
        for live in &gone {
            live.forget();
            // a part that is being written now is there before everything is deleted
            let _written = live.writing.lock().await;
        }
        let outcome = keep::forget(self.inner.cache.as_ref()).await;
        outcome
    }

    /// The record for a number or a title, for filling a form: the first source that knows it. None
    /// when no source does within the time limit.
    pub async fn lookup(&self, text: &str, off: &BTreeSet<String>) -> Option<Record> {
        let any = |_: &Record| Edition::Same;
        self.look_up(&Query::from_box(text), off, false, &any).await.map(|(record, _)| record)
    }

    /// The record that a query names: the first that `judge` takes for the same, else the nearest; of every
    /// source, or only of the catalogue of the patron's own library. None when no source knows one within
    /// the time limit.
    pub async fn look_up(
        &self,
        query: &Query,
        off: &BTreeSet<String>,
        only_home: bool,
        judge: &(dyn Fn(&Record) -> Edition + Sync),
    ) -> Option<(Record, Edition)> {
        let query = ask::bounded(query);
        if query.is_empty() {
            return None;
        }
        let roster = self.inner.sources();
        let resting = self.inner.resting(&roster, off, self.inner.clock.now());
        let awake = roster.iter().filter(|listed| !resting.contains_key(&listed.config.id));
        let sources: Vec<_> = awake
            .filter(|listed| listed.config.home || !only_home)
            .filter_map(|listed| listed.source.clone())
            .collect();
        lookup::nearest(&sources, &query, off, self.inner.limits.lookup, judge).await
    }

    /// Stops everything and waits until what came is kept.
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
            return Ok(Arc::clone(live)); // somebody else was faster
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

    /// The sources that are left alone now. When there was no way to any of those that would be asked, it
    /// was our own network that was gone: then none is left alone.
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
        // the list is whole after every step, whoever panicked
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.held().iter().find(|live| live.id == id).cloned()
    }

    fn is_home(&self, id: &str) -> bool {
        self.sources().iter().any(|listed| listed.config.home && listed.config.id == id)
    }
}

/// Makes the tables of written forms, which take a noticeable time at their first use, before the first
/// record needs them; does nothing when they are there. Blocks.
pub(crate) fn make_tables() {
    let forms = hongyan_model::variants::forms("鴻雁传書");
    let keyed = keys::Keyed::new(Record { title: forms.concat(), ..Record::default() });
    tracing::debug!(
        forms = forms.len(),
        folded = keyed.title().len(),
        "The tables of written forms are made."
    );
}

/// Holds one more; the oldest that has ended goes.
fn hold(held: &mut VecDeque<Arc<Live>>, live: Arc<Live>) {
    held.push_back(live);
    while held.len() > HELD {
        let Some(at) = held.iter().position(|live| live.results().done()) else { break };
        held.remove(at);
    }
}
