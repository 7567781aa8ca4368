//! R7 as a row of the harness; the suites and their file system are in tests/disk. Two thirds of the runs
//! flip single bits, the others do damage of all kinds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Verdict;
use crate::workers::share;

/// Number of bits that one part flips.
const PART: u32 = 50;

/// Runs the suite.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let bits = runs * 2 / 3;
    let parts = bits.div_ceil(PART);
    let mended = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&mended);
    // the last part does damage of all kinds
    let mut verdict = share(Verdict::new("R7"), parts + 1, move |part| {
        let mended = Arc::clone(&count);
        async move {
            if part == parts {
                return verdict_of(Box::pin(hongyan_disk::damage::run(seed, runs - bits)).await);
            }
            let first = part * PART;
            let seed = seed.wrapping_add(u64::from(part));
            let (outcome, here) = Box::pin(hongyan_disk::rot::run(seed, first, PART.min(bits - first))).await;
            mended.fetch_add(here, Ordering::Relaxed);
            verdict_of(outcome)
        }
    })
    .await;
    let mended = mended.load(Ordering::Relaxed);
    verdict.note(format!("single bits: {mended} of {bits} restored on the same day"));
    if mended != bits {
        verdict.fail("not every single bit was restored");
    }
    verdict
}

fn verdict_of(outcome: hongyan_disk::Outcome) -> Verdict {
    let hongyan_disk::Outcome { id, runs, lost, notes, passed } = outcome;
    Verdict { runs, lost, notes, passed, ..Verdict::new(id) }
}
