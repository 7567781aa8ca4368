//! Domain types and rules of Hongyan.
//!
//! Owns the types of a record, a work, a request, an account and a notice, and the rules between them.
//! Has no access to files, networks, clocks or windows: time is an argument, and nothing here is async.
//! Start at [`record`] for searching and at [`request`] for requesting.
//!
//! With the feature `export`, the types that cross to the UI derive `ts_rs::TS`.

pub mod account;
pub mod calendar;
pub mod capacity;
pub mod holding;
pub mod identifier;
pub mod library;
pub mod log;
pub mod lookup;
pub mod mail;
pub mod mark;
pub mod money;
pub mod notice;
pub mod numbers;
pub mod pages;
pub mod query;
pub mod record;
pub mod reference;
pub mod reminder;
pub mod request;
pub mod text;
pub mod variants;
pub mod work;

pub use account::{Account, AccountState, Quota};
pub use identifier::{Identifier, IdentifierKind};
pub use mark::Mark;
pub use money::Fen;
pub use query::Query;
pub use record::{Creator, Kind, Record, Role};
pub use request::{Draft, Outcome, Provenance, Request, RequestId, RequestState, Service};
