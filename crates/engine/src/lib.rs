//! Use cases: what the program does for a patron. The only crate that joins network and store.
//!
//! Ways through: a read goes engine → store; a write puts the change and its outbox row into one
//! transaction and answers at once, and the queue talks to the library; news comes back as
//! [`change::AppEvent`]s that say what changed, never the data. Nothing here knows of windows.
//! Start at [`Engine`]; what the screens see is in [`view`].

pub mod change;
pub mod news;
pub mod problem;
pub mod secrets;
pub mod view;
