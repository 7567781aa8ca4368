//! The ledger over real files.

mod files;
mod schema;
mod tables;
