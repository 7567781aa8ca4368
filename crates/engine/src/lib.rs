//! Use cases: what the program does for a patron. The only crate that joins network and store.
//!
//! Ways through: a read goes engine → room → store; a write puts the change and its outbox row into one
//! transaction and answers at once, and the queue talks to the library; news comes back as
//! [`change::AppEvent`]s that say what changed, never the data. Nothing here knows of windows.
//! Start at [`Engine`]; what the screens see is in [`view`].
//!
//! The rooms, in order: each imports only rooms above it, has one handle with private fields, and is given what
//! it needs (held by tests/house). [`Engine`] stands outside of the order.

/// Marks a point at which the end of the program must do no harm; tests/torture stops there.
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

pub mod history;

mod status;

mod engine;

pub use hongyan_store::disk;

pub use base::clock::{Clock, SetClock, SystemClock};
pub use base::config::{EngineConfig, PollTimes};
pub use base::{change, clock, config, lock, news, problem, schedule};
pub use engine::Engine;
pub use ledger::secrets;
pub use library::LibraryPick;
pub use requests::{batch, recheck};
