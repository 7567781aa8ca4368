//! R5 as a row of the harness; the suite and its file system are in tests/disk.

use crate::Verdict;

/// Runs the suite.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let hongyan_disk::Outcome { id, runs, lost, notes, passed } = hongyan_disk::power::run(seed, runs).await;
    Verdict { runs, lost, notes, passed, ..Verdict::new(id) }
}
