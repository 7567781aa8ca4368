//! The only code that talks to SQLite.
//!
//! Owns: the two files of a patron. `hongyan.db` ([`Ledger`]) holds what cannot be fetched again:
//! drafts, requests with their timelines, the queue to the library, notices, session, settings.
//! `cache.db` holds what can be thrown away at any time. Both are encrypted (SQLCipher) under one
//! key ([`Key`]), and each has one connection (docs/adr/0002). Knows nothing of the network.
//!
//! One file per table: row type, reads and writes, as methods of [`Tx`]; what belongs together is
//! written in one [`Tx`]. Start at [`connect`] for how files are opened.

pub mod connect;
pub mod error;
pub mod key;
pub mod ledger;

pub use connect::{Database, Durability, Tx};
pub use error::StoreError;
pub use key::Key;
pub use ledger::Ledger;
