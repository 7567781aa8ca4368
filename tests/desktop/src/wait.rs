//! Waiting for what will be true, with a limit.

use std::time::{Duration, Instant};

/// Longest wait for anything; a slow machine that builds something else beside us is still faster.
pub const PATIENCE: Duration = Duration::from_secs(45);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// Looks until there is something; panics with `what` when the time is over.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(LOOK).await;
    }
}
