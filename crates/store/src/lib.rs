//! The only crate that uses SQLite.
//!
//! Owns the two files of a patron. `hongyan.db` ([`Ledger`]) has what cannot be fetched again: drafts,
//! requests with their timelines, the outbox, notices, session, settings. `cache.db` has what may be
//! deleted at any time. Both are encrypted with SQLCipher under one [`Key`], and each has one connection
//! (docs/adr/0002). Has no access to the network.
//!
//! One module per table: row type, reads and writes as methods of [`Tx`]; changes that belong together
//! are made in one [`Tx`]. Start at [`connect`] for how files are opened, at [`restore`] for what happens
//! when one cannot be.

pub mod account;
pub mod answers;
pub mod backup;
pub mod batches;
pub mod blobs;
pub mod cache;
pub mod connect;
mod cursors;
pub mod disk;
pub mod documents;
mod drafts;
mod earlier;
pub mod error;
pub mod events;
pub mod files;
mod filesystem;
mod health;
pub mod history;
mod jottings;
pub mod key;
pub mod ledger;
mod marks;
mod merge;
pub mod messages;
pub mod notices;
mod one;
pub mod outbox;
pub mod requests;
pub mod restore;
pub mod session;
mod settings;
mod sources;
mod time;
pub mod vault;
mod wal;

pub use cache::Cache;
pub use connect::{Database, Durability, Tx};
pub use error::StoreError;
pub use key::Key;
pub use ledger::Ledger;
pub use restore::{Loss, Recovery};
