//! Runs parts of a suite in parallel, each worker a thread with its own runtime.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Verdict;

/// Number of parallel parts: `HONGYAN_TORTURE_WORKERS`, by default two.
fn parallel_parts() -> u32 {
    let given = std::env::var("HONGYAN_TORTURE_WORKERS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(2).clamp(1, 64)
}

/// Runs the parts in parallel and adds their results. Tasks that a part leaves running end with its runtime.
pub async fn share<F>(whole: Verdict, parts: u32, run: impl Fn(u32) -> F + Send + Sync + 'static) -> Verdict
where
    F: Future<Output = Verdict>,
{
    let (next, run) = (Arc::new(AtomicU32::new(0)), Arc::new(run));
    let id = whole.id;
    let threads: Vec<_> = (0..parallel_parts())
        .map(|_| {
            let (next, run) = (Arc::clone(&next), Arc::clone(&run));
            tokio::task::spawn_blocking(move || {
                let mut found = Verdict::new(id);
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts {
                        return found;
                    }
                    match catch_unwind(AssertUnwindSafe(|| alone(run(part)))) {
                        Ok(verdict) => found.add(verdict),
                        Err(_) => found.fail(format!("part {part} stumbled; see above")),
                    }
                }
            })
        })
        .collect();
    let mut whole = whole;
    for thread in threads {
        match thread.await {
            Ok(found) => whole.add(found),
            Err(error) => whole.fail(format!("a worker ended early: {error}")),
        }
    }
    whole
}

fn alone<F: Future>(part: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(part)
}
