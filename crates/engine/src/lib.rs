//! Use cases: what the program does for a patron. The only crate that joins network and store.
//!
//! Ways through: a read goes engine → store; a write puts the change and its outbox row into one
//! transaction and answers at once, and the queue talks to the library; news comes back as
//! [`change::AppEvent`]s that say what changed, never the data. Nothing here knows of windows.
//! Start at [`Engine`]; what the screens see is in [`view`].

/// Marks a point at which the end of the program must do no harm; tests/torture stops there.
macro_rules! point {
    ($name:literal) => {
        tracing::trace!(target: "hongyan::point", $name)
    };
}

mod account;
mod answers;
mod backoff;
pub mod batch;
mod care;
pub mod change;
pub mod cite;
pub mod clock;
pub mod config;
mod connectivity;
mod described;
mod documents;
mod drafts;
mod edit;
mod engine;
mod fault;
mod feed;
mod file_name;
mod fill;
mod handover;
pub mod history;
mod jottings;
mod libraries;
pub mod lock;
mod messages;
pub mod news;
mod no_interface;
mod notices;
mod open;
mod outbox;
mod papers;
mod places;
pub mod platform;
mod present;
pub mod problem;
mod quiet;
pub mod recheck;
mod reminders;
mod requests;
mod running;
pub mod schedule;
pub mod search;
pub mod secrets;
mod session;
mod settings;
mod shared;
pub mod sources;
mod sync;
mod terms;
mod unsent;
mod vault;
pub mod view;

pub use hongyan_store::disk;

pub use clock::{Clock, SetClock, SystemClock};
pub use config::{EngineConfig, PollTimes};
pub use engine::Engine;
pub use libraries::LibraryPick;
