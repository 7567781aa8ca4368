//! Looking up one work, for filling a form.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use hongyan_connectors::source::SearchSource;
use hongyan_model::{Query, Record};

use super::ask::Asked;
use super::keys::Keyed;

/// Records asked of each source.
const ASKED: usize = 10;

/// The first record that is what was asked for: it bears the number, or its title is the text. All
/// sources are asked at once; the rest are stopped when one knows it.
pub(crate) async fn first(
    sources: &[Arc<dyn SearchSource>],
    query: &Query,
    off: &BTreeSet<String>,
    deadline: Duration,
) -> Option<Record> {
    let asked = Asked::new(query);
    let mut running: FuturesUnordered<_> = sources
        .iter()
        .filter(|source| !off.contains(&source.config().id))
        // a source that panics knows nothing
        .map(|source| AssertUnwindSafe(one(source, query, &asked)).catch_unwind())
        .collect();
    let any = async {
        while let Some(outcome) = running.next().await {
            if let Ok(Some(record)) = outcome {
                return Some(record);
            }
        }
        None
    };
    tokio::time::timeout(deadline, any).await.ok().flatten()
}

async fn one(source: &Arc<dyn SearchSource>, query: &Query, asked: &Asked) -> Option<Record> {
    let mut stream = source.search(query, ASKED);
    let mut room = ASKED * 2; // answers, empty ones too
    while let Some(Ok(batch)) = stream.next().await {
        for record in batch.records {
            let keyed = Keyed::new(record);
            if is_it(asked, &keyed) {
                let mut record = Record::clone(&keyed.record);
                source.config().id.clone_into(&mut record.source);
                return Some(record);
            }
        }
        room = room.checked_sub(1)?;
    }
    None
}

fn is_it(asked: &Asked, keyed: &Keyed) -> bool {
    match &asked.identifier {
        Some(identifier) => keyed.record.identifiers.contains(identifier) && !keyed.title().is_empty(),
        None => asked.clauses.iter().any(|clause| keyed.titles.contains(&clause.phrase)),
    }
}
