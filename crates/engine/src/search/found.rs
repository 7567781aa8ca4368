//! A work of a search, and the row that shows it.

use std::cmp::Ordering;
use std::sync::Arc;

use hongyan_model::text::is_han;
use hongyan_model::work::Availability;
use hongyan_model::{Kind, Record};

use super::ask::Asked;
use super::blend::blend;
use super::keys::Keyed;
use super::mark::matches;
use super::merge::Edge;
use super::rank::{Placed, score};
use super::terms::Terms;
use crate::view::{SortOrder, WorkRow};

/// Names in the line of creators at most.
const NAMES: usize = 5;

/// A record in a search.
#[derive(Debug)]
pub(crate) struct Entry {
    /// the record with its keys
    pub keyed: Arc<Keyed>,
    /// index of its source
    pub source: usize,
    /// rank in its source, from 0
    pub position: u32,
}

/// What works are computed with, besides their records.
pub(crate) struct Means<'a> {
    /// the query
    pub asked: &'a Asked,
    /// by source: whether it is the patron's own library
    pub home: &'a [bool],
    /// dictionary of language codes
    pub languages: &'a mut Terms,
    /// dictionary of libraries
    pub holders: &'a mut Terms,
}

/// A merged work with the precomputed fields of rows, facets and sorting.
#[derive(Debug)]
pub(crate) struct FoundWork {
    /// indices of its records, the most complete first
    pub members: Vec<usize>,
    /// evidence by which its records were joined
    pub edges: Vec<Edge>,
    /// smallest key of its members: independent of the order of arrival
    pub key: u64,
    /// merged record, as shown
    pub merged: Arc<Record>,
    /// kind
    pub kind: Kind,
    /// year
    pub year: Option<i32>,
    /// number of its language in the dictionary
    pub language: Option<u32>,
    /// best way to obtain it
    pub availability: Availability,
    /// indices of the sources that have it, ascending
    pub sources: Vec<usize>,
    /// numbers of the libraries that have it, distinct
    pub holders: Vec<u32>,
    /// relevance; larger is better
    pub score: f64,
    /// the member whose title is shown; none when no member has it
    titled: Option<Arc<Keyed>>,
    /// 索书号 in the own library; empty when it has none
    pub call_number: String,
}

impl FoundWork {
    /// Merges entries (`members` ordered by key) into a work.
    pub(crate) fn new(means: &mut Means<'_>, members: &[(usize, &Entry)], edges: Vec<Edge>) -> FoundWork {
        if let [(index, entry)] = members {
            return FoundWork::alone(means, *index, entry);
        }
        let keyed: Vec<&Keyed> = members.iter().map(|(_, entry)| &*entry.keyed).collect();
        let (merged, order) = blend(&keyed);
        let mut sources: Vec<usize> = members.iter().map(|(_, entry)| entry.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let placed: Vec<Placed<'_>> = members.iter().map(|(_, entry)| placed(entry)).collect();
        let titled = members.iter().find(|(_, entry)| entry.keyed.record.title == merged.title);
        FoundWork {
            members: order.iter().filter_map(|at| members.get(*at).map(|(index, _)| *index)).collect(),
            edges,
            key: keyed.iter().map(|keyed| keyed.key).min().unwrap_or_default(),
            titled: titled.map(|(_, entry)| Arc::clone(&entry.keyed)),
            ..FoundWork::of(means, merged, &placed, sources, members.iter().map(|(_, entry)| *entry))
        }
    }

    /// A work of one record, which is the common case.
    pub(crate) fn alone(means: &mut Means<'_>, index: usize, entry: &Entry) -> FoundWork {
        let merged = Arc::clone(&entry.keyed.record);
        FoundWork {
            members: vec![index],
            key: entry.keyed.key,
            titled: Some(Arc::clone(&entry.keyed)),
            ..FoundWork::of(means, merged, &[placed(entry)], vec![entry.source], std::iter::once(entry))
        }
    }

    fn of<'a>(
        means: &mut Means<'_>,
        merged: Arc<Record>,
        placed: &[Placed<'_>],
        sources: Vec<usize>,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> FoundWork {
        let is_home = |source: usize| means.home.get(source).copied().unwrap_or(false);
        let own = sources.iter().any(|source| is_home(*source));
        let numbers =
            |entry: &'a Entry| entry.keyed.record.holdings.iter().map(|one| one.call_number.as_str());
        let call_number = if own {
            let mut at_home = entries.filter(|entry| is_home(entry.source)).flat_map(numbers);
            at_home.find(|number| !number.is_empty()).unwrap_or_default().to_owned()
        } else {
            String::new()
        };
        let availability = if own {
            Availability::OwnLibrary
        } else if merged.open_access() {
            Availability::OpenAccess
        } else {
            Availability::Request
        };
        let mut holders: Vec<u32> = Vec::new();
        for holding in &merged.holdings {
            if let Some(holder) = means.holders.take(&holding.library)
                && !holders.contains(&holder)
            {
                holders.push(holder);
            }
        }
        FoundWork {
            members: Vec::new(),
            edges: Vec::new(),
            key: 0,
            kind: merged.kind,
            year: merged.year,
            language: means.languages.take(&merged.language),
            availability,
            sources,
            holders,
            score: score(means.asked, placed, own),
            titled: None,
            call_number,
            merged,
        }
    }

    /// The folded title of the row.
    fn title(&self) -> &str {
        self.titled.as_ref().map(|keyed| keyed.title()).unwrap_or_default()
    }

    /// The sort key of the title.
    fn sound(&self) -> &str {
        self.titled.as_ref().map(|keyed| keyed.sound()).unwrap_or_default()
    }

    /// Compares two works in a sort order. Total, so that the list is the same in every run.
    pub(crate) fn compare(&self, other: &FoundWork, sort: SortOrder) -> Ordering {
        let relevance = || {
            other
                .score
                .total_cmp(&self.score)
                .then_with(|| self.title().cmp(other.title()))
                .then_with(|| other.year.cmp(&self.year))
        };
        let by = match sort {
            SortOrder::Relevance => relevance(),
            SortOrder::Newest => other.year.cmp(&self.year).then_with(relevance),
            // works without a year come last in both directions
            SortOrder::Oldest => {
                let year = |work: &FoundWork| work.year.unwrap_or(i32::MAX);
                year(self).cmp(&year(other)).then_with(relevance)
            }
            SortOrder::Title => {
                let title = |work: &FoundWork| work.title().is_empty();
                title(self)
                    .cmp(&title(other))
                    .then_with(|| self.sound().cmp(other.sound()))
                    .then_with(|| self.title().cmp(other.title()))
                    .then_with(relevance)
            }
        };
        by.then_with(|| self.key.cmp(&other.key))
    }

    /// The row of the list; `words` are highlighted in the title.
    pub(crate) fn row(&self, id: String, words: &[&str], source_ids: &[String]) -> WorkRow {
        let record = &self.merged;
        let title = display_title(record);
        let names: Vec<&str> = record.creators.iter().take(NAMES).map(|c| c.name.as_str()).collect();
        let mut creators = names.join("; ");
        if record.creators.len() > NAMES {
            creators.push_str("; …");
        }
        WorkRow {
            id,
            kind: record.kind,
            matches: matches(&title, words),
            title,
            creators,
            container: if record.container.is_empty() { &record.publisher } else { &record.container }
                .clone(),
            year: record.year,
            language: record.language.clone(),
            availability: self.availability,
            call_number: self.call_number.clone(),
            sources: self.sources.iter().filter_map(|source| source_ids.get(*source).cloned()).collect(),
        }
    }
}

fn placed(entry: &Entry) -> Placed<'_> {
    Placed { keyed: &entry.keyed, source: entry.source, position: entry.position }
}

/// Title with subtitle and part in one line, with the punctuation of its script.
fn display_title(record: &Record) -> String {
    let mut title = record.title.clone();
    if !record.subtitle.is_empty() {
        title.push_str(if record.title.chars().any(is_han) { "：" } else { ": " });
        title.push_str(&record.subtitle);
    }
    if !record.part.is_empty() {
        title.push_str(if record.title.chars().any(is_han) { "　" } else { ". " });
        title.push_str(&record.part);
    }
    title
}
