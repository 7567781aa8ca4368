//! Narrowing a list, and counting what it could be narrowed to.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use hongyan_model::Kind;
use hongyan_model::work::Availability;

use super::found::FoundWork;
use crate::view::{FacetValue, Facets, SearchFilter, YearCount};

/// A filter with its source ids as numbers.
pub(crate) struct Narrow<'a> {
    filter: &'a SearchFilter,
    sources: Vec<usize>,
    source_ids: &'a [String],
}

/// Which conditions a work fails, one bit each.
type Failed = u8;
const KIND: Failed = 1;
const YEAR: Failed = 2;
const LANGUAGE: Failed = 4;
const SOURCE: Failed = 8;
const WAY: Failed = 16;

impl<'a> Narrow<'a> {
    /// `source_ids` are the sources of the search in order; unknown ids in the filter match nothing.
    pub(crate) fn new(filter: &'a SearchFilter, source_ids: &'a [String]) -> Narrow<'a> {
        let sources = filter
            .sources
            .iter()
            .map(|id| source_ids.iter().position(|known| known == id).unwrap_or(usize::MAX))
            .collect();
        Narrow { filter, sources, source_ids }
    }

    /// True when the work passes every condition.
    pub(crate) fn passes(&self, work: &FoundWork) -> bool {
        self.failed(work) == 0
    }

    fn failed(&self, work: &FoundWork) -> Failed {
        let filter = self.filter;
        let mut failed = 0;
        if !filter.kinds.is_empty() && !filter.kinds.contains(&work.merged.kind) {
            failed |= KIND;
        }
        if filter.year_from.is_some() || filter.year_to.is_some() {
            let inside = work.merged.year.is_some_and(|year| {
                filter.year_from.is_none_or(|from| year >= from) && filter.year_to.is_none_or(|to| year <= to)
            });
            if !inside {
                failed |= YEAR;
            }
        }
        if !filter.languages.is_empty() && !filter.languages.contains(&work.merged.language) {
            failed |= LANGUAGE;
        }
        if !filter.sources.is_empty() && !self.sources.iter().any(|s| work.sources.contains(s)) {
            failed |= SOURCE;
        }
        if !filter.availability.is_empty() && !filter.availability.contains(&work.availability) {
            failed |= WAY;
        }
        failed
    }

    /// Counts each facet over the works that pass all *other* conditions, so that a chosen value
    /// still shows what choosing another would give.
    pub(crate) fn count<'w>(&self, works: impl Iterator<Item = &'w FoundWork>) -> Facets {
        let mut kinds: HashMap<Kind, u32> = HashMap::new();
        let mut years: BTreeMap<i32, u32> = BTreeMap::new();
        let mut languages: HashMap<&str, u32> = HashMap::new();
        let mut sources: HashMap<usize, u32> = HashMap::new();
        let mut ways: HashMap<Availability, u32> = HashMap::new();
        for work in works {
            let failed = self.failed(work);
            let only = |condition: Failed| failed & !condition == 0;
            if only(KIND) {
                *kinds.entry(work.merged.kind).or_default() += 1;
            }
            if only(YEAR)
                && let Some(year) = work.merged.year
            {
                *years.entry(year).or_default() += 1;
            }
            if only(LANGUAGE) && !work.merged.language.is_empty() {
                *languages.entry(&work.merged.language).or_default() += 1;
            }
            if only(SOURCE) {
                for source in &work.sources {
                    *sources.entry(*source).or_default() += 1;
                }
            }
            if only(WAY) {
                *ways.entry(work.availability).or_default() += 1;
            }
        }
        Facets {
            kinds: values(kinds, word),
            years: years.into_iter().map(|(year, count)| YearCount { year, count }).collect(),
            languages: values(languages, |language| (*language).to_owned()),
            sources: values(sources, |source| self.source_ids.get(*source).cloned().unwrap_or_default()),
            availability: values(ways, word),
        }
    }
}

/// Commonest first; equal ones by value, so that the list never flickers.
fn values<T: Eq + Hash>(counts: HashMap<T, u32>, name: impl Fn(&T) -> String) -> Vec<FacetValue> {
    let mut values: Vec<FacetValue> =
        counts.iter().map(|(value, count)| FacetValue { value: name(value), count: *count }).collect();
    values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values
}

/// A choice as it is written on the wire.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
