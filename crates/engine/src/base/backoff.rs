//! Exponential backoff, shared by the outbox, the sync and the sources.

use std::time::Duration;

/// The wait after `failures` failures in a row (1 is the first): `first`, doubled with each failure, at most
/// `longest` and never less than `first`. Deterministic: the caller adds the jitter.
pub(crate) fn doubling(first: Duration, longest: Duration, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    first.saturating_mul(1 << doublings).min(longest.max(first))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::doubling;

    #[test]
    fn it_doubles_up_to_the_longest_and_never_overflows() {
        let seconds = |first, longest, failures| {
            doubling(Duration::from_secs(first), Duration::from_secs(longest), failures).as_secs()
        };
        assert_eq!([0, 1, 2, 3, 4].map(|n| seconds(5, 30, n)), [5, 5, 10, 20, 30]);
        assert_eq!(seconds(5, 1, 1), 5, "not less than the first");
        assert_eq!(doubling(Duration::MAX, Duration::MAX, u32::MAX), Duration::MAX);
    }
}
