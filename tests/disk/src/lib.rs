//! Bad disks: what the promise of the ledger is measured with. *What was acknowledged as saved is there
//! after a power cut; what could not be saved is said; damage is found, mended and told.*
//!
//! [`disk`] is a file system between SQLite and the real one that remembers every write and sync, and
//! fails on order. Four suites stand on it: [`power`] (R5), [`full`] (R6), [`damage`] with [`rot`] (R7) and
//! [`upgrade`] (R9), each `pub async fn run(seed, runs) -> Outcome`. `tests/short.rs` runs a short form;
//! `npm run torture` the whole.

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
