//! Searches over scripted sources, with tokio's paused clock.

mod cache;
mod fake;
mod order;
mod rest;
mod sources;

use std::collections::BTreeSet;
use std::sync::Arc;

use fake::Fake;
use hongyan_connectors::source::SearchSource;
use hongyan_store::Cache;

use super::{Limits, Page, Searches};
use crate::base::news::EventThrottle;
use crate::view::SearchView;

/// Searches over scripted sources.
fn over(fakes: &[Arc<Fake>], cache: Option<Cache>) -> Searches {
    let sources = fakes.iter().map(|fake| Arc::clone(fake) as Arc<dyn SearchSource>).collect();
    Searches::new(sources, cache, EventThrottle::default(), Limits::default(), Arc::new(crate::SystemClock))
}

/// Starts a search for 红楼梦 in all sources.
fn start(searches: &Searches) -> String {
    searches.start("红楼梦", None, &BTreeSet::new()).unwrap()
}

/// The first 50 rows by relevance.
async fn page(searches: &Searches, id: &str) -> SearchView {
    searches.view(&first(id, 50)).await.unwrap()
}

fn first(id: &str, limit: u32) -> Page {
    Page { search_id: id.into(), limit, ..Page::default() }
}

fn titles(view: &SearchView) -> Vec<&str> {
    view.works.iter().map(|row| row.title.as_str()).collect()
}
