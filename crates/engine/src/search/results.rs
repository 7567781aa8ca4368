//! State of one search: the records of each source, the works they form, and the order in which the
//! patron has seen them. Pure: no clock, no tasks; the caller holds the lock.
//!
//! **Stable order.** A *lens* is a sort order with a filter. Under one lens, rows that were returned keep
//! their positions. A new work that sorts before the last of them waits behind «n new»; one that sorts
//! after it is appended. [`Results::show_new`] and a change of the lens sort everything again, and
//! nothing waits.

use std::collections::HashSet;
use std::sync::Arc;

use hongyan_model::work::{JoinedBy, RecordJoin, Work};
use hongyan_model::{Query, Record};
use jiff::Timestamp;

use super::Page;
use super::ask::Asked;
use super::evidence::{Reason, shared_identifier};
use super::facets::{Names, Narrow, Tally};
use super::found::{Entry, FoundWork, Means};
use super::keys::Keyed;
use super::merge::{AsItIs, Edge, Groups, works};
use super::terms::Terms;
use crate::view::{SearchFilter, SearchView, SortOrder, SourceState, SourceView};

/// Rows of a page at most.
const PAGE: u32 = 200;

/// A search's state.
#[derive(Debug)]
pub(crate) struct Results {
    /// id of the search
    pub id: String,
    /// text as typed
    pub text: String,
    /// the query
    pub query: Query,
    /// when it was started
    pub searched_at: Timestamp,
    /// true when it was read from the cache
    pub from_cache: bool,
    /// in the order of the configuration
    pub sources: Vec<SourceView>,
    asked: Asked,
    source_ids: Vec<String>,
    home: Vec<bool>,
    arrived: Vec<u32>,
    entries: Vec<Entry>,
    known: HashSet<u64, AsItIs>,
    groups: Groups,
    /// indexed by the root of their group; empty where a record is no root
    works: Vec<Vec<FoundWork>>,
    languages: Terms,
    holders: Terms,
    lens: (SortOrder, SearchFilter),
    /// first member of each row returned under the lens, in order
    seen: Vec<usize>,
    /// ids of works that were returned to the screen
    given: HashSet<u64, AsItIs>,
}

/// What identifies a search.
pub(crate) struct Question {
    /// id of the search
    pub id: String,
    /// text as typed
    pub text: String,
    /// the query
    pub query: Query,
    /// when it was started
    pub searched_at: Timestamp,
}

impl Results {
    /// Creates an empty search; each source comes with whether it is the patron's own library.
    pub(crate) fn new(question: Question, sources: Vec<(SourceView, bool)>) -> Results {
        let (sources, home) = sources.into_iter().unzip();
        Results::of(question, sources, home)
    }

    /// Restores a search from the cache.
    pub(crate) fn kept(
        question: Question,
        sources: Vec<SourceView>,
        home: &dyn Fn(&str) -> bool,
        records: impl Iterator<Item = (String, u32, Arc<Keyed>)>,
    ) -> Results {
        let homes = sources.iter().map(|source| home(&source.id)).collect();
        let mut results = Results::of(question, sources, homes);
        results.from_cache = true;
        for (id, position, keyed) in records {
            if let Some(source) = results.source_number(&id) {
                results.admit(Entry { keyed, source, position });
            }
        }
        results
    }

    fn of(question: Question, sources: Vec<SourceView>, home: Vec<bool>) -> Results {
        Results {
            asked: Asked::new(&question.query),
            id: question.id,
            text: question.text,
            query: question.query,
            searched_at: question.searched_at,
            from_cache: false,
            source_ids: sources.iter().map(|source| source.id.clone()).collect(),
            arrived: vec![0; sources.len()],
            sources,
            home,
            entries: Vec::new(),
            known: HashSet::default(),
            groups: Groups::default(),
            works: Vec::new(),
            languages: Terms::default(),
            holders: Terms::default(),
            lens: (SortOrder::default(), SearchFilter::default()),
            seen: Vec::new(),
            given: HashSet::default(),
        }
    }

    /// The index of a source.
    pub(crate) fn source_number(&self, id: &str) -> Option<usize> {
        self.source_ids.iter().position(|known| known == id)
    }

    /// Adds records of a source, in its order, until the search has `cap` records. A record that the
    /// source sent before (when queried again) is ignored.
    pub(crate) fn take(&mut self, source: usize, records: Vec<Arc<Keyed>>, cap: usize) {
        for keyed in records {
            let position = self.arrived.get(source).copied().unwrap_or_default();
            if self.entries.len() >= cap {
                break;
            }
            if let Some(arrived) = self.arrived.get_mut(source) {
                *arrived += 1;
            }
            self.admit(Entry { keyed, source, position });
        }
    }

    /// Restarts the ranking of a source that is queried again at position 0.
    pub(crate) fn restart(&mut self, source: usize) {
        if let Some(arrived) = self.arrived.get_mut(source) {
            *arrived = 0;
        }
    }

    fn admit(&mut self, entry: Entry) {
        if !self.known.insert(entry.keyed.key) {
            return;
        }
        let entries = &self.entries;
        self.groups.add(&entry.keyed, |index| entries.get(index).map(|entry| &*entry.keyed));
        if let Some(source) = self.sources.get_mut(entry.source) {
            source.records += 1;
        }
        self.entries.push(entry);
    }

    /// Records from index `from` on, with the id of their source and their position there.
    pub(crate) fn records(&self, from: usize) -> impl Iterator<Item = (&str, u32, &Arc<Record>)> {
        self.entries.iter().skip(from).map(|entry| {
            let source = self.source_ids.get(entry.source).map(String::as_str).unwrap_or_default();
            (source, entry.position, &entry.keyed.record)
        })
    }

    /// True while there is no record.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True when every source has ended.
    pub(crate) fn done(&self) -> bool {
        self.sources.iter().all(|source| ended(source.state))
    }

    /// Number of works.
    pub(crate) fn count(&mut self) -> usize {
        self.settle();
        self.works.iter().map(Vec::len).sum()
    }

    /// Recomputes the works of the groups that changed.
    fn settle(&mut self) {
        let Results { groups, entries, works: all, asked, home, languages, holders, .. } = self;
        let (changed, gone) = groups.take_changed();
        all.resize_with(entries.len(), Vec::new);
        for root in gone {
            if let Some(works) = all.get_mut(root) {
                *works = Vec::new();
            }
        }
        let mut means = Means { asked, home, languages, holders };
        for root in changed {
            let Some(slot) = all.get_mut(root) else { continue };
            if groups.alone(root) {
                *slot = entries
                    .get(root)
                    .map(|entry| FoundWork::alone(&mut means, root, entry))
                    .into_iter()
                    .collect();
                continue;
            }
            let keyed: Vec<(usize, &Keyed)> = groups
                .members(root)
                .filter_map(|index| entries.get(index).map(|entry| (index, &*entry.keyed)))
                .collect();
            *slot = works(&keyed, groups.edges(root))
                .into_iter()
                .map(|part| {
                    let members: Vec<(usize, &Entry)> = part
                        .members
                        .iter()
                        .filter_map(|index| entries.get(*index).map(|entry| (*index, entry)))
                        .collect();
                    FoundWork::new(&mut means, &members, part.edges)
                })
                .collect();
        }
    }

    fn names(&self) -> Names<'_> {
        Names { sources: &self.source_ids, languages: &self.languages, holders: &self.holders }
    }

    /// A page through a lens.
    pub(crate) fn view(&mut self, page: &Page) -> SearchView {
        self.settle();
        let lens = (page.sort, page.filter.clone());
        if self.lens != lens {
            self.lens = lens;
            self.seen.clear();
        }
        let limit = page.limit.min(PAGE) as usize;
        let offset = page.offset as usize;
        let end = offset.saturating_add(limit);

        let seen = std::mem::take(&mut self.seen);
        let roots: Vec<usize> = seen.iter().map(|index| self.groups.find(*index)).collect();
        let narrow = Narrow::new(&self.lens.1, self.names());
        let mut listed: Vec<&FoundWork> = Vec::new();
        let mut fixed: HashSet<u64, AsItIs> = HashSet::default();
        for (index, root) in seen.iter().zip(roots) {
            let work = self.works.get(root).into_iter().flatten().find(|work| work.members.contains(index));
            // a work that merged with an earlier row loses its position; one that no longer passes the
            // filter is dropped
            if let Some(work) = work
                && fixed.insert(work.key)
                && narrow.failed(work) == 0
            {
                listed.push(work);
            }
        }
        let kept = listed.len();
        let last = listed.iter().copied().max_by(|a, b| a.compare(b, page.sort));
        let mut rest: Vec<&FoundWork> = Vec::new();
        let mut tally = Tally::new(self.names());
        let (mut found, mut waiting) = (0usize, 0usize);
        for work in self.works.iter().flatten() {
            let failed = narrow.failed(work);
            if failed == 0 && (fixed.is_empty() || !fixed.contains(&work.key)) {
                if last.is_some_and(|last| work.compare(last, page.sort).is_lt()) {
                    waiting += 1;
                    continue;
                }
                rest.push(work);
            }
            found += 1;
            tally.add(work, failed);
        }
        let shown = kept + rest.len();
        // partial sort: only the rows that are returned have to be in order
        let wanted = end.saturating_sub(kept);
        let by = |a: &&FoundWork, b: &&FoundWork| a.compare(b, page.sort);
        if (1..rest.len()).contains(&wanted) {
            rest.select_nth_unstable_by(wanted - 1, by);
        }
        rest.truncate(wanted);
        rest.sort_unstable_by(by);
        listed.extend(rest);

        let words = self.asked.title_words();
        let given = &mut self.given;
        let entries = &self.entries;
        let rows = listed
            .iter()
            .skip(offset)
            .take(limit)
            .map(|work| {
                let id = name(work, entries, given);
                given.insert(id);
                work.row(format!("{id:016x}"), &words, &self.source_ids)
            })
            .collect();
        // the rows seen before, and those appended now
        self.seen = listed.iter().filter_map(|work| work.members.first().copied()).collect();
        let facets = tally.facets(self.names());
        let hits = |source: &SourceView| source.hits.unwrap_or(0).max(u64::from(source.records));
        SearchView {
            search_id: self.id.clone(),
            text: self.text.clone(),
            query: self.query.clone(),
            works: rows,
            offset: page.offset,
            shown: u32::try_from(shown).unwrap_or(u32::MAX),
            found: u32::try_from(found).unwrap_or(u32::MAX),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            total_low: self.sources.iter().map(hits).max().unwrap_or(0),
            total_high: self.sources.iter().map(hits).fold(0, u64::saturating_add),
            sources: self.sources.clone(),
            facets,
            done: self.done(),
            from_cache: self.from_cache,
            searched_at: self.searched_at,
        }
    }

    /// Inserts the waiting works into the list.
    pub(crate) fn show_new(&mut self) {
        self.seen.clear();
    }

    /// The work with an id that was returned at any time, even if it has been merged with others since.
    pub(crate) fn work(&mut self, id: &str) -> Option<Work> {
        self.settle();
        let key = u64::from_str_radix(id, 16).ok()?;
        let index = self.entries.iter().position(|entry| entry.keyed.key == key)?;
        let root = self.groups.find(index);
        let work = self.works.get(root)?.iter().find(|work| work.members.contains(&index))?;
        Some(self.whole(work))
    }

    /// Every work, best first.
    pub(crate) fn ranked(&mut self) -> Vec<Work> {
        self.settle();
        let mut all: Vec<&FoundWork> = self.works.iter().flatten().collect();
        all.sort_unstable_by(|a, b| a.compare(b, SortOrder::Relevance));
        all.into_iter().map(|work| self.whole(work)).collect()
    }

    fn whole(&self, work: &FoundWork) -> Work {
        let mut merged = Record::clone(&work.merged);
        merged.raw = None; // the members have theirs
        Work {
            id: format!("{:016x}", name(work, &self.entries, &self.given)),
            merged,
            members: work
                .members
                .iter()
                .filter_map(|index| self.entries.get(*index))
                .map(|entry| Record::clone(&entry.keyed.record))
                .collect(),
            availability: work.availability,
            joined_by: work.edges.iter().filter_map(|edge| self.join(work, edge)).collect(),
        }
    }

    fn join(&self, work: &FoundWork, edge: &Edge) -> Option<RecordJoin> {
        let place = |index| work.members.iter().position(|member| *member == index);
        let (one, two) = (place(edge.a)?, place(edge.b)?);
        let by = match edge.reason {
            Reason::NumberAndTitle | Reason::Number | Reason::Unsaid => JoinedBy::Identifier,
            Reason::Title => JoinedBy::Title,
            Reason::Letters => JoinedBy::Pinyin,
        };
        let (a, b) = (&self.entries.get(edge.a)?.keyed, &self.entries.get(edge.b)?.keyed);
        let identifier = (by == JoinedBy::Identifier).then(|| shared_identifier(a, b)).flatten();
        Some(RecordJoin {
            member: u32::try_from(one.max(two)).ok()?,
            with: u32::try_from(one.min(two)).ok()?,
            by,
            identifier,
        })
    }
}

/// Id of a work: the one under which it was returned before, so that a selection survives when a record
/// joins it; otherwise the smallest key of its members.
fn name(work: &FoundWork, entries: &[Entry], given: &HashSet<u64, AsItIs>) -> u64 {
    let keys = work.members.iter().filter_map(|index| entries.get(*index)).map(|entry| entry.keyed.key);
    keys.filter(|key| given.contains(key)).min().unwrap_or(work.key)
}

/// True for a state in which a source sends nothing more.
pub(crate) fn ended(state: SourceState) -> bool {
    !matches!(state, SourceState::Waiting | SourceState::Slow | SourceState::Receiving)
}
