//! Filters works and counts facets.

use std::collections::BTreeMap;

use hongyan_model::Kind;
use hongyan_model::work::Availability;

use super::found::FoundWork;
use super::terms::Terms;
use crate::view::{FacetValue, Facets, SearchFilter, YearCount};

/// Libraries listed at most; a union catalogue names a thousand.
const HOLDERS: usize = 100;
/// Years counted in an array; others are counted in a map.
const YEARS: std::ops::Range<i32> = 1_400..2_100;
/// All values in the order of [`Availability`].
const WAYS: [Availability; 3] = [Availability::OwnLibrary, Availability::OpenAccess, Availability::Request];

/// Dictionaries from numbers to names.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    /// ids of the sources, by index
    pub sources: &'a [String],
    /// ISO 639-2 codes
    pub languages: &'a Terms,
    /// libraries
    pub holders: &'a Terms,
}

/// A filter compiled to numbers; unknown names match nothing.
pub(crate) struct Narrow<'a> {
    filter: &'a SearchFilter,
    sources: Vec<usize>,
    languages: Vec<u32>,
    holders: Vec<u32>,
}

/// Bit set of the conditions that a work fails.
type Failed = u8;
const KIND: Failed = 1;
const YEAR: Failed = 2;
const LANGUAGE: Failed = 4;
const SOURCE: Failed = 8;
const WAY: Failed = 16;
const HOLDER: Failed = 32;

impl<'a> Narrow<'a> {
    /// Compiles a filter.
    pub(crate) fn new(filter: &'a SearchFilter, names: Names<'_>) -> Narrow<'a> {
        let source = |id: &String| names.sources.iter().position(|known| known == id).unwrap_or(usize::MAX);
        let number = |terms: &Terms, words: &[String]| {
            words.iter().map(|word| terms.find(word).unwrap_or(u32::MAX)).collect()
        };
        Narrow {
            filter,
            sources: filter.sources.iter().map(source).collect(),
            languages: number(names.languages, &filter.languages),
            holders: number(names.holders, &filter.holders),
        }
    }

    /// The conditions that a work fails; 0 when it passes.
    pub(crate) fn failed(&self, work: &FoundWork) -> Failed {
        let filter = self.filter;
        let mut failed = 0;
        if !filter.kinds.is_empty() && !filter.kinds.contains(&work.kind) {
            failed |= KIND;
        }
        if filter.year_from.is_some() || filter.year_to.is_some() {
            let inside = work.year.is_some_and(|year| {
                filter.year_from.is_none_or(|from| year >= from) && filter.year_to.is_none_or(|to| year <= to)
            });
            if !inside {
                failed |= YEAR;
            }
        }
        if !self.languages.is_empty() && !work.language.is_some_and(|own| self.languages.contains(&own)) {
            failed |= LANGUAGE;
        }
        if !self.sources.is_empty() && !self.sources.iter().any(|s| work.sources.contains(s)) {
            failed |= SOURCE;
        }
        if !filter.availability.is_empty() && !filter.availability.contains(&work.availability) {
            failed |= WAY;
        }
        if !self.holders.is_empty() && !self.holders.iter().any(|holder| work.holders.contains(holder)) {
            failed |= HOLDER;
        }
        failed
    }
}

/// Facet counts. Each facet counts the works that pass all *other* conditions, so that a selected value
/// still shows what another selection would give.
pub(crate) struct Tally {
    kinds: Vec<u32>,
    years: Vec<u32>,
    other_years: BTreeMap<i32, u32>,
    languages: Vec<u32>,
    sources: Vec<u32>,
    ways: Vec<u32>,
    holders: Vec<u32>,
}

impl Tally {
    /// Creates zero counts.
    pub(crate) fn new(names: Names<'_>) -> Tally {
        Tally {
            kinds: vec![0; Kind::ALL.len()],
            years: vec![0; YEARS.len()],
            other_years: BTreeMap::new(),
            languages: vec![0; names.languages.count()],
            sources: vec![0; names.sources.len()],
            ways: vec![0; WAYS.len()],
            holders: vec![0; names.holders.count()],
        }
    }

    /// Counts a work that fails the given conditions.
    pub(crate) fn add(&mut self, work: &FoundWork, failed: Failed) {
        let only = |condition: Failed| failed & !condition == 0;
        let one = |counts: &mut [u32], at: usize| {
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        };
        if only(KIND) {
            one(&mut self.kinds, work.kind as usize);
        }
        if only(YEAR)
            && let Some(year) = work.year
        {
            match usize::try_from(year.saturating_sub(YEARS.start)) {
                Ok(at) if YEARS.contains(&year) => one(&mut self.years, at),
                _ => *self.other_years.entry(year).or_default() += 1,
            }
        }
        if only(LANGUAGE)
            && let Some(language) = work.language
        {
            one(&mut self.languages, language as usize);
        }
        if only(SOURCE) {
            work.sources.iter().for_each(|source| one(&mut self.sources, *source));
        }
        if only(WAY) {
            one(&mut self.ways, work.availability as usize);
        }
        if only(HOLDER) {
            work.holders.iter().for_each(|holder| one(&mut self.holders, *holder as usize));
        }
    }

    /// The facets, as the screen shows them.
    pub(crate) fn facets(self, names: Names<'_>) -> Facets {
        let mut years = self.other_years;
        let counted = YEARS.zip(self.years).filter(|(_, count)| *count > 0);
        years.extend(counted);
        let number = |terms: &Terms, at: usize| terms.word(u32::try_from(at).unwrap_or(u32::MAX)).to_owned();
        let mut holders = values(&self.holders, |at| number(names.holders, at));
        holders.truncate(HOLDERS);
        Facets {
            kinds: values(&self.kinds, |at| Kind::ALL.get(at).map(word).unwrap_or_default()),
            years: years.into_iter().map(|(year, count)| YearCount { year, count }).collect(),
            languages: values(&self.languages, |at| number(names.languages, at)),
            sources: values(&self.sources, |at| names.sources.get(at).cloned().unwrap_or_default()),
            availability: values(&self.ways, |at| WAYS.get(at).map(word).unwrap_or_default()),
            holders,
        }
    }
}

/// Sorts by count, most frequent first, then by value, so that the order is stable.
fn values(counts: &[u32], name: impl Fn(usize) -> String) -> Vec<FacetValue> {
    let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let mut values: Vec<FacetValue> =
        counted.map(|(at, count)| FacetValue { value: name(at), count: *count }).collect();
    values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values
}

/// The wire name of an enum value.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::Kind;

    use super::WAYS;

    #[test]
    fn tables_are_in_the_order_of_their_choices() {
        assert!(Kind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
        assert!(WAYS.iter().enumerate().all(|(at, way)| *way as usize == at));
    }
}
