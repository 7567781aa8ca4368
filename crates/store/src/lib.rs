//! The only code that talks to SQLite.
//!
//! Owns: the two files of a patron. `hongyan.db` ([`Ledger`]) holds what cannot be fetched again:
//! drafts, requests with their timelines, the queue to the library, notices, session, settings.
//! `cache.db` holds what can be thrown away at any time. Both are encrypted (SQLCipher) under one
//! key ([`Key`]), and each has one connection (docs/adr/0002). Knows nothing of the network.
//!
//! One file per table: row type, reads and writes, as methods of [`Tx`]; what belongs together is
//! written in one [`Tx`]. Start at [`connect`] for how files are opened, at [`restore`] for what happens
//! when one cannot be.

pub mod account;
pub mod answers;
pub mod backup;
pub mod batches;
pub mod cache;
pub mod connect;
mod cursors;
pub mod disk;
pub mod documents;
mod drafts;
mod earlier;
pub mod error;
pub mod events;
mod health;
pub mod history;
mod jottings;
pub mod key;
pub mod ledger;
mod merge;
pub mod messages;
pub mod notices;
pub mod outbox;
mod place;
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
