//! Tests of the central promise: *a request that the patron saw as saved is neither lost nor sent twice*.
//! Each suite kills the program, cuts the network, fills the disk or repeats actions, then compares what the
//! patron was told with what the library has, and prints one line. `npm run torture -- --seed N --runs N
//! [--only R3]` runs them; a short form of each
//! with the tests.
//! A suite is a module with `pub async fn run(seed: u64, runs: u32) -> Verdict` and a row in [`SUITES`].
//! A suite is a module with `pub async fn run(seed: u64, runs: u32) -> Verdict` and a row in [`SUITES`].

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a harness that stumbles has found something: it stops with a panic that says where"
)]

pub mod chance;
pub mod child;
pub mod client;
pub mod machine;
pub mod promise;
pub mod proxy;
pub mod stand;
pub mod suites;
pub mod typing;
mod verdict;
pub mod workers;

pub use suites::{SUITES, Suite};
pub use verdict::Verdict;
