//! Tests of the ledger's durability on failing disks: *what was acknowledged as saved is present after a
//! power failure; what could not be saved is reported; damage is detected, repaired and reported.*
//!
//! [`disk`] is a file system between SQLite and the real one that records every write and sync, and
//! injects faults. The suites are [`power`] (R5), [`full`] (R6), [`damage`] with [`rot`] (R7) and
//! [`upgrade`] (R9), each `pub async fn run(seed, runs) -> Outcome`. tests/torture/tests/short.rs runs a short
//! form, `npm run torture` the full one.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a harness that stumbles has found something: it stops with a panic that says where"
)]

pub mod chance;
pub mod damage;
pub mod disk;
pub mod full;
mod ledger;
mod outcome;
pub mod power;
pub mod rot;
pub mod upgrade;
mod vfs;

pub use outcome::Outcome;
