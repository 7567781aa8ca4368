//! A work as a search holds it, and the line that a screen shows of it.

use std::cmp::Ordering;
use std::sync::Arc;

use hongyan_model::Record;
use hongyan_model::text::is_han;
use hongyan_model::work::Availability;

use super::ask::Asked;
use super::blend::blend;
use super::keys::Keyed;
use super::mark::matches;
use super::merge::Edge;
use super::rank::{Placed, score};
use crate::view::{SortOrder, WorkRow};

/// Names in the one line of creators.
const NAMES: usize = 5;

/// A record in a search.
#[derive(Debug)]
pub(crate) struct Entry {
    /// with its keys
    pub keyed: Keyed,
    /// number of its source
    pub source: usize,
    /// place in its source's own order, from 0
    pub position: u32,
}

/// A merged work with all that lists, facets and sorting ask of it.
#[derive(Debug)]
pub(crate) struct FoundWork {
    /// indices into the search's records, the fullest first
    pub members: Vec<usize>,
    /// why they are one
    pub edges: Vec<Edge>,
    /// smallest key of its members: the same whatever came first
    pub key: u64,
    /// what is shown
    pub merged: Arc<Record>,
    /// best way to get it
    pub availability: Availability,
    /// numbers of the sources that have it, ascending
    pub sources: Vec<usize>,
    /// larger is better
    pub score: f64,
    /// folded title
    pub title: String,
    /// what the title is sorted by
    pub sound: String,
    /// 索书号 in the own library
    pub call_number: String,
}

impl FoundWork {
    /// Merges entries (`members` by key) into a work. `home` says of each source whether it is the
    /// patron's own library.
    pub(crate) fn new(
        asked: &Asked,
        members: &[(usize, &Entry)],
        edges: Vec<Edge>,
        home: &[bool],
    ) -> FoundWork {
        let keyed: Vec<&Keyed> = members.iter().map(|(_, entry)| &entry.keyed).collect();
        let (merged, order) = blend(&keyed);
        let is_home = |source: usize| home.get(source).copied().unwrap_or(false);
        let mut sources: Vec<usize> = members.iter().map(|(_, entry)| entry.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let own = sources.iter().any(|source| is_home(*source));
        let placed: Vec<Placed<'_>> = members
            .iter()
            .map(|(_, e)| Placed { keyed: &e.keyed, source: e.source, position: e.position })
            .collect();
        let call_number = members
            .iter()
            .filter(|(_, entry)| is_home(entry.source))
            .flat_map(|(_, entry)| &entry.keyed.record.holdings)
            .map(|holding| holding.call_number.as_str())
            .find(|number| !number.is_empty())
            .unwrap_or_default()
            .to_owned();
        let availability = if own {
            Availability::OwnLibrary
        } else if merged.open_access() {
            Availability::OpenAccess
        } else {
            Availability::Request
        };
        let titled = keyed.iter().find(|keyed| keyed.record.title == merged.title);
        let (title, sound) =
            titled.map(|keyed| (keyed.title().to_owned(), keyed.sound.clone())).unwrap_or_default();
        FoundWork {
            members: order.iter().filter_map(|at| members.get(*at).map(|(index, _)| *index)).collect(),
            edges,
            key: keyed.iter().map(|keyed| keyed.key).min().unwrap_or_default(),
            score: score(asked, &placed, own),
            merged,
            availability,
            sources,
            title,
            sound,
            call_number,
        }
    }

    /// The order of a list: total, so that it is the same in every run.
    pub(crate) fn compare(&self, other: &FoundWork, sort: SortOrder) -> Ordering {
        let relevance = || {
            other
                .score
                .total_cmp(&self.score)
                .then_with(|| self.title.cmp(&other.title))
                .then_with(|| other.merged.year.cmp(&self.merged.year))
        };
        let by = match sort {
            SortOrder::Relevance => relevance(),
            SortOrder::Newest => other.merged.year.cmp(&self.merged.year).then_with(relevance),
            // without a year: last in both directions
            SortOrder::Oldest => {
                let year = |work: &FoundWork| work.merged.year.unwrap_or(i32::MAX);
                year(self).cmp(&year(other)).then_with(relevance)
            }
            SortOrder::Title => {
                let title = |work: &FoundWork| work.title.is_empty();
                title(self)
                    .cmp(&title(other))
                    .then_with(|| self.sound.cmp(&other.sound))
                    .then_with(|| self.title.cmp(&other.title))
                    .then_with(relevance)
            }
        };
        by.then_with(|| self.key.cmp(&other.key))
    }

    /// The line of the list; `words` are to be marked in the title.
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

/// Title with subtitle and part in one line, with the colon of its script.
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
