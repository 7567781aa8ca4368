//! Conformance suites for search sources and request gateways, as functions that panic on a violation. A
//! new connector needs a few lines in `tests/` that run them.
//!
//! Start at [`search`] for sources and at [`gateway`] and [`messages`] for platforms. The other side is
//! the sandbox of `tests/sandbox`, fixtures in the format of a source ([`recorded`]), or a third party's
//! server (`tests/zebra`) behind a proxy that injects faults ([`wire`]).

// assertions panic: here a panic is a finding, not a crash
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod gateway;
pub mod messages;
pub mod recorded;
pub mod search;
pub mod wire;

use std::time::Duration;

/// Timeout of any wait; a test that reaches it fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until a condition holds.
///
/// # Panics
/// When it does not hold within [`PATIENCE`].
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited in vain until {what}");
}
