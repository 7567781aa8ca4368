//! The ledger over real files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]
#![allow(missing_docs, reason = "the names of tests say it")]

mod files;
mod history;
mod kept;
mod marks;
mod restore;
mod rot;
mod schema;
mod tables;
