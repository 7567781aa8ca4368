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
use crate::view::Heard;

/// Records requested from each source.
const ASKED: usize = 10;

/// Classifies a record against the wanted edition.
pub(super) type Judge<'a> = &'a (dyn Fn(&Record) -> Edition + Sync);

/// What a look-up found, and whether it could ask: not asked is no answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nearest {
    /// the record of the wanted edition, else the closest
    pub found: Option<(Record, Edition)>,
    /// whether the catalogues answered; none where there was no question for them
    pub heard: Option<Heard>,
}

/// Queries all sources in parallel and returns the first record of the wanted edition that matches the
/// query (by identifier, or by title); when there is none before the deadline, the closest. Cancels the
/// other sources when it is found.
pub(crate) async fn nearest(
    sources: &[Arc<dyn SearchSource>],
    query: &Query,
    off: &BTreeSet<String>,
    deadline: Duration,
    judge: Judge<'_>,
) -> Nearest {
    let asked = Asked::new(query);
    let mut running: FuturesUnordered<_> = sources
        .iter()
        .filter(|source| !off.contains(&source.config().id))
        // a panic counts as no result
        .map(|source| AssertUnwindSafe(one(source, query, &asked, judge)).catch_unwind())
        .collect();
    let (mut best, mut silent, mut answered) = (None, running.len(), 0_usize);
    let until = tokio::time::Instant::now() + deadline;
    while let Ok(Some(outcome)) = tokio::time::timeout_at(until, running.next()).await {
        let Ok((found, whole)) = outcome else { continue };
        if let Some(found) = found {
            nearer(&mut best, found);
        }
        if whole {
            silent -= 1;
            answered += 1;
        }
        if matches!(best, Some((_, Edition::Same))) {
            break;
        }
    }
    let heard = match (answered, silent) {
        (0, _) => Heard::Nobody,
        (_, 0) => Heard::All,
        _ => Heard::Some,
    };
    Nearest { found: best, heard: Some(heard) }
}

/// Keeps the better of two; the first among equals.
fn nearer(best: &mut Option<(Record, Edition)>, found: (Record, Edition)) {
    if best.as_ref().is_none_or(|(_, known)| found.1 > *known) {
        *best = Some(found);
    }
}

/// What one source has, and whether it answered to the end.
async fn one(
    source: &Arc<dyn SearchSource>,
    query: &Query,
    asked: &Asked,
    judge: Judge<'_>,
) -> (Option<(Record, Edition)>, bool) {
    let mut best = None;
    let mut stream = source.search(query, ASKED);
    let mut room = ASKED * 2; // batches, including empty ones
    while let Some(batch) = stream.next().await {
        let Ok(batch) = batch else { return (best, false) };
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
                return (best, true);
            }
        }
        let Some(left) = room.checked_sub(1) else { break };
        room = left;
    }
    (best, true)
}

fn is_it(asked: &Asked, keyed: &Keyed) -> bool {
    match &asked.identifier {
        Some(identifier) => keyed.record.identifiers.contains(identifier) && !keyed.title().is_empty(),
        None => asked.clauses.iter().any(|clause| keyed.titles.contains(&clause.phrase)),
    }
}
