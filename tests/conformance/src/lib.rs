//! What every search source and every request gateway must pass, as functions that panic where it
//! does not. A new connector earns its place by a few lines in `tests/` that run them on it.
//!
//! Start at [`search`] for sources and at [`gateway`] and [`letters`] for platforms. The other side is the sandbox of
//! `tests/sandbox`, a fixture in the shape of a source ([`recorded`]), or a third party's server (`tests/zebra`), behind a [`wire`] that can fail.

// a suite of assertions: here a panic is a finding, not a crash
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod gateway;
pub mod letters;
pub mod recorded;
pub mod search;
pub mod wire;

use std::time::Duration;

/// Longest time that anything here may take; a test that needs it has failed.
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
