//! Deduplication, ranking and facets over given records, for measurements (`tests/tools`, benchmarks).
//! The program itself uses [`super::Searches`].

use std::sync::Arc;

use hongyan_model::work::Work;
use hongyan_model::{Query, Record};
use jiff::Timestamp;

use super::keys::Keyed;
use super::results::{Question, Results};
use super::{Page, ask};
use crate::view::{SearchView, SourceState, SourceView};

/// A record with its comparison keys.
#[derive(Debug, Clone)]
pub struct Prepared(Arc<Keyed>);

/// Computes the keys of a record: the expensive part, measured separately from merging.
pub fn prepare(record: Record) -> Prepared {
    Prepared(Arc::new(Keyed::new(record)))
}

/// Builds the tables of character variants, as the first search does.
pub fn warm() {
    super::make_tables();
}

/// A search over given records.
#[derive(Debug)]
pub struct Pool {
    results: Results,
}

impl Pool {
    /// Creates a search for a text, over sources with these ids.
    pub fn new(text: &str, sources: &[String]) -> Pool {
        Pool::of(text, ask::bounded(&Query::from_box(text)), sources)
    }

    fn of(text: &str, query: Query, sources: &[String]) -> Pool {
        let view = |id: &String| SourceView {
            id: id.clone(),
            name: id.clone(),
            name_en: String::new(),
            protocol: String::new(),
            state: SourceState::Done,
            hits: None,
            records: 0,
            first_ms: None,
            done_ms: None,
            problem: None,
            dropped: Vec::new(),
            retry_at: None,
            link: String::new(),
            unread: None,
        };
        let question =
            Question { id: String::new(), text: text.to_owned(), query, searched_at: Timestamp::UNIX_EPOCH };
        Pool { results: Results::new(question, sources.iter().map(|id| (view(id), false)).collect()) }
    }

    /// Adds records of the source with this index, in its order.
    pub fn take(&mut self, source: usize, records: Vec<Prepared>) {
        self.results.take(source, records.into_iter().map(|prepared| prepared.0).collect(), usize::MAX);
    }

    /// A page, as the screen gets it: merges, ranks and counts the records added since the last call.
    pub fn view(&mut self, page: &Page) -> SearchView {
        self.results.view(page)
    }

    /// Every work with its members, best first.
    pub fn ranked(&mut self) -> Vec<Work> {
        self.results.ranked()
    }
}
