//! Serves the command table on loopback, so that the UI runs in an ordinary browser: for tests, for work on
//! the screens, and for machines without a display. No bundle contains it (checked by tests/house).
//!
//! Contains access control ([`access`]), the HTTP routes and an in-memory keyring; no window code. Start at
//! [`Bridge::start`].

mod access;
mod host;
mod memory;
mod paths;
mod policy;
mod start;

pub use memory::MemorySecrets;
pub use start::{Bridge, BridgeError, Options};
