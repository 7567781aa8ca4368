//! The patron's mailbox against real servers and played ones.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod care;
mod lies;
mod manners;
mod servers;
mod suite;

use std::time::Duration;

use jiff::Timestamp;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A day at noon, counted from the first of November 2026.
fn day(n: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    first + jiff::SignedDuration::from_hours(24 * n)
}
