//! Looks up one work in all sources, to fill a form.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use hongyan_connectors::source::SearchSource;
use hongyan_model::request::fill::Edition;
use hongyan_model::{Query, Record};

use super::ask::Asked;
use super::keys::Keyed;

/// Records requested from each source.
const ASKED: usize = 10;

/// Classifies a record against the wanted edition.
pub(super) type Judge<'a> = &'a (dyn Fn(&Record) -> Edition + Sync);

/// Queries all sources in parallel and returns the first record of the wanted edition that matches the
/// query (by identifier, or by title); when there is none before the deadline, the closest. Cancels the
/// other sources when it is found.
pub(crate) async fn nearest(
    sources: &[Arc<dyn SearchSource>],
    query: &Query,
    off: &BTreeSet<String>,
    deadline: Duration,
    judge: Judge<'_>,
) -> Option<(Record, Edition)> {
    let asked = Asked::new(query);
    let mut running: FuturesUnordered<_> = sources
        .iter()
        .filter(|source| !off.contains(&source.config().id))
        // a panic counts as no result
        .map(|source| AssertUnwindSafe(one(source, query, &asked, judge)).catch_unwind())
        .collect();
    let mut best = None;
    let until = tokio::time::Instant::now() + deadline;
    while let Ok(Some(outcome)) = tokio::time::timeout_at(until, running.next()).await {
        if let Ok(Some(found)) = outcome {
            nearer(&mut best, found);
        }
        if matches!(best, Some((_, Edition::Same))) {
            break;
        }
    }
    best
}

/// Keeps the better of two; the first among equals.
fn nearer(best: &mut Option<(Record, Edition)>, found: (Record, Edition)) {
    if best.as_ref().is_none_or(|(_, known)| found.1 > *known) {
        *best = Some(found);
    }
}

async fn one(
    source: &Arc<dyn SearchSource>,
    query: &Query,
    asked: &Asked,
    judge: Judge<'_>,
) -> Option<(Record, Edition)> {
    let mut best = None;
    let mut stream = source.search(query, ASKED);
    let mut room = ASKED * 2; // batches, including empty ones
    while let Some(Ok(batch)) = stream.next().await {
        for record in batch.records {
            let keyed = Keyed::new(record);
            if !is_it(asked, &keyed) {
                continue;
            }
            let edition = judge(&keyed.record);
            // a matching title alone does not justify a work by someone else
            if edition == Edition::OtherWork && asked.identifier.is_none() {
                continue;
            }
            let mut record = Record::clone(&keyed.record);
            source.config().id.clone_into(&mut record.source);
            nearer(&mut best, (record, edition));
            if edition == Edition::Same {
                return best;
            }
        }
        let Some(left) = room.checked_sub(1) else { break };
        room = left;
    }
    best
}

fn is_it(asked: &Asked, keyed: &Keyed) -> bool {
    match &asked.identifier {
        Some(identifier) => keyed.record.identifiers.contains(identifier) && !keyed.title().is_empty(),
        None => asked.clauses.iter().any(|clause| keyed.titles.contains(&clause.phrase)),
    }
}
