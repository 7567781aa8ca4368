//! Use cases: what the program does for a patron. The only crate that uses both network and store.
//!
//! Data flow: a read goes engine → room → store. A write puts the change and its outbox row into one
//! transaction and returns at once; the outbox sends it to the library later. Change events
//! ([`change::AppEvent`]) name the tags that changed and never carry the data, notices apart. Nothing here
//! knows of windows. Start at [`Engine`]; the data that screens see is in [`view`].
//!
//! The rooms, in dependency order: each imports only rooms above it, has one handle with private fields, and is
//! given its dependencies (checked by tests/house). [`Engine`] stands outside of the order.
//!
//! # Errors
//!
//! Fallible public methods return a [`problem::Problem`]. Their `# Errors` sections list its
//! [`problem::ErrorCode`]s and refer to two groups:
//!
//! - *Store errors*: the ledger or the cache could not be read or written: `DiskFull`, `DiskReadOnly`,
//!   `DiskFailed`, `DiskBusy`, `DatabaseDamaged`, `DatabaseUnread`, `DatabaseClosed`. The transaction is rolled
//!   back. Opening files adds `DatabaseKey` and `DatabaseNewer`.
//! - *Network errors*: the platform or a source did not answer as it should: `Unreachable`, `Timeout`,
//!   `ServerError`, `Busy`, `NotData`, `BrokenAnswer`, `NoCertificates`, `NoPlatform`, `NeedsSignIn`, or a
//!   refusal (`Refused` and the codes that have a sentence of their own).

/// Marks a crash point: the program may be killed here without harm; tests/torture kills it there.
macro_rules! point {
    ($name:literal) => {
        tracing::trace!(target: "hongyan::point", $name)
    };
}

mod base;
pub mod view;

mod notices;

pub mod search;
pub mod sources;

mod ledger;
pub mod platform;

mod library;
mod settings;

pub mod cite;

mod requests;

mod reminders;

mod outbox;

mod sync;

mod handover;

pub mod intake;

pub mod history;

mod status;

mod engine;

pub use hongyan_store::disk;

pub use base::clock::{Clock, SetClock, SystemClock};
pub use base::config::{EngineConfig, PollTimes};
pub use base::{change, clock, config, file_name, lock, news, problem, schedule};
pub use engine::Engine;
pub use ledger::secrets;
pub use library::LibraryPick;
pub use requests::{batch, recheck};
