//! Waits for a condition, with a timeout.

use std::time::{Duration, Instant};

/// The timeout; enough for a slow machine that compiles something at the same time.
pub const TIMEOUT: Duration = Duration::from_secs(45);
/// Polling interval.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// Polls until there is a value; panics with `what` after the timeout.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < TIMEOUT, "waited in vain for {what}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
